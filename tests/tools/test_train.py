"""Stored weights have a script: its first steps, taken again, are those of the record."""

import importlib
import json

import numpy as np
import pytest

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
