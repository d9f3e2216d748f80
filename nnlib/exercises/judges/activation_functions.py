"""Exercises on activation functions."""

import numpy as np

from ..core import compare, judge, numbers


@judge("slopes of Swish")
def slopes_of_swish(answer):
    found = numbers(answer, 2)
    if not np.isclose(found[0], 0.5):
        return f"at 0 the slope is not {found[0]:g}: put z = 0 into σ + zσ(1 - σ)."
    if not np.isclose(found[1], 1):
        return f"far to the right it does not tend to {found[1]:g}: what becomes of z(1 - σ(z))?"
    return None


@judge("softplus")
def softplus(answer):
    def reference(z):
        return np.logaddexp(0, z)

    cases = [{"z": np.array(z)} for z in ([0.0], [-1.0, 2.0], [-1000.0, 1000.0], [40.0, -40.0])]
    with np.errstate(all="ignore"):
        return compare(
            answer,
            reference,
            cases,
            hint="e to a large power overflows: take the larger part out of the logarithm.",
            atol=0,
        )


@judge("gain of two pieces")
def gain_of_two_pieces(answer):
    def reference(left, right):
        return np.sqrt(2 / (left**2 + right**2))

    cases = [
        {"left": left, "right": right}
        for left, right in ((0.0, 1.0), (1.0, 1.0), (-1.0, 1.0), (0.3, 1.0), (0.5, -2.0))
    ]
    return compare(
        answer,
        reference,
        cases,
        hint="Half of the mean square is multiplied by left², half by right².",
    )
