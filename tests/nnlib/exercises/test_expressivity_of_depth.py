"""The judges on depth: every right form is accepted, every mistake is named."""

import numpy as np
import pytest

from nnlib import exercises


def square(x, k, base=4):
    u, total = x, x
    for j in range(1, k + 1):
        u = np.minimum(2 * u, 2 - 2 * u)
        total = total - u / base**j
    return total


def changes(x, k):
    u = x.copy()
    for j in range(1, k + 1):
        u = np.minimum(2 * u, 2 - 2 * u)
        x -= u / 4**j
    return x


@pytest.mark.parametrize(
    ("name", "answer"),
    [
        ("units for six folds", 63.0),
        ("units for six folds", np.int64(63)),
        ("square by folding", square),
        ("square by folding", lambda x, k: list(square(x, k))),
        ("square by folding", lambda x, k: np.float32(square(x, k))),
        ("towers by folding", [64, 12]),
        ("towers by folding", np.array([64.0, 12.0])),
    ],
)
def test_right_in_any_form(name, answer):
    assert exercises.check(name, answer)


@pytest.mark.parametrize(
    ("name", "answer", "hint"),
    [
        ("units for six folds", 64, "64 units draw the graph exactly"),
        ("units for six folds", 12, "12 units are enough in six layers"),
        ("units for six folds", 31, "at most 32 pieces"),
        ("units for six folds", 100, "not the fewest"),
        ("units for six folds", "many", "expected a number"),
        ("square by folding", lambda x, k: x**2, "folded once more"),
        ("square by folding", lambda x, k: square(x, k, base=2), "4 to the power of j"),
        ("square by folding", changes, "belongs to the caller"),
        ("square by folding", 4, "expected a function"),
        ("towers by folding", (8, 12), "8 is right along one side"),
        ("towers by folding", (64, 6), "takes two ReLUs"),
        ("towers by folding", (12, 64), "the other way round"),
        ("towers by folding", (27, 12), "27 towers"),
        ("towers by folding", 64, "expected 2 numbers"),
    ],
)
def test_mistakes_are_named(name, answer, hint):
    verdict = exercises.check(name, answer)
    assert verdict.state == "wrong"
    assert hint in verdict.text
