"""Pooling: one number for a small region of a map, its largest or its mean."""

import math

import numpy as np

from ..autograd.tensor import float_tensor, masked, record
from ..checks import check_flag, pair
from .module import Module

__all__ = [
    "AdaptiveAvgPool2d",
    "AvgPool2d",
    "MaxPool2d",
    "adaptive_avg_pool2d",
    "avg_pool2d",
    "max_pool2d",
]

CACHE = 1 << 21  # bytes of the copies that `max_pool2d` works on at a time


def _maps(input, name):
    """Return the input as a tensor of real numbers with an axis of channels, height and width."""
    x = float_tensor(input, name)
    if x.ndim not in (3, 4):
        raise ValueError(f"{name} expects inputs (N, C, H, W) or (C, H, W), got {x.shape}")
    return x


def _regions(name, size, kernel_size, stride, padding, dilation=1):
    """Return checked options, and how many regions fit below and beside each other."""
    kernel = pair(kernel_size, "kernel_size", 1)
    stride = kernel if stride is None else pair(stride, "stride", 1)
    padding, dilation = pair(padding, "padding", 0), pair(dilation, "dilation", 1)
    if any(p > k / 2 for p, k in zip(padding, kernel, strict=True)):
        raise ValueError(f"padding {padding} is more than half of the kernel {kernel}")
    out = tuple(
        (n + 2 * p - d * (k - 1) - 1) // s + 1
        for n, k, s, p, d in zip(size, kernel, stride, padding, dilation, strict=True)
    )
    if min(out) < 1:
        raise ValueError(f"{name}: a region of {kernel} does not fit into maps of {size}")
    return kernel, stride, padding, dilation, out


