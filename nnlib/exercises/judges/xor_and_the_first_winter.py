"""Exercises on what one unit cannot do and two can."""

import itertools

import numpy as np

from ..core import ask, compare, is_number, judge, numbers

INPUTS = ((0, 0), (0, 1), (1, 0), (1, 1))


@judge("xor with one hidden unit")
def xor_with_one_hidden_unit(answer):
    try:
        hidden, output = answer
    except (TypeError, ValueError):
        return "expected ((w1, w2, theta), (v1, v2, vh, theta))."
    (w1, w2, theta), (v1, v2, vh, last) = numbers(hidden, 3), numbers(output, 4)
    for x1, x2 in INPUTS:
        h = int(w1 * x1 + w2 * x2 >= theta)
        out = int(v1 * x1 + v2 * x2 + vh * h >= last)
        if out != x1 ^ x2:
            return f"for the input {x1}{x2} the hidden unit gives {h} and the output {out}."
    return None


@judge("xor with relu")
def xor_with_relu(answer):
    def reference(x):
        total = x[:, 0] + x[:, 1]
        return np.maximum(total, 0) - 2 * np.maximum(total - 1, 0)

    table = np.array(INPUTS, float)
    cases = [{"x": row[None]} for row in table] + [{"x": table}, {"x": np.array([[0.5, 0.0]])}]
    problem = compare(
        answer,
        reference,
        cases,
        hint="Two folds are enough: one where the sum of the inputs is 0, one at 1.",
    )
    if problem is not None:
        return problem
    # A sum of ReLUs has no jumps; what looks the four rows up has.
    if not np.allclose(ask(answer, {"x": table + 1e-5}), reference(table), atol=1e-3):
        return "it fits the table, but it is no sum of ReLUs: right beside the table it jumps."
    # Far from all folds it is straight; a polynomial or a wave that fits the table is not.
    for direction in ((1.0, 1.0), (-1.0, -1.0), (1.0, -2.0)):
        for apart in (1e3, 1e3 / 3, 1e3 / 2**0.5):
            far = 1e3 + apart * np.arange(3)
            a, b, c = np.asarray(ask(answer, {"x": np.outer(far, direction)}), float)
            if not abs(a - 2 * b + c) < 0.05:  # float32 rounds by about 0.001
                return "it fits the table, but it is no sum of ReLUs: far out it is not straight."
    return None


@judge("one unit can")
def one_unit_can(answer):
    def reference(y):
        return tuple(y) not in ((0, 1, 1, 0), (1, 0, 0, 1))

    cases = [{"y": y} for y in itertools.product((0, 1), repeat=4)]
    return compare(answer, reference, cases)


@judge("parity of three")
def parity_of_three(answer):
    if not is_number(answer, 2):
        return f"{answer!r} is not it: try one unit more and one less, with all 200 starts."
    return None


@judge("order of a count")
def order_of_a_count(answer):
    def reference(values):
        return int((np.diff(values) != 0).sum())

    rows = (
        [0, 1, 0],
        [0, 0, 1, 1, 1],
        [0, 1, 0, 0, 0, 0],
        [0, 1, 0, 1, 0, 1],
        [1, 0, 0, 1, 0, 0, 1],
    )
    cases = [{"values": np.array(row)} for row in (*rows, [0, 0, 0], [1, 1, 1, 1], [1, 0, 0, 0, 1])]
    return compare(
        answer, reference, cases, hint="How often must a polynomial in m change its sign?"
    )
