"""What a search found."""

import numpy as np
import pytest

from nnlib.search import Result, Trial


def trials(*values):
    return [
        Trial(number, {"rate": 10.0**-number}, value=value, error=None if value else "E: no")
        for number, value in enumerate(values)
    ]


def test_best_is_the_first_of_the_lowest():
    assert Result(trials(3.0, 1.0, None, 1.0)[::-1]).best.number == 1


def test_best_of_none_names_the_first_error():
    with pytest.raises(ValueError, match="all 2 failed, trial 0 with E: no"):
        _ = Result(trials(None, None)).best
    with pytest.raises(ValueError, match="none has run"):
        _ = Result([]).best


@pytest.mark.parametrize("given", [3, "word", [None]])
def test_holds_trials_alone(given):
    with pytest.raises(TypeError, match="Result needs trials, got"):
        Result(given)


def test_incumbent_is_the_best_so_far():
    result = Result(trials(None, 3.0, 5.0, None, 1.0, 2.0))
    np.testing.assert_array_equal(result.incumbent, [np.nan, 3, 3, 3, 1, 1])
    assert Result([]).incumbent.shape == (0,)


def test_table_has_the_best_first_and_the_failed_last():
    lines = Result(trials(3.0, None, 0.5)).table().splitlines()
    assert [line.split() for line in lines] == [
        ["trial", "rate", "value"],
        ["2", "0.01", "0.5"],
        ["0", "1", "3"],
        ["1", "0.1", "E:", "no"],
    ]
    assert Result(trials(3.0, None, 0.5)).table(1).splitlines() == lines[:2]


def test_table_shows_budgets_if_there_are_any():
    assert "budget" not in Result(trials(1.0)).table()
    assert "budget" in Result([Trial(0, {"x": 1}, budget=3, value=1.0)]).table()


def test_repr_names_the_best():
    assert repr(Result(trials(3.0, None, 0.5))) == (
        "Result(3 trials, 1 failed; best: 0.5 in trial 2 at rate=0.01)"
    )
    assert repr(Result(trials(None))) == "Result(1 trials, 1 failed)"
    assert repr(Result([])) == "Result(0 trials)"