def max_pool2d(input, kernel_size, stride=None, padding=0, dilation=1):
    """Take the largest number of every region. Guide Eq. (56).

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, H, W) or (C, H, W)
    kernel_size : int or (int, int)
        Size of a region.
    stride : int or (int, int), optional
        Step between regions; by default their size, so that they tile the map.
    padding : int or (int, int)
        Rows and columns of -∞ around the map, which never win.
    dilation : int or (int, int)
        Step between the elements of a region.

    Returns
    -------
    Tensor, shape (N, C, h, w) or (C, h, w)
        Where several numbers are the largest, the first of them, row by row, gets the gradient.

    Raises
    ------
    ValueError
        If the shape or an option does not fit.
    TypeError
        If input does not hold floating-point numbers.
    """
    x = _maps(input, "max_pool2d")
    kernel, stride, padding, dilation, out_size = _regions(
        "max_pool2d", x.shape[-2:], kernel_size, stride, padding, dilation
    )
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    (height, width), (h, w) = x.shape[-2:], out_size
    X = x.data.reshape(-1, height, width)
    inside = None
    if ph or pw:
        X = np.pad(X, ((0, 0), (ph, ph), (pw, pw)), constant_values=-np.inf)
        inside = np.pad(np.ones((1, height, width), bool), ((0, 0), (ph, ph), (pw, pw)))

    def tap(maps, i, j):  # element (i, j) of every region: a view of the shape of the output
        i, j = i * dh, j * dw
        return maps[:, i : i + sh * (h - 1) + 1 : sh, j : j + sw * (w - 1) + 1 : sw]

    # Eq. (56), elementwise over all regions of some maps at a time. Copying every tap into an
    # array of its own pays, since NumPy is several times faster on numbers that lie side by side;
    # few maps at a time, because these copies shall stay in the cache.
    elements = list(np.ndindex(kernel))
    out = np.empty_like(X, shape=(len(X), h, w), order="C")
    wins = np.empty((len(elements), *out.shape), bool)  # which element is the largest
    step = max(1, CACHE // (len(elements) * h * w * x.dtype.itemsize))
    parts = [slice(k, k + step) for k in range(0, len(X), step)]
    for part in parts:
        taps = [tap(X[part], i, j).copy() for i, j in elements]
        best = taps[0].copy()
        for other in taps[1:]:
            np.maximum(best, other, out=best)
        out[part] = best
        unclaimed = np.ones(best.shape, bool)  # regions whose first winner has not been met
        broken = np.isnan(best.sum())  # then a NaN is the largest of its region
        for k, ((i, j), values) in enumerate(zip(elements, taps, strict=True)):
            hit = np.equal(values, best, out=wins[k, part])
            if broken:
                hit |= np.isnan(values)
            if inside is not None:  # where all is -∞, the padding could win
                hit &= tap(inside, i, j)
            hit &= unclaimed
            unclaimed ^= hit

    def vjp(g):
        G = g.reshape(out.shape)
        dx = np.zeros_like(g, shape=(*x.shape[:-2], *X.shape[1:]), order="C")
        dX = dx.reshape(X.shape)
        apart = sh >= dh * (kernel[0] - 1) + 1 and sw >= dw * (kernel[1] - 1) + 1
        for part in parts:
            for k, (i, j) in enumerate(elements):
                place = tap(dX[part], i, j)
                given = masked(G[part], wins[k, part])  # faster than indexing by the mask
                if apart:  # no two regions share an element: nothing to add to
                    place[...] = given
                else:
                    place += given
        return (dx[..., ph : ph + height, pw : pw + width] if ph or pw else dx,)

    return record("max_pool2d", out.reshape(*x.shape[:-2], h, w), (x,), vjp)


class MaxPool2d(Module):
    """`max_pool2d` as a layer. Guide Eq. (56)."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation

    def forward(self, input):
        """Map (N, C, H, W) to (N, C, h, w)."""
        return max_pool2d(input, self.kernel_size, self.stride, self.padding, self.dilation)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}"
        )


# -- means -----------------------------------------------------------------------------------


def averaged(op, x, rows, columns):
    """Average maps by two matrices: out = R X Cᵀ for every map X.

    A mean over a rectangle is a mean over rows of means over columns, so any such pooling is two
    matrix products, and its gradient is Rᵀ G C.
    """
    out = _sandwiched(rows, x.data, columns.T)
    return record(op, out, (x,), lambda g: (_sandwiched(rows.T, g, columns),))


def _sandwiched(left, X, right):
    """Left X right for every map; what is infinite or NaN stays where its factors are not 0."""
    with np.errstate(invalid="ignore", over="ignore"):
        out = left @ X @ right
        if np.isfinite(out.sum()).all():
            return out
    # The same, with the broken numbers as 0, and then put where they belong.
    bad = ~np.isfinite(X)
    clean = left @ np.where(bad, np.zeros((), X.dtype), X) @ right
    left, right = np.sign(left), np.sign(right)
    infinite = np.where(np.isinf(X), np.sign(X), 0.0)
    net, count = left @ infinite @ right, abs(left) @ abs(infinite) @ abs(right)
    broken = np.where(net == count, np.inf, np.where(net == -count, -np.inf, np.nan))
    broken[abs(left) @ np.isnan(X) @ abs(right) > 0] = np.nan
    return np.where(abs(left) @ bad @ abs(right) > 0, broken.astype(X.dtype), clean)


def avg_pool2d(input, kernel_size, stride=None, padding=0, *, count_include_pad=True):
    """Take the mean of every region.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, H, W) or (C, H, W)
    kernel_size, stride, padding
        As in `max_pool2d`, with zeros around the map.
    count_include_pad : bool
        Whether those zeros count in the mean.

    Returns
    -------
    Tensor, shape (N, C, h, w) or (C, h, w)

    Raises
    ------
    ValueError, TypeError
        As `max_pool2d`.
    """
    x = _maps(input, "avg_pool2d")
    count_include_pad = check_flag("count_include_pad", count_include_pad)
    kernel, stride, padding, _, out = _regions(
        "avg_pool2d", x.shape[-2:], kernel_size, stride, padding
    )
    matrices = []
    for n, k, s, p, o in zip(x.shape[-2:], kernel, stride, padding, out, strict=True):
        first = np.arange(o)[:, None] * s - p  # where each region begins
        inside = (np.arange(n) >= first) & (np.arange(n) < first + k)  # (o, n)
        count = k if count_include_pad else inside.sum(1, keepdims=True)
        matrices.append((inside / count).astype(x.dtype))
    return averaged("avg_pool2d", x, *matrices)


class AvgPool2d(Module):
    """`avg_pool2d` as a layer."""

    def __init__(self, kernel_size, stride=None, padding=0, *, count_include_pad=True):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.count_include_pad = padding, count_include_pad

    def forward(self, input):
        """Map (N, C, H, W) to (N, C, h, w)."""
        return avg_pool2d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            count_include_pad=self.count_include_pad,
        )

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


def adaptive_avg_pool2d(input, output_size):
    """Take means over so many regions that the output has a given size.

    Size 1 is global average pooling: one number per channel, whatever the size of the map.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, H, W) or (C, H, W)
    output_size : int or (int or None, int or None)
        None keeps the length. Region i of h runs from ⌊i H/h⌋ to ⌈(i + 1) H/h⌉, so regions may
        overlap where h does not divide H.

    Returns
    -------
    Tensor, shape (N, C, h, w) or (C, h, w)

    Raises
    ------
    ValueError
        If the shape or a size does not fit.
    TypeError
        If input does not hold floating-point numbers.
    """
    x = _maps(input, "adaptive_avg_pool2d")
    if isinstance(output_size, (tuple, list)) and len(output_size) == 2:
        output_size = [
            n if o is None else o for n, o in zip(x.shape[-2:], output_size, strict=True)
        ]
    size = pair(output_size, "output_size", 1)
    if math.prod(x.shape[-2:]) == 0:
        raise ValueError(f"adaptive_avg_pool2d of empty maps {x.shape} is not defined")
    matrices = []
    for n, o in zip(x.shape[-2:], size, strict=True):
        k = np.arange(o)[:, None]
        inside = (np.arange(n) >= k * n // o) & (np.arange(n) < -(-(k + 1) * n // o))
        matrices.append((inside / inside.sum(1, keepdims=True)).astype(x.dtype))
    return averaged("adaptive_avg_pool2d", x, *matrices)


class AdaptiveAvgPool2d(Module):
    """`adaptive_avg_pool2d` as a layer; with output_size=1 global average pooling."""

    def __init__(self, output_size):
        self.output_size = output_size

    def forward(self, input):
        """Map (N, C, H, W) to (N, C, h, w)."""
        return adaptive_avg_pool2d(input, self.output_size)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"output_size={self.output_size}"
