"""The loss of a network that says how sure it is: a mean and a variance for every number."""

import math

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor
from ..checks import check_flag, check_number
from ..layers.module import Module
from .reduction import check_reduction, reduced

__all__ = ["GaussianNLLLoss", "gaussian_nll_loss"]


def gaussian_nll_loss(input, target, var, full=False, eps=1e-6, reduction="mean"):
    """Negative log-likelihood of a normal distribution: ½(log v + (μ - y)²/v), v = max(var, ε).

    Nix & Weigend, "Estimating the Mean and Variance of the Target Probability Distribution", 1994.

    Parameters
    ----------
    input : Tensor or array_like
        The mean μ.
    target : Tensor or array_like
        y, of the same shape.
    var : Tensor or array_like
        The variance, not negative: of the shape of input, or with 1 in place of its last length,
        or without its last axis.
    full : bool
        Whether to add ½ log 2π.
    eps : float
        The least variance. As in PyTorch, gradients pass as if it were not there.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of input.

    Raises
    ------
    ValueError
        If shapes do not fit, a variance is negative, the batch is empty or an option is unknown.
    TypeError
        If the first does not hold floating-point numbers, or the types differ.
    """
    op = "gaussian_nll_loss"
    check_reduction(reduction)
    check_number(f"{op}: eps", eps, 0, above=True)
    input = float_tensor(input, op)
    target, var = as_tensor(target, like=input), as_tensor(var, like=input)
    if input.shape != target.shape:
        raise ValueError(f"{op} got shapes {input.shape} and {target.shape}: they must agree")
    if var.shape == input.shape[:-1] and var.ndim < input.ndim:
        var = var.unsqueeze(-1)
    if var.shape not in (input.shape, (*input.shape[:-1], 1)):
        raise ValueError(f"{op} of {input.shape} got a var of shape {var.shape}")
    if (var.data < 0).any():
        raise ValueError(f"{op} needs variances of at least 0, found {var.data.min()}")
    error, v = input.data - target.data, np.maximum(var.data, var.dtype.type(eps))
    losses = 0.5 * (np.log(v) + error * error / v)
    if check_flag("gaussian_nll_loss: full", full):
        losses = losses + 0.5 * math.log(2 * math.pi)

    def vjp(g):
        slope = g * error / v
        return slope, -slope, g * (0.5 * (1 - error * error / v) / v)

    return reduced(op, losses, (input, target, var), vjp, reduction, losses.size)


class GaussianNLLLoss(Module):
    """`gaussian_nll_loss` as a module."""

    def __init__(self, *, full=False, eps=1e-6, reduction="mean"):
        check_reduction(reduction)
        check_number("gaussian_nll_loss: eps", eps, 0, above=True)
        self.full = check_flag("gaussian_nll_loss: full", full)
        self.eps, self.reduction = eps, reduction

    def forward(self, input, target, var):
        """Return the loss."""
        return gaussian_nll_loss(input, target, var, self.full, self.eps, self.reduction)
