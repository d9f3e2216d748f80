"""Networks built by hand, and their linear pieces, against what can be worked out on paper."""

import functools
import itertools
import math

import numpy as np
import pytest

import nnlib as nn
from nnlib.theory import (
    breakpoints,
    count_linear_pieces,
    linear_regions,
    max_regions,
    relu_interpolant,
    sawtooth,
    staircase,
)


def values(model, x):
    return model(np.asarray(x, float)[:, None]).data[:, 0]


def brute_pieces(model, start, end, points=400_001):
    """Count changes of the set of active units on a fine grid."""
    t = np.linspace(0, 1, points)[:, None]
    x = np.atleast_1d(start) * (1 - t) + np.atleast_1d(end) * t
    changes = np.zeros(points - 1, bool)
    for module in model:
        if isinstance(module, nn.ReLU | nn.LeakyReLU):
            changes |= (np.diff(np.asarray(getattr(x, "data", x)) > 0, axis=0)).any(1)
        x = module(x)
    return int(changes.sum()) + 1


class TestStaircase:
    def test_three_treads_by_hand(self):
        model = staircase(lambda x: x, 0, 3, 2, steepness=1000)
        np.testing.assert_allclose(values(model, [0.2, 1.5, 2.9]), [0.5, 1.5, 2.5], atol=1e-12)
        np.testing.assert_allclose(values(model, [1, 2]), [1, 2], atol=1e-12)  # halfway up
        assert model[0].weight.shape == (2, 1)
        assert model[0].weight.dtype == np.float64

    @pytest.mark.theorem("universal-approximation")
    @pytest.mark.parametrize("n", [1, 7, 60])
    @pytest.mark.parametrize("units_per_tread", [1.0, 4.0, 12.0, 200.0])
    @pytest.mark.parametrize(
        ("f", "modulus"),
        [
            (lambda x: np.sin(3 * x), lambda h: min(3 * h, 2)),
            (lambda x: np.sqrt(np.abs(x)), np.sqrt),
            (np.abs, lambda h: h),
        ],
        ids=["sine", "root", "modulus"],
    )
    def test_error_is_within_the_bound(self, n, units_per_tread, f, modulus):
        a, b = -1.0, 2.0
        h = (b - a) / (n + 1)
        x = np.linspace(a, b, 20_001)
        error = np.abs(values(staircase(f, a, b, n, units_per_tread / h), x) - f(x)).max()
        assert error <= modulus(h) * (1 + n / (1 + math.exp(units_per_tread / 2)))

    @pytest.mark.parametrize(
        "wrong", [(1, 1, 3, 5), (0, 1, 0, 5), (0, 1, 3, 0), (2, 1, 3, 5), (0, 1, 2.5, 5)]
    )
    def test_wrong_numbers(self, wrong):
        with pytest.raises(ValueError, match=r"staircase.s (?:b|n|steepness) must (?:be|lie)"):
            staircase(np.sin, *wrong)

    def test_function_of_another_shape(self):
        with pytest.raises(ValueError, match=r"shape \(\) for inputs of \(4,\)"):
            staircase(lambda x: 1.0, 0, 1, 3, 5)


class TestReluInterpolant:
    def test_hat_by_hand(self):
        model = relu_interpolant([0, 1, 2], [0, 1, 0])
        assert model[2].weight.data.tolist() == [[1, -2]]
        assert values(model, [-1, 0, 0.5, 1, 2, 3]).tolist() == [0, 0, 0.5, 1, 0, -1]

    def test_is_linear_interpolation(self):
        rng = np.random.default_rng(0)
        x, y = np.sort(rng.uniform(-2, 3, 30)), rng.normal(size=30)
        grid = np.linspace(x[0], x[-1], 999)
        expected = np.interp(grid, x, y)
        np.testing.assert_allclose(values(relu_interpolant(x, y), grid), expected, atol=1e-10)

    @pytest.mark.theorem("universal-approximation")
    @pytest.mark.parametrize("n", [4, 16, 64])
    def test_error_of_a_parabola_is_the_bound(self, n):
        knots = np.linspace(0, 1, n + 1)
        x = np.linspace(0, 1, 64 * 4 + 1)  # holds the middle of every piece
        error = np.abs(values(relu_interpolant(knots, knots**2), x) - x**2).max()
        np.testing.assert_allclose(error, 2 / (8 * n**2), rtol=1e-9)

    @pytest.mark.parametrize(
        ("x", "y", "message"),
        [
            ([0], [1], r"\(n \+ 1,\)"),
            ([0, 1], [1, 2, 3], r"got \(2,\), \(3,\)"),
            ([0, 1, 1], [1, 2, 3], "must increase"),
        ],
    )
    def test_wrong_points(self, x, y, message):
        with pytest.raises(ValueError, match=message):
            relu_interpolant(x, y)


