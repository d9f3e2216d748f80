"""Clipped and noisy gradients, and the ε that they spend."""

import math

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.training.privacy import _renyi, privacy_spent, private_gradient


def renyi_by_integration(sigma, q, order):
    """Rényi divergence of the mixture (1-q) N(0, σ²) + q N(1, σ²) from N(0, σ²), by quadrature."""
    x = np.linspace(-30 * sigma, 30 * sigma + order, 400_001)
    ratio = np.log1p(-q) + np.logaddexp(0, np.log(q / (1 - q)) + (2 * x - 1) / (2 * sigma**2))
    log_p = -(x**2) / (2 * sigma**2) - math.log(sigma * math.sqrt(2 * math.pi))
    return math.log(np.trapezoid(np.exp(order * ratio + log_p), x)) / (order - 1)


@pytest.mark.parametrize("order", [2, 3, 7])
def test_divergence_is_the_integral(order):

    assert _renyi(1.3, 0.2, order) == pytest.approx(renyi_by_integration(1.3, 0.2, order), 1e-9)


def test_epsilon_bounds_that_of_opacus():
    # RDPAccountant of Opacus for σ = 1.5, rate 0.04, 2250 steps, δ = 1e-5; it tries fractional
    # orders too and may be a little lower.
    epsilon = privacy_spent(1.5, 0.04, 2250, 1e-5)
    assert 7.32911117143 <= epsilon < 7.3292 + 1e-2


def test_epsilon_bounds_the_exact_one_of_a_gaussian():
    # Without sampling one step is the Gaussian mechanism, whose δ(ε) is known exactly:
    # Balle and Wang, ICML 2018, Theorem 8.
    sigma, delta = 2.0, 1e-5
    epsilon = privacy_spent(sigma, 1.0, 1, delta)

    def normal(z):
        return 0.5 * math.erfc(-z / math.sqrt(2))

    exact = normal(0.5 / sigma - epsilon * sigma) - math.exp(epsilon) * normal(
        -0.5 / sigma - epsilon * sigma
    )
    assert delta / 20 < exact <= delta


def test_more_noise_fewer_steps_and_rarer_draws_spend_less():
    one = privacy_spent(1.0, 0.05, 200, 1e-5)
    assert privacy_spent(2.0, 0.05, 200, 1e-5) < one
    assert privacy_spent(1.0, 0.05, 100, 1e-5) < one
    assert privacy_spent(1.0, 0.02, 200, 1e-5) < one
    assert privacy_spent(1.0, 0.05, 200, 1e-6) > one
    assert privacy_spent(0.0, 0.05, 200, 1e-5) == math.inf
    assert privacy_spent(1.0, 0.05, 0, 1e-5) == 0


def test_each_example_is_clipped_over_all_parameters():
    rng = np.random.default_rng(0)
    net = nn.Sequential(nn.Linear(3, 4, rng=rng), nn.Tanh(), nn.Linear(4, 2, rng=rng))
    net = net.astype(np.float64)
    x, y = rng.standard_normal((5, 3)), np.array([0, 1, 1, 0, 1])
    g = nn.func.per_example_grad(net, F.cross_entropy, x, y)
    norms = np.sqrt(sum((v.data.reshape(5, -1) ** 2).sum(1) for v in g.values()))
    bound = np.median(norms)
    wanted = {
        k: np.mean([v.data[i] * min(1, bound / norms[i]) for i in range(5)], 0)
        for k, v in g.items()
    }
    for name, value in private_gradient(g, bound, 0.0, 5).items():
        np.testing.assert_allclose(value.data, wanted[name])
    # A bound that no example reaches leaves the gradient of the mean loss.
    F.cross_entropy(net(x), y).backward()
    for name, value in private_gradient(g, 1e6, 0.0, 5).items():
        np.testing.assert_allclose(value.data, dict(net.named_parameters())[name].grad)


def test_noise_has_the_promised_size_and_needs_no_examples():
    g = {"w": np.zeros((0, 100, 100)), "b": np.zeros((0, 100))}
    noise = private_gradient(g, 0.5, 3.0, 10.0, rng=0)
    assert noise["w"].shape == (100, 100)
    assert noise["w"].data.std() == pytest.approx(0.5 * 3.0 / 10.0, rel=0.05)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: private_gradient({}, 1, 1, 1), "dict of gradients"),
        (lambda: private_gradient({"w": np.ones((2, 1)), "b": np.ones(3)}, 1, 1, 1), "rows"),
        (lambda: private_gradient({"w": np.ones((2, 1))}, 0, 1, 1), "max_grad_norm"),
        (lambda: privacy_spent(1, 1.5, 1, 0.1), "sample_rate"),
        (lambda: privacy_spent(1, 0.5, 1, 0), "delta"),
    ],
)
def test_bad_input_is_named(call, message):
    with pytest.raises(ValueError, match=message):
        call()
