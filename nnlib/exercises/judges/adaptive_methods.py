"""Exercises on rates of their own for every parameter."""

import numpy as np

from ..core import compare, is_number, judge, number


@judge("AdaGrad by hand")
def adagrad_by_hand(answer):
    found = number(answer)
    if np.isclose(found, 0.9):
        return "that is the distance; in which direction does a positive gradient push?"
    if not np.isclose(found, -0.9):
        return f"it is not at {found:g}: the second step divides by the root of 36 + 64."
    return None


def _cases(names, rng):
    """Start, then three random states, for functions of theta, v, u, g as `names` says."""
    for n in (1, 3, 4):
        case = {name: rng.normal(size=n) for name in names}
        for name in ("v", "u"):
            if name in case:
                case[name] = case[name] ** 2 * (n > 1)  # 0 at the start
        yield case


@judge("RMSprop step")
def rmsprop_step(answer):
    def reference(theta, v, g, eta, beta, eps):
        v = beta * v + (1 - beta) * g * g
        return theta - eta * g / (np.sqrt(v) + eps), v

    rng = np.random.default_rng(0)
    cases = [
        case | {"eta": 0.1, "beta": 0.9, "eps": eps}
        for case, eps in zip(_cases(("theta", "v", "g"), rng), (1e-8, 0.01, 0.1), strict=True)
    ]
    return compare(answer, reference, cases, hint="The new v divides, and ε stands outside.")


@judge("AdaDelta with a length")
def adadelta_with_a_length(answer):
    def reference(theta, v, u, g, beta, scale):
        v = beta * v + (1 - beta) * g * g
        root = np.where(v > 0, np.sqrt(v), 1)
        delta = -np.sqrt(u + scale**2) * np.where(v > 0, g, 0) / root
        return theta + delta, v, beta * u + (1 - beta) * delta**2

    rng = np.random.default_rng(0)
    cases = [
        case | {"beta": 0.9, "scale": scale}
        for case, scale in zip(_cases(("theta", "v", "u", "g"), rng), (1e-3, 0.1, 1.0), strict=True)
    ]
    idle = {"theta": np.ones(2), "v": np.zeros(2), "u": np.zeros(2), "g": np.array([0.0, 2.0])}
    with np.errstate(all="ignore"):  # 0/0 gives NaN, which the comparison reports
        return compare(
            answer,
            reference,
            [*cases, idle | {"beta": 0.5, "scale": 0.1}],
            hint="The numerator is √(u + scale²), with the old u; no gradient, no step.",
        )


@judge("AdaGrad to 100")
def adagrad_to_100(answer):
    if not is_number(answer, int(np.argmax(np.cumsum(np.arange(1, 4000) ** -0.5) >= 100)) + 1):
        return (
            f"{answer!r} is not the number. The step at time t is 1/√t; their sum grows as 2√t, "
            "less about 1.46."
        )
    return None
