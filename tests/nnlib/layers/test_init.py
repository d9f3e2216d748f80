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
    plain = draw(SHAPE, nonlinearity="linear", rng=0)
    assert plain.var() == pytest.approx(1 / 500, rel=0.01)
    leaky = draw(SHAPE, 1.0, rng=0)  # a slope of 1 is no bend at all, as in PyTorch
    np.testing.assert_array_equal(leaky, plain)
    back = draw(SHAPE, mode="fan_out", nonlinearity="tanh", rng=0)
    assert back.var() == pytest.approx(25 / 9 / 300, rel=0.01)


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


@pytest.mark.parametrize(
    "draw",
    [getattr(init, n) for n in init.__all__ if n not in ("uniform_bound", "calculate_gain")],
)
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


@pytest.mark.parametrize("draw", [init.lecun_normal, init.lecun_uniform])
def test_lecun_variance(draw):
    w = draw(SHAPE, rng=0)
    assert w.var(dtype=float) == pytest.approx(1 / 500, rel=0.01)
    assert draw((40, 30, 5, 5), rng=0).var() == pytest.approx(1 / (30 * 25), rel=0.02)


@pytest.mark.parametrize("gain", [1.0, 2.5])
@pytest.mark.parametrize("shape", [(6, 6), (4, 9), (9, 4), (1, 5), (5, 1), (8, 3, 3, 3), (3, 8, 2)])
def test_orthogonal(shape, gain):
    w = init.orthogonal(shape, gain, rng=0, dtype=np.float64).reshape(shape[0], -1)
    short = w if w.shape[0] <= w.shape[1] else w.T
    np.testing.assert_allclose(short @ short.T, gain**2 * np.eye(len(short)), atol=1e-12)
    np.testing.assert_allclose(np.linalg.svd(w, compute_uv=False), gain, rtol=1e-12)


def test_orthogonal_prefers_no_direction():
    """The trace of a random rotation of the plane has mean 0, and det is ±1 equally often.

    Without the signs of R the QR decomposition of LAPACK gives neither.
    """
    rng = np.random.default_rng(0)
    many = np.array([init.orthogonal((2, 2), rng=rng, dtype=float) for _ in range(4000)])
    assert np.trace(many, axis1=1, axis2=2).mean() == pytest.approx(0, abs=0.06)
    assert np.linalg.det(many).mean() == pytest.approx(0, abs=0.06)
    assert many.mean(0) == pytest.approx(np.zeros((2, 2)), abs=0.05)


def test_orthogonal_keeps_lengths_where_xavier_does_not():
    rng = np.random.default_rng(0)
    x = start = rng.standard_normal(64)
    y = start
    for _ in range(50):
        x = init.orthogonal((64, 64), rng=rng, dtype=float) @ x
        y = init.xavier_normal((64, 64), rng=rng, dtype=float) @ y
    assert np.linalg.norm(x) == pytest.approx(np.linalg.norm(start), rel=1e-12)
    assert not 0.9 < np.linalg.norm(y) / np.linalg.norm(start) < 1.1


def test_gain_of_relu_is_what_relu_takes():
    x = np.random.default_rng(0).standard_normal(400_000)
    for name, f in [
        ("relu", lambda z: np.maximum(z, 0)),
        ("leaky_relu", lambda z: np.where(z > 0, z, 0.3 * z)),
    ]:
        gain = init.calculate_gain(name, 0.3)
        assert gain**2 * (f(x) ** 2).mean() == pytest.approx(1, rel=0.01)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: init.calculate_gain("gelu"), r"no gain is known for 'gelu', only for \['linear'"),
        (lambda: init.calculate_gain("leaky_relu", "steep"), "must be a number, got 'steep'"),
        (lambda: init.calculate_gain("leaky_relu", True), "must be a number, got True"),
    ],
)
def test_gains_that_are_not_known(call, message):
    with pytest.raises((ValueError, TypeError), match=message):
        call()
