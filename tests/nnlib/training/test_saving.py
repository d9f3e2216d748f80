"""Saving: bit for bit, whole or not at all, readable by NumPy and from PyTorch, never by pickle."""

import os
import zipfile

import numpy as np
import pytest

import nnlib as nn


def network(seed=0):
    return nn.Sequential(nn.Linear(3, 4, rng=seed), nn.BatchNorm1d(4), nn.Linear(4, 2, rng=seed))


def test_a_module_makes_the_round_trip(tmp_path):
    path = tmp_path / "model.npz"
    one, two = network(0), network(5)
    nn.save(dict(one.named_parameters()), path)  # tensors will do
    nn.save(one, path)
    assert two.load_state_dict(nn.load(path)) == ([], [])
    for name, value in one.state_dict().items():
        assert np.array_equal(two.state_dict()[name], value)
        assert two.state_dict()[name].dtype == value.dtype
    assert list(nn.load(path)) == list(one.state_dict())


STATES = {
    "float64": np.random.default_rng(0).standard_normal((3, 4)),
    "float32": np.array([np.pi, -0.0, np.nan, np.inf, 1e-45], np.float32),
    "whole": np.array([-(2**62), 3]),
    "yes": np.array([True, False]),
    "scalar": np.array(3),
    "empty": np.zeros((0, 3)),
    "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
    "file": np.ones(1),  # a name that np.savez has taken for itself
    "a.b.0.weight": np.ones(2),
}


def test_every_kind_of_numbers_bit_for_bit(tmp_path):
    path = tmp_path / "state.npz"
    nn.save(STATES, str(path))
    loaded = nn.load(str(path))
    assert list(loaded) == list(STATES)
    for name, value in STATES.items():
        assert loaded[name].dtype == value.dtype
        assert loaded[name].shape == value.shape
        assert loaded[name].tobytes() == value.tobytes()
    with np.load(path, allow_pickle=False) as file:  # NumPy reads it too
        assert set(file.files) == set(STATES)


def test_the_same_numbers_are_the_same_bytes(tmp_path):
    nn.save(network(), tmp_path / "a")
    nn.save(network(), tmp_path / "b")
    assert (tmp_path / "a").read_bytes() == (tmp_path / "b").read_bytes()
    assert sorted(os.listdir(tmp_path)) == ["a", "b"]  # no ending is added


def test_reads_what_numpy_wrote(tmp_path):
    np.savez_compressed(tmp_path / "x.npz", **network().state_dict())
    network(5).load_state_dict(nn.load(tmp_path / "x.npz"))


def test_a_failure_leaves_the_old_file(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    nn.save(network(), path)
    before = path.read_bytes()

    def full(*arguments, **options):
        raise OSError("no space left")

    monkeypatch.setattr(np.lib.format, "write_array", full)
    with pytest.raises(OSError, match="no space left"):
        nn.save(network(5), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]  # and nothing half written


def test_the_new_file_takes_the_place_of_the_old_one_at_once(tmp_path, monkeypatch):
    path = tmp_path / "model.npz"
    nn.save(network(), path)
    before = path.read_bytes()

    def cut(source, target):
        raise OSError("the power is gone")

    monkeypatch.setattr(os, "replace", cut)
    with pytest.raises(OSError, match="the power is gone"):
        nn.save(network(5), path)
    assert path.read_bytes() == before
    assert os.listdir(tmp_path) == ["model.npz"]


def test_refuses_what_it_cannot_write(tmp_path):
    path = tmp_path / "x.npz"
    with pytest.raises(TypeError, match="expects a Module or a dict of arrays, got list"):
        nn.save([1, 2], path)
    with pytest.raises(TypeError, match="'words' holds <U1: only numbers"):
        nn.save({"words": np.array("a")}, path)
    with pytest.raises(TypeError, match="'thing' holds object"):
        nn.save({"thing": np.array([None])}, path)
    with pytest.raises(TypeError, match="names must be str, got 1"):
        nn.save({1: np.ones(1)}, path)
    with pytest.raises(FileNotFoundError, match=r"cannot save x\.npz: there is no folder"):
        nn.save({}, tmp_path / "nowhere" / "x.npz")
    assert os.listdir(tmp_path) == []


def test_refuses_what_it_cannot_read(tmp_path):
    with pytest.raises(FileNotFoundError, match=r"there is no file .*x\.npz"):
        nn.load(tmp_path / "x.npz")
    path = tmp_path / "text.npz"
    path.write_text("no zip")
    with pytest.raises(ValueError, match=r"text.npz is not a file of arrays \(.npz\)"):
        nn.load(path)
    np.save(tmp_path / "one.npy", np.ones(3))
    with pytest.raises(ValueError, match=r"one\.npy is not a file of arrays"):
        nn.load(tmp_path / "one.npy")
    nn.save(network(), path)
    whole = path.read_bytes()
    path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(ValueError, match="is not a file of arrays"):
        nn.load(path)
    damaged = bytearray(whole)
    damaged[200] ^= 0xFF  # one number of the first array
    path.write_bytes(damaged)
    with pytest.raises(ValueError, match="Bad CRC"):
        nn.load(path)
    np.savez(path, thing=np.array([None]))
    with pytest.raises(ValueError, match="allow_pickle=False"):
        nn.load(path)
    with zipfile.ZipFile(path, "w") as archive:
        archive.writestr("readme.txt", "a zip, but not of arrays")
    with pytest.raises(ValueError, match=r"\['readme.txt'\] are no arrays"):
        nn.load(path)


def test_another_network_refuses_the_state(tmp_path):
    path = tmp_path / "model.npz"
    nn.save(network(), path)
    other = nn.Sequential(nn.Linear(3, 5), nn.BatchNorm1d(5), nn.Linear(5, 2))
    with pytest.raises(
        ValueError, match=r"0.weight has shape \(4, 3\) in the state, \(5, 3\) here"
    ):
        other.load_state_dict(nn.load(path))


def test_names_that_end_as_arrays_do_in_the_file(tmp_path):
    state = {"a": np.arange(2), "a.npy": np.arange(3), "a.npy.npy": np.arange(4)}
    nn.save(state, tmp_path / "names.npz")
    loaded = nn.load(tmp_path / "names.npz")
    assert {name: len(array) for name, array in loaded.items()} == {
        "a": 2,
        "a.npy": 3,
        "a.npy.npy": 4,
    }
