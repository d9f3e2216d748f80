"""Exercises on Adam."""

import math

from ..core import compare, is_number, judge, number


@judge("second step of Adam")
def second_step_of_adam(answer):
    value = number(answer)
    if abs(value - 1 / 19) < 6e-4:
        return None
    if abs(value + 1 / 19) < 6e-4:
        return "the size is right; the sign is that of the motion, and θ moves against the mean."
    if abs(value - 1) < 1e-3:
        return "1 would be a sign alone; the mean has not forgotten the first gradient."
    return f"it is not {value:g}: m = 0.9 · 0.2 - 0.2, and v̂ is the mean of 4 and 4."


@judge("mean without correction")
def mean_without_correction(answer):
    def reference(t, beta):
        return (1 - beta) / (1 - beta**t)

    cases = [
        {"t": t, "beta": beta}
        for t, beta in ((1, 0.9), (1, 0.5), (2, 0.5), (2, 0.9), (10, 0.9), (1000, 0.999))
    ]
    hint = "c₁ = 1, as the first mean is g₁; after that c falls to 1 - β."
    return compare(answer, reference, cases, hint=hint)


@judge("step of AMSGrad")
def step_of_amsgrad(answer):
    def reference(x, g, m, v, largest, t, eta, beta1, beta2):
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g * g
        largest = max(largest, v)
        root = math.sqrt(largest / (1 - beta2**t))
        return x - eta * m / (1 - beta1**t) / root, m, v, largest

    names = ("x", "g", "m", "v", "largest", "t", "eta", "beta1", "beta2")
    rows = (
        (1.0, 2.0, 0.0, 0.0, 0.0, 1, 0.1, 0.9, 0.999),
        (0.0, -1.0, 0.0, 15.0, 15.0, 2, 0.5, 0.0, 1 / 17),
        (0.3, 0.2, -0.4, 0.1, 2.0, 5, 0.01, 0.9, 0.99),
    )
    cases = [dict(zip(names, row, strict=True)) for row in rows]
    hint = "largest = max(largest, v) with the new v; then the correction and the root."
    return compare(answer, reference, cases, hint=hint)


@judge("memory that is long enough")
def memory_that_is_long_enough(answer):
    value = number(answer)
    if is_number(value, 0.32):
        return None
    side = "still goes to the wrong side" if value < 0.32 else "is not the smallest"
    return f"{value:g} {side}: where does the motion of one round change its sign?"
