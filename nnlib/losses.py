"""Losses: how wrong a prediction is, as one number. Those for classes take logits.

Each loss is the negative logarithm of a likelihood, fused with the function that makes
probabilities from logits: that is what keeps the value finite and the gradient ŷ - y simple.
"""

import numpy as np

from .activations import float_tensor, stable_sigmoid
from .module import Module
from .tensor import Tensor, as_tensor, record

__all__ = [
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "MSELoss",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "mse_loss",
]

REDUCTIONS = ("mean", "sum", "none")


def _check_reduction(reduction):
    if reduction not in REDUCTIONS:
        raise ValueError(f"reduction must be one of {REDUCTIONS}, got {reduction!r}")


def _reduced(op, losses, inputs, vjp, reduction, count):
    """Record a loss after its reduction. Its `vjp(g)` takes g of the shape of `losses` or ()."""
    if reduction == "none":
        return record(op, losses, inputs, vjp)
    if count == 0:
        raise ValueError(f"{op} of an empty batch is not defined: there is nothing to average")
    scale = losses.dtype.type(1 / count if reduction == "mean" else 1)
    return record(op, losses.sum() * scale, inputs, lambda g: vjp(g * scale))


def mse_loss(input, target, reduction="mean"):
    """Mean squared error: (ŷ - y)² without a factor ½. Guide Eq. (18).

    Parameters
    ----------
    input, target : Tensor or array_like, of one shape
        Prediction ŷ and truth y.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of `input`.

    Raises
    ------
    ValueError
        If the shapes differ (broadcasting here is nearly always a mistake), the batch is empty
        or the reduction is unknown.
    TypeError
        If `input` holds whole numbers, or the floating-point types differ.
    """
    _check_reduction(reduction)
    input = float_tensor(input, "mse_loss")
    target = as_tensor(target, like=input)
    if input.shape != target.shape:
        raise ValueError(f"mse_loss got shapes {input.shape} and {target.shape}: they must agree")
    error = input.data - target.data

    def vjp(g):
        slope = g * (error + error)  # 2 (ŷ - y)
        return slope, -slope if target.requires_grad else None

    return _reduced("mse_loss", error * error, (input, target), vjp, reduction, error.size)


class MSELoss(Module):
    """`mse_loss` as a module. Guide Eq. (18)."""

    def __init__(self, reduction="mean"):
        _check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input, target):
        """Return the loss."""
        return mse_loss(input, target, self.reduction)


def binary_cross_entropy_with_logits(input, target, reduction="mean"):
    """Cross-entropy of yes-or-no targets, from logits. Guide Eqs. (6), (21).

    For one logit z and target y it is max(z, 0) - z·y + log(1 + e⁻|z|), which is Eq. (21) at
    ŷ = σ(z) without ever taking the logarithm of a rounded probability. Its gradient is ŷ - y.

    Parameters
    ----------
    input : Tensor or array_like
        Logits z, any shape.
    target : Tensor or array_like of that shape
        Probabilities of "yes", usually 0 or 1.
    reduction : {"mean", "sum", "none"}

    Raises
    ------
    ValueError
        If shapes differ, a target lies outside [0, 1], the batch is empty or the reduction is
        unknown.
    TypeError
        If logits are not floating-point numbers.
    """
    _check_reduction(reduction)
    input = float_tensor(input, "binary_cross_entropy_with_logits")
    target = as_tensor(target, like=input)
    if input.shape != target.shape:
        raise ValueError(
            f"binary_cross_entropy_with_logits got shapes {input.shape} and {target.shape}: "
            "they must agree"
        )
    z, y = input.data, target.data
    if y.size and not (y.min() >= 0 and y.max() <= 1):
        raise ValueError(f"targets must lie in [0, 1], found {y.min():g} to {y.max():g}")
    losses = np.maximum(z, 0) - z * y + np.log1p(np.exp(-np.abs(z)))

    def vjp(g):
        return g * (stable_sigmoid(z) - y), -g * z if target.requires_grad else None

    return _reduced(
        "binary_cross_entropy_with_logits", losses, (input, target), vjp, reduction, z.size
    )


class BCEWithLogitsLoss(Module):
    """`binary_cross_entropy_with_logits` as a module. Guide Eq. (21)."""

    def __init__(self, reduction="mean"):
        _check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input, target):
        """Return the loss."""
        return binary_cross_entropy_with_logits(input, target, self.reduction)


def cross_entropy(input, target, reduction="mean"):
    """Cross-entropy of classes, from logits. Guide Eqs. (22)-(24), (28).

    Softmax and logarithm are one step here. Its gradient is ŷ - y, Eq. (28) with the full
    Jacobian of softmax in place of the elementwise derivative that the guide prints.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C)
        Logits.
    target : array_like of int, shape (N,), or of float, shape (N, C)
        Class numbers 0..C-1 (Eq. 24), or probabilities of the classes (Eq. 22).
    reduction : {"mean", "sum", "none"}
        "none" returns the N losses of the examples.

    Raises
    ------
    ValueError
        If shapes do not fit, a class number is out of range, the batch is empty or the reduction
        is unknown.
    TypeError
        If logits are not floating-point numbers.
    """
    _check_reduction(reduction)
    input = as_tensor(input)
    if input.dtype.kind != "f":
        raise TypeError(f"cross_entropy needs float32 or float64 logits, got {input.dtype}")
    if input.ndim != 2:
        raise ValueError(f"cross_entropy expects logits of shape (N, C), got {input.shape}")
    n, classes = input.shape
    if n == 0:
        raise ValueError("cross_entropy of an empty batch is not defined")
    y = np.asarray(target.data if isinstance(target, Tensor) else target)
    if y.shape not in ((n,), (n, classes)):
        raise ValueError(
            f"for logits of shape {input.shape} the target must have shape ({n},), class numbers, "
            f"or ({n}, {classes}), probabilities; got {y.shape}"
        )

    z = input.data
    shifted = z - z.max(1, keepdims=True)  # (N, C); softmax does not change, exp cannot overflow
    e = np.exp(shifted)
    total = e.sum(1, keepdims=True)  # (N, 1)
    log_total = np.log(total[:, 0])  # (N,)
    rows = np.arange(n)

    if y.ndim == 1:
        if y.dtype.kind not in "iu":
            raise TypeError(f"class numbers must be integers, the target has dtype {y.dtype}")
        if y.min() < 0 or y.max() >= classes:
            raise ValueError(
                f"class numbers must be 0..{classes - 1}, found {y.min()} to {y.max()}"
            )
        losses = log_total - shifted[rows, y]  # Eq. (24)

        def vjp(g):
            delta = e / total  # ŷ
            delta[rows, y] -= 1  # ŷ - y for the one-hot y
            delta *= g[..., None]
            return (delta,)

        return _reduced("cross_entropy", losses, (input,), vjp, reduction, n)

    target = as_tensor(target, like=input)
    y = target.data
    mass = y.sum(1, keepdims=True)  # 1 for probabilities
    losses = log_total * mass[:, 0] - (y * shifted).sum(1)  # Eq. (22)

    def vjp_probabilities(g):
        g = g[..., None]
        dz = g * (e / total * mass - y)
        dy = g * (log_total[:, None] - shifted) if target.requires_grad else None
        return dz, dy

    return _reduced("cross_entropy", losses, (input, target), vjp_probabilities, reduction, n)


class CrossEntropyLoss(Module):
    """`cross_entropy` as a module. Guide Eqs. (22)-(24)."""

    def __init__(self, reduction="mean"):
        _check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input, target):
        """Return the loss."""
        return cross_entropy(input, target, self.reduction)
