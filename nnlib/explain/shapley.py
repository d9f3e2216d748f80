"""Shapley values: what each player adds to a game, on average over all orders of joining."""

import itertools
import math
from typing import NamedTuple

import numpy as np

from ..checks import check_count, generator, real_array
from .score import example, function, scores

__all__ = ["SampledShapley", "present", "shapley_sampled", "shapley_values"]

MOST = 16  # players of an exact computation: 65,536 coalitions


def _worth(value, coalitions):
    """Return what each coalition is worth, as floats."""
    worth = real_array("value's answer", function("value", value)(coalitions), np.float64)
    if worth.shape != coalitions.shape[:1]:
        raise ValueError(
            f"value must return one number for each of {len(coalitions)} coalitions, it returned "
            f"shape {worth.shape}"
        )
    return worth


def shapley_values(value, players):
    """Return the exact Shapley values of a game, from the worth of all its coalitions.

    Shapley, "A Value for n-Person Games", 1953.

    Parameters
    ----------
    value : callable
        Takes coalitions, a Boolean array (M, players), and returns what each is worth, (M,).
    players : int
        At most 16.

    Returns
    -------
    ndarray, shape (players,)
        They sum to the worth of all players less that of none.

    Examples
    --------
    >>> shapley_values(lambda on: 12.0 * on[:, 0] * on[:, 1] + 3 * on[:, 2], 3).tolist()
    [6.0, 6.0, 3.0]
    """
    players = check_count("players", players)
    if players > MOST:
        raise ValueError(f"{players} players have {2**players:,} coalitions: sample orders instead")
    coalitions = np.array(list(itertools.product([False, True], repeat=players)))
    worth = _worth(value, coalitions)
    size, number = coalitions.sum(1), np.arange(2**players)
    # Of all orders this share has exactly a coalition of this size before a player.
    share = np.array([1 / (players * math.comb(players - 1, k)) for k in range(players)])
    values = np.empty(players)
    for i in range(players):
        without = ~coalitions[:, i]
        joined = worth[number[without] + 2 ** (players - 1 - i)]
        values[i] = (share[size[without]] * (joined - worth[without])).sum()
    return values


class SampledShapley(NamedTuple):
    """Estimates of Shapley values.

    Attributes
    ----------
    values : ndarray, shape (players,)
    errors : ndarray, shape (players,)
        The standard error of each.
    """

    values: np.ndarray
    errors: np.ndarray


def shapley_sampled(value, players, orders=200, *, rng=None):
    """Estimate Shapley values by random orders, with standard errors.

    Štrumbelj & Kononenko, "An Efficient Explanation of Individual Classifications Using Game
    Theory", 2010. Even the estimates sum to the worth of all less that of none.

    Parameters
    ----------
    value, players
        As for `shapley_values`, without a bound on the number of players.
    orders : int
        At least 2. Each costs ``players + 1`` coalitions.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    SampledShapley
    """
    players, orders = check_count("players", players), check_count("orders", orders, 2)
    rng = generator(rng)
    gains = np.empty((orders, players))
    for row in gains:
        order = rng.permutation(players)
        place = np.argsort(order)
        coalitions = (
            place < np.arange(players + 1)[:, None]
        )  # the first k of the order, k = 0, 1, …
        row[order] = np.diff(_worth(value, coalitions))
    return SampledShapley(gains.mean(0), gains.std(0, ddof=1) / math.sqrt(orders))


def present(model, x, target=None, *, regions, baseline=0.0):
    """Return the game in which parts of an input play: who is absent is replaced by a baseline.

    Parameters
    ----------
    model : callable
        Maps a batch (N, ...) to scores (N, classes), or to (N,) if there is no target.
    x : array_like
        One input, without the axis of a batch.
    target : int, optional
        The class whose score is shared out.
    regions : array_like of int
        Of the shape of `x`: to which player, 0, 1, …, each number of the input belongs.
    baseline : array_like
        Of the shape of `x`, or one number.

    Returns
    -------
    callable
        For `shapley_values` and `shapley_sampled`.
    """
    x, regions = example("x", x), real_array("regions", regions)
    if regions.shape != x.shape or regions.dtype.kind not in "iu":
        raise ValueError(f"regions must be whole numbers of shape {x.shape}, got {regions.shape}")
    if regions.size and regions.min() < 0:
        raise ValueError(f"regions are numbered from 0, got {regions.min()}")
    baseline = np.broadcast_to(example("baseline", baseline).astype(x.dtype), x.shape)

    def value(coalitions):
        inputs = np.where(np.asarray(coalitions, bool)[:, regions], x, baseline)
        return scores(model, inputs, target)

    return value
