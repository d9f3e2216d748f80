"""Further operations under PyTorch's names: ``nn.sin(x)``, ``nn.pad(x, (1, 1))``.

What every network needs stands in `nnlib.tensor`; this is what one reaches for now and then. What
takes one tensor is also its method: ``x.sin()``, ``x.split(2)``.
"""

import itertools
import math

import numpy as np

from ..checks import check_axis, check_count, check_number, one_of, reduced_axes
from .tensor import as_tensor, boolean, float_tensor, kept, method, record, where

__all__ = [
    "chunk",
    "cos",
    "cumsum",
    "expm1",
    "flip",
    "log1p",
    "logsumexp",
    "masked_fill",
    "norm",
    "outer",
    "pad",
    "prod",
    "repeat_interleave",
    "sin",
    "split",
    "std",
    "tril",
    "triu",
    "unbind",
]

# -- elementwise -----------------------------------------------------------------------------


@method
def sin(x):
    """Sine, elementwise."""
    x = float_tensor(x, "sin")
    return record("sin", np.sin(x.data), (x,), lambda g: (g * np.cos(x.data),))


@method
def cos(x):
    """Cosine, elementwise."""
    x = float_tensor(x, "cos")
    return record("cos", np.cos(x.data), (x,), lambda g: (-g * np.sin(x.data),))


@method
def log1p(x):
    """Logarithm of 1 + x, exact for small x."""
    x = float_tensor(x, "log1p")
    return record("log1p", np.log1p(x.data), (x,), lambda g: (g / (1 + x.data),))


@method
def expm1(x):
    """eˣ - 1, exact for small x."""
    x = float_tensor(x, "expm1")
    out = np.expm1(x.data)
    return record("expm1", out, (x,), lambda g: (g * (out + 1),))


@method
def masked_fill(x, mask, value):
    """Put a number where the mask is true; no gradient flows there."""
    x = as_tensor(x)
    return where(boolean(mask, "masked_fill"), as_tensor(value, like=x), x)


# -- along axes ------------------------------------------------------------------------------


@method
def std(x, axis=None, *, keepdims=False, correction=None, unbiased=None, dim=None, keepdim=False):
    """Standard deviation: the root of ``x.var(...)``. Its gradient at 0 is 0, where it has none."""
    variance = float_tensor(x, "std").var(
        axis,
        keepdims=kept(keepdims, keepdim),
        correction=correction,
        unbiased=unbiased,
        dim=dim,
    )
    out = np.sqrt(variance.data)
    slope = np.where(out > 0, 0.5 / np.where(out > 0, out, 1), 0)
    return record("std", out, (variance,), lambda g: (g * slope,))


@method
def norm(x, p=2, axis=None, keepdims=False, *, dim=None, keepdim=False):
    """p-norm (Σ|x|ᵖ)^(1/p) over all elements or along axes; its gradient at 0 is 0.

    Parameters
    ----------
    x : Tensor or array_like
    p : float
        2 for Euclid's length, 1 for the sum of sizes, ``inf`` for the largest.
    axis : int or tuple of int, optional
        PyTorch's `dim`.
    keepdims : bool
        PyTorch's `keepdim`.
    """
    x = float_tensor(x, "norm")
    axis = reduced_axes("norm", x.shape, axis, dim)
    check_number("norm: p", p, 0, above=True)
    keepdims = kept(keepdims, keepdim)
    if p == math.inf:
        size = x.abs()
        return size.max(axis, keepdims) if x.size else size.sum(axis, keepdims)
    size = np.abs(x.data)
    # Powers of numbers near 1 neither overflow nor vanish.
    top = np.max(size, axis=axis, keepdims=True, initial=0) if x.size else np.zeros((), x.dtype)
    top = np.where(np.isfinite(top) & (top > 0), top, 1).astype(x.dtype)
    total = ((size / top) ** p).sum(axis, keepdims=True)
    out = total ** (1 / p) * top

    def vjp(g):
        share = (size / np.where(out > 0, out, 1)) ** (p - 1) if p != 1 else 1
        share = np.where(size > 0, np.sign(x.data) * share, 0)
        return (g.reshape(out.shape) * share.astype(g.dtype),)

    shown = out if keepdims else out.squeeze(axis)
    return record("norm", shown, (x,), vjp)


