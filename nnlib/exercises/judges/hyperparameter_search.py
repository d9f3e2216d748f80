"""Exercises on the search for hyperparameters."""

import math

import numpy as np

from ..core import array, ask, judge, numbers


@judge("two points")
def two_points(answer):
    mean, std = numbers(answer, 2)
    k, a = math.exp(-0.5), 1.25 + math.exp(-2)
    right, variance = 3 * k / a, 1 - 2 * k * k / a
    if abs(mean - right) < 0.002 and abs(std - math.sqrt(variance)) < 0.002:
        return None
    if abs(mean - 3 * k / (a - 0.25)) < 0.002:
        return "the noise is missing: A has 1 + σ² on its diagonal."
    if abs(mean - 3 * k / 1.25) < 0.002:
        return "the two observations have the covariance e⁻² with each other."
    if abs(mean - right) < 0.002 and abs(std - variance) < 0.002:
        return "the mean is right; the second number is the variance, its square root is asked for."
    if abs(mean - right) < 0.002:
        return "the mean is right; the variance is k(1, 1) − kᵀA⁻¹k, without the noise."
    return "k = (e^(−1/2), e^(−1/2)); solve A w = y, then the mean is k · w."


@judge("rungs")
def rungs(answer):
    for n, low, high, eta in ((27, 1, 27, 3), (8, 1, 9, 3), (2, 1, 81, 3), (16, 2, 30, 2)):
        wanted, count, budget = [], n, low
        while budget <= high:
            wanted.append((count, budget))
            count, budget = max(count // eta, 1), budget * eta
        found = ask(answer, {"n": n, "low": low, "high": high, "eta": eta})
        case = f"for n = {n}, low = {low}, high = {high}, eta = {eta}"
        try:
            pairs = np.array(found, float)
        except (TypeError, ValueError):
            return f"{case} expected a list of pairs, got {found!r:.60}."
        if pairs.ndim != 2 or pairs.shape[1:] != (2,):
            return f"{case} expected a list of pairs, got {found!r:.60}."
        if not np.array_equal(pairs, wanted):
            if (pairs[:, 0] == 0).any():
                return f"{case} a rung has no training left: at least one must remain."
            if len(pairs) != len(wanted):
                return f"{case} there are {len(wanted)} rungs, the answer has {len(pairs)}."
            if np.array_equal(pairs[:, ::-1], wanted):
                return f"{case} the pairs are the wrong way round: number first, then budget."
            return f"{case} the result is {found!r:.80}."
    return None


@judge("expected gain")
def expected_gain(answer):
    mean = np.array([10.0, 12.0, 9.0, 11.0, 12.5])
    std = np.array([1.0, 0.5, 3.0, 0.0, 0.0])
    at = np.linspace(-9, 9, 20_001)
    weight = np.exp(-0.5 * at**2)
    weight /= weight.sum()
    for best in (11.5, 10.5):
        gains = mean[:, None] + std[:, None] * at - best
        wanted, reverse = (np.maximum(sign * gains, 0) @ weight for sign in (1, -1))
        with np.errstate(all="ignore"):
            found = ask(answer, {"mean": mean, "std": std, "best": best})
        found = array(found, mean.shape)
        if np.allclose(found, wanted, atol=1e-4):
            continue
        if np.isnan(found[3:]).any():
            return "where std is 0 the result is NaN: there the gain is max(mean − best, 0)."
        if np.allclose(found, reverse, atol=1e-4):
            return "this is the gain when low values are good. Here loaves should be high."
        if np.allclose(found[:3], wanted[:3], atol=1e-4):
            return "right where std is positive; where it is 0 the gain is max(mean − best, 0)."
        case = f"for mean {mean[0]}, std {std[0]}, best {best}"
        return f"{case} the result is {found[0]:.4f}, not {wanted[0]:.4f}."
    return None
