"""Further operations under PyTorch's names: ``nn.sin(x)``, ``nn.einsum("ij,jk->ik", A, B)``.

What every network needs stands in `nnlib.tensor`; this is what one reaches for now and then.
"""

import itertools

import numpy as np

from ..checks import check_axes
from .tensor import as_tensor, float_tensor, record, where

__all__ = [
    "chunk",
    "cos",
    "cumsum",
    "einsum",
    "expm1",
    "flip",
    "log1p",
    "logsumexp",
    "masked_fill",
    "norm",
    "outer",
    "pad",
    "prod",
    "sin",
    "split",
    "std",
    "tril",
    "triu",
]


def sin(x):
    """Sine, elementwise."""
    x = float_tensor(x, "sin")
    return record("sin", np.sin(x.data), (x,), lambda g: (g * np.cos(x.data),))


def cos(x):
    """Cosine, elementwise."""
    x = float_tensor(x, "cos")
    return record("cos", np.cos(x.data), (x,), lambda g: (-g * np.sin(x.data),))


def log1p(x):
    """Logarithm of 1 + x, exact for small x."""
    x = float_tensor(x, "log1p")
    return record("log1p", np.log1p(x.data), (x,), lambda g: (g / (1 + x.data),))


def expm1(x):
    """eˣ - 1, exact for small x."""
    x = float_tensor(x, "expm1")
    out = np.expm1(x.data)
    return record("expm1", out, (x,), lambda g: (g * (out + 1),))


def std(x, axis=None, keepdims=False, *, correction=1):
    """Standard deviation: the root of ``x.var(...)``. Its gradient at 0 is 0, where it has none."""
    variance = float_tensor(x, "std").var(axis, keepdims, correction=correction)
    out = np.sqrt(variance.data)
    slope = np.where(out > 0, 0.5 / np.where(out > 0, out, 1), 0)
    return record("std", out, (variance,), lambda g: (g * slope,))


def norm(x, axis=None, keepdims=False):
    """Euclidean length over all elements or along an axis; its gradient at 0 is 0."""
    x = float_tensor(x, "norm")
    out = np.linalg.norm(x.data.ravel() if axis is None else x.data, axis=axis, keepdims=True)
    if axis is None:
        out = out.reshape((1,) * x.ndim)
    unit = x.data / np.where(out > 0, out, 1)
    shape = out.shape
    shown = out if keepdims else out.reshape(x.data.sum(axis).shape)
    return record("norm", shown, (x,), lambda g: (g.reshape(shape) * unit,))


def logsumexp(x, axis, keepdims=False):
    """Logarithm of Σ eˣ along an axis, without overflow; its gradient is the softmax."""
    x = float_tensor(x, "logsumexp")
    top = x.data.max(axis, keepdims=True)
    top = np.where(np.isfinite(top), top, 0)  # all -∞ gives -∞, not NaN
    e = np.exp(x.data - top)
    total = e.sum(axis, keepdims=True)
    with np.errstate(divide="ignore"):
        out = np.log(total) + top
    shown = out if keepdims else out.squeeze(axis)

    def vjp(g):
        share = e / np.where(total > 0, total, 1)
        return (g.reshape(out.shape) * share,)

    return record("logsumexp", shown, (x,), vjp)


def prod(x, axis=None, keepdims=False):
    """Product over all elements or along an axis, right where factors are 0 too."""
    x = as_tensor(x)
    if axis is None:
        out = prod(x.reshape(-1), 0)
        return out.reshape((1,) * x.ndim) if keepdims else out
    X = np.moveaxis(x.data, axis, -1)
    out = x.data.prod(axis, keepdims=keepdims)

    def vjp(g):
        # The product of all others: of those before times of those after.
        ones = np.ones_like(X[..., :1])
        before = np.cumprod(np.concatenate([ones, X[..., :-1]], -1), -1)
        after = np.cumprod(np.concatenate([ones, X[..., :0:-1]], -1), -1)[..., ::-1]
        g = g if keepdims else np.expand_dims(g, axis)
        return (g * np.moveaxis(before * after, -1, axis),)

    return record("prod", out, (x,), vjp)


def cumsum(x, axis):
    """Running sums along an axis."""
    x = as_tensor(x)
    axis = check_axes(x.shape, axis)
    kind = int if x.dtype.kind == "b" else x.dtype

    def vjp(g):
        return (np.flip(np.cumsum(np.flip(g, axis), axis), axis),)

    return record("cumsum", np.cumsum(x.data, axis, kind), (x,), vjp)


def flip(x, axis):
    """Reverse the order along an axis or several."""
    x = as_tensor(x)
    return record("flip", np.flip(x.data, axis), (x,), lambda g: (np.flip(g, axis),))


def tril(x, diagonal=0):
    """Keep the entries on and below a diagonal of the last two axes; the rest becomes 0."""
    x = as_tensor(x)
    return record("tril", np.tril(x.data, diagonal), (x,), lambda g: (np.tril(g, diagonal),))


