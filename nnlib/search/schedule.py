"""How long the trials of a search take on several workers."""

import heapq

from ..checks import check_count, real_array

__all__ = ["makespan"]


def makespan(seconds, workers):
    """Time from the start of the first trial to the end of the last, on several workers.

    The trials are taken in their order, each by the worker that is free first, as executors do.

    Parameters
    ----------
    seconds : array_like, shape (n,)
        How long each trial takes.
    workers : int

    Returns
    -------
    float

    Examples
    --------
    >>> makespan([3, 1, 1, 1], workers=2)
    3.0
    >>> makespan([1, 1, 1, 3], workers=2)
    4.0
    """
    seconds = real_array("seconds", seconds, float)
    if seconds.ndim != 1 or not (seconds >= 0).all():
        raise ValueError(f"makespan needs a list of times from 0 on, got {seconds!r:.60}")
    free = [0.0] * min(check_count("workers", workers), max(len(seconds), 1))
    for duration in seconds.tolist():
        heapq.heapreplace(free, free[0] + duration)
    return max(free)
