"""What the chapters on gradient descent and momentum prove, held against the optimizer itself."""

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from nnlib import optim
from nnlib.autograd.tensor import Tensor
from nnlib.theory.landscapes import Quadratic, walk

KAPPA = st.floats(1.5, 200)
few = settings(max_examples=12)  # a walk is hundreds of small steps


def run(f, steps, start=None, **options):
    return walk(f, lambda params: optim.SGD(params, **options), steps, start=start)


def growth(path):
    """Whether the end is farther from the origin than the start."""
    return np.linalg.norm(path[-1]) > np.linalg.norm(path[0])


@pytest.mark.equation(32)
@few
@given(KAPPA, st.floats(0, 1.5))
def test_the_edge_is_two_over_the_largest_curvature(kappa, angle):
    f = Quadratic(kappa, angle)
    steep = np.linalg.eigh(f.hessian_matrix)[1][:, -1]
    assert not growth(run(f, 400, steep, lr=1.99 / kappa))
    assert growth(run(f, 400, steep, lr=2.01 / kappa))


@pytest.mark.equation(32)
@few
@given(KAPPA, st.floats(0.05, 1), st.floats(0, 1.5))
def test_the_bounds_of_the_theorem(kappa, share, angle):
    """f - f* ≤ ‖x₀‖²/(2ηT) and ≤ (1 - ημ)ᵀ‖x₀‖²/(2η) for η ≤ 1/L."""
    f, eta = Quadratic(kappa, angle), share / kappa
    T = np.arange(1, 81)
    gaps = f(run(f, 80, lr=eta))[1:]
    start = (f.start**2).sum() / (2 * eta)
    assert (gaps <= start / T * (1 + 1e-9)).all()
    assert (gaps <= start * (1 - eta) ** T * (1 + 1e-9)).all()


@pytest.mark.equation(32)
def test_convexity_alone_guarantees_nothing():
    """Section 5.1.1: no minimiser, no Lipschitz gradient, too large a rate."""

    def descend(f, start, lr, steps=1000):
        x = Tensor(np.array([start]), requires_grad=True)
        opt = optim.SGD([x], lr=lr)
        for _ in range(steps):
            opt.zero_grad()
            f(x).sum().backward()
            opt.step()
        return x.data[0]

    with np.errstate(over="ignore", invalid="ignore"):
        assert descend(lambda x: (-x).exp(), 0.0, 1.0) > 6.9  # on its way to infinity
        assert abs(descend(lambda x: x.abs(), 0.375, 0.25)) == 0.125
        assert abs(descend(lambda x: x * x * x * x / 4, 2.0, 0.5)) == 2
        assert not np.isfinite(descend(lambda x: x * x * x * x / 4, 2.1, 0.5))


@pytest.mark.equation(36)
@few
@given(KAPPA, st.floats(0.05, 0.95))
def test_momentum_moves_the_edge(kappa, beta):
    f, steep = Quadratic(kappa), [0.0, 1.0]
    edge = 2 * (1 + beta) / kappa
    assert growth(run(f, 600, steep, lr=1.05 * edge, momentum=beta))
    assert not growth(run(f, 600, steep, lr=0.95 * edge, momentum=beta))


@pytest.mark.equation(38)
@few
@given(KAPPA, st.floats(0.05, 0.95))
def test_looking_ahead_has_a_lower_edge(kappa, beta):
    f, steep = Quadratic(kappa), [0.0, 1.0]
    edge = 2 * (1 + beta) / (1 + 2 * beta) / kappa
    options = {"momentum": beta, "nesterov": True}
    assert growth(run(f, 600, steep, lr=1.05 * edge, **options))
    assert not growth(run(f, 600, steep, lr=0.95 * edge, **options))


@pytest.mark.equation(36)
@few
@given(KAPPA)
def test_the_best_momentum_has_the_rate_of_the_square_root(kappa):
    s = np.sqrt(kappa)
    rho = (s - 1) / (s + 1)
    path = run(Quadratic(kappa), 200, lr=4 / (s + 1) ** 2, momentum=rho**2)
    distance = np.linalg.norm(path, axis=1)
    t = np.arange(201)
    assert (distance <= (1 + 2 * t) * rho**t * distance[0] * (1 + 1e-6) + 1e-12).all()


@pytest.mark.equation(38)
@few
@given(KAPPA, st.floats(0, 1.5))
def test_nesterovs_rate(kappa, angle):
    """f - f* ≤ (1 - 1/√κ)ᵀ (f₀ - f* + ½μ‖x₀‖²), at the guide's θ, not at the points ahead."""
    f, q = Quadratic(kappa, angle), 1 / np.sqrt(kappa)
    ahead = run(f, 100, lr=1 / kappa, momentum=(1 - q) / (1 + q), nesterov=True)
    theta = ahead[:-1] - f.gradient(ahead[:-1]) / kappa
    start = f(f.start) + 0.5 * (f.start**2).sum()
    assert (f(theta) <= (1 - q) ** np.arange(1, 101) * start * (1 + 1e-9) + 1e-20).all()


@pytest.mark.equation(34)
@pytest.mark.equation(36)
@given(st.floats(0.01, 0.5), st.floats(0, 0.95), st.floats(0.2, 2))
def test_the_floor_of_noise(eta, beta, lam):
    """The stationary variance of a noisy step, by its formula and by the matrix of the pair."""
    a = 1 + beta - eta * lam
    step, noise = np.array([[a, -beta], [1, 0]]), np.array([[eta**2, 0], [0, 0]])
    covariance = np.linalg.solve(np.eye(4) - np.kron(step, step), noise.ravel())
    formula = eta * (1 + beta) / (lam * (1 - beta) * (2 * (1 + beta) - eta * lam))
    np.testing.assert_allclose(covariance[0], formula, rtol=1e-7)
