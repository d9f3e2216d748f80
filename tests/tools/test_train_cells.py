"""The scripts that train all small cells and the supernets give what is stored."""

import importlib
import json

import numpy as np

from nnlib.search import digit_cells, digit_supernets
from nnlib.search.digit_cells import FOLDER

TABLE = digit_cells()


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
