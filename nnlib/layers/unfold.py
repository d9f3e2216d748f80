"""The patches that a convolution sees, side by side: im2col as an operation of its own."""

import numpy as np

from ..autograd.operations import pad
from ..autograd.tensor import float_tensor
from ..checks import pair
from .module import Module

__all__ = ["Unfold", "unfold"]


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
    out = [
        (n - d * (k - 1) - 1) // s + 1
        for n, k, d, s in zip(x.shape[-2:], kernel, dilation, stride, strict=True)
    ]
    if min(out) < 1:
        raise ValueError(f"unfold: a patch of {kernel} does not fit into maps of {x.shape[-2:]}")
    rows, columns = (
        np.arange(k)[:, None] * d + np.arange(o) * s
        for k, d, o, s in zip(kernel, dilation, out, stride, strict=True)
    )  # (kernel, out) each
    patches = x[..., rows[:, None, :, None], columns[None, :, None, :]]  # (..., kh, kw, h, w)
    return patches.reshape(*x.shape[:-3], x.shape[-3] * kernel[0] * kernel[1], out[0] * out[1])


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
