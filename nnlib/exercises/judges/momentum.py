"""Exercises on momentum."""

import numpy as np

from ..core import call, compare, is_number, judge, number, numbers


@judge("best ball")
def best_ball(answer):
    rate, momentum, radius = numbers(answer, 3)
    if not np.isclose(radius, 0.5):
        return (
            f"the radius is not {radius:g}: its formula takes the root of the condition number, 3."
        )
    if not np.isclose(momentum, 0.25):
        return f"the radius is right, the momentum is its square and not {momentum:g}."
    if not np.isclose(rate, 0.25):
        return f"the rate is not {rate:g}: it is (2 / (√L + √μ))²."
    return None


@judge("look-ahead radius")
def look_ahead_radius(answer):
    def reference(eta, beta, lam):
        c = 1 - eta * lam
        return np.abs(np.roots([1, -(1 + beta) * c, beta * c])).max()

    cases = [
        {"eta": eta, "beta": beta, "lam": lam}
        for eta, beta, lam in (
            (0.1, 0.0, 1.0),
            (0.1, 0.9, 1.0),
            (0.1, 0.2, 1.0),
            (0.06, 0.5, 25.0),
            (0.04, 0.9, 10.0),
        )
    ]
    return compare(
        answer, reference, cases, hint="Complex roots have the root of their product as length."
    )


@judge("two momenta")
def two_momenta(answer):
    def reference(gradients, rates, beta):
        v = u = guide = pytorch = 0.0
        for g, eta in zip(gradients, rates, strict=True):
            v, u = beta * v + eta * g, beta * u + g
            guide, pytorch = guide - v, pytorch - eta * u
        return guide, pytorch

    rng = np.random.default_rng(0)
    cases = [
        {"gradients": np.ones(2), "rates": np.array([0.1, 0.01]), "beta": 0.9},
        {"gradients": np.ones(3), "rates": np.full(3, 0.5), "beta": 0.5},
        {"gradients": rng.normal(size=6), "rates": rng.uniform(0.1, 1, 6), "beta": 0.8},
    ]
    # "How far in all" may be meant as a length: then all signs are turned.
    turned = callable(answer) and compare(
        lambda **case: [-number(x) for x in call(answer, case)], reference, cases
    )
    if turned is None:
        return None
    return compare(
        answer,
        reference,
        cases,
        hint="(guide, PyTorch): the guide's velocity holds rates, PyTorch's does not.",
    )


@judge("fastest momentum")
def fastest_momentum(answer):
    if is_number(answer, 0.69):
        return None
    if is_number(answer, 0.67):
        return "0.67 is the theory for the long run. Count the steps of all forty."
    return f"{answer!r} is not the fastest: count steps with steps_until for all forty momenta."


@judge("power with a memory")
def power_with_a_memory(answer):
    beta, factor = numbers(answer, 2)
    if not np.isclose(beta, 0.09):
        return (
            f"beta is not {beta:g}: the unwanted part, with the roots of z² - 0.6 z + beta, is "
            "smallest where these just become complex."
        )
    if not np.isclose(factor, 1 / 3, atol=1e-3):
        return (
            f"beta is right, the factor is not {factor:g}: divide √beta by the larger root of "
            "z² - z + beta."
        )
    return None
