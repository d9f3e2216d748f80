"""The patches that a convolution sees, side by side (im2col), and the way back (col2im)."""

import math

import numpy as np

from ..autograd.operations import pad
from ..autograd.tensor import float_tensor, record
from ..checks import pair
from .module import Module

__all__ = ["Fold", "Unfold", "fold", "unfold"]


def unfold(input, kernel_size, dilation=1, padding=0, stride=1):
    """Lay every patch of a map out as a column.

    Guide Eq. (55) is then one product: the filters, as rows, times these columns.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, H, W) or (C, H, W)
    kernel_size, dilation, padding, stride : int or (int, int)
        As in `conv2d`.

    Returns
    -------
    Tensor, shape (N, C · kh · kw, h · w) or (C · kh · kw, h · w)

    Raises
    ------
    ValueError
        If the shape or an option does not fit.
    TypeError
        If input does not hold floating-point numbers.
    """
    x = float_tensor(input, "unfold")
    if x.ndim not in (3, 4):
        raise ValueError(f"unfold expects inputs (N, C, H, W) or (C, H, W), got {x.shape}")
    kernel, dilation = pair(kernel_size, "kernel_size", 1), pair(dilation, "dilation", 1)
    (ph, pw), stride = pair(padding, "padding", 0), pair(stride, "stride", 1)
    x = pad(x, (pw, pw, ph, ph))
    out = _positions(x.shape[-2:], kernel, dilation, stride)
    if min(out) < 1:
        raise ValueError(f"unfold: a patch of {kernel} does not fit into maps of {x.shape[-2:]}")
    rows, columns = (
        np.arange(k)[:, None] * d + np.arange(o) * s
        for k, d, o, s in zip(kernel, dilation, out, stride, strict=True)
    )  # (kernel, out) each
    patches = x[..., rows[:, None, :, None], columns[None, :, None, :]]  # (..., kh, kw, h, w)
    return patches.reshape(*x.shape[:-3], x.shape[-3] * kernel[0] * kernel[1], out[0] * out[1])


def fold(input, output_size, kernel_size, dilation=1, padding=0, stride=1):
    """Add columns of patches to a map, each where it was taken from: the transpose of `unfold`.

    Where patches overlap, their numbers add up: ``fold(unfold(x))`` is x times the number of
    patches that see each place.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C · kh · kw, h · w) or (C · kh · kw, h · w)
    output_size : int or (int, int)
        H and W of the map.
    kernel_size, dilation, padding, stride : int or (int, int)
        As in `unfold`.

    Returns
    -------
    Tensor, shape (N, C, H, W) or (C, H, W)

    Raises
    ------
    ValueError
        If shapes or options do not fit.
    TypeError
        If input does not hold floating-point numbers.
    """
    x = float_tensor(input, "fold")
    size, kernel = pair(output_size, "output_size", 1), pair(kernel_size, "kernel_size", 1)
    dilation, stride = pair(dilation, "dilation", 1), pair(stride, "stride", 1)
    padding = pair(padding, "padding", 0)
    whole = [n + 2 * p for n, p in zip(size, padding, strict=True)]
    h, w = _positions(whole, kernel, dilation, stride)
    if min(h, w) < 1:
        raise ValueError(f"fold: a patch of {kernel} does not fit into maps of {tuple(whole)}")
    if x.ndim not in (2, 3) or x.shape[-2] % math.prod(kernel) or x.shape[-1] != h * w:
        raise ValueError(
            f"fold expects columns (N, C · {math.prod(kernel)}, {h * w}) or without N, for maps of "
            f"{size}, got {x.shape}"
        )
    columns = x.data.reshape(*x.shape[:-2], -1, *kernel, h, w)
    out = np.zeros((*columns.shape[:-4], *whole), x.dtype)
    for i, j in np.ndindex(*kernel):
        rows, places = (
            slice(k * d, k * d + s * (n - 1) + 1, s)
            for k, d, s, n in zip((i, j), dilation, stride, (h, w), strict=True)
        )
        out[..., rows, places] += columns[..., i, j, :, :]
    (ph, pw), (H, W) = padding, size

    def vjp(g):
        return (unfold(g, kernel, dilation, padding, stride).data,)

    return record("fold", out[..., ph : ph + H, pw : pw + W].copy(), (x,), vjp)


def _positions(size, kernel, dilation, stride):
    """How often a patch fits into a map, along both axes."""
    return [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, d, s in zip(size, kernel, dilation, stride, strict=True)
    ]


class Unfold(Module):
    """`unfold` as a layer."""

    def __init__(self, kernel_size, dilation=1, padding=0, stride=1):
        self.kernel_size, self.dilation = kernel_size, dilation
        self.padding, self.stride = padding, stride

    def forward(self, input):
        """Map (N, C, H, W) to (N, C · kh · kw, h · w)."""
        return unfold(input, self.kernel_size, self.dilation, self.padding, self.stride)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return (
            f"kernel_size={self.kernel_size}, dilation={self.dilation}, padding={self.padding}, "
            f"stride={self.stride}"
        )


class Fold(Unfold):
    """`fold` as a layer.

    Parameters
    ----------
    output_size : int or (int, int)
        H and W of the maps.
    kernel_size, dilation, padding, stride : int or (int, int)
    """

    def __init__(self, output_size, kernel_size, dilation=1, padding=0, stride=1):
        super().__init__(kernel_size, dilation, padding, stride)
        self.output_size = output_size

    def forward(self, input):
        """Map (N, C · kh · kw, h · w) to (N, C, H, W)."""
        options = self.kernel_size, self.dilation, self.padding, self.stride
        return fold(input, self.output_size, *options)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"output_size={self.output_size}, {super().extra_repr()}"
