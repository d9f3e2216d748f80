"""Code that runs too long is stopped, and what ran before is as it was."""

import sys
import time

import pytest

from nnlib.exercises.deadline import TimeIsUp, deadline


def test_a_loop_is_stopped_even_if_it_catches_everything():
    def endless():
        while True:
            try:
                while True:
                    pass
            except Exception:
                pass

    start = time.monotonic()
    with pytest.raises(TimeIsUp), deadline(0.1):
        endless()
    assert time.monotonic() - start < 5


def test_what_ends_in_time_is_not_disturbed():
    before = sys.gettrace()
    with deadline(60):
        assert sum(range(1000)) == 499500
    assert sys.gettrace() is before
