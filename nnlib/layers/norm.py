"""Normalisation: numbers of mean 0 and variance 1, then a learnt scale and shift.

All forms do the same to different sets of numbers: batch normalisation to one channel of all
examples, layer normalisation to all features of one example, group normalisation to some channels
of one example. Backward they share one formula. With x̂ = (x - μ)/σ over n numbers, and g the
gradient of x̂, three ways lead from x to the loss: through x itself, through μ and through σ.

    ∂μ/∂x_j = 1/n,   ∂σ/∂x_j = x̂_j/n,   ∂x̂_i/∂x_j = (δ_ij - 1/n - x̂_i x̂_j/n) / σ
    dx = (g - mean(g) - x̂ mean(g x̂)) / σ

The last line takes away from g what x̂ cannot follow: a common shift and a common stretch.
"""

import math

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor, record
from ..checks import (
    check_count,
    check_flag,
    check_groups,
    check_number,
    check_shape,
    check_sizes,
    float_type,
)
from .module import Buffer, Module, Parameter

__all__ = [
    "BatchNorm1d",
    "BatchNorm2d",
    "BatchNorm3d",
    "GroupNorm",
    "LayerNorm",
    "batch_norm",
    "group_norm",
    "layer_norm",
]


def checked(op, like, shape, **values):
    """Return the values (or None) as tensors of one shape, of the type of `like`."""
    tensors = []
    for name, value in values.items():
        if value is not None:
            value = as_tensor(value, like=like)
            check_shape(op, name, value.shape, shape)
        tensors.append(value)
    return tensors


def _recorded(op, y, x, weight, bias, vjp):
    """Record a primitive whose `vjp` returns dx, dγ and dβ, of which γ and β may be missing."""
    given = [t is not None for t in (x, weight, bias)]
    inputs = tuple(t for t in (x, weight, bias) if t is not None)
    return record(
        op, y, inputs, lambda g: tuple(d for d, use in zip(vjp(g), given, strict=True) if use)
    )


# -- over the batch --------------------------------------------------------------------------


def batch_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    training=False,
    momentum=0.1,
    eps=1e-5,
):
    """Normalise every channel over all examples and positions. Guide Eqs. (73), (74).

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, ...)
    running_mean, running_var : Tensor, shape (C,), optional
        In training moved towards the statistics of the batch, in place; otherwise used instead
        of them.
    weight, bias : Tensor, shape (C,), optional
        γ and β of Eq. (74).
    training : bool
        Whether to use the statistics of the batch.
    momentum : float
        How far the running statistics move.
    eps : float
        Added to the variance.

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If shapes do not fit, training has a single number per channel, or use has no running
        statistics.
    TypeError
        If floating-point types differ.

    Notes
    -----
    As in PyTorch the batch is divided by its biased deviation (n in the denominator), while the
    running variance is the unbiased one (n - 1).
    """
    x = float_tensor(input, "batch_norm")
    training = check_flag("training", training)
    check_number("batch_norm: eps", eps, 0)
    check_number("batch_norm: momentum", momentum, 0, 1)
    if x.ndim < 2:
        raise ValueError(f"batch_norm expects inputs of shape (N, C, ...), got {x.shape}")
    n, channels, positions = x.shape[0], x.shape[1], math.prod(x.shape[2:])
    weight, bias, *running = checked(
        "batch_norm",
        x,
        (channels,),
        weight=weight,
        bias=bias,
        running_mean=running_mean,
        running_var=running_var,
    )
    count = n * positions
    if training and count < 2:
        raise ValueError(
            "batch_norm in training needs more than one number per channel, got an input of "
            f"shape {x.shape}"
        )
    if not training and (running[0] is None or running[1] is None):
        raise ValueError("batch_norm outside training needs running_mean and running_var")

    def mean_of(a):  # (N, C, S) -> (C, 1); sums as products with ones: BLAS is faster than sum()
        return (np.ones(n, a.dtype) @ (a @ np.ones(positions, a.dtype)))[:, None] / count

    X = x.data.reshape(n, channels, positions)
    if training:
        mean = mean_of(X)
        centred = X - mean
        var = np.vecdot(centred, centred).sum(0)[:, None] / count
        for kept, new in zip(running, (mean, var * (count / (count - 1))), strict=True):
            if kept is not None:
                kept.data[...] += (new[:, 0] - kept.data) * momentum
    else:
        centred = X - running[0].data[:, None]
        var = running[1].data[:, None]
    rstd = 1 / np.sqrt(var + eps)  # (C, 1)
    scale = rstd if weight is None else rstd * weight.data[:, None]
    y = centred * scale  # Eqs. (73) and (74) in one pass: γ/σ belongs to the channel
    if bias is not None:
        y += bias.data[:, None]

    def vjp(g):
        G = g.reshape(X.shape)
        dbeta = mean_of(G)
        dgamma = np.vecdot(G, centred).sum(0)[:, None] / count * rstd  # mean(g x̂)
        dx = np.empty_like(g, shape=x.shape, order="C") if x.requires_grad else None
        if x.requires_grad and training:
            D = np.multiply(centred, dgamma * rstd, out=dx.reshape(X.shape))  # x̂ mean(g x̂)
            np.subtract(G, D, out=D)
            D -= dbeta
            D *= scale
        elif x.requires_grad:
            np.multiply(G, scale, out=dx.reshape(X.shape))  # running statistics do not depend on x
        return dx, dgamma[:, 0] * count, dbeta[:, 0] * count

    return _recorded("batch_norm", y.reshape(x.shape), x, weight, bias, vjp)


