"""Exercises on what networks can express."""

import numpy as np

from ..core import compare, judge


@judge("a hat by hand")
def a_hat_by_hand(answer):
    try:
        weights = np.asarray(answer, float)
    except (TypeError, ValueError):
        return f"expected three numbers, got {answer!r}."
    if weights.shape != (3,):
        return f"expected three numbers, one for each unit, got {answer!r}."
    if np.allclose(weights, [2, -3, 1]):
        return None
    if np.allclose(weights, [2, -1, 0]):
        return "these are the slopes; a unit's weight is the change of the slope where it bends."
    slopes = ", ".join(f"{s:g}" for s in np.cumsum(weights))
    return f"with these weights the slopes are {slopes}; wanted are 2, -1, 0."


@judge("bends of a graph")
def bends_of_a_graph(answer):
    def reference(x, y):
        return np.diff(np.diff(y) / np.diff(x), prepend=0.0)

    rng = np.random.default_rng(0)
    cases = [{"x": np.array([0.0, 1.0, 3.0]), "y": np.array([0.0, 2.0, 0.0])}]
    for n in (1, 4, 9):
        cases.append({"x": np.sort(rng.uniform(size=n + 1)), "y": rng.normal(size=n + 1)})
    return compare(
        answer,
        reference,
        cases,
        hint="The first weight is the first slope; every other one is slope minus slope before.",
    )