class TestSawtooth:
    @pytest.mark.parametrize("k", [1, 2, 3, 6, 10])
    def test_teeth(self, k):
        model = sawtooth(k)
        corners = np.arange(2**k + 1) / 2**k
        assert values(model, corners).tolist() == [j % 2 for j in range(2**k + 1)]
        middles = (corners[1:] + corners[:-1]) / 2
        assert set(values(model, middles)) == {0.5}
        assert sum(p.size for p in model.parameters()) == 6 * k + 1
        assert count_linear_pieces(model, 0, 1) == 2**k
        assert (breakpoints(model, 0, 1) == corners).all()

    @pytest.mark.parametrize("k", [0, 1.5, -2])
    def test_wrong_depth(self, k):
        with pytest.raises(ValueError, match=r"sawtooth.s k must be a whole number of at least 1"):
            sawtooth(k)


class TestPieces:
    def test_by_hand(self):
        model = relu_interpolant([0, 1, 2, 4], [0, 1, 0, 3])
        np.testing.assert_allclose(breakpoints(model, -1, 4), [0, 0.2, 0.4, 0.6, 1])
        assert count_linear_pieces(model, 4, -1) == 4  # either way
        assert count_linear_pieces(model, 2.5, 3) == 1

    @pytest.mark.parametrize(
        "activation", [nn.ReLU, functools.partial(nn.LeakyReLU, 0.6)], ids=["relu", "leaky"]
    )
    @pytest.mark.parametrize("sizes", [(1, 9, 1), (2, 6, 6, 1), (3, 5, 7, 5, 2)])
    def test_against_a_fine_grid(self, sizes, activation):
        rng = np.random.default_rng(1)
        model = nn.models.MLP(sizes, activation, rng=3, dtype=np.float64)
        start = rng.normal(size=sizes[0]) * 3
        end = -start
        pieces = count_linear_pieces(model, start, end)
        assert pieces == brute_pieces(model, start, end) > 1

    def test_linear_between_the_breakpoints(self):
        model = nn.models.MLP((4, 12, 12, 12, 3), rng=0, dtype=np.float64)
        start, end = np.random.default_rng(0).normal(size=(2, 4)) * 4
        t = breakpoints(model, start, end)
        assert t[0] == 0
        assert t[-1] == 1
        assert (np.diff(t) > 0).all()
        y = [model(start + s[:, None] * (end - start)).data for s in (t, (t[1:] + t[:-1]) / 2)]
        np.testing.assert_allclose(y[1], (y[0][1:] + y[0][:-1]) / 2, atol=1e-12)

    def test_without_bias_through_the_origin(self):
        model = nn.Sequential(nn.Linear(2, 8, bias=False, rng=0), nn.ReLU())
        assert count_linear_pieces(model, [-1, 0.5], [1, -0.5]) == 2  # all switch at once

    def test_other_modules(self):
        with pytest.raises(TypeError, match="got Tanh"):
            breakpoints(nn.models.MLP((1, 3, 1), nn.Tanh), 0, 1)

    def test_other_inputs(self):
        with pytest.raises(ValueError, match=r"has 2 inputs, the points have the shape \(3,\)"):
            breakpoints(nn.models.MLP((2, 3, 1)), [0, 0, 0], [1, 1, 1])
        with pytest.raises(ValueError, match=r"ends have the shapes \(2,\) and \(3,\)"):
            breakpoints(nn.models.MLP((2, 3, 1)), [0, 0], [1, 1, 1])
        for low, high in [((0, 0), (0, 1)), ((1, 1), (0, 0)), (0, 1)]:
            with pytest.raises(ValueError, match="low below high"):
                linear_regions(nn.models.MLP((2, 3, 1)), low, high)
        with pytest.raises(ValueError, match="has 3 inputs"):
            linear_regions(nn.models.MLP((3, 3, 1)), (0, 0), (1, 1))


