"""Exercises on automatic differentiation."""

import math

import numpy as np

from ..core import compare, is_number, judge, numbers


@judge("tape by hand")
def tape_by_hand(answer):
    found = numbers(answer, 3)
    hints = (
        "p is used by f and by q: what do the two hand back together?",
        "x is used by q and by p: add what both hand back.",
        "y is used once, by p, with the slope 1.",
    )
    for name, value, wanted, hint in zip("pxy", found, (6, 15, 6), hints, strict=True):
        if not np.isclose(value, wanted):
            return f"the gradient with respect to {name} is not {value:g}; {hint}"
    return None


@judge("play the tape back")
def play_the_tape_back(answer):
    def reference(parents):
        bar = [0.0] * len(parents)
        bar[-1] = 1.0
        for k in reversed(range(len(parents))):
            for argument, slope in parents[k]:
                bar[argument] += bar[k] * slope
        return bar

    cases = [
        {"parents": [[], [(0, 3.0)]]},
        {"parents": [[], [(0, 1.0), (0, 1.0)]]},  # x + x
        {"parents": [[], [], [(0, 3.0), (1, 2.0)], [(0, 1.0), (2, 1.0)], [(2, 8.0), (3, 6.0)]]},
    ]
    rng = np.random.default_rng(0)
    random = [[]]
    for k in range(1, 8):
        uses = rng.integers(0, k, rng.integers(1, 3)).tolist()
        random.append([(j, float(rng.integers(-3, 4))) for j in uses])
    cases.append({"parents": random})
    return compare(
        answer,
        reference,
        cases,
        hint="A number that is used twice gets the sum of what both uses hand back.",
    )


@judge("dual power")
def dual_power(answer):
    def reference(u, du, v, dv):
        return u**v, u**v * (dv * math.log(u) + v * du / u)

    cases = [
        {"u": 3.0, "du": 1.0, "v": 2.0, "dv": 0.0},
        {"u": math.e, "du": 0.0, "v": 2.0, "dv": 1.0},
        {"u": 2.0, "du": 1.0, "v": 2.0, "dv": 1.0},
        {"u": 0.5, "du": -1.5, "v": -1.3, "dv": 0.7},
    ]
    return compare(
        answer, reference, cases, hint="Both move: one term for the base, one for the exponent."
    )


@judge("segments that fit")
def segments_that_fit(answer):
    def held(s):
        count = math.ceil(1000 / s)
        last = 1000 - (count - 1) * s  # length of the last segment, open while all are stored
        return max(count + last - 1, count - 1 + s - 1)

    fitting = [s for s in range(1, 1001) if held(s) <= 100]
    for name, value, wanted in zip(
        ("shortest", "longest"), numbers(answer, 2), (fitting[0], fitting[-1]), strict=True
    ):
        if not is_number(value, wanted):
            return (
                f"{value:g} is not the {name} segment that stays within 100 states. Run "
                "in_segments(1000, s, 0.3, memory) and look at memory.peak: the last segment may "
                "be short, and its checkpoint is gone when a full one is open."
            )
    return None


@judge("root by halving")
def root_by_halving(answer):
    def reference(a, da):
        root = math.sqrt(a * a / 4 + 1 / 27)
        x = math.cbrt(a / 2 + root) + math.cbrt(a / 2 - root)  # Cardano's
        return x, da / (3 * x * x + 1)

    cases = [
        {"a": 2.0, "da": 1.0},
        {"a": 10.0, "da": 1.0},
        {"a": 0.625, "da": -2.0},
        {"a": 68.0, "da": 0.5},
        {"a": 7.3, "da": 0.0},
    ]
    hint = "The halving gives the root alone. Take the derivative of both sides of x³ + x = a."
    return compare(answer, reference, cases, hint=hint)
