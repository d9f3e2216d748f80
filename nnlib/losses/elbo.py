"""The evidence lower bound, which a variational autoencoder maximises."""

from ..autograd.tensor import as_tensor
from ..checks import check_number
from .classification import binary_cross_entropy_with_logits
from .divergence import gaussian_kl
from .reduction import check_reduction

__all__ = ["elbo"]


def elbo(logits, target, mu, logvar, beta=1.0, reduction="mean"):
    """Evidence lower bound of black-and-white data, log p(x|z) - β KL, to be maximised.

    Guide Eq. (87), with one sample of z for each example: the decoder's `logits` were computed
    from it. All numbers of an example are summed, never averaged: otherwise the two terms would
    be weighed by the number of pixels.

    Kingma & Welling, "Auto-Encoding Variational Bayes", 2014; with β, Higgins et al., 2017.

    Parameters
    ----------
    logits : Tensor or array_like, shape (N, D)
        Of the probabilities that the D numbers of an example are 1.
    target : Tensor or array_like of that shape
        The examples, with values in [0, 1].
    mu, logvar : Tensor or array_like, shape (N, d)
        The encoder's means and logarithms of variances.
    beta : float
        Weight of the divergence; only 1 gives a bound that is tight where the encoder is exact.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Tensor
        In nats: for "mean" for each example, for "none" an array of shape (N,).

    Raises
    ------
    ValueError
        If shapes do not fit, a target lies outside [0, 1], β is negative or the batch is empty.
    TypeError
        If the first does not hold floating-point numbers, or the types differ.
    """
    check_reduction(reduction)
    check_number("elbo: beta", beta, 0)
    logits, mu = as_tensor(logits), as_tensor(mu)
    if logits.ndim != 2 or mu.ndim != 2 or len(logits) != len(mu):
        raise ValueError(
            f"elbo needs logits (N, D) and mu (N, d), got shapes {logits.shape} and {mu.shape}"
        )
    if reduction == "mean" and len(logits) == 0:
        raise ValueError("elbo of an empty batch is not defined: there is nothing to average")
    how = "none" if reduction == "none" else "sum"
    misses = binary_cross_entropy_with_logits(logits, target, reduction=how)
    if reduction == "none":
        misses = misses.sum(1)
    bound = -misses - beta * gaussian_kl(mu, logvar, how)
    return bound / len(logits) if reduction == "mean" else bound
