"""Trials: what they hold, what they compare, and that they travel."""

import dataclasses
import pickle

import pytest

from nnlib.search import Trial

TRIAL = Trial(3, {"rate": 0.1}, seed=5)


def test_reads_its_parameters_by_name():
    assert TRIAL["rate"] == 0.1
    with pytest.raises(KeyError, match=r"no parameter 'width'; there are \['rate'\]"):
        TRIAL["width"]


def test_is_done_or_failed_or_neither():
    done = dataclasses.replace(TRIAL, value=0.0)
    failed = dataclasses.replace(TRIAL, error="ValueError: no")
    assert [(t.done, t.failed) for t in (TRIAL, done, failed)] == [
        (False, False),
        (True, False),
        (False, True),
    ]


def test_does_not_compare_seconds():
    assert dataclasses.replace(TRIAL, seconds=1.0) == dataclasses.replace(TRIAL, seconds=2.0)
    assert dataclasses.replace(TRIAL, value=1.0) != dataclasses.replace(TRIAL, value=2.0)


def test_is_frozen_hashable_and_travels():
    with pytest.raises(dataclasses.FrozenInstanceError):
        TRIAL.value = 1.0
    assert len({TRIAL, pickle.loads(pickle.dumps(TRIAL))}) == 1
