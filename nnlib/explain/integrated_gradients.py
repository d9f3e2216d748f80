"""Integrated gradients: the change of a score from a baseline to an input, shared out exactly."""

import numpy as np

from ..checks import check_count
from .score import example, score_gradients

__all__ = ["integrated_gradients"]


def integrated_gradients(model, x, target=None, *, baseline=0.0, steps=64):
    """Return (x - baseline) times the mean gradient on the straight line from baseline to x.

    The numbers sum to score(x) - score(baseline), up to the error of the midpoint rule:
    compare the two to check an implementation, or whether there are enough steps.
    Sundararajan, Taly & Yan, "Axiomatic Attribution for Deep Networks", 2017.

    Parameters
    ----------
    model : callable
        Maps a batch (N, ...) to scores (N, classes), or to (N,) if there is no target.
    x : array_like
        One input, without the axis of a batch.
    target : int, optional
        The class whose score is explained.
    baseline : array_like
        Input that counts as "nothing there", of the shape of `x`, or one number.
    steps : int
        Points on the line, in the middles of as many equal parts.

    Returns
    -------
    ndarray
        Of the shape of `x`.

    Examples
    --------
    >>> integrated_gradients(lambda x: x[:, 0] * x[:, 1], [2.0, 3.0]).tolist()
    [3.0, 3.0]
    """
    x, steps = example("x", x), check_count("steps", steps)
    baseline = example("baseline", baseline).astype(x.dtype)
    if baseline.shape not in ((), x.shape):
        raise ValueError(f"the baseline must have the shape {x.shape}, got {baseline.shape}")
    way = x - baseline
    places = ((np.arange(steps) + 0.5) / steps).astype(x.dtype)
    line = baseline + places.reshape(-1, *[1] * x.ndim) * way
    return way * score_gradients(model, line, target).mean(0)