def triu(x, diagonal=0):
    """Keep the entries on and above a diagonal of the last two axes; the rest becomes 0."""
    x = as_tensor(x)
    return record("triu", np.triu(x.data, diagonal), (x,), lambda g: (np.triu(g, diagonal),))


def masked_fill(x, mask, value):
    """Put a number where the mask is true; no gradient flows there."""
    x = as_tensor(x)
    return where(np.asarray(getattr(mask, "data", mask), bool), as_tensor(value, like=x), x)


def pad(x, widths, value=0.0):
    """Surround a tensor by a constant.

    Parameters
    ----------
    x : Tensor
    widths : sequence of int
        As PyTorch has it, two for each axis, before and after, beginning with the last axis.
    value : float
    """
    x = as_tensor(x)
    widths = tuple(widths)
    if len(widths) % 2 or len(widths) > 2 * x.ndim or min(widths, default=0) < 0:
        raise ValueError(
            f"pad needs two whole numbers from 0 on for each of up to {x.ndim} axes, got {widths}"
        )
    pairs = [widths[k : k + 2] for k in range(0, len(widths), 2)][::-1]
    pairs = [(0, 0)] * (x.ndim - len(pairs)) + pairs
    inner = tuple(slice(a, a + n) for (a, _), n in zip(pairs, x.shape, strict=True))
    out = np.pad(x.data, pairs, constant_values=value)
    return record("pad", out, (x,), lambda g: (g[inner],))


def split(x, sizes, axis=0):
    """Cut a tensor along an axis, into parts of one size, the last perhaps smaller, or of several.

    Returns
    -------
    list of Tensor
    """
    x = as_tensor(x)
    length = x.shape[axis]
    if isinstance(sizes, (int, np.integer)):
        if sizes < 1:
            raise ValueError(f"split needs parts of at least 1, got {sizes}")
        sizes = [min(sizes, length - k) for k in range(0, length, sizes)]
    if sum(sizes) != length or min(sizes, default=0) < 0:
        raise ValueError(f"parts of {list(sizes)} do not make up axis {axis} of {x.shape}")
    ends = np.cumsum([0, *sizes])
    before = (slice(None),) * (axis % x.ndim)
    return [x[(*before, slice(a, b))] for a, b in itertools.pairwise(ends)]


def chunk(x, count, axis=0):
    """Cut a tensor along an axis into at most `count` parts of one size."""
    if count < 1:
        raise ValueError(f"chunk needs at least one part, got {count}")
    return split(x, -(-as_tensor(x).shape[axis] // count), axis)


def outer(a, b):
    """Table of all products of two vectors."""
    a, b = as_tensor(a), as_tensor(b)
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"outer expects two vectors, got {a.shape} and {b.shape}")
    return a.unsqueeze(1) * b


def einsum(formula, *tensors):
    """Sum products over named axes: ``einsum("bij,bjk->bik", A, B)``.

    Parameters
    ----------
    formula : str
        Letters for the axes of each tensor, separated by commas; after "->" those of the result.
        Without "->" the result has the letters that occur once, in alphabetical order. No
        letter may stand twice in one tensor.
    *tensors : Tensor or array_like

    Raises
    ------
    ValueError
        If the formula does not fit the tensors.
    """
    tensors = [as_tensor(t) for t in tensors]
    inputs, arrow, output = formula.replace(" ", "").partition("->")
    inputs = inputs.split(",")
    letters = "".join(inputs)
    if not arrow:
        output = "".join(sorted(c for c in set(letters) if letters.count(c) == 1))
    fits = len(inputs) == len(tensors) and all(
        len(set(names)) == len(names) == t.ndim and (names.isalpha() or not names)
        for names, t in zip(inputs, tensors, strict=False)
    )
    if not fits or not set(output) <= set(letters) or len(set(output)) != len(output):
        shapes = ", ".join(str(t.shape) for t in tensors)
        raise ValueError(f'einsum("{formula}") does not fit tensors of shapes {shapes}')
    tensors = tensors[:1] + [as_tensor(t, like=tensors[0]) for t in tensors[1:]]  # one type
    arrays = [t.data for t in tensors]
    out = np.asarray(np.einsum(f"{','.join(inputs)}->{output}", *arrays, optimize=len(arrays) > 2))

    def vjp(g):
        return tuple(part(k, g) for k in range(len(arrays)))

    def part(k, g):
        # An axis that only this tensor has was summed away: every place gets the same.
        others = [a for i, a in enumerate(arrays) if i != k]
        names = [n for i, n in enumerate(inputs) if i != k]
        known = "".join(c for c in inputs[k] if c in output or any(c in n for n in names))
        partial = np.einsum(f"{','.join([output, *names])}->{known}", g, *others, optimize=True)
        shape = [n if c in known else 1 for c, n in zip(inputs[k], arrays[k].shape, strict=True)]
        return np.broadcast_to(partial.reshape(shape), arrays[k].shape)

    return record("einsum", out, tuple(tensors), vjp)
