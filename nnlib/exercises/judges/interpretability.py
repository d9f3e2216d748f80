"""Exercises on maps of one decision."""

import numpy as np

from ..core import array, ask, compare, judge, numbers


@judge("two ways to share")
def two_ways_to_share(answer):
    found, right = numbers(answer, 4), (2 / 3, 4 / 3, 1, 1)
    good = np.abs(np.subtract(found, right)) < 0.006  # two decimals are enough
    if good.all():
        return None
    if np.allclose(found[:2], (2, 4), atol=0.006):
        return "this is gradient × input; integrate the slopes t² and 4t² from t = 0 to 1."
    if np.allclose(found[:2], (1 / 3, 4 / 3), atol=0.006):
        return "the mean slopes are right; multiply each by x − x', which is 2 for the first."
    if not good[:2].all():
        if abs(found[0] + found[1] - 2) > 0.012:
            return "the first two numbers must sum to f(2, 1) − f(0, 0) = 2."
        return "on the path (2t, t) the slopes are t² and 4t²; the factors are 2 and 1."
    return (
        "the integrated gradients are right; for Shapley's values, what is one input worth alone?"
    )


def _averaged(grad, x, baselines, steps):
    result = np.zeros(len(x))
    for baseline in np.asarray(baselines, float):
        way = np.asarray(x, float) - baseline
        for k in range(steps):
            result += way * np.asarray(grad(baseline + (k + 0.5) / steps * way), float)
    return result / steps / len(baselines)


def _product(point):
    a, b = point
    return np.array([b**2, 2 * a * b])


def _kinked(point):
    a, b = point
    return np.array([1.0 if a + b > 1 else 0.25, 3 * b**2])


@judge("averaged baselines")
def averaged_baselines(answer):
    one, three = np.zeros((1, 2)), np.array([[0.0, 0.0], [1.0, -1.0], [0.5, 2.0]])
    x = np.array([2.0, 1.0])
    cases = [
        {"grad": grad, "x": x, "baselines": baselines, "steps": steps}
        for grad in (_product, _kinked)
        for baselines, steps in ((one, 8), (three, 1), (three, 5))
    ]
    for case in cases:
        right, found = _averaged(**case), array(ask(answer, case), (2,))
        if np.allclose(found, right, rtol=1e-6, atol=1e-9):
            continue
        about = f"with {len(case['baselines'])} baseline(s) and {case['steps']} step(s)"
        rows, steps = case["baselines"], case["steps"]
        if np.allclose(found, right * len(rows)):
            return f"{about} this is the sum over the baselines; their mean is asked for."
        at = [case["grad"](b + k / steps * (x - b)) for b in rows for k in range(steps)]
        ways = np.repeat(x - rows, steps, axis=0)
        if np.allclose(found, (ways * np.array(at, float)).mean(0)):
            return f"{about} the slopes are taken at k/steps; the middles are (k + ½)/steps."
        middle = _averaged(case["grad"], x, rows.mean(0, keepdims=True), steps)
        if np.allclose(found, middle):
            return f"{about} this is the attribution for the mean baseline, not the mean of them."
        return f"{about} expected {right.round(4).tolist()}, got {found.round(4).tolist()}."
    return None


def _shares(costs):
    costs = np.asarray(costs, float)
    order, paid, below = np.argsort(costs), np.zeros(len(costs)), 0.0
    for k, owner in enumerate(order):
        paid[order[k:]] += (costs[owner] - below) / (len(costs) - k)
        below = costs[owner]
    return paid


@judge("the lift")
def the_lift(answer):
    many = np.random.default_rng(0).permutation(30) * 3.0 + 1
    cases = [{"costs": np.array(c, float)} for c in ([6], [4, 4], [3, 12, 6], [5, 0, 5, 9], many)]
    hint = (
        "Sort the costs: the step from one to the next is paid, in equal parts, by all who need "
        "at least the higher one."
    )
    return compare(answer, _shares, cases, hint=hint)
