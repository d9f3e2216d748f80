"""Choosing elements: by order, by index, by mask; and adding them back where they came from."""

import collections

import numpy as np

from ..checks import check_axis, check_count, check_flag, one_of
from .scatter import scatter
from .tensor import as_tensor, boolean, method, record

__all__ = [
    "argmin",
    "argsort",
    "gather",
    "index_select",
    "masked_select",
    "scatter_add",
    "sort",
    "take_along_dim",
    "topk",
]

# What `sort` and `topk` return, with PyTorch's words; places are an array without gradient.
Ordered = collections.namedtuple("Ordered", ["values", "indices"])


def _index(op, index, like):
    """Return places along an axis as an array of whole numbers."""
    index = np.asarray(as_tensor(index).data)
    if index.dtype.kind not in "iu":
        raise TypeError(f"{op} needs an index of whole numbers, got {index.dtype}")
    return index


def _places(op, index, shape, axis):
    """Return the index, which has an axis for each of the tensor, as one of all axes."""
    length = shape[axis]
    if index.ndim != len(shape):
        raise ValueError(f"{op}: the index must have {len(shape)} axes, got shape {index.shape}")
    if index.size and (index.min() < 0 or index.max() >= length):
        raise ValueError(
            f"{op}: places along axis {axis} of {shape} are 0..{length - 1}, found "
            f"{index.min()} to {index.max()}"
        )
    grid = list(np.ogrid[tuple(slice(n) for n in index.shape)])
    grid[axis] = index
    return tuple(grid)


def _fits(op, index, shape, axis):
    """Refuse an index that is longer than the tensor along another axis."""
    axis %= len(shape)
    others = [k for k in range(min(len(shape), index.ndim)) if k != axis]
    if index.ndim == len(shape) and any(index.shape[k] > shape[k] for k in others):
        raise ValueError(f"{op}: index of shape {index.shape} does not fit a tensor of {shape}")


def _with_axis(x):
    """Give a number an axis, so that one may choose along it."""
    return x if x.ndim else x.reshape(1)


@method
def argsort(x, axis=-1, descending=False, *, dim=None):
    """Places of the elements in rising order along an axis, an array; equal ones keep order."""
    x = as_tensor(x)
    axis = check_axis("argsort", x.shape, axis if dim is None else dim)
    if axis is None:
        return np.zeros((), int)
    if not check_flag("descending", descending):
        return np.asarray(np.argsort(x.data, axis, kind="stable"))
    # Falling order, in which equal ones keep theirs too: sort backwards, then turn round.
    turned = np.argsort(np.flip(x.data, axis), axis, kind="stable")
    return np.asarray(x.shape[axis] - 1 - np.flip(turned, axis))


@method
def sort(x, axis=-1, descending=False, *, dim=None):
    """Elements in order along an axis, and their places.

    Returns
    -------
    values : Tensor
    indices : ndarray of int
        Equal elements keep their order.
    """
    x = as_tensor(x)
    axis = check_axis("sort", x.shape, axis if dim is None else dim)
    places = argsort(x, 0 if axis is None else axis, descending)
    return Ordered(take_along_dim(x, places, 0 if axis is None else axis), places)


@method
def topk(x, k, axis=-1, largest=True, *, dim=None):
    """The k largest, or smallest, elements along an axis, in order, and their places.

    Returns
    -------
    values : Tensor
    indices : ndarray of int
    """
    x = _with_axis(as_tensor(x))
    axis = check_axis("topk", x.shape, axis if dim is None else dim)
    k, largest = check_count("topk: k", k, 0), check_flag("topk: largest", largest)
    if k > x.shape[axis]:
        raise ValueError(f"topk: there are {x.shape[axis]} along axis {axis} of {x.shape}, not {k}")
    places = np.take(argsort(x, axis, descending=largest), np.arange(k), axis)
    return Ordered(take_along_dim(x, places, axis), places)


@method
def argmin(x, axis=None, *, dim=None):
    """Places of the smallest elements, an integer array without gradient."""
    x = as_tensor(x)
    axis = one_of("argmin", axis, dim)
    if axis is not None:
        axis = check_axis("argmin", x.shape, axis)
    if x.size == 0 and (axis is None or x.shape[axis] == 0):
        raise ValueError(f"argmin() of an empty tensor of shape {x.shape} is not defined")
    return np.asarray(np.argmin(x.data, axis))


def _taken(op, x, index):
    """Record ``x[index]``; the gradient is added back."""
    return record(op, x.data[index], (x,), lambda g: (scatter(g, index, x.shape),))


