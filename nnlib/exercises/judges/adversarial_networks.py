"""Exercises on adversarial networks."""

import numpy as np

from ..core import call, compare, judge, number


@judge("the best discriminator by hand")
def the_best_discriminator_by_hand(answer):
    try:
        best, value = answer
        best, value = np.asarray(best, float), number(value)
    except (TypeError, ValueError):
        return f"expected three probabilities and a number, got {answer!r}."
    if best.shape != (3,):
        return f"expected three probabilities first, got shape {best.shape}."
    if not np.allclose(best, [0.5, 1, 0], atol=1e-3):
        if np.allclose(best, [0.5, 0, 1], atol=1e-3):
            return "this is the probability of *made*; D is that of *real*."
        return "D* is p/(p + q), one number for each of the three outcomes."
    if abs(value + np.log(2)) < 5e-3:
        return None
    if abs(value - np.log(2)) < 5e-3:
        return "D* is right; V has the other sign: logarithms of probabilities are negative."
    if abs(value + 2 * np.log(2)) < 5e-3:
        return "D* is right; you have left out the factors p and q of the two means."
    if abs(value + 1) < 5e-3:
        return "D* is right; V is in nats: take natural logarithms."
    return "D* is right; in V the outcome with D = 1 adds p log 1 = 0, and that with D = 0 too."


@judge("Wasserstein on a line")
def wasserstein_on_a_line(answer):
    rng = np.random.default_rng(0)
    cases = [
        {"a": rng.normal(size=n), "b": scale * rng.normal(size=n) + shift}
        for n, scale, shift in ((1, 1, 3), (4, 1, 0), (50, 0.1, -2), (51, 5, 0.5))
    ]
    return compare(
        answer,
        lambda a, b: np.abs(np.sort(a) - np.sort(b)).mean(),
        cases,
        hint="Nobody overtakes: sort both, then average the distances.",
        rtol=1e-4,
        atol=1e-6,
    )


def _bilinear(z):
    z = np.asarray(z, float)
    return np.array([z[1], -z[0]])


def _bent(z):
    z = np.asarray(z, float)
    return np.array([np.sin(z[1]) - 0.1 * z[0], -(z[0] ** 3) + 0.2])


@judge("an extragradient step")
def an_extragradient_step(answer):
    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    cases = [
        {"z": np.array(z), "eta": eta}
        for z, eta in (([1.0, 0.0], 0.5), ([0.3, -1.2], 0.1), ([-2.0, 0.7], 0.25))
    ]
    for name, slopes in (("z ↦ (z₂, -z₁)", _bilinear), ("a bent field", _bent)):
        problem = compare(
            lambda z, eta, s=slopes: call(answer, {"slopes": s, "z": z, "eta": eta}),
            lambda z, eta, s=slopes: z + eta * s(z + eta * s(z)),
            cases,
            hint="Look ahead from z, but take the step from z itself.",
            rtol=1e-4,
            atol=1e-6,
        )
        if problem:
            return f"with {name}: {problem}"
    return None
