"""Activation functions, each above its module: what makes a network more than one matrix."""

import numpy as np

from .module import Module
from .tensor import as_tensor, record

__all__ = [
    "ReLU",
    "Sigmoid",
    "Softmax",
    "Tanh",
    "log_softmax",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]


def float_tensor(x, name):
    """Turn the input of the function called `name` into a tensor of real numbers."""
    x = as_tensor(x)
    if x.dtype.kind != "f":
        raise TypeError(f"{name} needs float32 or float64, got {x.dtype}")
    return x


def stable_sigmoid(z):
    """Sigmoid of an array without overflow, from tanh: σ(z) = (1 + tanh(z/2)) / 2."""
    half = np.asarray(0.5, z.dtype)
    return half * np.tanh(half * z) + half


def sigmoid(z):
    """Logistic function 1 / (1 + e⁻ᶻ), elementwise. Guide Eq. (6)."""
    z = float_tensor(z, "sigmoid")
    a = stable_sigmoid(z.data)
    return record("sigmoid", a, (z,), lambda g: (g * (a * (1 - a)),))  # σ' = σ(1 - σ)


class Sigmoid(Module):
    """`sigmoid` as a layer. Guide Eq. (6)."""

    def forward(self, z):
        """Apply it elementwise."""
        return sigmoid(z)


def tanh(z):
    """Hyperbolic tangent, elementwise. Guide Eq. (7)."""
    return float_tensor(z, "tanh").tanh()


class Tanh(Module):
    """`tanh` as a layer. Guide Eq. (7)."""

    def forward(self, z):
        """Apply it elementwise."""
        return tanh(z)


def relu(z):
    """Rectifier max(0, z), elementwise; its slope at 0 is taken as 0. Guide Eqs. (8), (70)."""
    z = float_tensor(z, "relu")
    a = np.maximum(z.data, np.zeros(z.shape, z.dtype))  # two arrays: up to twice as fast as with 0
    return record("relu", a, (z,), lambda g: (g * (a > 0),))


class ReLU(Module):
    """`relu` as a layer. Guide Eq. (8)."""

    def forward(self, z):
        """Apply it elementwise."""
        return relu(z)


def softmax(z, axis=-1, *, dim=None):
    """Exponentials over their sum along an axis: positive numbers that add up to 1.

    Guide Eq. (23). The largest logit is subtracted first, which changes nothing but overflow.

    Parameters
    ----------
    z : Tensor or array_like
        Logits.
    axis : int
        The axis of the classes (PyTorch's `dim`).

    Returns
    -------
    Tensor, of the shape of z
    """
    axis = axis if dim is None else dim
    z = float_tensor(z, "softmax")
    e = np.exp(z.data - z.data.max(axis, keepdims=True))
    p = e / e.sum(axis, keepdims=True)

    def vjp(g):
        # The Jacobian is diag(p) - p pᵀ, symmetric; applied to g without ever being formed.
        return (p * (g - (g * p).sum(axis, keepdims=True)),)

    return record("softmax", p, (z,), vjp)


class Softmax(Module):
    """`softmax` as a layer. Guide Eq. (23)."""

    def __init__(self, axis=-1, *, dim=None):
        self.axis = axis if dim is None else dim

    def forward(self, z):
        """Apply it along the axis."""
        return softmax(z, self.axis)


def log_softmax(z, axis=-1, *, dim=None):
    """Logarithm of `softmax`, exact where softmax itself would round to 0."""
    axis = axis if dim is None else dim
    z = float_tensor(z, "log_softmax")
    shifted = z.data - z.data.max(axis, keepdims=True)
    out = shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))

    def vjp(g):
        return (g - np.exp(out) * g.sum(axis, keepdims=True),)

    return record("log_softmax", out, (z,), vjp)
