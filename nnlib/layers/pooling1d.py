"""Pooling of sequences: that of images one pixel high."""

from ..autograd.tensor import float_tensor
from .module import Module
from .pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d

__all__ = [
    "AdaptiveAvgPool1d",
    "AvgPool1d",
    "MaxPool1d",
    "adaptive_avg_pool1d",
    "avg_pool1d",
    "max_pool1d",
]


def _images(input, name):
    """Return sequences (N, C, L) or (C, L) as images one pixel high."""
    x = float_tensor(input, name)
    if x.ndim not in (2, 3):
        raise ValueError(f"{name} expects inputs (N, C, L) or (C, L), got {x.shape}")
    return x.unsqueeze(-2)


def _flat(value, vertical):
    """Return a number, or a list of one, as (vertical, number): nothing happens up and down."""
    value = value[0] if isinstance(value, (tuple, list)) and len(value) == 1 else value
    return (vertical, value)


def max_pool1d(input, kernel_size, stride=None, padding=0, dilation=1):
    """Take the largest number of every region of sequences: `max_pool2d` one pixel high.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, L) or (C, L)
    kernel_size, stride, padding, dilation : int

    Returns
    -------
    Tensor, shape (N, C, l) or (C, l)

    Raises
    ------
    ValueError, TypeError
        As `max_pool2d`.
    """
    stride = None if stride is None else _flat(stride, 1)
    x, kernel = _images(input, "max_pool1d"), _flat(kernel_size, 1)
    return max_pool2d(x, kernel, stride, _flat(padding, 0), _flat(dilation, 1)).squeeze(-2)


def avg_pool1d(input, kernel_size, stride=None, padding=0, *, count_include_pad=True):
    """Take the mean of every region of sequences: `avg_pool2d` one pixel high.

    Parameters, result and errors as in `max_pool1d` and `avg_pool2d`.
    """
    stride = None if stride is None else _flat(stride, 1)
    x, kernel = _images(input, "avg_pool1d"), _flat(kernel_size, 1)
    pooled = avg_pool2d(x, kernel, stride, _flat(padding, 0), count_include_pad=count_include_pad)
    return pooled.squeeze(-2)


def adaptive_avg_pool1d(input, output_size):
    """Take means over so many regions that the output has a given length.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, L) or (C, L)
    output_size : int

    Returns
    -------
    Tensor, shape (N, C, output_size) or (C, output_size)

    Raises
    ------
    ValueError, TypeError
        As `adaptive_avg_pool2d`.
    """
    x = _images(input, "adaptive_avg_pool1d")
    return adaptive_avg_pool2d(x, _flat(output_size, 1)).squeeze(-2)


class MaxPool1d(Module):
    """`max_pool1d` as a layer."""

    def __init__(self, kernel_size, stride=None, padding=0, dilation=1):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.dilation = padding, dilation

    def forward(self, input):
        """Map (N, C, L) to (N, C, l)."""
        return max_pool1d(input, self.kernel_size, self.stride, self.padding, self.dilation)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return (
            f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}, "
            f"dilation={self.dilation}"
        )


class AvgPool1d(Module):
    """`avg_pool1d` as a layer."""

    def __init__(self, kernel_size, stride=None, padding=0, *, count_include_pad=True):
        self.kernel_size, self.stride = kernel_size, kernel_size if stride is None else stride
        self.padding, self.count_include_pad = padding, count_include_pad

    def forward(self, input):
        """Map (N, C, L) to (N, C, l)."""
        return avg_pool1d(
            input,
            self.kernel_size,
            self.stride,
            self.padding,
            count_include_pad=self.count_include_pad,
        )

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"kernel_size={self.kernel_size}, stride={self.stride}, padding={self.padding}"


class AdaptiveAvgPool1d(Module):
    """`adaptive_avg_pool1d` as a layer."""

    def __init__(self, output_size):
        self.output_size = output_size

    def forward(self, input):
        """Map (N, C, L) to (N, C, output_size)."""
        return adaptive_avg_pool1d(input, self.output_size)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"output_size={self.output_size}"
