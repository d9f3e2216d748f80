"""Exercises on the restricted Boltzmann machine."""

import numpy as np

from ..core import compare, is_number, judge, numbers


@judge("rbm by hand")
def rbm_by_hand(answer):
    total, probability = numbers(answer, 2)
    if not is_number(total, 20):
        return f"Z = {total:g} is not the sum over eight states: take h = 0 first, then h = 1."
    if not is_number(probability, 0.5):
        return f"P(1, 1) = {probability:g} is not it: the state (1, 1) stands twice in Z."
    return None


@judge("free energy")
def free_energy(answer):
    def reference(v, W, b, c):
        return -(v @ b) - np.logaddexp(0, v @ W.T + c).sum(-1)

    rng = np.random.default_rng(0)
    cases = [
        {"v": np.zeros((1, 2)), "W": np.zeros((3, 2)), "b": np.zeros(2), "c": np.zeros(3)},
        {
            "v": rng.integers(0, 2, (4, 3)).astype(float),
            "W": rng.normal(size=(2, 3)),
            "b": rng.normal(size=3),
            "c": rng.normal(size=2),
        },
        {"v": np.ones((1, 1)), "W": np.full((1, 1), 2000.0), "b": np.zeros(1), "c": np.zeros(1)},
        # Each term is small enough for exp, their product is not.
        {"v": np.ones((1, 1)), "W": np.full((5, 1), 300.0), "b": np.zeros(1), "c": np.zeros(5)},
    ]
    hint = "One logarithm per hidden unit; a large input must not overflow: np.logaddexp."
    return compare(answer, reference, cases, hint=hint)


@judge("how long a chain")
def how_long_a_chain(answer):
    wanted = {0.25: 2, 1.0: 4, 4.0: 8}
    if not isinstance(answer, dict):
        return f"expected a dict from spread to k, got {type(answer).__name__}"
    for spread, k in wanted.items():
        if not is_number(answer.get(spread), k):
            return (
                f"for the spread {spread:g} the first k is not {answer.get(spread)}: "
                "take the median over the machines, axis 0, and count k from 1."
            )
    return None
