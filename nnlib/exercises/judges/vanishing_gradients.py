"""Exercises on vanishing gradients."""

import numpy as np

from ..core import compare, judge, number


@judge("variance for a leaky relu")
def variance_for_a_leaky_relu(answer):
    v = number(answer)
    if np.isclose(v, 0.016, rtol=5e-3):
        return None
    hints = {
        0.02: "that is He's variance, for a slope of 0; here more of the signal is left.",
        0.01: "that is the variance without a curve; the leaky ReLU takes some of the signal away.",
        4 / 300: "the slope ½ multiplies the signal; what does it do to its square?",
        0.016**0.5: "that is the standard deviation; the variance is its square.",
        1.6: "that is for one input; there are 100 of them.",
    }
    for wrong, hint in hints.items():
        if np.isclose(v, wrong, rtol=5e-3):
            return hint
    if v <= 0:
        return f"a variance is positive, got {v:g}."
    return (
        f"with the variance {v:g} a layer multiplies the mean square by {100 * v * 0.625:.3g} "
        "instead of 1: what do the positive half and the negative half keep of it?"
    )


@judge("lengths of gradients")
def lengths_of_gradients(answer):
    def lengths(row, jacobians):
        found = [np.linalg.norm(row)]
        for J in reversed(jacobians):
            row = row @ J
            found.append(np.linalg.norm(row))
        return found[::-1]

    rng = np.random.default_rng(0)
    cases = [{"row": np.array([3.0, 4.0]), "jacobians": [np.array([[2.0, 0.0], [0.0, 1.0]])]}]
    for widths in ([3, 1], [2, 2, 2], [4, 3, 5, 2]):
        shapes = zip(widths[1:], widths[:-1], strict=True)
        cases.append(
            {
                "row": rng.normal(size=widths[-1]),
                "jacobians": [rng.normal(size=shape) for shape in shapes],
            }
        )
    hint = (
        "The row meets the last Jacobian first; the result begins with layer 1 and ends with the "
        "length of the row itself."
    )
    return compare(answer, lengths, cases, hint=hint, rtol=1e-4, atol=1e-6)


@judge("variance under dropout")
def variance_under_dropout(answer):
    cases = [{"n_in": n, "p": p} for n, p in ((100, 0.0), (100, 0.5), (64, 0.2), (10, 0.9))]
    hint = "What is the mean square of an activation that is 0 with p, else divided by 1 - p?"
    return compare(answer, lambda n_in, p: 2 * (1 - p) / n_in, cases, hint=hint, rtol=1e-4)
