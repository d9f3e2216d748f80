"""AdaGrad, RMSprop and AdaDelta: the guide's formulas and PyTorch's."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import optim
from nnlib.layers.module import Parameter

CURVATURE = np.array([1.0, 5.0, 0.3])


START = np.array([1.0, -2.0, 3.0])


def loss(theta):
    """A bowl whose gradient is CURVATURE * theta."""
    return (theta * theta * CURVATURE).sum() / 2


def run(optimizer, steps, **options):
    """The weights after each step on the bowl, the start included."""
    theta = Parameter(START.copy())
    opt = optimizer([theta], **options)
    path = [START.copy()]
    for _ in range(steps):
        opt.zero_grad()
        loss(theta).backward()
        opt.step()
        path.append(theta.data.copy())
    return np.array(path)


@pytest.mark.equation(39)
@pytest.mark.equation(40)
@given(st.floats(0.01, 0.5), st.floats(1e-12, 1e-2))
def test_adagrad_is_the_guides_but_for_the_place_of_eps(eta, eps):
    """With Duchi's √G + ε exactly; the guide's √(G + ε) differs by no more than √ε under it."""
    path = run(optim.Adagrad, 20, lr=eta, eps=eps)
    G = np.zeros(3)
    for theta, found in itertools.pairwise(path):
        g = CURVATURE * theta
        G = G + g * g
        np.testing.assert_allclose(found, theta - eta * g / (np.sqrt(G) + eps), rtol=1e-13)
        guide = theta - eta / np.sqrt(G + eps) * g
        gap = np.sqrt(G + eps) - np.sqrt(G) - eps  # between the two denominators
        assert np.abs(gap).max() <= np.sqrt(eps)
        np.testing.assert_allclose(
            guide - found, eta * g * gap / ((np.sqrt(G) + eps) * np.sqrt(G + eps)), atol=1e-12
        )


@pytest.mark.equation(40)
def test_eps_inside_the_root_stops_small_gradients():
    """The first step for g = 1e-6: 0.99 η with ε outside the root, 0.01 η with it inside."""
    theta = Parameter(np.zeros(1))
    opt = optim.Adagrad([theta], lr=1.0, eps=1e-8)
    g = theta.grad = np.array([1e-6])
    opt.step()
    assert -theta.data[0] == pytest.approx(1e-6 / (1e-6 + 1e-8), rel=1e-12)
    assert -theta.data[0] == pytest.approx(0.990, abs=1e-3)
    assert (g / np.sqrt(g**2 + 1e-8))[0] == pytest.approx(0.010, abs=1e-3)


@pytest.mark.equation(41)
@pytest.mark.equation(42)
@given(st.floats(0.001, 0.1), st.floats(0, 0.99), st.floats(1e-12, 1e-2))
def test_rmsprop_is_the_guides_but_for_the_place_of_eps(eta, beta, eps):
    path = run(optim.RMSprop, 20, lr=eta, alpha=beta, eps=eps)
    v = np.zeros(3)
    for theta, found in itertools.pairwise(path):
        g = CURVATURE * theta
        v = beta * v + (1 - beta) * g * g
        np.testing.assert_allclose(
            found, theta - eta * g / (np.sqrt(v) + eps), rtol=1e-12, atol=1e-14
        )
        guide = theta - eta / np.sqrt(v + eps) * g
        gap = np.sqrt(v + eps) - np.sqrt(v) - eps
        assert np.abs(gap).max() <= np.sqrt(eps)
        difference = eta * g * gap / ((np.sqrt(v) + eps) * np.sqrt(v + eps))
        np.testing.assert_allclose(guide - found, difference, rtol=1e-9, atol=1e-12)


def test_centred_rmsprop_survives_gradients_that_do_not_change():
    """v - ḡ² is 0 but for rounding then; where that is negative PyTorch has NaN."""
    for g in np.linspace(0.1, 3, 30):
        theta = Parameter(np.ones(1, np.float32))
        opt = optim.RMSprop([theta], lr=1e-6, alpha=0.1, centered=True, eps=1e-3)
        for _ in range(40):
            theta.grad = np.array([g], np.float32)
            opt.step()
        assert np.isfinite(theta.data).all()


@pytest.mark.equation(43)
@pytest.mark.equation(44)
@pytest.mark.equation(45)
@pytest.mark.equation(46)
@given(st.floats(0, 0.99), st.floats(1e-8, 1e-2))
def test_adadelta_is_the_guides(beta, eps):
    path = run(optim.Adadelta, 20, rho=beta, eps=eps)
    v, u = np.zeros(3), np.zeros(3)
    for theta, found in itertools.pairwise(path):
        g = CURVATURE * theta
        v = beta * v + (1 - beta) * g * g
        delta = -np.sqrt(u + eps) / np.sqrt(v + eps) * g
        u = beta * u + (1 - beta) * delta * delta
        np.testing.assert_allclose(found, theta + delta, rtol=1e-12, atol=1e-14)
