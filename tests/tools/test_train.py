"""Stored weights have a script: its first steps, taken again, are those of the record."""

import importlib
import json

import numpy as np
import pytest

from nnlib import models
from nnlib.models.pretrained import FOLDER

NAMES = sorted(path.stem for path in FOLDER.glob("*.json"))


@pytest.mark.parametrize("name", NAMES)
def test_the_first_steps_are_those_of_the_record(name, monkeypatch):
    monkeypatch.syspath_prepend("tools/train")
    record = json.loads((FOLDER / f"{name}.json").read_text(encoding="utf-8"))
    script = importlib.import_module(name)
    assert record["trained_by"] == f"tools/train/{name}.py"
    assert record["seed"] == script.SEED
    _, _, first, _ = script.train(steps=record["steps"], stop=3)
    np.testing.assert_allclose(first, record["first_losses"][:3], rtol=1e-4)


def test_every_stored_file_has_a_record():
    assert sorted(path.stem for path in FOLDER.glob("*.npz")) == NAMES


def test_what_is_stored_can_be_loaded(tmp_path, monkeypatch):
    monkeypatch.syspath_prepend("tools/train")
    arguments = {"vocab_size": 5, "embed_dim": 2, "hidden_size": 3, "kind": "GRU"}
    model = models.RecurrentLM(**arguments, rng=1)
    importlib.import_module("store").store("small", model, arguments, tmp_path, seed=1)
    again, record = models.pretrained("small", tmp_path)
    assert record["seed"] == 1
    for key, value in model.state_dict().items():
        np.testing.assert_array_equal(again.state_dict()[key], np.float16(value))
