"""Exercises on the loss landscape."""

import math

import numpy as np

from ..core import call, compare, judge, number, numbers


@judge("two saddles by hand")
def two_saddles_by_hand(answer):
    try:
        two, three = answer
    except (TypeError, ValueError):
        return f"expected two rows, of two and of three numbers, got {answer!r:.60}."
    two, three = np.sort(numbers(two, 2)), np.array(numbers(three, 3))
    if not np.allclose(two, [-1, 1], atol=1e-3):
        if np.allclose(two, 0, atol=1e-3):
            return "for f, the term of second degree at the origin is -uv, and it is not zero."
        return (
            "multiply f out: at the origin its term of second degree is -uv, "
            "with the Hessian ((0, -1), (-1, 0))."
        )
    if not np.allclose(three, 0, atol=1e-3):
        return "the first is right. Multiply g out: has it any term of second degree?"
    return None


@judge("copies of a minimum")
def copies_of_a_minimum(answer):
    cases = [
        {"widths": [1], "odd": False},
        {"widths": [3], "odd": False},
        {"widths": [3], "odd": True},
        {"widths": [4, 2], "odd": False},
        {"widths": [5, 3, 4], "odd": True},
    ]

    def wanted(widths, odd):
        return math.prod(math.factorial(n) * (2**n if odd else 1) for n in widths)

    return compare(
        answer,
        wanted,
        cases,
        hint="Each layer is renumbered by itself: n! orders for n units, and with tanh "
        "2 to the power n choices of signs. Choices in different layers multiply.",
    )


@judge("trace without the matrix")
def trace_without_the_matrix(answer):
    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    cases = []
    for n, rows in ((1, 1), (3, 2), (5, 7), (8, 100)):
        rng = np.random.default_rng(n)
        A = rng.normal(size=(n, n))
        cases.append((A + A.T, rng.choice([-1.0, 1.0], (rows, n))))

    def told(A, probes):
        product = {"product": lambda v: A @ np.asarray(v, float)}
        found = call(answer, {**product, "probes": probes})
        return found if found is None or found is ... else number(found)

    return compare(
        told,
        lambda A, probes: np.mean([z @ A @ z for z in probes]),
        [{"A": A, "probes": probes} for A, probes in cases],
        hint="For every row z of probes compute z · product(z); return the mean over the rows.",
        rtol=1e-4,
        atol=1e-4,
    )
