"""The table of small cells: what it holds, how it is looked up, and that training gives it."""

import importlib
import json

import numpy as np
import pytest

from nnlib.models import cell_cost
from nnlib.search import Evolution, Trial, digit_cells, digit_supernets, run
from nnlib.search.digit_cells import FOLDER

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


def test_the_best_are_trained_again_with_further_seeds(monkeypatch):
    mean = TABLE.test[..., -1].mean(-1)
    least = mean[tuple(TABLE.best.T)]
    assert (np.diff(least) < 1e-9).all()
    assert (mean > least[-1] + 1e-9).sum() == len(TABLE.best) - 1
    record = json.loads((FOLDER / "digit_cells.json").read_text())
    assert TABLE.again.shape == (12, record["more_seeds"])
    monkeypatch.syspath_prepend("tools/train")
    script = importlib.import_module("digit_cells")
    right = script.train(script.digits(), TABLE.cell(TABLE.best[9]), script.SEEDS)[1, -1]
    assert abs(right / 2000 - TABLE.again[9, 0]) < 0.03


def test_training_gives_what_is_stored(monkeypatch):
    # One epoch; sums differ between processors, and so a few digits may.
    monkeypatch.syspath_prepend("tools/train")
    script = importlib.import_module("digit_cells")
    right = script.train(script.digits(), ("none", "conv1", "none"), 1, stop=1)
    assert abs(right[0, 0] / 1000 - TABLE.validation[0, 2, 0, 1, 0]) < 0.03
    assert abs(right[1, 0] / 2000 - TABLE.test[0, 2, 0, 1, 0]) < 0.03


def test_the_supernets_are_those_of_the_record(monkeypatch):
    monkeypatch.syspath_prepend("tools/train")
    script = importlib.import_module("digit_supernets")
    record, nets = json.loads((FOLDER / "digit_supernets.json").read_text()), digit_supernets()
    assert list(record["kinds"]) == list(script.KINDS) == list(nets.cells)
    for kind, (epochs, xi) in script.KINDS.items():
        assert record["kinds"][kind] == {"epochs": epochs, "xi": xi}
        assert nets.cells[kind].shape == (record["seeds"], 5, 5, 5)
        assert (nets.cells[kind][:, 0, 0] < 0.2).all()  # no path: one digit for all
        if xi is not None:
            assert nets.alpha[kind].shape == (record["seeds"], epochs + 1, 3, 5)
            assert (nets.alpha[kind][:, 0] == 0).all()
            assert (nets.mixed[kind] > 0.9).all()
    np.testing.assert_array_equal(script.mixture(("skip", "none", "pool")), np.eye(5)[[1, 0, 4]])
