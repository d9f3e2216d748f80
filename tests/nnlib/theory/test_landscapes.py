"""The landscapes are what their docstrings say, and a walk is the optimizer's formula repeated."""

import numpy as np
import pytest

from nnlib import Tensor, numerical_gradient, optim
from nnlib.theory.landscapes import Quadratic, Ravine, walk

LANDSCAPES = [Quadratic(), Quadratic(25, 0.6), Quadratic(1), Ravine(), Ravine(3)]


@pytest.mark.parametrize("f", LANDSCAPES)
@pytest.mark.parametrize("seed", range(5))
def test_derivatives(f, seed):
    x = np.random.default_rng(seed).normal(size=2)
    t = Tensor(x, requires_grad=True)
    f(t).backward()
    np.testing.assert_allclose(f.gradient(x), t.grad, rtol=1e-12, atol=1e-13)
    slopes = numerical_gradient(lambda: float(f(x)), x)
    np.testing.assert_allclose(f.gradient(x), slopes, rtol=1e-7, atol=1e-8)
    columns = [numerical_gradient(lambda k=k: float(f.gradient(x)[k]), x) for k in (0, 1)]
    np.testing.assert_allclose(f.hessian(x), columns, rtol=1e-6, atol=1e-7)


@pytest.mark.parametrize("f", LANDSCAPES)
def test_many_points_at_once(f):
    x = np.random.default_rng(1).normal(size=(3, 4, 2))
    np.testing.assert_allclose(f(x)[1, 2], f(x[1, 2]))
    np.testing.assert_allclose(f.gradient(x)[1, 2], f.gradient(x[1, 2]))


@pytest.mark.parametrize("angle", [0, 0.6])
def test_the_bowl(angle):
    f = Quadratic(25, angle)
    np.testing.assert_allclose(np.linalg.eigvalsh(f.hessian_matrix), [1, 25])
    assert f(f.start) == pytest.approx(0.5 * 100 + 0.5 * 25)
    assert f(f.minima[0]) == 0


def test_the_ravine():
    f = Ravine()
    np.testing.assert_array_equal(f(f.minima), [0, 0])
    for m in f.minima:
        np.testing.assert_allclose(f.gradient(m), 0, atol=1e-15)
        assert np.linalg.eigvalsh(f.hessian(m)).min() > 0
    assert f(f.saddle) == 0.25
    np.testing.assert_array_equal(f.gradient(f.saddle), 0)
    np.testing.assert_allclose(np.linalg.eigvalsh(f.hessian(f.saddle)), [-1, 20])


def test_a_walk_is_the_formula():
    f = Quadratic()
    path = walk(f, lambda p: optim.SGD(p, lr=0.07), 30)
    rates = 1 - 0.07 * np.array([1, 25])
    np.testing.assert_allclose(path, f.start * rates ** np.arange(31)[:, None], rtol=1e-12)


def test_a_walk_with_noise_and_a_schedule():
    f = Ravine()
    run = dict(steps=20, noise=0.1, schedule=lambda o: optim.lr_scheduler.StepLR(o, 5, 0.5))
    make = lambda p: optim.Adam(p, lr=0.1)  # noqa: E731
    one, two, other = (walk(f, make, rng=seed, **run) for seed in (0, 0, 1))
    np.testing.assert_array_equal(one, two)
    assert np.abs(one - other).max() > 1e-5
    assert one.shape == (21, 2)


def test_a_walk_that_diverges_ends_at_infinity():
    path = walk(Quadratic(), lambda p: optim.SGD(p, lr=1.0), 600)
    assert len(path) == 601
    assert not np.isfinite(path[-1]).all()


def test_refuses():
    with pytest.raises(ValueError, match=r"at least 1, got 0\.5"):
        Quadratic(0.5)
    with pytest.raises(ValueError, match="above 0, got 0"):
        Ravine(0)
