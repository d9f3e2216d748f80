"""Exercises on variational autoencoders."""

import numpy as np

from ..core import compare, judge, numbers


@judge("a bound by hand")
def a_bound_by_hand(answer):
    evidence, bound, best = numbers(answer, 3)
    wanted = np.log(0.425), np.log(0.15) / 2, 0.125 / 0.425
    wrong = [abs(a - b) > 2e-3 for a, b in zip((evidence, bound, best), wanted, strict=True)]
    if any(wrong) and np.allclose((evidence, bound, best), wanted, rtol=0, atol=6e-3):
        return "all three are nearly right; give three decimals."
    if wrong[0]:
        if abs(evidence - 0.425) < 6e-3:
            return "this is p(x); its logarithm is asked for."
        return "log p(x) is not right: p(x) is the prior's mean of the two likelihoods."
    if wrong[1]:
        if abs(bound - np.log(0.2) / 2) < 6e-3:
            return "log p(x) is right; the bound still lacks the divergence from the prior."
        if bound > evidence:
            return "log p(x) is right; but a lower bound cannot be above it."
        return "log p(x) is right; the bound is the guess's mean of log p(x, z) - log q(z)."
    if wrong[2]:
        return "two are right; the best guess is the posterior, p(x, z = 0) / p(x)."
    return None


@judge("an importance-weighted bound")
def an_importance_weighted_bound(answer):
    rng = np.random.default_rng(0)
    cases = []
    for samples, images, level in ((1, 3, 0.0), (5, 2, -3.0), (20, 4, -1500.0), (3, 2, 900.0)):
        log_joint = level + rng.normal(scale=3, size=(samples, images))
        cases.append({"log_joint": log_joint, "log_q": rng.normal(size=(samples, images))})

    def wanted(log_joint, log_q):
        w = log_joint - log_q
        top = w.max(0)
        return top + np.log(np.exp(w - top).mean(0))

    with np.errstate(all="ignore"):
        return compare(
            answer,
            wanted,
            cases,
            hint="It is the logarithm of the mean over the samples, the first axis, of "
            "exp(log_joint - log_q); take the largest out before exp, or it becomes 0 or infinite.",
            rtol=1e-4,
            atol=1e-3,
        )


@judge("the variance in a loss")
def the_variance_in_a_loss(answer):
    cases = [{"D": D, "w": w} for D, w in ((784, 1.0), (10, 0.5), (1, 2.0), (16_000, 0.001))]
    return compare(
        answer,
        lambda D, w: D * w / 2,
        cases,
        hint="Divide the loss by w and compare the factor of the squares with 1/(2σ²).",
        rtol=1e-4,
    )
