"""Exercises on feedforward networks."""

import numpy as np

from ..core import compare, judge, number


@judge("edge of the valley")
def edge_of_the_valley(answer):
    w = number(answer)
    if np.isclose(w, 2**0.5, rtol=5e-3):
        return None
    if np.isclose(w, 2, rtol=5e-3):
        return "2 is the square of w; what is w?"
    if np.isclose(w, 0.5**0.5, rtol=5e-3) or np.isclose(w, 0.5, rtol=5e-3):
        return "that is the other end of the valley: wanted is the solution from 1 on."
    if w <= 0:
        return "the unit is on for positive w only; wanted is a w from 1 on."
    return (
        f"at w = {w:g} the sharpness w² + 1/w² is {w**2 + w**-2:.4g}; "
        "descent settles while it is below 2/η."
    )


@judge("product of jacobians")
def product_of_jacobians(answer):
    def gradient(row, jacobians, slopes, x):
        for J in reversed(jacobians):
            row = row @ J
        return np.outer(row * slopes, x)

    rng = np.random.default_rng(0)
    cases = []
    for widths in ([2, 3, 1], [2, 2, 2, 2], [4, 3, 5, 2], [3, 4, 2, 5, 2]):
        shapes = zip(widths[2:], widths[1:-1], strict=True)
        cases.append(
            {
                "row": rng.normal(size=widths[-1]),
                "jacobians": [rng.normal(size=shape) for shape in shapes],
                "slopes": rng.uniform(size=widths[1]),
                "x": rng.normal(size=widths[0]),
            }
        )
    hint = (
        "Begin with the row and the last Jacobian, go down to the first, multiply by the slopes, "
        "and take the outer product with x."
    )
    return compare(answer, gradient, cases, hint=hint, rtol=1e-4, atol=1e-6)


@judge("what an mlp does not notice")
def what_an_mlp_does_not_notice(answer):
    if isinstance(answer, (set, frozenset)):
        answer = sorted(answer, key=str)
    text = "".join(map(str, np.asarray(answer).ravel().tolist())).lower()
    letters = {c for c in text if c.isalnum()}
    if letters - set("abcde"):
        return f'expected letters from a to e, as in "bc", got {answer!r:.60}.'
    hints = {
        "a": "(a) gives every column a new place, the same for all patients.",
        "b": "(b) stretches one axis: do the gradients of a suitable start stay suitable?",
        "c": "(c) forgets which number was which quantity; can weights undo that?",
        "d": "(d) is an orthogonal matrix like the mixed digits.",
        "e": "(e) is x' = -x: which matrix is that, and is it orthogonal?",
    }
    wrong = sorted(letters ^ set("ade"))
    return hints[wrong[0]] if wrong else None
