"""Probably approximately correct: what a finite class of hypotheses costs in examples."""

import math

from ..checks import check_count, check_flag, check_number

__all__ = ["finite_class_gap", "finite_class_sample_size"]


def finite_class_sample_size(members, epsilon, delta, agnostic=False):
    """Examples that are enough to learn a finite class. Guide Eq. (89).

    This is what Guide Definition (pac-learnable) asks for. If the target is in the class, every
    hypothesis without an error on ``ln(members / delta) / epsilon`` examples has a true error of
    at most epsilon, with probability at least 1 - delta. If no target is assumed,
    ``2 ln(2 members / delta) / epsilon**2`` examples are enough for the hypothesis with the fewest
    errors on them to be within epsilon of the best of the class.

    Parameters
    ----------
    members : int
        Number of hypotheses.
    epsilon, delta : float
        Accuracy and probability of failure, both between 0 and 1.
    agnostic : bool
        Whether no target is assumed.

    Returns
    -------
    int

    Examples
    --------
    >>> finite_class_sample_size(392, 0.1, 0.05)
    90
    """
    members = check_count("finite_class_sample_size's members", members)
    _probability("finite_class_sample_size's epsilon", epsilon)
    _probability("finite_class_sample_size's delta", delta)
    if check_flag("finite_class_sample_size's agnostic", agnostic):
        return math.ceil(2 * (math.log(2 * members) - math.log(delta)) / epsilon / epsilon)
    return math.ceil((math.log(members) - math.log(delta)) / epsilon)


def finite_class_gap(members, n, delta):
    """Bound on true minus empirical error for all members of a finite class at once.

    ``sqrt(ln(members / delta) / (2 n))``, with probability at least 1 - delta: Hoeffding's
    inequality for each member, and the union bound.

    Parameters
    ----------
    members, n : int
        Numbers of hypotheses and of independent examples.
    delta : float
        Probability of failure, between 0 and 1.

    Returns
    -------
    float
    """
    members = check_count("finite_class_gap's members", members)
    n = check_count("finite_class_gap's n", n)
    _probability("finite_class_gap's delta", delta)
    return math.sqrt((math.log(members) - math.log(delta)) / (2 * n))


def _probability(name, value):
    check_number(name, value, 0, 1, above=True, below=True)
