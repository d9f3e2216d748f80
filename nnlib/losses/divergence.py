"""How far one distribution is from another."""

import numpy as np

from ..checks import check_flag
from ..layers.module import Module
from .reduction import REDUCTIONS, check_reduction, reduced, same_shape

__all__ = ["KLDivLoss", "gaussian_kl", "kl_div"]

ALLOWED = (*REDUCTIONS, "batchmean")


def kl_div(input, target, reduction="mean", log_target=False):
    """Kullback-Leibler divergence Σ p (log p - log q), with 0 · log 0 = 0.

    Kullback & Leibler, "On Information and Sufficiency", 1951. As in PyTorch, "mean" averages
    over all elements; the divergence per example is "batchmean".

    Parameters
    ----------
    input : Tensor or array_like, any shape
        Logarithms log q of the prediction.
    target : Tensor or array_like of that shape
        Probabilities p, or their logarithms.
    reduction : {"mean", "batchmean", "sum", "none"}
        "batchmean" divides the sum by the length of the first axis.
    log_target : bool
        Whether the target holds logarithms.

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of `input`.

    Raises
    ------
    ValueError
        If shapes differ, a probability is negative, the batch is empty or the reduction is
        unknown.
    TypeError
        If the input does not hold floating-point numbers, or the types differ.
    """
    check_reduction(reduction, ALLOWED)
    input, target = same_shape("kl_div", input, target)
    log_target = check_flag("kl_div: log_target", log_target)
    log_q, t = input.data, target.data
    if log_target:
        p, log_p = np.exp(t), t
    else:
        if t.size and not t.min() >= 0:
            raise ValueError(f"kl_div needs probabilities as target, found {t.min():g}")
        p, log_p = t, np.log(t + (t == 0))  # log 0 is never taken: its factor is 0
    difference = log_p - log_q

    def vjp(g):
        dp = None
        if target.requires_grad:
            dp = g * (p if log_target else t > 0) * (difference + 1)
        return -g * p, dp

    count = log_q.shape[:1][0] if reduction == "batchmean" and log_q.ndim else log_q.size
    mean = "mean" if reduction == "batchmean" else reduction
    return reduced("kl_div", p * difference, (input, target), vjp, mean, count)


class KLDivLoss(Module):
    """`kl_div` as a module."""

    def __init__(self, reduction="mean", log_target=False):
        check_reduction(reduction, ALLOWED)
        self.reduction = reduction
        self.log_target = check_flag("kl_div: log_target", log_target)

    def forward(self, input, target):
        """Return the loss."""
        return kl_div(input, target, self.reduction, self.log_target)


def gaussian_kl(mu, logvar, reduction="mean"):
    """Divergence of normal distributions from the standard one: ½ Σ (μ² + v - 1 - log v).

    The second term of the ELBO, Guide Eq. (87), for independent components with the variances
    v = exp(logvar). It is summed over the last axis; "mean" averages over all other axes, so
    that it is in nats for each example.

    Parameters
    ----------
    mu : Tensor or array_like, shape (..., d)
        Means.
    logvar : Tensor or array_like of that shape
        Logarithms of the variances.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of shape (...).

    Raises
    ------
    ValueError
        If shapes differ, there is no axis, the batch is empty or the reduction is unknown.
    TypeError
        If the means do not hold floating-point numbers, or the types differ.

    Examples
    --------
    >>> gaussian_kl([[1.0, 0.0]], [[0.0, 0.0]]).item()
    0.5
    """
    check_reduction(reduction)
    mu, logvar = same_shape("gaussian_kl", mu, logvar)
    if mu.ndim == 0:
        raise ValueError("gaussian_kl needs an axis of components, got a single number")
    m, v = mu.data, np.exp(logvar.data)
    losses = 0.5 * (m * m + v - 1 - logvar.data).sum(-1)

    def vjp(g):
        g = np.expand_dims(g, -1) if np.ndim(g) else g
        return g * m, g * (0.5 * (v - 1))

    return reduced("gaussian_kl", losses, (mu, logvar), vjp, reduction, losses.size)
