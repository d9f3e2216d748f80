"""The judges of universal approximation: every right form is accepted, every mistake is named."""

import numpy as np
import pytest

from nnlib import exercises

TRIANGLE = [[1, 0], [0, 1], [-1, -1]], [0, 0, 1], 2.5


def treads(edges, heights):
    return heights[0], edges[1:-1], np.diff(heights)


def changes(edges, heights):
    edges += 1
    return heights[0], edges[1:-1] - 1, np.diff(heights)


@pytest.mark.parametrize(
    "answer",
    [
        treads,
        lambda edges, heights: [
            list(part) if np.ndim(part) else part for part in treads(edges, heights)
        ],
        lambda edges, heights: tuple(np.float32(part) for part in treads(edges, heights)),
    ],
)
def test_treads_in_any_form(answer):
    assert exercises.check("treads of a staircase", answer)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        (lambda edges, heights: (heights[-1], edges[1:-1], np.diff(heights)), "output bias"),
        (
            lambda edges, heights: (heights[0], edges[1:], np.diff(heights)),
            "Only the edges between two treads",
        ),
        (
            lambda edges, heights: (heights[0], edges[1:-1], heights[:-1] - heights[1:]),
            "the later minus the earlier",
        ),
        (lambda edges, heights: (heights[0], edges[1:-1]), "2 things, not three"),
        (changes, "belongs to the caller"),
        ((0.2, [1, 3], [0.5, -0.3]), "expected a function"),
    ],
)
def test_mistakes_with_treads_are_named(answer, hint):
    verdict = exercises.check("treads of a staircase", answer)
    assert verdict.state == "wrong"
    assert hint in verdict.text


def test_treads_not_attempted():
    assert exercises.check("treads of a staircase", lambda edges, heights: ...).state == "open"


@pytest.mark.parametrize(
    "answer",
    [
        TRIANGLE,
        [np.float32(part) for part in TRIANGLE],
        (7 * np.array(TRIANGLE[0]), 7 * np.array(TRIANGLE[1]), 2.01),
        (np.array(TRIANGLE[0])[::-1], [1, 0, 0], 2),
        (TRIANGLE[0], [[0], [0], [1]], [2.5]),
    ],
)
def test_triangles_in_any_form(answer):
    assert exercises.check("a triangular tower", answer)


@pytest.mark.parametrize(
    ("answer", "hint"),
    [
        ((*TRIANGLE[:2], 1.5), "the point is outside"),
        ((*TRIANGLE[:2], 3), "not more than c = 3"),
        (([[1, 0], [0, 1], [1, 1]], [0, 0, -1], 2.5), "the point is inside"),
        ((np.transpose(TRIANGLE[0]), [0, 0, 1], 2.5), "three rows of two"),
        (2.5, "expected (W, b, c)"),
        ((TRIANGLE[0], [0, 0], 2.5), "three numbers"),
    ],
)
def test_mistakes_with_triangles_are_named(answer, hint):
    verdict = exercises.check("a triangular tower", answer)
    assert verdict.state == "wrong"
    assert hint in verdict.text
