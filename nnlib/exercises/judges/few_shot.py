"""Exercises on learning from a few examples."""

import numpy as np

from ..core import ask, judge, number, numbers


@judge("three bowls")
def three_bowls(answer):
    a, c, rate = np.array([1.0, 2, 5]), np.array([0.0, 3, 6]), 0.2

    def place(weights):
        return (weights * c).sum() / weights.sum()

    left = 1 - rate * a
    maml, first = numbers(answer, 2)
    right = place(a * left**2), place(a * left)
    if abs(maml - right[0]) < 0.006 and abs(first - right[1]) < 0.006:
        return None
    if abs(maml - right[0]) < 0.06 and abs(first - right[1]) < 0.06:
        return "nearly; give two decimals."
    if abs(first - right[0]) < 0.006 and abs(maml - right[1]) < 0.006:
        return "the two are the wrong way round: MAML first."
    if abs(maml - place(left**2)) < 0.006 or abs(first - place(left)) < 0.006:
        return "the weights have a factor a in front, the steepness of the bowl."
    if abs(maml - place(a)) < 0.006 or abs(first - place(a)) < 0.006:
        return "this is the start of joint training, before any step."
    if abs(maml - c.mean()) < 0.006:
        return "this is the mean of the three solutions; one step nearly solves the steep ones."
    if abs(maml - right[0]) < 0.006:
        return "MAML's start is right; first order has one factor 1 - α a instead of two."
    if abs(first - right[1]) < 0.006:
        return "the first-order start is right; MAML has the factor (1 - α a)²."
    return "compute 1 - α a for each task first, then the weighted mean of the centres."


@judge("linear layer of prototypes")
def linear_layer(answer):
    rng = np.random.default_rng(11)
    for labels in ([0, 1], [2, 0, 1, 0, 2, 2, 1], [1, 1, 0, 1]):
        labels = np.array(labels)
        support = rng.standard_normal((len(labels), 3))
        c = np.array([support[labels == k].mean(0) for k in range(labels.max() + 1)])
        found = ask(answer, {"support": support, "labels": labels})
        case = f"for labels {labels.tolist()}"
        try:
            weight, bias = (np.array(part, float) for part in found)
        except (TypeError, ValueError):
            return f"{case} expected two arrays, weights and bias, got {found!r:.60}."
        if weight.shape != c.shape or bias.shape != c.shape[:1]:
            return (
                f"{case} expected shapes {c.shape} and {c.shape[:1]}, "
                f"got {weight.shape} and {bias.shape}."
            )
        # What is added to all classes alike does not change the softmax.
        gap = weight - 2 * c
        rest = bias + (c**2).sum(1)
        if np.allclose(gap, gap[0], atol=1e-4) and np.allclose(rest, rest[0], atol=1e-4):
            continue
        if np.allclose(weight, c, atol=1e-4):
            return f"{case} the weights are the means; expand -|f - c|²: what stands before cᵀf?"
        if np.allclose(gap, gap[0], atol=1e-4):
            return f"{case} the weights are right; the bias of class k is -|c_k|²."
        if any((labels == k).sum() > 1 for k in range(len(c))):
            return f"{case} the weights are not twice the means of the classes."
        return f"{case} the weights are {np.round(weight, 2).tolist()!s:.60}."
    return None


@judge("thermometers")
def thermometers(answer):
    cases = (
        ([1.0, 2.0, 0.6], 0.5, 0.3, 0.9),
        ([-0.4], 0.2, 1.0, 0.5),
        ([], 0.7, 0.4, 0.3),
        ([2.0, 2.5], -1.0, 2.0, 1.5),
    )
    for readings, m, tau, sigma in cases:
        n, total = len(readings), sum(readings)
        wanted = (total / sigma**2 + m / tau**2) / (n / sigma**2 + 1 / tau**2)
        given = {"readings": np.array(readings), "m": m, "tau": tau, "sigma": sigma}
        with np.errstate(all="ignore"):
            found = ask(answer, given)
        case = f"for readings {readings}, m = {m}, tau = {tau}, sigma = {sigma}"
        value = number(found, case)
        if abs(value - wanted) < 1e-4:
            continue
        if n == 0:
            return f"{case} nothing has been read: all that is known is m."
        if abs(value - total / n) < 1e-4:
            return f"{case} this is the mean of the readings; it forgets the other thermometers."
        towards_0 = (total / sigma**2) / (n / sigma**2 + 1 / tau**2)
        if abs(value - towards_0) < 1e-4:
            return f"{case} this draws the mean of the readings towards 0 instead of m."
        linear = (total / sigma + m / tau) / (n / sigma + 1 / tau)
        if abs(value - linear) < 1e-4:
            return f"{case} deviations must be squared: weights are 1/σ² and 1/τ²."
        return f"{case} the result is {value:.4f}, not {wanted:.4f}."
    return None
