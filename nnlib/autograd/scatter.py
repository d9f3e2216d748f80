"""The transpose of indexing: gradients go back to where numbers were taken from."""

import numpy as np

from .dual import Dual

__all__ = ["scatter"]

WIDE = 16  # numbers in a row from which it pays to sort rows and sum them as wholes


def scatter(g, index, shape):
    """Return zeros of a shape to which g has been added at an index, as ``np.add.at`` does.

    An element that was taken several times gets the sum. ``np.add.at`` is fast for one axis and
    slow for several, so all elements are numbered, and the numbers taken are one index of one axis.

    Parameters
    ----------
    g : ndarray or Dual
        Of the shape of ``zeros[index]``.
    index
        Anything that NumPy indexes by.
    shape : tuple of int

    Returns
    -------
    ndarray or Dual, of the dtype of g
    """
    if isinstance(g, Dual):
        return Dual(scatter(g.value, index, shape), scatter(g.tangent, index, shape))
    if _takes_once(index):
        out = np.zeros(shape, g.dtype)
        out[index] = g
        return out
    if isinstance(index, np.ndarray) and len(shape) > 1 and g.size >= WIDE * index.size:
        return _scatter_rows(g, index, shape)
    out = np.zeros(shape, g.dtype)
    if isinstance(index, np.ndarray) and len(shape) == 1:
        taken = index
    else:
        taken = np.arange(out.size).reshape(shape)[index]
    np.add.at(out.reshape(-1), taken.reshape(-1), g.reshape(-1))
    return out


def _scatter_rows(g, index, shape):
    """Add whole rows: sorting brings the uses of a row together, and each run is one sum."""
    out = np.zeros(shape, g.dtype)
    if g.size == 0:
        return out
    rows = index.ravel() % shape[0]
    order = np.argsort(rows, kind="stable")
    uses = rows[order]
    first = np.flatnonzero(np.concatenate([[True], uses[1:] != uses[:-1]]))
    out[uses[first]] = np.add.reduceat(g.reshape(rows.size, *shape[1:])[order], first)
    return out


def _takes_once(index):
    """Whether an index takes no element twice: slices, numbers and masks do not."""
    parts = index if isinstance(index, tuple) else (index,)
    return all(
        i is None
        or i is Ellipsis
        or isinstance(i, (int, np.integer, slice))
        or (isinstance(i, np.ndarray) and i.dtype == bool)
        for i in parts
    )
