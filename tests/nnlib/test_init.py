"""Initial weights: their spread, and what it is for."""

import numpy as np
import pytest

from nnlib import init

SHAPE = (300, 500)  # (out, in)


@pytest.mark.equation(71)
@pytest.mark.parametrize("draw", [init.xavier_normal, init.xavier_uniform])
def test_xavier_variance(draw):
    w = draw(SHAPE, rng=0)
    assert w.var(dtype=float) == pytest.approx(2 / 800, rel=0.01)
    assert w.mean(dtype=float) == pytest.approx(0, abs=5 * np.sqrt(2 / 800 / w.size))
    assert draw(SHAPE, gain=3.0, rng=0).var() == pytest.approx(9 * 2 / 800, rel=0.01)


@pytest.mark.equation(72)
@pytest.mark.parametrize("draw", [init.kaiming_normal, init.kaiming_uniform])
def test_he_variance(draw):
    w = draw(SHAPE, rng=0)
    assert w.var(dtype=float) == pytest.approx(2 / 500, rel=0.01)
    assert draw(SHAPE, gain=1.0, rng=0).var() == pytest.approx(1 / 500, rel=0.01)


@pytest.mark.equation(72)
def test_he_keeps_the_signal_through_relu_and_xavier_does_not():
    rng = np.random.default_rng(0)
    start = rng.standard_normal((64, 256))
    for draw, low, high in [(init.kaiming_normal, 0.3, 3), (init.xavier_normal, 0, 1e-4)]:
        x = start
        for _ in range(20):
            x = np.maximum(x @ draw((256, 256), rng=rng, dtype=float).T, 0)
        assert low < (x * x).mean() / (start * start).mean() < high


def test_kernels_count_their_area():
    w = init.kaiming_normal((40, 30, 5, 5), rng=0)
    assert w.var() == pytest.approx(2 / (30 * 25), rel=0.02)
    w = init.xavier_uniform((40, 30, 5, 5), rng=0)
    assert w.var() == pytest.approx(2 / (70 * 25), rel=0.02)


@pytest.mark.parametrize("draw", [getattr(init, n) for n in init.__all__ if n != "uniform_bound"])
def test_type_seed_and_shape(draw):
    assert draw((3, 2), rng=1).dtype == np.float32
    assert draw((3, 2), rng=1, dtype=np.float64).dtype == np.float64
    assert draw((3, 2)).shape == (3, 2)
    assert np.array_equal(draw((3, 2), rng=1), draw((3, 2), rng=1))
    assert not np.array_equal(draw((3, 2), rng=1), draw((3, 2), rng=2))
    with pytest.raises(ValueError, match=r"\(out, in, \.\.\.\), got \(3,\)"):
        draw((3,))


def test_bounds_of_the_uniform_ones():
    w = init.uniform_bound((100, 100), 0.25, rng=0)
    assert np.abs(w).max() <= 0.25
    assert w.min() < -0.249
    assert w.max() > 0.249
