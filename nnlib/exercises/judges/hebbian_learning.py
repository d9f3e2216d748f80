"""Exercises on Hebb's rule and the memory that Hopfield made of it."""

import numpy as np

from ...pioneers import Hopfield
from ..core import compare, is_number, judge, numbers


@judge("five units by hand")
def five_units_by_hand(answer):
    try:
        state, count = answer
    except (TypeError, ValueError):
        return (
            "expected a pair: the state where it ends, five signs, and how many states are fixed."
        )
    if not np.allclose(numbers(state, 5), [1, -1, 1, -1, 1]):
        return f"{state!r} is not where it ends: the second unit has the field -2 and flips."
    if not is_number(count, 4):
        return f"{count!r} is not the number of fixed states: two groups of units are independent."
    return None


@judge("energy from overlaps")
def energy_from_overlaps(answer):
    def reference(patterns, state):
        return float(Hopfield(patterns).energy(state))

    cases = [{"patterns": np.array([[1, 1, -1, -1]]), "state": np.array([-1, 1, -1, -1])}]
    for seed, P, N in ((0, 2, 5), (1, 7, 30)):
        rng = np.random.default_rng(seed)
        patterns = rng.choice([-1, 1], (P, N))
        cases.append({"patterns": patterns, "state": rng.choice([-1, 1], N)})
    return compare(
        answer, reference, cases, hint="The diagonal is 0; the sum of outer products has P there."
    )


@judge("one step of attention")
def one_step_of_attention(answer):
    def reference(patterns, state, beta):
        scores = beta * (patterns @ state)
        weights = np.exp(scores - scores.max())
        return (weights / weights.sum()) @ patterns

    cases = [{"patterns": np.array([[1, 1], [1, -1]]), "state": np.array([1, 1]), "beta": 0.5}]
    for seed, beta in ((0, 0.3), (1, 1000.0)):
        rng = np.random.default_rng(seed)
        patterns = rng.choice([-1, 1], (4, 9))
        cases.append({"patterns": patterns, "state": rng.choice([-1, 1], 9), "beta": beta})
    return compare(
        answer,
        reference,
        cases,
        hint="Subtract the largest score before the exponential; the result is a mean of rows.",
    )


@judge("edge of the basin")
def edge_of_the_basin(answer):
    patterns = np.random.default_rng(0).choice([-1, 1], (20, 200))
    network, order = Hopfield(patterns), np.random.default_rng(1).permutation(200)
    wanted, cue = 0, patterns[0].copy()
    while (network.recall(cue).state == patterns[0]).all():
        cue[order[wanted]] *= -1
        wanted += 1
    if not is_number(answer, wanted):
        return f"{answer!r} is not it; start with no unit turned and recall without a generator."
    return None
