"""Exercises on guarantees."""

import numpy as np

from ..core import ask, compare, judge, number, numbers


@judge("loose intervals")
def loose_intervals(answer):
    low, high, least, most = numbers(answer, 4)
    if np.allclose((low, high, least, most), (-1, 5, 0, 1), atol=1e-6):
        return None
    if np.allclose((low, high), (0, 1), atol=1e-6):
        return "the bounds come first, then the true values."
    if not np.allclose((low, high), (-1, 5), atol=1e-6):
        return "h1 and h2 lie in [0, 2] each, -x1 in [-1, 1]: add the ends."
    if np.allclose((least, most), (-1, 5), atol=1e-6):
        return "the bounds are right, but are they reached?"
    if abs(least) > 1e-6:
        return "the bounds are right. The smallest: try x1 = x2 = 0."
    return "the bounds are right. The largest: the score is convex, so try the four corners."


def _bounds(low, high, W, b):
    up, down = np.maximum(W, 0), np.minimum(W, 0)
    return up @ low + down @ high + b, up @ high + down @ low + b


@judge("bounds of a layer")
def bounds_of_a_layer(answer):
    rng = np.random.default_rng(2)
    cases = []
    for n, m in ((2, 1), (3, 4), (5, 2)):
        low = rng.standard_normal(n)
        case = {"low": low, "high": low + rng.random(n), "W": rng.standard_normal((m, n))}
        cases.append({**case, "b": rng.standard_normal(m)})
    for case in cases:
        found = ask(answer, case)
        try:
            low, high = (np.asarray(part, float).reshape(-1) for part in found)
        except (TypeError, ValueError):
            return f"expected two arrays, smallest and largest values, got {found!r:.60}."
        naive = case["W"] @ case["low"] + case["b"], case["W"] @ case["high"] + case["b"]
        wanted = _bounds(**case)
        if low.shape == high.shape == wanted[0].shape and np.allclose((low, high), wanted):
            continue
        if low.shape == naive[0].shape and np.allclose((low, high), naive, atol=1e-5):
            return "a negative weight takes its smallest value at the upper end of its input."
        if low.shape == wanted[0].shape and np.allclose((high, low), wanted, atol=1e-5):
            return "the two are the wrong way round: the smallest values first."
    return compare(answer, _bounds, cases, rtol=1e-5, atol=1e-5)


@judge("least change")
def least_change(answer):
    rng = np.random.default_rng(3)
    for n in (1, 2, 5):
        w, x = rng.standard_normal(n), rng.standard_normal(n)
        b = -w @ x - 0.5 - rng.random()  # refused
        score = -(w @ x + b)
        wanted = score / np.abs(w).sum()
        found = number(ask(answer, {"w": w, "b": b, "x": x}))
        if abs(found - wanted) < 1e-5 * (1 + wanted):
            continue
        if abs(found + wanted) < 1e-5 * (1 + wanted):
            return "an amount is not negative."
        if n > 1 and abs(found - score / np.linalg.norm(w)) < 1e-5 * (1 + wanted):
            return "this is a Euclidean length; here the largest single change counts."
        if n > 1 and abs(found - score / np.abs(w).max()) < 1e-5 * (1 + wanted):
            return "all features may change at once."
        if abs(found - score / w.sum()) < 1e-5 * (1 + wanted):
            return "each feature is changed in the direction that helps."
        return f"for w = {np.round(w, 2).tolist()} the result is {found:.3f}, not {wanted:.3f}."
    return None
