"""Grid search: every combination once."""

import pytest

from nnlib import search

from .objectives import SPACE


def test_tries_every_combination_once():
    strategy = search.Grid(SPACE, rate=5, width=[8, 64], dropout=1)
    trials = strategy.propose([])
    assert strategy.total == len(trials) == 5 * 2 * 1 * 2
    assert len({tuple(trial.params.values()) for trial in trials}) == 20
    assert {trial["rate"] for trial in trials} == {1e-4, 1e-3, 1e-2, 1e-1, 1.0}
    assert {trial["width"] for trial in trials} == {8, 64}
    assert {trial["dropout"] for trial in trials} == {0.25}
    assert strategy.propose(trials) == []
    assert strategy.propose(trials[:3]) == trials[3:]


def test_another_grid_is_another_search():
    assert repr(search.Grid(SPACE, rate=2, width=2, dropout=1)) != repr(
        search.Grid(SPACE, rate=3, width=2, dropout=1)
    )


@pytest.mark.parametrize(
    ("points", "message"),
    [
        ({"rate": 2, "width": 2}, "Grid: dropout: the points of a grid must be a whole number"),
        ({"rate": 2, "width": 0, "dropout": 1}, "Grid: width: .*at least 1, got 0"),
        ({"rate": 2, "widht": 2}, r"points for \['widht'\]; the space has \['rate'"),
        ({"rate": [], "width": 2, "dropout": 1}, "rate needs different values"),
        ({"rate": [2.0], "width": 2, "dropout": 1}, "must lie in"),
        ({"rate": 2, "width": 2, "dropout": 1, "activation": 2}, "leave its points out"),
    ],
)
def test_errors(points, message):
    with pytest.raises(ValueError, match=message):
        search.Grid(SPACE, **points)