def area(polygon):
    x, y = polygon.T
    return abs(x @ np.roll(y, 1) - y @ np.roll(x, 1)) / 2


class TestRegions:
    @pytest.mark.parametrize("n", [1, 2, 3, 8])
    def test_lines_that_all_cross_inside(self, n):
        angles = np.pi * (np.arange(n) + 0.3) / n
        layer = nn.Linear(2, n, rng=0, dtype=np.float64)
        layer.weight.data[...] = np.column_stack([np.cos(angles), np.sin(angles)])
        layer.bias.data[...] = np.random.default_rng(0).uniform(-1, 1, n)
        polygons = linear_regions(nn.Sequential(layer, nn.ReLU()), (-99, -99), (99, 99))
        assert len(polygons) == max_regions(n, 2) == 1 + n + math.comb(n, 2)
        assert sum(map(area, polygons)) == pytest.approx(198**2)

    def test_lines_through_corners(self):
        layer = nn.Linear(2, 2, bias=False, rng=0, dtype=np.float64)
        layer.weight.data[...] = [[1, -1], [1, 1]]  # both diagonals of the square
        polygons = linear_regions(nn.Sequential(layer, nn.ReLU()), (-1, -1), (1, 1))
        assert [area(p) for p in polygons] == [1, 1, 1, 1]
        assert all(len(p) == 3 for p in polygons)

    def test_leaky_units_are_linear_on_every_region(self):
        leaky = functools.partial(nn.LeakyReLU, 0.6)
        model = nn.models.MLP((2, 6, 6, 1), leaky, rng=2, dtype=np.float64)
        polygons = linear_regions(model, (-2, -2), (2, 2))
        assert len(polygons) > 10
        for polygon in polygons:
            np.testing.assert_allclose(
                model(polygon.mean(0)[None]).data[0], model(polygon).data.mean(0), atol=1e-9
            )

    def test_deep_against_a_fine_grid(self):
        model = nn.models.MLP((2, 5, 5, 5, 1), rng=2, dtype=np.float64)
        polygons = linear_regions(model, (-2, -2), (2, 2))
        grid = np.stack(np.meshgrid(*[np.linspace(-2, 2, 401)] * 2), -1).reshape(-1, 2)
        patterns, x = [], grid
        for module in model:
            x = module(x)
            patterns += [x.data > 0] if isinstance(module, nn.ReLU) else []
        seen = len(np.unique(np.concatenate(patterns, 1) @ 2 ** np.arange(15)))
        sizes = np.array([area(p) for p in polygons])
        assert (sizes > 2e-3).sum() <= seen <= len(polygons) <= max_regions([5, 5, 5], 2)
        assert sizes.sum() == pytest.approx(16)
        for polygon in polygons:  # linear: the value at the mean of the corners is the mean
            np.testing.assert_allclose(
                model(polygon.mean(0)[None]).data[0], model(polygon).data.mean(0), atol=1e-9
            )

    def test_max_regions_by_hand(self):
        assert [max_regions(n, 2) for n in range(6)] == [1, 2, 4, 7, 11, 16]
        assert max_regions(7, 1) == 8
        assert max_regions(4, 9) == 16
        assert max_regions([2, 2, 2], 1) == 27
        assert max_regions([4, 4], 2) == 121

    @pytest.mark.parametrize(("n", "d"), list(itertools.product(range(1, 7), range(2, 5))))
    def test_max_regions_recursion(self, n, d):
        assert max_regions(n, d) == max_regions(n - 1, d) + max_regions(n - 1, d - 1)

    @pytest.mark.parametrize(("n", "d"), [(-1, 2), (3, 0), ([2, -1], 1), (2.5, 2), (2, 1.5)])
    def test_wrong_numbers(self, n, d):
        with pytest.raises(ValueError, match=r"max_regions. [nd] must be a whole number"):
            max_regions(n, d)