@method
def logsumexp(x, axis=None, keepdims=False, *, dim=None, keepdim=False):
    """Logarithm of Σ eˣ along axes, without overflow; its gradient is the softmax."""
    x = float_tensor(x, "logsumexp")
    if one_of("logsumexp", axis, dim) is None:
        raise TypeError("logsumexp needs an axis: give it, or a tuple of all")
    axis = reduced_axes("logsumexp", x.shape, axis, dim)
    top = np.max(x.data, axis=axis, keepdims=True, initial=-np.inf)
    top = np.where(np.isfinite(top), top, 0)  # all -∞ gives -∞, not NaN
    e = np.exp(x.data - top)
    total = e.sum(axis, keepdims=True)
    with np.errstate(divide="ignore"):
        out = np.log(total) + top
    shown = out if kept(keepdims, keepdim) else out.squeeze(axis)

    def vjp(g):
        share = e / np.where(total > 0, total, 1)
        return (g.reshape(out.shape) * share,)

    return record("logsumexp", shown, (x,), vjp)


@method
def prod(x, axis=None, keepdims=False, *, dim=None, keepdim=False):
    """Product over all elements or along an axis, right where factors are 0 too."""
    x, keepdims = as_tensor(x), kept(keepdims, keepdim)
    if one_of("prod", axis, dim) is None or x.ndim == 0:
        reduced_axes("prod", x.shape, axis, dim)
        out = prod(x.reshape(-1), 0)
        return out.reshape((1,) * x.ndim) if keepdims else out
    axis = check_axis("prod", x.shape, axis, dim)
    X = np.moveaxis(x.data, axis, -1)
    out = np.prod(x.data, axis, keepdims=keepdims)

    def vjp(g):
        # The product of all others: of those before times of those after.
        ones = np.ones_like(X[..., :1])
        before = np.cumprod(np.concatenate([ones, X[..., :-1]], -1), -1)
        after = np.cumprod(np.concatenate([ones, X[..., :0:-1]], -1), -1)[..., ::-1]
        g = g if keepdims else np.expand_dims(g, axis)
        return (g * np.moveaxis((before * after)[..., : X.shape[-1]], -1, axis),)

    return record("prod", out, (x,), vjp)


@method
def cumsum(x, axis=None, *, dim=None):
    """Running sums along an axis."""
    x = as_tensor(x)
    axis = check_axis("cumsum", x.shape, axis, dim)
    kind = int if x.dtype.kind == "b" else x.dtype

    def vjp(g):
        return (np.flip(np.cumsum(np.flip(g, axis), axis), axis).reshape(x.shape),)

    return record("cumsum", np.cumsum(x.data, axis, kind).reshape(x.shape), (x,), vjp)


@method
def flip(x, axis=None, *, dims=None, dim=None):
    """Reverse the order along an axis or several (PyTorch's `dims`)."""
    x = as_tensor(x)
    axis = reduced_axes("flip", x.shape, one_of("flip", axis, dims), dim)
    return record("flip", np.flip(x.data, axis), (x,), lambda g: (np.flip(g, axis),))


@method
def tril(x, diagonal=0):
    """Keep the entries on and below a diagonal of the last two axes; the rest becomes 0."""
    return _triangle("tril", np.tril, x, diagonal)


@method
def triu(x, diagonal=0):
    """Keep the entries on and above a diagonal of the last two axes; the rest becomes 0."""
    return _triangle("triu", np.triu, x, diagonal)


def _triangle(op, function, x, diagonal):
    x = as_tensor(x)
    diagonal = check_count(f"{op}: diagonal", diagonal, -math.inf)
    if x.ndim < 2:
        raise ValueError(f"{op} needs at least two axes, got shape {x.shape}")
    return record(op, function(x.data, diagonal), (x,), lambda g: (function(g, diagonal),))


