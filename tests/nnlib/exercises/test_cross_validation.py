"""The exercise on overlapping labels accepts every right reading of where the series ends."""

import numpy as np
import pytest

from nnlib import exercises


def hours(n, s, e, h):
    return [i for i in range(n) if i + h < s or i > e - 1 + h]


RIGHT = [
    hours,
    lambda n, s, e, h: set(hours(n, s, e, h)),
    lambda N, first, end, ahead: {*range(first - ahead), *range(end + ahead, N)},
    lambda n, s, e, h: [i for i in hours(n, s, e, h) if i + h < n],
    lambda n, s, e, h: np.array([i for i in hours(n, s, e, h) if i + h < n], dtype=np.float32),
]
WRONG = [
    lambda n, s, e, h: [i for i in range(n) if i + h < s or i >= e],
    lambda n, s, e, h: [i for i in range(n - h) if i + h < s or i >= e],
    lambda n, s, e, h: hours(n, s, e, h)[:-h],
]


@pytest.mark.parametrize("answer", RIGHT)
def test_every_right_form_is_accepted(answer):
    assert exercises.check("labels that overlap", answer)


@pytest.mark.parametrize("answer", WRONG)
def test_mistakes_are_wrong(answer):
    assert exercises.check("labels that overlap", answer).state == "wrong"
