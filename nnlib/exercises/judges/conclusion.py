"""Exercises on what remains at the end: bits, deleted weights, a zigzag."""

import math

import numpy as np

from ..core import ask, judge, number


@judge("bits to examples")
def bits_to_examples(answer):
    found = number(answer)
    nats = 2000 * math.log(2) + math.log(20)
    wanted = math.ceil(nats / 0.02)
    if found == wanted:
        return None
    if abs(found - wanted) < 1:
        return "nearly: a whole number, and rounded up."
    if abs(found - nats / 0.01) < 2:
        return "there is a 2 below the line: 2n examples."
    if abs(found - (2000 + math.log(20)) / 0.02) < 2:
        return "a bit is worth ln 2."
    if abs(found - 2000 * math.log(2) / 0.02) < 2:
        return "the term ln(1/\u03b4) is missing."
    return f"the bound with n = {found:g} is not 10 %: set the root to 0.1 and solve for n."


@judge("prune the smallest")
def prune_the_smallest(answer):
    rng = np.random.default_rng(12)
    # 0.4 of 9 is rounded up, 0.3 of 4 down.
    cases = ((3, 4), 0.5), ((5, 2), 0.3), ((3, 3), 0.4), ((2, 2), 0.3), ((4, 4), 0.0), ((2, 3), 1.0)
    for shape, share in cases:
        W = rng.standard_normal(shape)
        before, count = W.copy(), round(share * W.size)
        try:
            found = np.asarray(ask(answer, {"W": W, "share": share}), float)
        except (TypeError, ValueError):
            return "expected a matrix."
        if not np.array_equal(W, before):
            return "W was changed: work on a copy."
        if found.shape != shape:
            return f"for a W of shape {shape} the result has the shape {found.shape}."
        wanted = W.copy()
        wanted.flat[np.argsort(np.abs(W), axis=None)[:count]] = 0
        if np.allclose(found, wanted, rtol=1e-5, atol=1e-6):
            continue
        zeros = int((found == 0).sum())
        if zeros != count:
            return f"share {share:g} of {W.size} entries are {count}, and {zeros} are 0."
        signed = W.copy()
        signed.flat[np.argsort(W, axis=None)[:count]] = 0
        if np.allclose(found, signed):
            return "the smallest in absolute value: -2 is larger than 1."
        return "the number is right, but others should be 0, or the rest was changed."
    return None


@judge("zigzag of three")
def zigzag_of_three(answer):
    for n in (1, 2, 3, 7, 12):
        try:
            found = np.asarray(ask(answer, {"n": n}), float).reshape(-1)
        except (TypeError, ValueError):
            return "expected n weights."
        if len(found) != n:
            return f"for n = {n}, the number of weights is {n}, not {len(found)}."
        s = np.arange(n + 1)
        made = 1 + np.maximum(s[:, None] - np.arange(n), 0) @ found
        wrong = np.flatnonzero(~np.isclose(made, s % 3 == 0, atol=1e-6))
        if len(wrong):
            k = wrong[0]
            return f"for n = {n} the sum at s = {k} is {made[k]:g}, not {int(k % 3 == 0)}."
    return None
