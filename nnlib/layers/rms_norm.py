"""Layer normalisation without a mean: every example is divided by its root mean square."""

import math

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor, record
from ..checks import check_flag, check_number, check_shape, float_type
from .module import Module, Parameter
from .norm import normalized_lengths

__all__ = ["RMSNorm", "rms_norm"]


def rms_norm(input, normalized_shape, weight=None, eps=None):
    """Divide every example by the root mean square over its last axes.

    Zhang & Sennrich, "Root Mean Square Layer Normalization", 2019. With r = √(mean(x²) + ε) and
    x̂ = x/r over n numbers, ∂x̂_i/∂x_j = (δ_ij - x̂_i x̂_j/n)/r, so dx = (g - x̂ mean(g x̂))/r.

    Parameters
    ----------
    input : Tensor or array_like, shape (..., *normalized_shape)
    normalized_shape : int or tuple of int
    weight : Tensor, shape normalized_shape, optional
        γ.
    eps : float, optional
        By default the distance from 1 to the next number of the type, as in PyTorch.

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If shapes do not fit.
    TypeError
        If floating-point types differ.
    """
    x = float_tensor(input, "rms_norm")
    shape = normalized_lengths(normalized_shape)
    if x.shape[max(x.ndim - len(shape), 0) :] != shape:
        raise ValueError(f"rms_norm over {shape} expects inputs (..., *{shape}), got {x.shape}")
    eps = np.finfo(x.dtype).eps if eps is None else check_number("rms_norm: eps", eps, 0)
    if weight is not None:
        weight = as_tensor(weight, like=x)
        check_shape("rms_norm", "weight", weight.shape, shape)
    n = math.prod(shape)
    rows = x.data.reshape(-1, n)
    r = np.sqrt(np.vecdot(rows, rows) / n + x.dtype.type(eps))[:, None]
    normed = rows / r
    y = normed if weight is None else normed * weight.data.ravel()

    def vjp(g):
        G = g.reshape(-1, n)
        dweight = None if weight is None else (G * normed).sum(0).reshape(shape)
        dnormed = G if weight is None else G * weight.data.ravel()
        dx = (dnormed - normed * (np.vecdot(dnormed, normed) / n)[:, None]) / r
        dx = dx.reshape(x.shape)
        return (dx,) if weight is None else (dx, dweight)

    inputs = (x,) if weight is None else (x, weight)
    return record("rms_norm", y.reshape(x.shape), inputs, vjp)


class RMSNorm(Module):
    """`rms_norm` with its weight.

    Parameters
    ----------
    normalized_shape : int or tuple of int
    eps : float, optional
    elementwise_affine : bool
        Whether γ is learnt.
    dtype : dtype

    Attributes
    ----------
    weight : Parameter of shape normalized_shape, or None
    """

    def __init__(self, normalized_shape, eps=None, elementwise_affine=True, *, dtype=np.float32):
        self.normalized_shape = normalized_lengths(normalized_shape)
        affine = check_flag("elementwise_affine", elementwise_affine)
        self.eps, self.elementwise_affine = eps, affine
        if eps is not None:
            check_number("eps", eps, 0)
        ones = np.ones(self.normalized_shape, float_type(dtype))
        self.weight = Parameter(ones) if elementwise_affine else None

    def forward(self, input):
        """Normalise the last axes."""
        return rms_norm(input, self.normalized_shape, self.weight, self.eps)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        affine = self.elementwise_affine
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={affine}"
