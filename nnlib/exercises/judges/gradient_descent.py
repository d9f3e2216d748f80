"""Exercises on gradient descent."""

import numpy as np

from ..core import compare, is_number, judge, number, numbers


@judge("best rate")
def best_rate(answer):
    rate, factor = numbers(answer, 2)
    if not np.isclose(rate, 0.2):
        if np.isclose(rate, 0.25):
            return (
                "at 2/8 the steepest direction jumps for ever; that is the edge, not the best rate."
            )
        return f"with the rate {rate:g} the largest |1 - rate · curvature| is not at its smallest."
    if not np.isclose(factor, 0.6):
        return f"the rate is right; the largest of |1 - 0.2 · curvature| is not {factor:g}."
    return None


@judge("power iteration")
def power_iteration(answer):
    def reference(H, v, steps):
        for _ in range(steps):
            v = v / np.linalg.norm(v)
            Hv = H @ v
            curvature, v = v @ Hv, Hv
        return curvature

    rng = np.random.default_rng(0)
    cases = [{"H": np.diag([1.0, 25.0]), "v": np.array([3.0, 4.0]), "steps": 1}]
    for n, steps in ((2, 2), (3, 10), (5, 60)):
        a = rng.normal(size=(n, n))
        cases.append({"H": a @ a.T, "v": rng.normal(size=n), "steps": steps})
    return compare(
        answer, reference, cases, hint="Divide v by its length before every multiplication."
    )


@judge("noise floor")
def noise_floor(answer):
    def reference(eta, h, s2, b, N):
        return eta * s2 / b * (N - b) / (N - 1) / (2 * (2 - eta * h))

    cases = [
        {"eta": 0.1, "h": 1.0, "s2": 4.0, "b": 1, "N": 1000},
        {"eta": 0.1, "h": 10.0, "s2": 4.0, "b": 1, "N": 1000},
        {"eta": 0.1, "h": 1.0, "s2": 4.0, "b": 10, "N": 11},
        {"eta": 0.1, "h": 1.0, "s2": 4.0, "b": 50, "N": 50},
    ]
    return compare(
        answer,
        reference,
        cases,
        hint="The noise of a batch, and 2 - eta h below the line; a batch of all N has no noise.",
    )


@judge("leaving the ridge")
def leaving_the_ridge(answer):
    if is_number(answer, 492):
        return None
    steps = number(answer)
    if 505 <= steps <= 520:
        return "this is the estimate with 1.04 per step; now run it. Why is it not the same?"
    return f"it is not step {steps:g}: count the start as step 0 and look for the first |x| > 0.5."
