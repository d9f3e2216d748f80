"""Exercises on cells that spike."""

import math

from ..core import compare, judge, number


@judge("rate by hand")
def rate_by_hand(answer):
    value = number(answer)
    if math.isclose(value, 1000 / (10 * math.log(2) + 3), rel_tol=5e-3):
        return None
    if math.isclose(value, 1000 / (10 * math.log(2)), rel_tol=5e-3):
        return "the pause after each spike is missing."
    if math.isclose(value * 1000, 1000 / (10 * math.log(2) + 3), rel_tol=5e-3):
        return "these are spikes in a millisecond."
    return f"it is not {value:g}: how far does the current want to lift the voltage, and by what?"


@judge("current for a rate")
def current_for_a_rate(answer):
    def reference(rate, tau, R, height, pause):
        wait = 1000 / rate - pause
        return math.inf if wait <= 0 else height / R / -math.expm1(-wait / tau)

    cases = [
        {"rate": 1000 / (20 * math.log(2) + 2), "tau": 20.0, "R": 10.0, "height": 15.0}
        | {"pause": 2.0},
        {"rate": 100.0, "tau": 10.0, "R": 20.0, "height": 20.0, "pause": 3.0},
        {"rate": 5.0, "tau": 30.0, "R": 50.0, "height": 10.0, "pause": 0.0},
        {"rate": 400.0, "tau": 20.0, "R": 10.0, "height": 15.0, "pause": 2.5},
        {"rate": 600.0, "tau": 20.0, "R": 10.0, "height": 15.0, "pause": 2.5},
    ]
    return compare(
        answer,
        reference,
        cases,
        hint="Take the pause off the time between two spikes, then solve the exponential for I.",
    )
