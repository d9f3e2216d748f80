"""Rademacher complexity: how well a class matches random signs, and what follows from it."""

import math

import numpy as np

from ..checks import check_count, check_flag, check_number, generator, real_array

__all__ = ["massart_bound", "rademacher_bound", "rademacher_complexity"]

MOST = 20  # points up to which all sign vectors are tried


def rademacher_complexity(outputs, draws=None, rng=None):
    """Empirical Rademacher complexity of finitely many functions. Guide Eq. (90).

    The mean over random signs of the largest ``(signs * outputs[k]).mean()``.

    Parameters
    ----------
    outputs : array_like, shape (k, n)
        One function a row: its values at the n points.
    draws : int, optional
        Number of random sign vectors. Without it, all 2**n are tried (n up to 20).
    rng : Generator, int or None
        For the draws.

    Returns
    -------
    float

    Examples
    --------
    >>> rademacher_complexity([[1, 1], [-1, -1]])  # signs are equal half of the time
    0.5
    """
    F = real_array("rademacher_complexity's outputs", outputs, np.float64)
    if F.ndim != 2 or not F.size:
        raise ValueError(
            f"rademacher_complexity needs one function a row, got an array of shape {F.shape}"
        )
    if not np.isfinite(F).all():
        raise ValueError(f"rademacher_complexity needs finite values, got {F[~np.isfinite(F)][0]}")
    n = F.shape[1]
    if draws is not None:
        draws = check_count("rademacher_complexity's draws", draws)
        signs = generator(rng).choice((-1.0, 1.0), (draws, n))
        return float((signs @ F.T).max(1).mean() / n)
    if n > MOST:
        raise ValueError(
            f"rademacher_complexity tries all 2**n signs up to n = {MOST}, got {n}: give draws"
        )
    total = 0.0
    for start in range(0, 2**n, 4096):
        codes = np.arange(start, min(start + 4096, 2**n))
        signs = 1.0 - 2 * (codes[:, None] >> np.arange(n) & 1)
        total += (signs @ F.T).max(1).sum()
    return float(total / 2**n / n)


def massart_bound(members, n):
    """Massart's bound on the complexity of functions with values in [-1, 1].

    ``sqrt(2 ln(members) / n)``, for so many functions, or so many different rows of values.

    Parameters
    ----------
    members : int
        May be as large as a growth function is.
    n : int
        Number of points.

    Returns
    -------
    float
    """
    members = check_count("massart_bound's members", members)
    return math.sqrt(2 * math.log(members) / check_count("massart_bound's n", n))


def rademacher_bound(empirical_error, complexity, n, delta, empirical=True):
    """Bound on the true error, for all members of a class at once. Guide Eq. (91).

    Parameters
    ----------
    empirical_error : float
        Of a function whose loss has values in [0, 1].
    complexity : float
        Of the class of *losses*: for hypotheses with values -1 and 1 under the 0-1 loss, half of
        the complexity of the hypotheses.
    n : int
        Number of independent examples.
    delta : float
        Probability of failure, between 0 and 1.
    empirical : bool
        Whether `complexity` was measured on the same examples. Then the last term is
        ``3 sqrt(ln(2/delta) / (2n))``; for its mean over samples it is
        ``sqrt(ln(1/delta) / (2n))``.

    Returns
    -------
    float
        May be above 1: then it says nothing.
    """
    check_number("rademacher_bound's empirical_error", empirical_error, 0, 1)
    check_number("rademacher_bound's complexity", complexity, 0)
    n = check_count("rademacher_bound's n", n)
    check_number("rademacher_bound's delta", delta, 0, 1, above=True, below=True)
    if check_flag("rademacher_bound's empirical", empirical):
        tail = 3 * math.sqrt(math.log(2 / delta) / (2 * n))
    else:
        tail = math.sqrt(math.log(1 / delta) / (2 * n))
    return empirical_error + 2 * complexity + tail
