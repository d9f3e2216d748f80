"""Local response normalisation, AlexNet's: a channel is damped where its neighbours are loud."""

import numpy as np

from ..autograd.tensor import float_tensor, record
from ..checks import check_count, check_number
from .module import Module

__all__ = ["LocalResponseNorm", "local_response_norm"]


def local_response_norm(input, size, alpha=1e-4, beta=0.75, k=1.0):
    """Divide by (k + α · mean of the squares of neighbouring channels)^β.

    Krizhevsky et al., "ImageNet Classification with Deep Convolutional Neural Networks", 2012.
    With s = k + α B x², where the band matrix B takes the mean over `size` channels (missing ones
    count as 0), y = x s^(-β); so dx = g s^(-β) - 2αβ x Bᵀ(g x s^(-β-1)).

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, ...)
    size : int
        How many channels, the channel itself in their middle.
    alpha, beta, k : float

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If the shape or an option does not fit.
    TypeError
        If input does not hold floating-point numbers.
    """
    x = float_tensor(input, "local_response_norm")
    if x.ndim < 3:
        raise ValueError(f"local_response_norm expects inputs (N, C, ...), got {x.shape}")
    size = check_count("local_response_norm: size", size)
    for name, value in (("alpha", alpha), ("beta", beta), ("k", k)):
        check_number(f"local_response_norm: {name}", value)
    maps = (x.shape[0], x.shape[1], -1) if x.size else (*x.shape[:2], 0)
    X, channels = x.data.reshape(maps), np.arange(x.shape[1])
    offset = channels - channels[:, None]
    B = ((-(size // 2) <= offset) & (offset <= (size - 1) // 2)).astype(x.dtype) / size
    s = B @ (X * X) * alpha + k

    def vjp(g):
        G = g.reshape(X.shape)
        spread = B.T @ (G * X * s ** (-beta - 1))
        return ((G * s**-beta - 2 * alpha * beta * X * spread).reshape(x.shape),)

    return record("local_response_norm", (X * s**-beta).reshape(x.shape), (x,), vjp)


class LocalResponseNorm(Module):
    """`local_response_norm` as a layer."""

    def __init__(self, size, alpha=1e-4, beta=0.75, k=1.0):
        self.size = check_count("LocalResponseNorm: size", size)
        for option in (alpha, beta, k):
            check_number("LocalResponseNorm: alpha, beta and k", option)
        self.alpha, self.beta, self.k = alpha, beta, k

    def forward(self, input):
        """Normalise over neighbouring channels."""
        return local_response_norm(input, self.size, self.alpha, self.beta, self.k)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"{self.size}, alpha={self.alpha}, beta={self.beta}, k={self.k}"
