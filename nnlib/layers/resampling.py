"""Maps of another size: by interpolation, and by dealing channels out as pixels."""

import math

import numpy as np

from ..autograd.tensor import float_tensor
from ..checks import check_count, check_flag, check_number, check_word
from .module import Module
from .pooling import averaged

__all__ = ["PixelShuffle", "Upsample", "interpolate", "pixel_shuffle"]


def interpolate(input, size=None, scale_factor=None, mode="nearest", align_corners=False):
    """Give sequences or maps another size.

    The new value at a place is a weighted mean of the old ones near it, row by row and column by
    column, so the whole is a product with one matrix from each side.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, L) or (N, C, H, W)
    size : int or tuple of int, optional
        Of the output.
    scale_factor : float or tuple of float, optional
        In place of size; the size is rounded down.
    mode : {"nearest", "linear", "bilinear", "bicubic"}
        "linear" is for sequences, "bilinear" and "bicubic" are for maps. "bicubic" is sharper, and
        may overshoot: some of its weights are negative.
    align_corners : bool
        Whether the centres of the corners stay where they are, instead of their outer edges.

    Returns
    -------
    Tensor

    Raises
    ------
    ValueError
        If the shape or an option does not fit.
    TypeError
        If input does not hold floating-point numbers.

    Notes
    -----
    "bicubic" is cubic convolution with a = -0.75, as in PyTorch and OpenCV; beyond the edge the
    outermost value is repeated. R. G. Keys, "Cubic Convolution Interpolation for Digital Image
    Processing", 1981, prefers a = -0.5.
    """
    x = float_tensor(input, "interpolate")
    if x.ndim not in (3, 4) or x.size == 0:
        raise ValueError(f"interpolate expects inputs (N, C, L) or (N, C, H, W), got {x.shape}")
    modes = ("nearest", "linear") if x.ndim == 3 else ("nearest", "bilinear", "bicubic")
    check_word(f"mode of interpolate for {x.ndim} axes", mode, modes)
    if (size is None) == (scale_factor is None):
        raise ValueError("interpolate needs size or scale_factor, one of them")
    if check_flag("align_corners", align_corners) and mode == "nearest":
        raise ValueError('align_corners has no meaning for mode="nearest"')
    weights = {"nearest": _nearest, "bicubic": _cubic}.get(mode, _linear)
    matrices = []
    for n, length, factor in zip(
        x.shape[2:], *_lengths(x.shape[2:], size, scale_factor), strict=True
    ):
        matrices.append(weights(n, length, factor, align_corners).astype(x.dtype))
    if x.ndim == 3:
        one = np.ones((1, 1), x.dtype)
        return averaged("interpolate", x.unsqueeze(-2), one, *matrices).squeeze(-2)
    return averaged("interpolate", x, *matrices)


def _lengths(old, size, scale_factor):
    """Return the new lengths, and for each the factor from new places to old ones."""

    def each(value):
        if not isinstance(value, (tuple, list)):
            return [value] * len(old)
        if len(value) != len(old):
            raise ValueError(f"interpolate needs one number or {len(old)}, got {value!r:.60}")
        return value

    if size is not None:
        new = [check_count("interpolate: size", n) for n in each(size)]
        return new, [n / m for n, m in zip(old, new, strict=True)]
    factors = [
        check_number("interpolate: scale_factor", f, 0, above=True) for f in each(scale_factor)
    ]
    new = [math.floor(n * f) for n, f in zip(old, factors, strict=True)]
    if min(new) < 1:
        raise ValueError(f"interpolate by {scale_factor} leaves nothing of {tuple(old)}")
    return new, [1 / f for f in factors]


def _nearest(n, length, factor, align_corners):
    """Rows are new places, columns old ones: 1 where the one takes the other."""
    places = np.minimum(np.floor(np.arange(length) * factor), n - 1)
    return places[:, None] == np.arange(n)


def _linear(n, length, factor, align_corners):
    """Rows are new places, columns old ones: the share of the two neighbours."""
    places = np.clip(_places(n, length, factor, align_corners), 0, n - 1)
    return np.maximum(1 - np.abs(places[:, None] - np.arange(n)), 0)


def _cubic(n, length, factor, align_corners):
    """Rows are new places, columns old ones: the share of the four neighbours."""
    places = _places(n, length, factor, align_corners)[:, None]
    neighbours = np.floor(places) + np.arange(-1, 3)
    d, a = np.abs(places - neighbours), -0.75
    near = ((a + 2) * d - (a + 3)) * d**2 + 1
    far = ((a * d - 5 * a) * d + 8 * a) * d - 4 * a
    shares = np.where(d <= 1, near, far)
    columns = np.clip(neighbours, 0, n - 1)  # beyond the edge the outermost is seen again
    return ((columns[..., None] == np.arange(n)) * shares[..., None]).sum(1)


def _places(n, length, factor, align_corners):
    """Where the centres of the new pixels lie among those of the old ones."""
    if align_corners:
        return np.arange(length) * ((n - 1) / (length - 1) if length > 1 else 0)
    return (np.arange(length) + 0.5) * factor - 0.5


class Upsample(Module):
    """`interpolate` as a layer."""

    def __init__(self, size=None, scale_factor=None, mode="nearest", align_corners=False):
        self.size, self.scale_factor = size, scale_factor
        self.mode, self.align_corners = mode, align_corners

    def forward(self, input):
        """Give sequences or maps another size."""
        return interpolate(input, self.size, self.scale_factor, self.mode, self.align_corners)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        size = "scale_factor" if self.size is None else "size"
        return f"{size}={getattr(self, size)}, mode={self.mode!r}"


def pixel_shuffle(input, upscale_factor):
    """Deal r² channels out as the pixels of squares r by r: (N, C r², H, W) to (N, C, H r, W r).

    Shi et al., "Real-Time Single Image and Video Super-Resolution Using an Efficient Sub-Pixel
    Convolutional Neural Network", 2016.

    Parameters
    ----------
    input : Tensor or array_like, shape (..., C r², H, W)
    upscale_factor : int
        r.

    Returns
    -------
    Tensor, shape (..., C, H r, W r)

    Raises
    ------
    ValueError
        If r² does not divide the channels.
    TypeError
        If input does not hold floating-point numbers.
    """
    x = float_tensor(input, "pixel_shuffle")
    r = check_count("pixel_shuffle: upscale_factor", upscale_factor)
    if x.ndim < 3 or x.shape[-3] % (r * r):
        raise ValueError(f"pixel_shuffle by {r} expects (..., C · {r * r}, H, W), got {x.shape}")
    *batch, channels, h, w = x.shape
    k = len(batch)
    x = x.reshape(*batch, channels // (r * r), r, r, h, w)
    x = x.permute(*range(k + 1), k + 3, k + 1, k + 4, k + 2)
    return x.reshape(*batch, channels // (r * r), h * r, w * r)


class PixelShuffle(Module):
    """`pixel_shuffle` as a layer."""

    def __init__(self, upscale_factor):
        self.upscale_factor = check_count("PixelShuffle: upscale_factor", upscale_factor)

    def forward(self, input):
        """Map (N, C r², H, W) to (N, C, H r, W r)."""
        return pixel_shuffle(input, self.upscale_factor)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"upscale_factor={self.upscale_factor}"
