"""Activation functions, each above its module: what makes a network more than one matrix."""

import math

import numpy as np

from ..autograd.special import erf
from ..autograd.tensor import float_tensor, is_grad_enabled, masked, method, record
from ..autograd.threads import share_out
from ..checks import check_axis, check_number, check_word
from .module import Module

__all__ = [
    "ELU",
    "GELU",
    "SELU",
    "LeakyReLU",
    "LogSigmoid",
    "LogSoftmax",
    "ReLU",
    "SiLU",
    "Sigmoid",
    "Softmax",
    "Softplus",
    "Tanh",
    "elu",
    "gelu",
    "leaky_relu",
    "log_softmax",
    "logsigmoid",
    "relu",
    "selu",
    "sigmoid",
    "silu",
    "softmax",
    "softplus",
    "tanh",
]

BLOCK = 1 << 16  # numbers in a piece of an array: its temporaries stay in the cache


def elementwise(name, z, curve):
    """Record a function that makes its value and its slope in one go.

    Both need the same exponential, so the slope is made in the forward pass, and only where a
    gradient may be asked for. The array is worked through in pieces that stay in the cache, by
    all cores where there are several.

    Parameters
    ----------
    name : str
    z : Tensor or array_like
    curve : callable
        ``curve(z, value, slope)`` takes a piece of the input, one axis, and writes value and slope
        of each of its numbers into two arrays; the last is None where no slope is needed.

    Returns
    -------
    Tensor, of the shape of z
    """
    z = float_tensor(z, name)
    line = z.data.reshape(-1)
    value, slope = np.empty_like(line), None
    if z.requires_grad and is_grad_enabled():
        slope = np.empty_like(line)

    def work(first, last):
        for k in range(first, last):
            piece = slice(k * BLOCK, (k + 1) * BLOCK)
            curve(line[piece], value[piece], None if slope is None else slope[piece])

    share_out(work, -(-line.size // BLOCK), 64 * BLOCK)
    return record(name, value.reshape(z.shape), (z,), lambda g: (g * slope.reshape(g.shape),))


def stable_sigmoid(z):
    """Sigmoid of an array without overflow, from tanh: σ(z) = (1 + tanh(z/2)) / 2."""
    half = np.asarray(0.5, z.dtype)
    return half * np.tanh(half * z) + half


# -- smooth steps ----------------------------------------------------------------------------


@method
def sigmoid(input):
    """Logistic function 1 / (1 + e⁻ᶻ), elementwise. Guide Eqs. (5), (6), (27)."""
    z = float_tensor(input, "sigmoid")
    a = stable_sigmoid(z.data)
    return record("sigmoid", a, (z,), lambda g: (g * (a * (1 - a)),))  # σ' = σ(1 - σ)


class Sigmoid(Module):
    """`sigmoid` as a layer. Guide Eq. (6)."""

    def forward(self, input):
        """Apply it elementwise."""
        return sigmoid(input)


def tanh(input):
    """Hyperbolic tangent, elementwise. Guide Eqs. (5), (7), (27)."""
    return float_tensor(input, "tanh").tanh()


class Tanh(Module):
    """`tanh` as a layer. Guide Eq. (7)."""

    def forward(self, input):
        """Apply it elementwise."""
        return tanh(input)


# -- rectifiers ------------------------------------------------------------------------------


@method
def relu(input):
    """Rectifier max(0, z), elementwise; its slope at 0 is taken as 0.

    Guide Eqs. (5), (8), (27), (70).
    """
    z = float_tensor(input, "relu")
    a = np.maximum(z.data, np.zeros(z.shape, z.dtype))  # two arrays: up to twice as fast as with 0
    return record("relu", a, (z,), lambda g: (masked(g, a > 0),))


class ReLU(Module):
    """`relu` as a layer. Guide Eq. (8)."""

    def forward(self, input):
        """Apply it elementwise."""
        return relu(input)


def leaky_relu(input, negative_slope=0.01):
    """Rectifier that lets a little through: z for z > 0, else αz. Guide Eq. (9).

    Maas et al., "Rectifier Nonlinearities Improve Neural Network Acoustic Models", 2013. Its
    slope at 0 is α.

    Parameters
    ----------
    input : Tensor or array_like
    negative_slope : float
        α.

    Returns
    -------
    Tensor, of the shape of input
    """
    z = float_tensor(input, "leaky_relu")
    check_number("leaky_relu: negative_slope", negative_slope)
    positive = z.data > 0
    slope = z.dtype.type(negative_slope) * ~positive
    slope += positive  # two products with a mask are several times faster than where()
    return record("leaky_relu", z.data * slope, (z,), lambda g: (g * slope,))


class LeakyReLU(Module):
    """`leaky_relu` as a layer. Guide Eq. (9)."""

    def __init__(self, negative_slope=0.01):
        self.negative_slope = check_number("leaky_relu: negative_slope", negative_slope)

    def forward(self, input):
        """Apply it elementwise."""
        return leaky_relu(input, self.negative_slope)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"negative_slope={self.negative_slope}"


def _elu(name, input, alpha, scale):
    """Compute scale · z for z > 0, else scale · α(e^z - 1)."""

    def curve(z, value, slope):
        zeros = np.zeros_like(z, order="C")  # two arrays: faster than with a number
        t = np.tanh(0.5 * np.minimum(z, zeros))
        e = alpha * 2 * t / (1 - t)  # α(e^z - 1), exact near 0 too, and cheaper than expm1
        np.maximum(z, zeros, out=value)
        value += e
        value *= scale
        if slope is not None:
            np.multiply(e + alpha, z <= 0, out=slope)
            slope += z > 0
            slope *= scale

    return elementwise(name, input, curve)


def elu(input, alpha=1.0):
    """Exponential linear unit: z for z > 0, else α(e^z - 1). Guide Eq. (10).

    Clevert et al., "Fast and Accurate Deep Network Learning by Exponential Linear Units", 2016.
    Its slope is continuous for α = 1 alone; at 0 it is α.

    Parameters
    ----------
    input : Tensor or array_like
    alpha : float
        Where it levels off on the left is -α.

    Returns
    -------
    Tensor, of the shape of input
    """
    return _elu("elu", input, check_number("elu: alpha", alpha), 1)


class ELU(Module):
    """`elu` as a layer. Guide Eq. (10)."""

    def __init__(self, alpha=1.0):
        self.alpha = check_number("elu: alpha", alpha)

    def forward(self, input):
        """Apply it elementwise."""
        return elu(input, self.alpha)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"alpha={self.alpha}"


# The one pair for which a normal input keeps mean 0 and variance 1; Klambauer et al. 2017, (14).
SELU_ALPHA = 1.6732632423543772848170429916717
SELU_SCALE = 1.0507009873554804934193349852946


def selu(input):
    """Scaled `elu` whose outputs have mean 0 and variance 1 where its inputs have.

    Klambauer et al., "Self-Normalizing Neural Networks", 2017: 1.0507 times `elu` with α = 1.6733.
    """
    return _elu("selu", input, SELU_ALPHA, SELU_SCALE)


class SELU(Module):
    """`selu` as a layer."""

    def forward(self, input):
        """Apply it elementwise."""
        return selu(input)


# -- smooth rectifiers -----------------------------------------------------------------------


def silu(input):
    """Swish, or sigmoid linear unit: z σ(z). Guide Eq. (11).

    Hendrycks & Gimpel 2016 and Elfwing et al. 2018 have it as SiLU; Ramachandran et al. 2017 call
    z σ(βz) Swish. The guide's β is 1.

    Parameters
    ----------
    input : Tensor or array_like

    Returns
    -------
    Tensor, of the shape of input
        NaN at -inf, as PyTorch has it.
    """

    def curve(z, value, slope):
        s = stable_sigmoid(z)
        np.multiply(z, s, out=value)
        if slope is not None:
            np.subtract(1, s, out=slope)  # σ + zσ(1 - σ)
            slope *= value
            slope += s

    return elementwise("silu", input, curve)


class SiLU(Module):
    """`silu` as a layer. Guide Eq. (11)."""

    def forward(self, input):
        """Apply it elementwise."""
        return silu(input)


def gelu(input, approximate="none"):
    """Gaussian error linear unit: z Φ(z), Φ the normal distribution function. Guide Eq. (12).

    Hendrycks & Gimpel, "Gaussian Error Linear Units", 2016.

    Parameters
    ----------
    input : Tensor or array_like
    approximate : {"none", "tanh"}
        "tanh" takes Φ(z) for ½(1 + tanh(√(2/π)(z + 0.044715z³))), which is faster and differs
        from z Φ(z) by at most 4.8e-4.

    Returns
    -------
    Tensor, of the shape of input
        NaN at -inf, as PyTorch has it.

    Raises
    ------
    ValueError
        If `approximate` is neither word.
    TypeError
        If the input does not hold floating-point numbers.
    """
    check_word("approximate", approximate, ("none", "tanh"))
    return elementwise("gelu", input, _gelu if approximate == "none" else _gelu_tanh)


def _gelu(z, value, slope):
    """Write z Φ(z) and Φ(z) + z Φ'(z)."""
    normal = erf(z * math.sqrt(0.5))
    normal *= 0.5
    normal += 0.5  # Φ
    np.multiply(z, normal, out=value)
    if slope is not None:
        np.multiply(z, z, out=slope)
        slope *= -0.5
        np.exp(slope, out=slope)
        slope *= z
        slope *= math.sqrt(0.5 / math.pi)
        slope += normal


def _gelu_tanh(z, value, slope):
    """Write z h, where h = ½(1 + tanh u) and u = √(2/π)(z + 0.044715z³), and its slope.

    The slope is h + z h' with h' = h(1 - h)2u'.
    """
    c = math.sqrt(2 / math.pi)
    squares = z * z
    h = squares * (0.044715 * c)
    h += c
    h *= z
    np.tanh(h, out=h)
    h *= 0.5
    h += 0.5
    np.multiply(z, h, out=value)
    if slope is not None:
        squares *= 6 * 0.044715 * c
        squares += 2 * c  # 2u'
        np.subtract(1, h, out=slope)
        slope *= value
        slope *= squares
        slope += h


class GELU(Module):
    """`gelu` as a layer. Guide Eq. (12)."""

    def __init__(self, approximate="none"):
        check_word("approximate", approximate, ("none", "tanh"))
        self.approximate = approximate

    def forward(self, input):
        """Apply it elementwise."""
        return gelu(input, self.approximate)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"approximate={self.approximate!r}"


def _soft_rectifier(z):
    """Return log(1 + e^z) of an array and its slope σ(z), both to the last digits far left."""
    e = np.exp(-np.abs(z))
    value = np.maximum(z, np.zeros_like(z, order="C"))
    value += np.log1p(e)
    slope = np.maximum(e, z > 0)
    slope /= e + 1
    return value, slope


def softplus(input, beta=1.0, threshold=20.0):
    """Smooth rectifier log(1 + e^(βz)) / β, whose slope is σ(βz).

    Parameters
    ----------
    input : Tensor or array_like
    beta : float
        How sharp the bend is.
    threshold : float
        Where βz is larger the result is z itself, as PyTorch has it.

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If beta is not positive.
    TypeError
        If the input does not hold floating-point numbers.
    """
    check_number("softplus: beta", beta, 0, above=True)
    check_number("softplus: threshold", threshold)

    def curve(z, value, slope):
        scaled = beta * z
        linear = scaled > threshold
        v, s = _soft_rectifier(scaled)
        np.divide(v, beta, out=value)
        np.copyto(value, z, where=linear)
        if slope is not None:
            slope[...] = s
            slope[linear] = 1

    return elementwise("softplus", input, curve)


class Softplus(Module):
    """`softplus` as a layer."""

    def __init__(self, beta=1.0, threshold=20.0):
        check_number("softplus: beta", beta, 0, above=True)
        check_number("softplus: threshold", threshold)
        self.beta, self.threshold = beta, threshold

    def forward(self, input):
        """Apply it elementwise."""
        return softplus(input, self.beta, self.threshold)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"beta={self.beta}, threshold={self.threshold}"


def logsigmoid(input):
    """Logarithm of `sigmoid`, -log(1 + e⁻ᶻ), exact where sigmoid itself would round to 0."""

    def curve(z, value, slope):
        v, s = _soft_rectifier(-z)
        np.negative(v, out=value)
        if slope is not None:
            slope[...] = s

    return elementwise("logsigmoid", input, curve)


class LogSigmoid(Module):
    """`logsigmoid` as a layer."""

    def forward(self, input):
        """Apply it elementwise."""
        return logsigmoid(input)


# -- over an axis ----------------------------------------------------------------------------


def _largest(z, axis):
    """Largest element along an axis; an empty array, of which nothing is left, may be taken so."""
    return z.data.max(axis, keepdims=True) if z.data.size else z.dtype.type(0)


@method
def softmax(input, axis=-1, *, dim=None):
    """Exponentials over their sum along an axis: positive numbers that add up to 1.

    Guide Eq. (23). The largest logit is subtracted first, which changes nothing but overflow.

    Parameters
    ----------
    input : Tensor or array_like
        Logits.
    axis : int
        The axis of the classes (PyTorch's `dim`).

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If the axis does not exist.
    TypeError
        If input does not hold floating-point numbers.
    """
    z = float_tensor(input, "softmax")
    axis = check_axis("softmax", z.shape, axis if dim is None else dim)
    e = np.exp(z.data - _largest(z, axis))
    p = e / e.sum(axis, keepdims=True)

    def vjp(g):
        # The Jacobian is diag(p) - p pᵀ, symmetric; applied to g without ever being formed.
        return (p * (g - (g * p).sum(axis, keepdims=True)),)

    return record("softmax", p, (z,), vjp)


class Softmax(Module):
    """`softmax` as a layer. Guide Eq. (23)."""

    def __init__(self, axis=-1, *, dim=None):
        self.axis = axis if dim is None else dim

    def forward(self, input):
        """Apply it along the axis."""
        return softmax(input, self.axis)


@method
def log_softmax(input, axis=-1, *, dim=None):
    """Logarithm of `softmax`, exact where softmax itself would round to 0."""
    z = float_tensor(input, "log_softmax")
    axis = check_axis("log_softmax", z.shape, axis if dim is None else dim)
    shifted = z.data - _largest(z, axis)
    with np.errstate(divide="ignore"):  # of an axis of length 0
        out = shifted - np.log(np.exp(shifted).sum(axis, keepdims=True))

    def vjp(g):
        return (g - np.exp(out) * g.sum(axis, keepdims=True),)

    return record("log_softmax", out, (z,), vjp)


class LogSoftmax(Module):
    """`log_softmax` as a layer."""

    def __init__(self, axis=-1, *, dim=None):
        self.axis = axis if dim is None else dim

    def forward(self, input):
        """Apply it along the axis."""
        return log_softmax(input, self.axis)