class _BatchNorm(Module):
    """What `BatchNorm1d`, `BatchNorm2d` and `BatchNorm3d` share."""

    axes = ()  # the numbers of axes an input may have
    shapes = ""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=True,
        track_running_stats=True,
        *,
        bias=True,
        dtype=np.float32,
    ):
        check_sizes(type(self).__name__, num_features)
        check_number("eps", eps, 0)
        if momentum is not None:
            check_number("momentum", momentum, 0, 1)
        affine, bias = check_flag("affine", affine), check_flag("bias", bias)
        dtype = float_type(dtype)
        track_running_stats = check_flag("track_running_stats", track_running_stats)
        self.num_features, self.eps, self.momentum = num_features, eps, momentum
        self.affine, self.track_running_stats = affine, track_running_stats
        self.weight = Parameter(np.ones(num_features, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_features, dtype)) if affine and bias else None
        tracked = track_running_stats
        self.running_mean = Buffer(np.zeros(num_features, dtype)) if tracked else None
        self.running_var = Buffer(np.ones(num_features, dtype)) if tracked else None
        self.num_batches_tracked = Buffer(np.array(0, np.int64)) if tracked else None

    def forward(self, input):
        """Normalise; in training also follow the statistics."""
        x = as_tensor(input) if self.weight is None else as_tensor(input, like=self.weight)
        if x.ndim not in self.axes or x.shape[1] != self.num_features:
            shapes = self.shapes.replace("C", str(self.num_features))
            raise ValueError(f"{type(self).__name__} expects inputs {shapes}, got {x.shape}")
        momentum = self.momentum
        if momentum is None:  # the plain average over all batches so far
            momentum = 1 / (
                1 + (self.num_batches_tracked.item() if self.track_running_stats else 0)
            )
        out = batch_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            momentum,
            self.eps,
        )
        if self.training and self.track_running_stats:
            self.num_batches_tracked.data += 1
        return out

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}{without_bias(self)}, "
            f"track_running_stats={self.track_running_stats}"
        )


def without_bias(layer):
    """Return what `extra_repr` adds for a layer that has γ but no β."""
    return ", bias=False" if layer.affine and layer.bias is None else ""


class BatchNorm1d(_BatchNorm):
    """`batch_norm` of (N, C) or (N, C, L). Guide Eqs. (73), (74).

    Parameters
    ----------
    num_features : int
        Channels C.
    eps : float
    momentum : float or None
        None keeps the plain average over all batches.
    affine : bool
        Whether γ and β are learnt.
    track_running_stats : bool
        If False the batch is used outside training too.
    bias : bool
        Whether there is a β, if there is a γ.
    dtype : dtype

    Attributes
    ----------
    weight, bias : Parameter, shape (C,), or None
        γ, from 1, and β, from 0.
    running_mean, running_var : Buffer, shape (C,), or None
        Used instead of the batch after `eval`.
    num_batches_tracked : Buffer or None
    """

    axes = (2, 3)
    shapes = "(N, C) or (N, C, L)"


