"""The table of small cells: what it holds, how it is looked up, and that training gives it."""

import numpy as np
import pytest

from nnlib.models import cell_cost
from nnlib.search import Evolution, Trial, digit_cells, run

TABLE = digit_cells()
GOOD = {"e01": "conv3", "e02": "skip", "e12": "conv1"}
PLACE = (3, 1, 2)


def test_it_holds_every_cell():
    assert TABLE.validation.shape == TABLE.test.shape == (5, 5, 5, TABLE.seeds, 3)
    assert (TABLE.validation > 0).all()
    assert (TABLE.validation < 1).all()
    assert (TABLE.multiply_adds[PLACE], TABLE.weights[PLACE]) == cell_cost(TABLE.cell(PLACE))
    np.testing.assert_array_equal(TABLE.test[0, 0], 0.1)  # no path: one digit for all


def test_budget_and_seed_are_looked_up():
    assert TABLE.index(GOOD) == PLACE
    assert TABLE.cell(PLACE) == tuple(GOOD.values())
    for seed in range(6):
        for budget, column in ((1, 0), (3, 1), (9, 2), (None, 2)):
            value = TABLE.objective(Trial(0, GOOD, seed, budget))
            assert value == pytest.approx(1 - TABLE.validation[(*PLACE, seed % 5, column)])
    assert TABLE.truth(GOOD) == pytest.approx(TABLE.test[PLACE][:, -1].mean())
    with pytest.raises(ValueError, match="not after 2"):
        TABLE.objective(Trial(0, GOOD, 0, 2))


def test_a_search_runs_on_it():
    result = run(Evolution(TABLE.space, 40), TABLE.objective)
    assert TABLE.truth(result.best.params) > 0.9
