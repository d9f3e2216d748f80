"""Trained networks: what the record says of them is what they do, and damage is named."""

import json
import shutil

import numpy as np
import pytest

import nnlib.functional as F
from nnlib import models, no_grad
from nnlib.data import shakespeare
from nnlib.models.pretrained import FOLDER

NAME = "shakespeare_gpt"


@pytest.fixture
def copy(tmp_path):
    for ending in (".npz", ".json"):
        shutil.copy(FOLDER / f"{NAME}{ending}", tmp_path)
    return tmp_path


def test_the_gpt_tells_the_next_character_as_well_as_its_record_says():
    model, record = models.pretrained(NAME)
    place = {character: i for i, character in enumerate(record["alphabet"])}
    text = shakespeare()
    tokens = np.array([place[c] for c in text[-129 * 20 :]]).reshape(20, 129)
    with no_grad():
        logits = model(tokens[:, :-1])[:, 64:].reshape(-1, model.vocab_size)
    bits = F.cross_entropy(logits, tokens[:, 65:].ravel()).item() / np.log(2)
    assert bits == pytest.approx(record["bits_per_character"][-1]["test"], abs=0.25)
    assert not model.training


def test_the_lstm_tells_the_next_character_as_well_as_its_record_says():
    model, record = models.pretrained("shakespeare_lstm")
    place = {character: i for i, character in enumerate(record["alphabet"])}
    tokens = np.array([place[c] for c in shakespeare()[-4_001:]])[None]
    with no_grad():
        logits = model(tokens[:, :-1])[0].reshape(-1, model.vocab_size)
    bits = F.cross_entropy(logits, tokens[0, 1:]).item() / np.log(2)
    assert bits == pytest.approx(record["bits_per_character"][-1]["test"], abs=0.25)
    assert not model.training


def test_the_adder_adds_as_well_as_its_record_says():
    model, record = models.pretrained("modular_addition")
    p, last = record["arguments"]["modulus"], record["curve"][-1]
    pairs = np.transpose(np.triu_indices(p))
    with no_grad():
        right = (model(pairs).data.argmax(1) == pairs.sum(1) % p).mean()
    assert right == pytest.approx((last["right"] + last["test_right"]) / 2, abs=0.002)
    table = model.embedding.weight.data @ model.hidden.weight.data.T
    power = (np.abs(np.fft.rfft(table, axis=0))[1:] ** 2).sum(1)
    np.testing.assert_allclose(power / power.sum(), last["spectrum"], atol=0.002)


@pytest.mark.parametrize("name", ["induction", "induction_one_layer"])
def test_tokens_that_repeat_are_copied_as_well_as_the_record_says(name):
    model, record = models.pretrained(name)
    rng = np.random.default_rng(5)
    length = rng.integers(6, 20, 300)[:, None]
    tokens = rng.permuted(np.tile(np.arange(32), (300, 1)), axis=1)
    tokens = np.take_along_axis(tokens, np.arange(41) % length, 1)
    with no_grad():
        right = model(tokens[:, :-1]).data.argmax(-1) == tokens[:, 1:]
    right = right[np.arange(40) >= length].mean()
    assert right == pytest.approx(record["curve"][-1]["right"], abs=0.02)


def test_weights_weigh_little():
    for path in FOLDER.glob("*.npz"):
        assert path.stat().st_size <= 1_000_000, path.name


def test_an_unknown_name_lists_the_known_ones():
    with pytest.raises(ValueError, match=r"no weights .gtp.; there are .*shakespeare_gpt"):
        models.pretrained("gtp")


@pytest.mark.parametrize(("name", "folder"), [(3, None), (None, None), (NAME, True)])
def test_what_is_no_name_or_path_is_named(name, folder):
    with pytest.raises(TypeError, match=r"expects the name|must be a path"):
        models.pretrained(name, folder)


def test_a_missing_file_is_named(copy):
    (copy / f"{NAME}.npz").unlink()
    with pytest.raises(FileNotFoundError, match=f"{NAME}.npz are missing from"):
        models.pretrained(NAME, folder=copy)


def test_damaged_weights_are_named(copy):
    path = copy / f"{NAME}.npz"
    content = bytearray(path.read_bytes())
    content[len(content) // 2] ^= 1
    path.write_bytes(content)
    with pytest.raises(OSError, match=f"{NAME}.npz are damaged"):
        models.pretrained(NAME, folder=copy)


def test_a_copy_elsewhere_is_the_same(copy):
    here, _ = models.pretrained(NAME)
    there, record = models.pretrained(NAME, folder=str(copy))
    assert record == json.loads((FOLDER / f"{NAME}.json").read_text(encoding="utf-8"))
    for key, value in here.state_dict().items():
        np.testing.assert_array_equal(value, there.state_dict()[key])
