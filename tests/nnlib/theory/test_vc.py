"""Labellings: closed forms, the classical small cases, and Sauer's bound."""

from itertools import product

import numpy as np
import pytest

from nnlib.theory import (
    box_labellings,
    half_plane_labellings,
    half_space_count,
    sauer_bound,
    shatters,
)

RNG = np.random.default_rng(0)


def parabola(n):
    """Whole points, no three of them on a line."""
    return [(k, k * k) for k in range(n)]


@pytest.mark.parametrize("n", [1, 2, 3, 6])
def test_intervals(n):
    assert len(box_labellings(np.arange(n)[:, None])) == n * (n + 1) // 2 + 1 == sauer_bound(n, 2)


def test_rectangles_shatter_four_points_and_no_five():
    assert shatters(box_labellings([(0, 1), (1, 0), (0, -1), (-1, 0)]))
    for _ in range(30):
        rows = box_labellings(RNG.integers(0, 100, (5, 2)))
        assert not shatters(rows)
        assert len(rows) <= sauer_bound(5, 4)


def test_rectangles_by_brute_force():
    points = RNG.integers(0, 9, (6, 2))
    seen = set()
    for a, b, c, d in product(range(10), repeat=4):
        inside = (points >= (a, b)).all(1) & (points < (c, d)).all(1)
        seen.add(tuple(inside))
    assert {tuple(row) for row in box_labellings(points)} == seen


@pytest.mark.parametrize("n", [1, 2, 3, 4, 5, 7, 9])
def test_half_planes_are_as_many_as_cover_counted(n):
    rows = half_plane_labellings(parabola(n))
    assert len(rows) == half_space_count(n, 2) <= sauer_bound(n, 3)
    assert shatters(rows) == (n <= 3)


def test_each_labelling_by_a_half_plane_is_one():
    points = np.array(parabola(6))
    rows = {tuple(row) for row in half_plane_labellings(points)}
    for _ in range(300):
        w, b = RNG.normal(size=2), RNG.normal(0, 20)
        assert tuple(points @ w > b) in rows


def test_sauer():
    assert sauer_bound(4, 4) == 16
    assert sauer_bound(5, 0) == 1
    assert sauer_bound(10, 2) == 56


def test_what_is_refused():
    with pytest.raises(ValueError, match="three points on a line"):
        half_plane_labellings([(0, 0), (1, 1), (2, 2)])
    with pytest.raises(ValueError, match="same point twice"):
        half_plane_labellings([(0, 0), (0, 0)])
    with pytest.raises(ValueError, match="of the plane"):
        half_plane_labellings([(0, 0, 1)])
    with pytest.raises(ValueError, match="one point a row"):
        box_labellings([1, 2])
    with pytest.raises(ValueError, match="one labelling a row"):
        shatters([True])


@pytest.mark.parametrize("dtype", [np.uint8, np.int8, np.uint64, np.float32])
def test_small_and_unsigned_points_do_not_wrap(dtype):
    corners = np.array([[0, 0], [100, 0], [0, 100], [100, 101]], dtype)
    assert len(half_plane_labellings(corners)) == 14


@pytest.mark.parametrize("count", [box_labellings, half_plane_labellings])
def test_points_must_be_finite(count):
    with pytest.raises(ValueError, match="finite points, got nan"):
        count([[0.0, np.nan], [1, 2], [3, 5]])
