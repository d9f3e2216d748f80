"""PAC-Bayes: a bound for classifiers with random weights that counts no parameters."""

import math

from ..checks import check_count, check_number

__all__ = ["bernoulli_kl", "bernoulli_kl_inverse", "pac_bayes_bound"]


def bernoulli_kl(q, p):
    """Divergence of a coin with probability q from one with probability p, in nats.

    Parameters
    ----------
    q, p : float
        Between 0 and 1.

    Returns
    -------
    float

    Examples
    --------
    >>> round(bernoulli_kl(0, 0.5), 4)
    0.6931
    """
    check_number("bernoulli_kl's q", q, 0, 1)
    check_number("bernoulli_kl's p", p, 0, 1)
    q, p, total = float(q), float(p), 0.0
    for a, b in ((q, p), (1 - q, 1 - p)):
        if a > 0:
            total += a * math.log(a / b) if b > 0 else math.inf
    return max(total, 0.0)


def bernoulli_kl_inverse(q, divergence):
    """Largest p for which ``bernoulli_kl(q, p)`` is at most a divergence.

    Parameters
    ----------
    q : float
        Between 0 and 1.
    divergence : float
        At least 0.

    Returns
    -------
    float

    Examples
    --------
    >>> round(bernoulli_kl_inverse(0, math.log(2)), 4)
    0.5
    """
    check_number("bernoulli_kl_inverse's q", q, 0, 1)
    check_number("bernoulli_kl_inverse's divergence", divergence, 0)
    low, high = float(q), 1.0
    for _ in range(60):
        middle = (low + high) / 2
        if bernoulli_kl(q, middle) > divergence:
            high = middle
        else:
            low = middle
    return high


def pac_bayes_bound(empirical_error, divergence, n, delta):
    """Bound on the true error of a classifier that draws its weights anew for every answer.

    With probability at least 1 - delta over n independent examples, for every distribution of
    weights at once (Seeger 2002, Maurer 2004; from n = 8 on)::

        kl(empirical error, true error) <= (divergence + ln(2 sqrt(n) / delta)) / n

    Parameters
    ----------
    empirical_error : float
        Mean over the examples and the random weights.
    divergence : float
        Kullback-Leibler divergence of the distribution of weights from a prior that was chosen
        without the examples.
    n : int
    delta : float
        Probability of failure, between 0 and 1.

    Returns
    -------
    float
    """
    check_number("pac_bayes_bound's empirical_error", empirical_error, 0, 1)
    check_number("pac_bayes_bound's divergence", divergence, 0)
    n = check_count("pac_bayes_bound's n", n, 8)
    check_number("pac_bayes_bound's delta", delta, 0, 1, above=True, below=True)
    room = (float(divergence) + math.log(2 * math.sqrt(n) / delta)) / n
    return bernoulli_kl_inverse(empirical_error, room)
