"""Exercises on one neuron and its border."""

import numpy as np

from ..core import compare, judge, number


@judge("signed distance by hand")
def signed_distance_by_hand(answer):
    value = number(answer)
    if np.isclose(value, 1):
        return None
    if np.isclose(value, 13):
        return "this is the pre-activation z; the distance divides it by the length of w."
    if np.isclose(value, -1):
        return "the distance is right; on which side does the point lie?"
    return f"it is not {value:g}: add b to w·x, then divide by the length of w."


@judge("mirror")
def mirror(answer):
    def reference(x, w, b):
        return x - 2 * np.outer(x @ w + b, w) / (w @ w)

    rng = np.random.default_rng(0)
    cases = [{"x": np.array([[4.0, 0.0]]), "w": np.array([1.0, 0.0]), "b": -1.0}]
    for n, count in ((1, 3), (2, 1), (5, 4)):
        x, w = rng.normal(size=(count, n)), rng.normal(size=n)
        cases.append({"x": x, "w": w, "b": float(rng.normal())})
    return compare(
        answer, reference, cases, hint="The foot of the perpendicular is x - z w / (w·w)."
    )


@judge("recourse")
def recourse(answer):
    def reference(x, w, b, free):
        allowed = np.where(free, w, 0.0)
        return x - (x @ w + b) / (allowed @ allowed) * allowed

    rng = np.random.default_rng(0)
    cases = [
        {
            "x": np.array([4.0, -1.0]),
            "w": np.array([3.0, 4.0]),
            "b": -10.0,
            "free": np.array([True, False]),
        }
    ]
    for free in ([True, True, True], [True, False, True], [False, False, True, True]):
        x, w = rng.normal(size=(2, len(free)))
        cases.append({"x": x, "w": w, "b": float(rng.normal()), "free": np.array(free)})
    return compare(
        answer,
        reference,
        cases,
        hint="Walk along the part of w on the free inputs; its own square divides z.",
    )
