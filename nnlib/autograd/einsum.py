"""Sums of products over named axes, with their gradients."""

import string

import numpy as np

from .tensor import as_tensor, record

__all__ = ["einsum"]


def einsum(formula, *tensors):
    """Sum products over named axes: ``einsum("bij,bjk->bik", A, B)``.

    Parameters
    ----------
    formula : str
        Letters for the axes of each tensor, separated by commas; after "->" those of the result.
        Without "->" the result has the letters that occur once, in alphabetical order. A letter
        that stands twice in one tensor takes its diagonal. "..." stands for any axes, which come
        first in the result. Axes of length 1 broadcast.
    *tensors : Tensor or array_like

    Raises
    ------
    ValueError
        If the formula does not fit the tensors.
    TypeError
        If floating-point types differ.
    """
    if not isinstance(formula, str):
        raise TypeError(f"einsum needs a formula such as 'ij,jk->ik' first, got {formula!r:.60}")
    tensors = [as_tensor(t) for t in tensors]
    inputs, output = _parsed(formula, [t.shape for t in tensors])
    tensors = tensors[:1] + [as_tensor(t, like=tensors[0]) for t in tensors[1:]]  # one type
    tensors = [_diagonal(t, names) for t, names in zip(tensors, inputs, strict=True)]
    inputs = ["".join(dict.fromkeys(names)) for names in inputs]
    arrays = [t.data for t in tensors]
    out = np.einsum(f"{','.join(inputs)}->{output}", *arrays, optimize=len(arrays) > 2)

    def vjp(g):
        return tuple(part(k, g) if t.requires_grad else None for k, t in enumerate(tensors))

    def part(k, g):
        others = [a for i, a in enumerate(arrays) if i != k]
        names = [n for i, n in enumerate(inputs) if i != k]
        known = "".join(c for c in inputs[k] if c in output or any(c in n for n in names))
        partial = np.einsum(f"{','.join([output, *names])}->{known}", g, *others, optimize=True)
        # An axis that only this tensor has was summed away: every place gets the same.
        partial = np.expand_dims(
            partial, tuple(i for i, c in enumerate(inputs[k]) if c not in known)
        )
        return np.broadcast_to(partial, np.broadcast_shapes(partial.shape, arrays[k].shape))

    return record("einsum", np.asarray(out) if np.isscalar(out) else out, tuple(tensors), vjp)


def _parsed(formula, shapes):
    """Return the letters of every tensor and of the result, each "..." written as letters."""
    words = ", ".join(map(str, shapes))
    misfit = ValueError(f'einsum("{formula}") does not fit tensors of shapes {words}')
    left, arrow, output = formula.replace(" ", "").partition("->")
    inputs = left.split(",")
    if len(inputs) != len(shapes):
        raise misfit
    spare = [c for c in string.ascii_letters if c not in formula]
    named = [len(names.replace("...", "", 1)) for names in inputs]
    extra = [
        len(shape) - n if "..." in names else 0
        for names, shape, n in zip(inputs, shapes, named, strict=True)
    ]
    most = max(extra)
    dots = "".join(spare[:most])
    if min(extra) < 0 or most > len(spare):
        raise misfit
    inputs = [
        names.replace("...", dots[most - n :], 1) for names, n in zip(inputs, extra, strict=True)
    ]
    letters = "".join(inputs)
    if arrow:
        output = output.replace("...", dots, 1)
    else:
        once = (c for c in set(letters) - set(dots) if letters.count(c) == 1)
        output = dots + "".join(sorted(once))
    lengths = {}
    for names, shape in zip(inputs, shapes, strict=True):
        if len(names) != len(shape) or not all(c in string.ascii_letters for c in names):
            raise misfit
        own = {}
        for c, n in zip(names, shape, strict=True):
            if own.setdefault(c, n) != n:  # a diagonal needs a square
                raise misfit
            if n != 1 and lengths.setdefault(c, n) != n:
                raise misfit
    if not set(output) <= set(letters) or len(set(output)) != len(output):
        raise misfit
    return inputs, output


def _diagonal(x, names):
    """Take the diagonal of axes with one name."""
    single = "".join(dict.fromkeys(names))
    if single == names:
        return x

    def vjp(g):
        dx = np.zeros_like(g, shape=x.shape, order="C")
        np.einsum(f"{names}->{single}", dx)[...] = g  # a view
        return (dx,)

    return record("diagonal", np.einsum(f"{names}->{single}", x.data), (x,), vjp)
