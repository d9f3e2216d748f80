"""Bundled files and their guard: what was changed or cannot be trusted is refused."""

import hashlib
import io
import pickle
import shutil

import numpy as np
import pytest

from nnlib import data
from nnlib.data import files

FOLDER = files.Path(files.__file__).parent


@pytest.mark.parametrize(
    ("name", "load"), [("mnist.npz", data.mnist), ("shakespeare.txt", data.shakespeare)]
)
class TestGuard:
    def test_a_damaged_file_is_named(self, name, load, tmp_path):
        content = bytearray((FOLDER / name).read_bytes())
        content[len(content) // 2] ^= 1  # a single bit
        (tmp_path / name).write_bytes(content)
        found = hashlib.sha256(content).hexdigest()[:12]
        with pytest.raises(OSError, match=f"{name} is damaged: its SHA-256 is {found}"):
            load(folder=tmp_path)

    def test_a_missing_file_is_named(self, name, load, tmp_path):
        with pytest.raises(FileNotFoundError, match=f"file {name} is missing from .*install"):
            load(folder=tmp_path)

    def test_a_good_copy_is_taken(self, name, load, tmp_path):
        shutil.copy(FOLDER / name, tmp_path)
        load(folder=str(tmp_path))


def test_nothing_is_unpickled(tmp_path, monkeypatch):
    """Not even from a file whose checksum somebody has adjusted."""
    ran = []
    monkeypatch.setattr(pickle, "loads", lambda *a, **k: ran.append(a))
    monkeypatch.setattr(pickle, "load", lambda *a, **k: ran.append(a))
    file = io.BytesIO()
    np.savez(file, **{name: np.array([{"x": 1}], object) for name in data.Digits._fields})
    (tmp_path / "mnist.npz").write_bytes(file.getvalue())
    digest = hashlib.sha256(file.getvalue()).hexdigest()
    monkeypatch.setitem(files.SHA256, "mnist.npz", digest)
    with pytest.raises(ValueError, match="allow_pickle=False"):
        data.mnist(folder=tmp_path)
    assert ran == []