@method
def gather(x, axis, index):
    """Take the element at place ``index[i, j]`` along an axis for every i, j.

    Parameters
    ----------
    x : Tensor or array_like
    axis : int
        PyTorch's `dim`.
    index : array_like of int
        As many axes as x; along the others it may be shorter.

    Returns
    -------
    Tensor, of the shape of index
    """
    x = _with_axis(as_tensor(x))
    axis, index = check_axis("gather", x.shape, axis), _index("gather", index, x)
    index = index.reshape(1) if index.ndim == 0 else index
    _fits("gather", index, x.shape, axis)
    return _taken("gather", x, _places("gather", index, x.shape, axis))


@method
def take_along_dim(x, index, axis=None, *, dim=None):
    """Take elements along an axis, as `argsort` or `topk` give their places.

    Parameters
    ----------
    x : Tensor or array_like
    index : array_like of int
        Of shape and axes that broadcast with those of x, but for the axis.
    axis : int, optional
        PyTorch's `dim`; without it both are flattened.
    """
    x, axis = as_tensor(x), one_of("take_along_dim", axis, dim)
    index, shape = _index("take_along_dim", index, x), x.shape
    if axis is None:
        x, index, axis = x.reshape(-1), index.reshape(-1), 0
    x = _with_axis(x)
    index = index.reshape(1) if index.ndim == 0 else index
    axis = check_axis("take_along_dim", x.shape, axis)
    fits = index.ndim == x.ndim and all(
        k == axis % x.ndim or 1 in (m, n) or m == n
        for k, (m, n) in enumerate(zip(x.shape, index.shape, strict=True))
    )
    if not fits:
        raise ValueError(f"take_along_dim: index {index.shape} does not fit a tensor of {shape}")
    both = [max(m, n) if min(m, n) else 0 for m, n in zip(x.shape, index.shape, strict=True)]
    grown = x.broadcast_to([x.shape[k] if k == axis % x.ndim else n for k, n in enumerate(both)])
    both[axis] = index.shape[axis]
    index = np.broadcast_to(index, both)
    out = _taken("take_along_dim", grown, _places("take_along_dim", index, grown.shape, axis))
    return out if shape else out.reshape(index.shape if index.size > 1 else ())


@method
def index_select(x, axis, index):
    """Take whole slices along an axis, at the places of a vector.

    Parameters
    ----------
    x : Tensor or array_like
    axis : int
        PyTorch's `dim`.
    index : array_like of int, one axis
    """
    x = _with_axis(as_tensor(x))
    axis, index = check_axis("index_select", x.shape, axis), _index("index_select", index, x)
    if index.ndim > 1:
        raise ValueError(f"index_select needs an index of one axis, got shape {index.shape}")
    index, length = index.reshape(-1), x.shape[axis]
    if index.size and (index.min() < 0 or index.max() >= length):
        raise ValueError(
            f"index_select: places along axis {axis} of {x.shape} are 0..{length - 1}, found "
            f"{index.min()} to {index.max()}"
        )
    before = (slice(None),) * (axis % x.ndim)
    return _taken("index_select", x, (*before, index) if before else index)


@method
def scatter_add(x, axis, index, src):
    """Return x to which ``src[i, j]`` has been added at place ``index[i, j]`` along an axis.

    Parameters
    ----------
    x : Tensor or array_like
    axis : int
        PyTorch's `dim`.
    index : array_like of int
        As many axes as x.
    src : Tensor or array_like
        At least as long as the index along every axis; what is beyond is not used.
    """
    x = as_tensor(x)
    src = as_tensor(src, like=x)
    axis, index = check_axis("scatter_add", x.shape, axis), _index("scatter_add", index, x)
    if axis is None:
        raise ValueError("scatter_add needs a tensor with an axis, got a number")
    _fits("scatter_add", index, x.shape, axis)
    if src.ndim != index.ndim or any(m > n for m, n in zip(index.shape, src.shape, strict=True)):
        raise ValueError(
            f"scatter_add: src {src.shape} must hold a number for each of the index {index.shape}"
        )
    places = _places("scatter_add", index, x.shape, axis)
    used = tuple(slice(n) for n in index.shape)
    out = x.data + scatter(src.data[used], places, x.shape)

    def vjp(g):
        dsrc = np.zeros_like(g, shape=src.shape, order="C")
        dsrc[used] = g[places]
        return g, dsrc

    return record("scatter_add", out.astype(x.dtype, copy=False), (x, src), vjp)


@method
def masked_select(x, mask):
    """Return the elements where a mask is true, one after the other, a vector."""
    x, mask = as_tensor(x), boolean(mask, "masked_select")
    try:
        shape = np.broadcast_shapes(x.shape, mask.shape)
    except ValueError:
        raise ValueError(
            f"masked_select: a mask of {mask.shape} does not fit a tensor of {x.shape}"
        ) from None
    return _taken("masked_select", x.broadcast_to(shape), np.broadcast_to(mask, shape))
