"""Losses of numbers: squared, absolute, and Huber's, which is the one near 0 and the other far."""

import numpy as np

from ..checks import check_number
from ..layers.module import Module
from .reduction import check_reduction, reduced, same_shape

__all__ = [
    "HuberLoss",
    "L1Loss",
    "MSELoss",
    "SmoothL1Loss",
    "huber_loss",
    "l1_loss",
    "mse_loss",
    "smooth_l1_loss",
]


def _of_error(op, input, target, reduction, curve):
    """Record a loss of the error ŷ - y. `curve(error)` returns its value, and its slope later."""
    check_reduction(reduction)
    input, target = same_shape(op, input, target)
    losses, slope_of = curve(input.data - target.data)

    def vjp(g):
        slope = g * slope_of()
        return slope, -slope if target.requires_grad else None

    return reduced(op, losses, (input, target), vjp, reduction, losses.size)


def mse_loss(input, target, reduction="mean"):
    """Mean squared error: (ŷ - y)² without a factor ½. Guide Eq. (18); backward Eq. (28).

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

    def curve(error):
        return error * error, lambda: error + error  # 2 (ŷ - y)

    return _of_error("mse_loss", input, target, reduction, curve)


class MSELoss(Module):
    """`mse_loss` as a module. Guide Eq. (18)."""

    def __init__(self, reduction="mean"):
        check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input, target):
        """Return the loss."""
        return mse_loss(input, target, self.reduction)


def l1_loss(input, target, reduction="mean"):
    """Mean absolute error ``|ŷ - y|``, whose slope at 0 is taken as 0. Guide Eq. (19).

    Parameters, result and errors as in `mse_loss`.
    """

    def curve(error):
        return np.abs(error), lambda: np.sign(error)

    return _of_error("l1_loss", input, target, reduction, curve)


class L1Loss(Module):
    """`l1_loss` as a module. Guide Eq. (19)."""

    def __init__(self, reduction="mean"):
        check_reduction(reduction)
        self.reduction = reduction

    def forward(self, input, target):
        """Return the loss."""
        return l1_loss(input, target, self.reduction)


def _huber(error, delta):
    """Return Huber's function and, later, its slope, the error cut off at ±δ."""
    cut = np.clip(error, -delta, delta)
    return cut * (error - 0.5 * cut), lambda: cut  # error²/2 inside, δ|error| - δ²/2 outside


def huber_loss(input, target, reduction="mean", delta=1.0):
    """Huber's loss: ``½(ŷ - y)²`` up to δ, beyond it ``δ|ŷ - y| - ½δ²``. Guide Eq. (20).

    Huber, "Robust Estimation of a Location Parameter", 1964.

    Parameters
    ----------
    input, target : Tensor or array_like, of one shape
    reduction : {"mean", "sum", "none"}
    delta : float
        Where the parabola becomes a line.

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of `input`.

    Raises
    ------
    ValueError
        If delta is not positive; otherwise as `mse_loss`.
    TypeError
        As `mse_loss`.
    """
    check_number("huber_loss: delta", delta, 0, above=True)
    return _of_error("huber_loss", input, target, reduction, lambda error: _huber(error, delta))


class HuberLoss(Module):
    """`huber_loss` as a module. Guide Eq. (20)."""

    def __init__(self, reduction="mean", delta=1.0):
        check_reduction(reduction)
        check_number("huber_loss: delta", delta, 0, above=True)
        self.reduction, self.delta = reduction, delta

    def forward(self, input, target):
        """Return the loss."""
        return huber_loss(input, target, self.reduction, self.delta)


def smooth_l1_loss(input, target, reduction="mean", beta=1.0):
    """Huber's loss over β, so that far out its slope is ±1 whatever β is.

    Guide Eq. (20), over δ. Girshick, "Fast R-CNN", 2015. Parameters, result and errors as in
    `huber_loss`, with `beta` for δ.
    """
    check_number("smooth_l1_loss: beta", beta, 0, above=True)

    def curve(error):
        value, slope = _huber(error, beta)
        return value / beta, lambda: slope() / beta

    return _of_error("smooth_l1_loss", input, target, reduction, curve)


class SmoothL1Loss(Module):
    """`smooth_l1_loss` as a module."""

    def __init__(self, reduction="mean", beta=1.0):
        check_reduction(reduction)
        check_number("smooth_l1_loss: beta", beta, 0, above=True)
        self.reduction, self.beta = reduction, beta

    def forward(self, input, target):
        """Return the loss."""
        return smooth_l1_loss(input, target, self.reduction, self.beta)
