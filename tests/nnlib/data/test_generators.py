"""Small problems made from random numbers."""

import numpy as np
import pytest

from nnlib import data

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
    with pytest.raises(ValueError, match=r"deviation must lie in .0, inf., got -0\.1"):
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