# -- parts and places --------------------------------------------------------------------------


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
    check_number("pad: value", value, nan=True)
    if not isinstance(widths, (tuple, list)) and np.ndim(getattr(widths, "data", 0)) == 0:
        raise TypeError(f"pad needs a sequence of widths, got {widths!r:.60}")
    if len(widths) % 2 or len(widths) > 2 * x.ndim:
        raise ValueError(
            f"pad needs two whole numbers from 0 on for each of up to {x.ndim} axes, got {widths}"
        )
    widths = [check_count("pad: a width", width, 0) for width in widths]
    pairs = [widths[k : k + 2] for k in range(0, len(widths), 2)][::-1]
    pairs = [[0, 0]] * (x.ndim - len(pairs)) + pairs
    inner = tuple(slice(a, a + n) for (a, _), n in zip(pairs, x.shape, strict=True))
    out = np.pad(x.data, pairs, constant_values=value) if x.ndim else x.data
    return record("pad", out, (x,), lambda g: (g[inner],))


@method
def split(x, sizes, axis=0, *, dim=None):
    """Cut a tensor along an axis, into parts of one size, the last perhaps smaller, or of several.

    Returns
    -------
    list of Tensor
    """
    x = as_tensor(x)
    axis = _existing_axis("split", x, axis if dim is None else dim)
    length = x.shape[axis]
    if isinstance(sizes, (tuple, list)):
        sizes = [check_count("split: a size", size, 0) for size in sizes]
    else:
        size = check_count("split: the size of a part", sizes)
        sizes = [min(size, length - k) for k in range(0, length, size)]
    if sum(sizes) != length:
        raise ValueError(f"parts of {sizes} do not make up axis {axis} of {x.shape}")
    ends = np.cumsum([0, *sizes])
    before = (slice(None),) * (axis % x.ndim)
    return [x[(*before, slice(a, b))] for a, b in itertools.pairwise(ends)]


@method
def chunk(x, count, axis=0, *, dim=None):
    """Cut a tensor along an axis into at most `count` parts of one size."""
    x = as_tensor(x)
    axis = _existing_axis("chunk", x, axis if dim is None else dim)
    count = check_count("chunk: the number of parts", count)
    return split(x, max(1, -(-x.shape[axis] // count)), axis)


@method
def unbind(x, axis=0, *, dim=None):
    """Return the slices along an axis, a list of tensors without it."""
    x = as_tensor(x)
    axis = _existing_axis("unbind", x, axis if dim is None else dim)
    before = (slice(None),) * (axis % x.ndim)
    return [x[(*before, k)] for k in range(x.shape[axis])]


def _existing_axis(op, x, axis):
    if x.ndim == 0:
        raise ValueError(f"{op} needs a tensor with an axis, got a number")
    return check_axis(op, x.shape, axis)


@method
def repeat_interleave(x, repeats, axis=None, *, dim=None):
    """Repeat every element, or every slice along an axis, one after the other.

    Parameters
    ----------
    x : Tensor or array_like
    repeats : int or array_like of int
        How often; an array has a number for each element or slice.
    axis : int, optional
        PyTorch's `dim`; without it the tensor is flattened first.
    """
    x = as_tensor(x)
    axis = one_of("repeat_interleave", axis, dim)
    if axis is None:
        x, axis = x.reshape(-1), 0
    axis = _existing_axis("repeat_interleave", x, axis)
    repeats = np.asarray(as_tensor(repeats).data)
    length = x.shape[axis]
    if repeats.dtype.kind not in "iu" or repeats.ndim > 1 or (repeats < 0).any():
        raise ValueError(f"repeats must be whole numbers from 0 on, got {repeats!r:.60}")
    if repeats.ndim == 1 and len(repeats) not in (1, length):
        raise ValueError(f"{len(repeats)} repeats for {length} slices along axis {axis}")
    places = np.repeat(np.arange(length), repeats.astype(np.intp))  # 32 bits in a browser
    return x[((slice(None),) * (axis % x.ndim) + (places,))]


@method
def outer(a, b):
    """Table of all products of two vectors."""
    a, b = as_tensor(a), as_tensor(b)
    if a.ndim != 1 or b.ndim != 1:
        raise ValueError(f"outer expects two vectors, got {a.shape} and {b.shape}")
    return a.unsqueeze(1) * b