class BatchNorm2d(_BatchNorm):
    """`batch_norm` of (N, C, H, W); parameters as in `BatchNorm1d`. Guide Eqs. (73), (74)."""

    axes = (4,)
    shapes = "(N, C, H, W)"


class BatchNorm3d(_BatchNorm):
    """`batch_norm` of (N, C, D, H, W); parameters as in `BatchNorm1d`. Guide Eqs. (73), (74)."""

    axes = (5,)
    shapes = "(N, C, D, H, W)"


# -- within one example ----------------------------------------------------------------------


def _standardise(rows, eps):
    """Return x̂ of every row and 1/σ as a column.

    Sums along rows are products with ones, and sums of squares `vecdot`: both are BLAS's and
    several times faster than ``sum(1)``.
    """
    n = rows.shape[1]
    mean = rows @ np.full(n, 1 / n, rows.dtype)
    normed = rows - mean[:, None]
    rstd = 1 / np.sqrt(np.vecdot(normed, normed) / n + eps)[:, None]
    normed *= rstd
    return normed, rstd


def _standardise_vjp(g, normed, rstd, shape):
    """Return (g - mean(g) - x̂ mean(g x̂)) / σ for every row, in the shape of the input."""
    n = g.shape[1]
    along = np.vecdot(g, normed) / n
    mean = g @ np.full(n, 1 / n, g.dtype)
    dx = np.empty_like(g, shape=shape, order="C")
    rows = np.multiply(normed, along[:, None], out=dx.reshape(g.shape))
    np.subtract(g, rows, out=rows)
    rows -= mean[:, None]
    rows *= rstd
    return dx


