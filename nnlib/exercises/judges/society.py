"""Exercises on fairness and privacy."""

import math

import numpy as np

from ..core import ask, judge, number, numbers


@judge("two false positive rates")
def two_false_positive_rates(answer):
    first, second = numbers(answer, 2)
    right = 0.2, 0.05
    if abs(first - right[0]) < 0.003 and abs(second - right[1]) < 0.003:
        return None
    if abs(first - right[1]) < 0.003 and abs(second - right[0]) < 0.003:
        return "the two are the wrong way round: the group with the base rate 0.5 first."
    if abs(first - 0.05) < 0.003 or abs(second - 0.0125) < 0.003:
        return "the last factor is 1 - FNR, the share of positives that are flagged."
    if abs(second - 0.2 * 0.25 * 0.8) < 0.003:
        return "the first factor is p / (1 - p), the odds, not p."
    if abs(first - right[0]) < 0.003:
        return "the first is right; the second differs from it by the ratio of the odds."
    return "multiply p / (1 - p), (1 - PPV) / PPV and 1 - FNR."


def _thresholds(score, positive, group, rate):
    found = {}
    for g in np.unique(group):
        negatives = np.sort(score[(group == g) & ~positive])
        found[g] = next(t for t in negatives if (negatives > t).mean() <= rate + 1e-12)
    return found


@judge("equal false positive rates")
def equal_fpr(answer):
    rng = np.random.default_rng(5)
    for n, rate in ((12, 0.25), (60, 0.1), (60, 0.5), (40, 0.0)):
        group = rng.permutation(np.arange(n) % 3)
        positive = (rng.random(n) < 0.4) | (np.arange(n) < 2)
        positive[-9:] = False
        group[-9:] = np.arange(9) % 3
        score = np.round(rng.random(n) + 0.3 * positive + 0.2 * group, 2)
        given = {"score": score, "positive": positive, "group": group, "rate": rate}
        found = ask(answer, given)
        wanted = _thresholds(**given)
        case = f"for {n} people and the rate {rate}"
        if not isinstance(found, dict) or set(found) != {0, 1, 2}:
            return f"{case} expected a dict with the groups 0, 1, 2, got {found!r:.60}."
        for g, threshold in wanted.items():
            value = number(found[g])
            if abs(value - threshold) < 1e-6:  # float32 will do
                continue
            negatives = score[(group == g) & ~positive]
            share = (negatives > value).mean()
            everyone = score[group == g]
            if share > rate + 1e-12:
                of_all = min(t for t in everyone if (everyone > t).mean() <= rate + 1e-12)
                hint = (
                    " It is the threshold for all people of the group." if value == of_all else ""
                )
                return (
                    f"{case} {share:.2f} of the negatives of group {g} lie above {value:.4f}.{hint}"
                )
            return f"{case} a smaller threshold than {value:.2f} will do for group {g}."
    return None


@judge("randomised response")
def randomised_response(answer):
    try:
        cheated, epsilon = answer
    except (TypeError, ValueError):
        return "expected two functions, cheated and epsilon."
    cases = (([1, 0, 0, 1, 0], 0.75), ([0, 0, 1], 0.9), ([1, 1, 1, 0], 0.6))
    for answers, q in cases:
        found = number(ask(cheated, {"answers": np.array(answers), "q": q}))
        mean = sum(answers) / len(answers)
        wanted = (mean - (1 - q)) / (2 * q - 1)
        case = f"for answers {answers} and q = {q}"
        if abs(found - wanted) < 1e-6:
            continue
        if abs(found - mean) < 1e-6:
            return f"{case} this is the share of those who said yes; some of them had tails."
        if abs(found - min(max(wanted, 0), 1)) < 1e-6:
            return f"{case} an estimate that is cut off at 0 or 1 is no longer without bias."
        if abs(found - mean / q) < 1e-6:
            return f"{case} those who did not cheat say yes too, with probability 1 - q."
        return f"{case} the estimate is {found:.3f}, not {wanted:.3f}."
    for q in (0.75, 0.6, 0.9):
        found = number(ask(epsilon, {"q": q}))
        wanted = math.log(q / (1 - q))
        if abs(found - wanted) < 1e-6:
            continue
        if abs(found - q / (1 - q)) < 1e-6:
            return f"for q = {q} this is the ratio of the probabilities; ε is its logarithm."
        if abs(found + wanted) < 1e-6:
            return f"for q = {q} take the larger probability over the smaller."
        return f"for q = {q} the result is {found:.3f}, not {wanted:.3f}."
    return None
