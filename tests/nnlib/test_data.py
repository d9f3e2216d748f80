"""Data: the bundled files and their guard, the generators, the loader."""

import hashlib
import io
import pickle
import shutil

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import data
from nnlib.data import files

FOLDER = files.Path(files.__file__).parent


# -- bundled files ----------------------------------------------------------------------------


def test_digits():
    digits = data.mnist()
    assert digits.x_train.shape == (10_000, 28, 28)
    assert digits.x_test.shape == (2_000, 28, 28)
    assert np.bincount(digits.y_train.astype(np.intp)).tolist() == [1000] * 10
    assert np.bincount(digits.y_test.astype(np.intp)).tolist() == [200] * 10
    assert digits.x_train.dtype == np.float32
    assert digits.y_train.dtype == digits.y_test.dtype == np.int64
    for images in (digits.x_train, digits.x_test):
        assert images.min() == 0
        assert images.max() == 1
        assert len(np.unique(images)) == 256
    # A one is thin and a zero is round: the labels belong to the images.
    ink = [digits.x_train[digits.y_train == k].mean() for k in range(10)]
    assert np.argmin(ink) == 1
    assert np.argmax(ink) == 0
    hole = [digits.x_train[digits.y_train == k][:, 12:16, 13:15].mean() for k in (0, 1)]
    assert hole[0] < 0.1 < 0.6 < hole[1]


def test_digits_as_rows_of_another_type():
    rows = data.mnist(flatten=True, dtype=np.float64)
    images = data.mnist()
    assert rows.x_train.shape == (10_000, 784)
    assert rows.x_train.dtype == np.float64
    np.testing.assert_allclose(rows.x_test.reshape(-1, 28, 28), images.x_test, rtol=1e-7)
    assert np.array_equal(rows.y_train, images.y_train)


def test_no_test_image_is_a_training_image():
    digits = data.mnist(flatten=True)
    seen = {row.tobytes() for row in digits.x_train}
    assert not any(row.tobytes() in seen for row in digits.x_test)


def test_text():
    text = data.shakespeare()
    assert len(text) == 535_311
    assert len(set(text)) == 73
    for name in ("Hamlet", "Macbeth", "Romeo", "Brutus"):
        assert name in text


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


# -- generators -------------------------------------------------------------------------------

CLOUDS = {
    "moons": (data.moons, {}, 2),
    "circles": (data.circles, {}, 2),
    "spirals": (data.spirals, {}, 2),
    "spirals of 3": (data.spirals, {"classes": 3}, 3),
    "blobs": (data.blobs, {}, 2),
    "blobs of 4": (data.blobs, {"centers": np.eye(4) * 5}, 4),
}


@pytest.mark.parametrize("name", CLOUDS)
def test_clouds(name):
    make, options, classes = CLOUDS[name]
    x, y = make(n=101, rng=3, **options)
    assert x.shape == (101, 4 if name == "blobs of 4" else 2)
    assert x.dtype == np.float64
    assert y.shape == (101,)
    assert y.dtype == np.int64
    counts = np.bincount(y.astype(np.intp))
    assert len(counts) == classes
    assert counts.max() - counts.min() <= 1
    again = make(n=101, rng=3, **options)
    assert np.array_equal(x, again[0])
    assert np.array_equal(y, again[1])
    assert not np.array_equal(x, make(n=101, rng=4, **options)[0])
    rng = np.random.default_rng(3)
    first, second = make(n=101, rng=rng, **options)[0], make(n=101, rng=rng, **options)[0]
    assert np.array_equal(first, x)  # a generator is used, not copied
    assert not np.array_equal(first, second)
    with pytest.raises(ValueError, match=f"1 points cannot hold {classes} classes"):
        make(n=1, **options)


def test_shapes_without_noise():
    x, y = data.circles(200, noise=0, factor=0.3, rng=0)
    np.testing.assert_allclose(np.hypot(*x.T), np.where(y == 0, 1, 0.3))
    x, y = data.moons(200, noise=0, rng=0)
    center = np.where(y[:, None] == 0, [0, 0], [1, 0.5])
    np.testing.assert_allclose(np.hypot(*(x - center).T), 1)
    assert (x[y == 0, 1] >= 0).all()
    assert (x[y == 1, 1] <= 0.5).all()
    x, y = data.spirals(200, noise=0, classes=2, turns=0.5, rng=0)
    r = np.hypot(*x.T)
    angle = np.arctan2(x[:, 1], x[:, 0])
    np.testing.assert_allclose(np.cos(angle - 2 * np.pi * (0.5 * r + y / 2)), 1)
    x, y = data.blobs(50, std=0, centers=[[1, 2, 3], [4, 5, 6]], rng=0)
    assert np.array_equal(x, np.array([[1.0, 2, 3], [4, 5, 6]])[y])
    x, y = data.sine(50, noise=0, rng=0)
    assert x.shape == y.shape == (50, 1)
    assert np.array_equal(y, np.sin(x))
    assert np.abs(x).max() <= np.pi