def layer_norm(input, normalized_shape, weight=None, bias=None, eps=1e-5):
    """Normalise every example over its last axes. Guide Eq. (78).

    Parameters
    ----------
    input : Tensor or array_like, shape (..., *normalized_shape)
    normalized_shape : int or tuple of int
        Lengths of the axes that are normalised together.
    weight, bias : Tensor, shape normalized_shape, optional
        γ and β.
    eps : float
        Added to the (biased) variance under the root, as all code has it.

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
    x = float_tensor(input, "layer_norm")
    check_number("layer_norm: eps", eps, 0)
    shape = normalized_lengths(normalized_shape)
    if x.shape[x.ndim - len(shape) :] != shape or x.ndim < len(shape):
        raise ValueError(f"layer_norm over {shape} expects inputs (..., *{shape}), got {x.shape}")
    weight, bias = checked("layer_norm", x, shape, weight=weight, bias=bias)
    n = math.prod(shape)
    normed, rstd = _standardise(x.data.reshape(-1, n), eps)
    y = normed if weight is None else normed * weight.data.ravel()
    if bias is not None:
        y = y + bias.data.ravel() if y is normed else np.add(y, bias.data.ravel(), out=y)

    def vjp(g):
        G = g.reshape(-1, n)
        ones = np.ones(len(G), G.dtype)
        dx = dgamma = dbeta = None
        if weight is not None:
            dgamma = (ones @ (G * normed)).reshape(shape)
        if bias is not None:
            dbeta = (ones @ G).reshape(shape)
        if x.requires_grad:
            dnormed = G if weight is None else G * weight.data.ravel()
            dx = _standardise_vjp(dnormed, normed, rstd, x.shape)
        return dx, dgamma, dbeta

    return _recorded("layer_norm", y.reshape(x.shape), x, weight, bias, vjp)


def normalized_lengths(normalized_shape):
    """Return an int or a sequence of them as a checked tuple."""
    several = isinstance(normalized_shape, (tuple, list))
    try:
        shape = tuple(
            check_count("a length", n)
            for n in (normalized_shape if several else [normalized_shape])
        )
    except ValueError:
        shape = ()
    if not shape:
        raise ValueError(f"normalized_shape must name positive lengths, got {normalized_shape!r}")
    return shape


class LayerNorm(Module):
    """`layer_norm` with its parameters. Guide Eq. (78).

    Parameters
    ----------
    normalized_shape : int or tuple of int
    eps : float
    elementwise_affine : bool
        Whether γ and β are learnt.
    bias : bool
        Whether there is a β.
    dtype : dtype

    Attributes
    ----------
    weight, bias : Parameter of shape normalized_shape, or None
    """

    def __init__(
        self, normalized_shape, eps=1e-5, elementwise_affine=True, bias=True, *, dtype=np.float32
    ):
        self.normalized_shape = normalized_lengths(normalized_shape)
        check_number("eps", eps, 0)
        elementwise_affine = check_flag("elementwise_affine", elementwise_affine)
        bias, dtype = check_flag("bias", bias), float_type(dtype)
        self.eps, self.elementwise_affine = eps, elementwise_affine
        shape, affine = self.normalized_shape, elementwise_affine
        self.weight = Parameter(np.ones(shape, dtype)) if affine else None
        self.bias = Parameter(np.zeros(shape, dtype)) if affine and bias else None

    def forward(self, input):
        """Normalise the last axes."""
        return layer_norm(input, self.normalized_shape, self.weight, self.bias, self.eps)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        affine = self.elementwise_affine
        return f"{self.normalized_shape}, eps={self.eps}, elementwise_affine={affine}"


def group_norm(input, num_groups, weight=None, bias=None, eps=1e-5):
    """Normalise every example over the channels of a group and all positions. Guide Eq. (73).

    One group is layer normalisation over everything but with γ and β per channel; as many groups
    as channels is instance normalisation.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, ...)
    num_groups : int
        A divisor of C.
    weight, bias : Tensor, shape (C,), optional
        γ and β.
    eps : float

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If shapes do not fit or the groups do not divide the channels.
    TypeError
        If floating-point types differ.
    """
    x = float_tensor(input, "group_norm")
    check_number("group_norm: eps", eps, 0)
    if x.ndim < 2:
        raise ValueError(f"group_norm expects inputs of shape (N, C, ...), got {x.shape}")
    n, channels, positions = x.shape[0], x.shape[1], math.prod(x.shape[2:])
    if channels * positions == 0:
        raise ValueError(f"group_norm needs channels with numbers, got shape {x.shape}")
    check_groups(num_groups, channels=channels)
    weight, bias = checked("group_norm", x, (channels,), weight=weight, bias=bias)
    maps = (n, channels, positions)
    normed, rstd = _standardise(
        x.data.reshape(n * num_groups, channels // num_groups * positions), eps
    )
    y = normed.reshape(maps)
    if weight is not None:
        y = y * weight.data[:, None]
    if bias is not None:
        y = y + bias.data[:, None]

    def vjp(g):
        G = g.reshape(maps)
        dgamma = np.vecdot(G, normed.reshape(maps)).sum(0)
        dbeta = G.sum((0, 2))
        dnormed = G if weight is None else G * weight.data[:, None]
        dx = _standardise_vjp(dnormed.reshape(normed.shape), normed, rstd, x.shape)
        return dx, dgamma, dbeta

    return _recorded("group_norm", y.reshape(x.shape), x, weight, bias, vjp)


class GroupNorm(Module):
    """`group_norm` with its parameters.

    Parameters
    ----------
    num_groups, num_channels : int
    eps : float
    affine : bool
        Whether γ and β are learnt, one of each per channel.
    bias : bool
        Whether there is a β, if there is a γ.
    dtype : dtype

    Attributes
    ----------
    weight, bias : Parameter, shape (num_channels,), or None
    """

    def __init__(
        self, num_groups, num_channels, eps=1e-5, affine=True, *, bias=True, dtype=np.float32
    ):
        check_groups(num_groups, channels=num_channels)
        check_number("eps", eps, 0)
        affine, bias = check_flag("affine", affine), check_flag("bias", bias)
        dtype = float_type(dtype)
        self.num_groups, self.num_channels = num_groups, num_channels
        self.eps, self.affine = eps, affine
        self.weight = Parameter(np.ones(num_channels, dtype)) if affine else None
        self.bias = Parameter(np.zeros(num_channels, dtype)) if affine and bias else None

    def forward(self, input):
        """Normalise within each group."""
        x = as_tensor(input)
        if x.ndim < 2 or x.shape[1] != self.num_channels:
            raise ValueError(
                f"GroupNorm expects inputs (N, {self.num_channels}, ...), got {x.shape}"
            )
        return group_norm(x, self.num_groups, self.weight, self.bias, self.eps)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        words = f"{self.num_groups}, {self.num_channels}, eps={self.eps}, affine={self.affine}"
        return words + without_bias(self)
