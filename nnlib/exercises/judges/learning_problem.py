"""Exercises on the learning problem."""

import math

import numpy as np

from ..core import compare, judge, numbers


@judge("optimism by hand")
def optimism_by_hand(answer):
    training, risk = numbers(answer, 2)
    if np.allclose((training, risk), (2, 6)):
        return None
    if np.allclose((training, risk), (6, 2)):
        return "the two are exchanged: the training loss is the optimistic one."
    if np.isclose(training, 2):
        return f"the training loss is right; the risk is not {risk:g}: it exceeds the variance."
    if np.isclose(risk, 6):
        return f"the risk is right; the training loss is not {training:g}: it is less."
    return "neither is right. The variance of one is 4; which outcomes have two of them?"


@judge("best of many")
def best_of_many(answer):
    def reference(k, n):
        at_most = np.cumsum([math.comb(n, s) / 2**n for s in range(n + 1)])
        return sum(s / n * p for s, p in enumerate(np.diff(at_most**k, prepend=0)))

    cases = [{"k": k, "n": n} for k, n in ((1, 4), (2, 1), (2, 2), (10, 20), (128, 50))]
    return compare(answer, reference, cases, hint="One machine is right on half of the questions.")


@judge("leave one out")
def leave_one_out(answer):
    def reference(y):
        others = [np.delete(y, i).mean() for i in range(len(y))]
        return np.mean((y - others) ** 2)

    rng = np.random.default_rng(0)
    cases = [{"y": np.array([0.0, 2.0])}, {"y": np.array([0.0, 1, 1, 4, 9])}]
    cases += [{"y": rng.normal(size=7)}, {"y": np.array([3, 3, 5])}]
    return compare(answer, reference, cases, hint="For 0 and 2, each is predicted by the other.")
