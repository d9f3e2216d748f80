"""Exercises on generalization."""

import math

import numpy as np

from ..core import ask, judge, number, numbers


@judge("a million rules")
def a_million_rules(answer):
    pair = numbers(answer, 2)
    wanted = [20 * (math.log(rules) + math.log(100)) for rules in (1e6, 1e12)]
    if all(w - 0.05 <= m <= w + 1 for m, w in zip(pair, wanted, strict=True)):
        return None
    if np.allclose(pair, [20 * math.log(rules) for rules in (1e6, 1e12)], atol=1):
        return "δ is missing: the logarithm is that of N/δ."
    logs = [20 * math.log10(rules / 0.01) for rules in (1e6, 1e12)]
    if np.allclose(pair, logs, atol=1):
        return "ln is the natural logarithm, not the one of base 10."
    halves = [math.log(rules / 0.01) / (2 * 0.05**2) for rules in (1e6, 1e12)]
    if np.allclose(pair, halves, rtol=0.01):
        return "this is the bound for any labels; here one of the rules makes them."
    if all(w - 1 <= m <= w for m, w in zip(pair, wanted, strict=True)):
        return "m must be at least ln(N/δ)/ε: round up."
    if wanted[0] - 0.05 <= pair[0] <= wanted[0] + 1:
        return "the first number is right; for the second, ln(N²) = 2 ln N, and δ stays."
    return "m is the smallest whole number that is at least ln(N/δ)/ε."


@judge("invert the divergence")
def invert_the_divergence(answer):
    for q, p in ((0.0, 0.5), (0.0, 0.1), (0.05, 0.2), (0.3, 0.31), (0.5, 0.9), (0.1, 0.101)):
        c = (q * math.log(q / p) if q else 0) + (1 - q) * math.log((1 - q) / (1 - p))
        found = number(ask(answer, {"q": q, "c": c}))
        if not math.isfinite(found):
            hint = " 0 · ln 0 counts as 0." if q == 0 else ""
            return f"for q = {q} and c = {c:.4f} the result is {found}.{hint}"
        if abs(found - p) > 1e-6:
            if abs(found - (q + math.sqrt(c / 2))) < 1e-4:
                return "this is q + √(c/2), which is an upper bound on p and not p itself."
            if found < q - 1e-9:
                return f"for q = {q} the result {found:.4f} is below q: take the largest p."
            return f"for q = {q} and c = {c:.4f} the result is {found:.7f}, not {p}."
    return None


@judge("arcs of a circle")
def arcs_of_a_circle(answer):
    for n in range(1, 11):
        rows = {
            tuple((i - start) % n < length for i in range(n))
            for start in range(n)
            for length in range(n + 1)
        }
        found = number(ask(answer, {"n": n}))
        if not abs(found - len(rows)) < 1e-6:
            if n > 2 and found == n * (n + 1) // 2 + 1:
                return "this is the number for intervals on a line; an arc can go round the end."
            if n > 2 and found == n * (n + 1):
                return "none and all are counted too often: no starting point matters for them."
            return f"for n = {n} the result is {found:g}, but there are {len(rows)} labellings."
    return None