def test_separable_points_keep_their_distance_from_the_line():
    x, d = data.separable(101, margin=0.15, u=(0.8, -0.6), theta=-0.1, rng=4)
    assert (d * (x @ np.array([0.8, -0.6]) + 0.1)).min() >= 0.15
    assert d.tolist() == [1, -1] * 50 + [1]
    assert np.abs(x).max() <= 1
    assert np.array_equal(x, data.separable(101, 0.15, (0.8, -0.6), -0.1, rng=4)[0])
    with pytest.raises(ValueError, match=r"margin of 1\.5 leaves too little room"):
        data.separable(10, margin=1.5)


def test_noise_is_of_the_given_size():
    quiet, loud = (data.sine(20_000, noise=s, rng=0) for s in (0, 0.3))
    assert np.array_equal(quiet[0], loud[0])
    assert (loud[1] - quiet[1]).std() == pytest.approx(0.3, rel=0.02)
    with pytest.raises(ValueError, match=r"not negative, got -0\.1"):
        data.sine(noise=-0.1)
    with pytest.raises(ValueError, match=r"\(classes, d\), got \(2,\)"):
        data.blobs(centers=[1, 2])


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("and", [0, 0, 0, 1]),
        ("or", [0, 1, 1, 1]),
        ("nand", [1, 1, 1, 0]),
        ("nor", [1, 0, 0, 0]),
        ("xor", [0, 1, 1, 0]),
        ("xnor", [1, 0, 0, 1]),
    ],
)
def test_gates(name, expected):
    x, y = data.logic_gate(name)
    assert x.tolist() == [[0, 0], [0, 1], [1, 0], [1, 1]]
    assert y.tolist() == expected
    assert x.dtype == y.dtype == np.int64


def test_gates_of_more_inputs():
    x, y = data.logic_gate("xor", 4)
    assert np.array_equal(y, x.sum(1) % 2)
    x, y = data.logic_gate("majority", 3)
    assert np.array_equal(y, x.sum(1) >= 2)
    with pytest.raises(ValueError, match="unknown gate 'if'; known are and, or"):
        data.logic_gate("if")
    with pytest.raises(ValueError, match="1 to 20 inputs, got 21"):
        data.truth_table(21)


# -- loader -----------------------------------------------------------------------------------


@given(
    n=st.integers(1, 30),
    size=st.integers(1, 12),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
)
def test_a_pass_shows_every_row_once(n, size, shuffle, drop_last):
    x, y = np.arange(n) * 10.0, np.arange(n)
    loader = data.DataLoader((x, y), size, shuffle, drop_last, rng=0)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        rows = [row for _, yb in batches for row in yb]
        assert all(np.array_equal(xb, yb * 10.0) for xb, yb in batches)  # rows stay together
        assert len(set(rows)) == len(rows)
        assert len(rows) == (n // size * size if drop_last else n)
        assert all(len(xb) == size for xb, _ in batches[:-1])
        if not shuffle:
            assert rows == list(range(len(rows)))


def test_every_pass_has_an_order_of_its_own():
    def orders(rng):
        loader = data.DataLoader((np.arange(50),), 50, shuffle=True, rng=rng)
        return [next(iter(loader))[0].tolist() for _ in range(2)]

    first, second = orders(1)
    assert first != second
    assert orders(1) == [first, second]
    assert orders(2)[0] != first


def test_datasets():
    dataset = data.TensorDataset([1.0, 2.0, 3.0], [[1], [2], [3]])
    assert len(dataset) == 3
    assert [a.tolist() for a in dataset[1:]] == [[2, 3], [[2], [3]]]
    assert [len(batch) for batch in data.DataLoader(dataset, 2)] == [2, 2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.TensorDataset(), "at least one array"),
        (lambda: data.TensorDataset([1, 2], [1]), r"equal lengths, got \[2, 1\]"),
        (lambda: data.DataLoader(([1],), 0), "at least 1, got 0"),
        (lambda: data.DataLoader((np.zeros((0, 2)),)), "dataset is empty"),
    ],
)
def test_loader_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
