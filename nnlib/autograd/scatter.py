"""The transpose of indexing: gradients go back to where numbers were taken from."""

import numpy as np

from .dual import Dual

__all__ = ["scatter"]


def scatter(g, index, shape):
    """Return zeros of a shape to which g has been added at an index, as ``np.add.at`` does.

    An element that was taken several times gets the sum. Numbering all elements and counting with
    weights (``np.bincount``) is several times faster than ``np.add.at``, and sums in float64.

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
    if isinstance(index, np.ndarray) and index.dtype.kind in "iu" and len(shape) > 1:
        return _scatter_rows(g, index, shape)
    size = int(np.prod(shape))
    taken = np.arange(size).reshape(shape)[index]
    sums = np.bincount(taken.ravel(), g.ravel(), size)
    return sums.reshape(shape).astype(g.dtype, copy=False)


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
