"""How long trials take on several workers, by hand and by a simulation in small steps."""

import numpy as np
import pytest

from nnlib.search import makespan


@pytest.mark.parametrize(
    ("seconds", "workers", "expected"),
    [([3, 1, 1, 1], 2, 3), ([1, 1, 1, 3], 2, 4), ([2, 2], 5, 2), ([1, 2, 3], 1, 6), ([], 3, 0)],
)
def test_by_hand(seconds, workers, expected):
    assert makespan(seconds, workers) == expected


def test_like_a_clock_that_ticks():
    seconds = np.random.default_rng(0).integers(1, 20, 40)
    for workers in (1, 2, 3, 8):
        left, waiting, clock = [], list(seconds), 0
        while waiting or left:
            left += [waiting.pop(0) for _ in range(min(workers - len(left), len(waiting)))]
            left = [time - 1 for time in left if time > 1]
            clock += 1
        assert makespan(seconds, workers) == clock


@pytest.mark.parametrize(
    ("given", "message"),
    [(([-1.0], 2), "from 0 on"), (([[1.0]], 2), "a list"), (([1.0], 0), "workers must be")],
)
def test_errors(given, message):
    with pytest.raises(ValueError, match=message):
        makespan(*given)
