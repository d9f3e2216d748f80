"""What a trial is worth before it is run: functions of a predicted mean and standard deviation.

A search proposes where this worth is largest. Guide Eq. (95). All are for minimisation, and all are
larger where a trial promises more.

References
----------
J. Močkus (1975). On Bayesian methods for seeking the extremum.
D. R. Jones, M. Schonlau and W. J. Welch (1998). Efficient global optimization of expensive
black-box functions. Journal of Global Optimization 13, 455-492.
N. Srinivas, A. Krause, S. Kakade and M. Seeger (2010). Gaussian process optimization in the bandit
setting: no regret and experimental design. ICML.
"""

import math

import numpy as np

from ..autograd.special import erf
from ..checks import check_number, real_array

__all__ = ["expected_improvement", "lower_confidence_bound", "probability_of_improvement"]


def _prepared(mean, std, best=0.0):
    mean, std = real_array("mean", mean, np.float64), real_array("std", std, np.float64)
    if mean.shape != std.shape:
        raise ValueError(f"mean {mean.shape} and std {std.shape} must have the same shape")
    if not (std >= 0).all():
        raise ValueError("standard deviations must be at least 0")
    best = check_number("best", best)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        z = (best - mean) / std
    return mean, std, z


def expected_improvement(mean, std, best):
    """Expectation of ``max(best - f, 0)``, where f is normal: by how much a trial will improve.

    ``std * (z Φ(z) + φ(z))`` with ``z = (best - mean) / std``; where `std` is 0,
    ``max(best - mean, 0)``.

    Parameters
    ----------
    mean, std : array_like
        Of the predicted value.
    best : float
        The lowest value so far.

    Returns
    -------
    ndarray
        In units of the value.
    """
    mean, std, z = _prepared(mean, std, best)
    with np.errstate(invalid="ignore", over="ignore"):
        density = np.exp(-0.5 * z**2) / math.sqrt(2 * math.pi)
        # far below 0 the sum loses all its digits, but it cannot be negative
        value = np.maximum((best - mean) * _normal(z) + std * density, 0)
    return np.where(std > 0, value, np.maximum(best - mean, 0))


def probability_of_improvement(mean, std, best):
    """Probability ``Φ((best - mean) / std)`` that a trial will improve, by however little.

    Parameters
    ----------
    mean, std : array_like
    best : float

    Returns
    -------
    ndarray
    """
    mean, std, z = _prepared(mean, std, best)
    with np.errstate(invalid="ignore"):
        return np.where(std > 0, _normal(z), np.where(mean < best, 1.0, 0.0))


def lower_confidence_bound(mean, std, kappa=2.0):
    """Optimism: ``-(mean - kappa * std)``, the negative of the value that one may still hope for.

    Parameters
    ----------
    mean, std : array_like
    kappa : float
        How many standard deviations to hope; 0 is greedy.

    Returns
    -------
    ndarray
    """
    check_number("kappa", kappa, 0)
    mean, std, _ = _prepared(mean, std)
    return kappa * std - mean


def _normal(z):
    """Φ, the distribution function of the standard normal."""
    return 0.5 * (1 + erf(z * math.sqrt(0.5)))
