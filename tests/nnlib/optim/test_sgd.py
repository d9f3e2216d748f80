"""Gradient descent, with momentum and with Nesterov's look ahead."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import optim
from nnlib.autograd.tensor import Tensor
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


@pytest.mark.equation(32)
def test_gradient_descent():
    path = run(optim.SGD, 5, lr=0.1)
    for before, after in itertools.pairwise(path):
        np.testing.assert_allclose(after, before - 0.1 * CURVATURE * before, rtol=1e-15)


@pytest.mark.equation(33)
@pytest.mark.equation(34)
@pytest.mark.parametrize("batch", [[2], [0, 3, 4]])
def test_step_on_a_batch_takes_the_mean_of_the_examples_gradients(batch):
    rng = np.random.default_rng(0)
    x, y, w = rng.standard_normal((6, 2)), rng.standard_normal(6), rng.standard_normal(2)
    theta = Parameter(w.copy())
    opt = optim.SGD([theta], lr=0.05)
    error = Tensor(x[batch]) @ theta - y[batch]
    (error * error).mean().backward()
    opt.step()
    gradients = [2 * (x[i] @ w - y[i]) * x[i] for i in batch]
    np.testing.assert_allclose(theta.data, w - 0.05 * sum(gradients) / len(batch), rtol=1e-14)


@pytest.mark.equation(35)
@pytest.mark.equation(36)
@given(st.floats(0.01, 0.3), st.floats(0.1, 0.95))
def test_momentum_is_the_guides_at_a_constant_rate(eta, beta):
    path = run(optim.SGD, 20, lr=eta, momentum=beta)
    theta, v = START.copy(), np.zeros(3)
    for found in path[1:]:
        v = beta * v + eta * CURVATURE * theta
        theta = theta - v
        np.testing.assert_allclose(found, theta, rtol=1e-9, atol=1e-11)


@pytest.mark.equation(35)
def test_momentum_differs_from_the_guides_once_the_rate_changes():
    """The guide keeps η inside v, PyTorch and nnlib multiply at the end."""
    theta = Parameter(START.copy())
    opt = optim.SGD([theta], lr=0.1, momentum=0.9)
    guide, v = START.copy(), np.zeros(3)
    for step in range(2):
        opt.lr = (0.1, 0.01)[step]
        opt.zero_grad()
        loss(theta).backward()
        opt.step()
        v = 0.9 * v + opt.lr * CURVATURE * guide
        guide = guide - v
    # The old velocity, 0.9 * 0.1 g, keeps its rate in the guide and takes the new one here.
    difference = 0.9 * (0.1 - 0.01) * CURVATURE * START
    np.testing.assert_allclose(theta.data - guide, difference, rtol=1e-12)


@pytest.mark.equation(37)
@pytest.mark.equation(38)
@given(st.floats(0.01, 0.15), st.floats(0.1, 0.95))
def test_nesterov_keeps_the_guides_point_ahead(eta, beta):
    """At a constant rate the stored weights are the guide's θ - βv."""
    path = run(optim.SGD, 20, lr=eta, momentum=beta, nesterov=True)
    theta, v = START.copy(), np.zeros(3)
    for found in path[1:]:
        v = beta * v + eta * CURVATURE * (theta - beta * v)
        theta = theta - v
        np.testing.assert_allclose(found, theta - beta * v, rtol=1e-8, atol=1e-10)


def test_momentum_outside_0_and_1_is_pytorchs_affair():
    """PyTorch refuses a negative momentum and takes any other; so does nnlib."""
    for momentum in (0, 1, 1.5):
        assert optim.SGD([Parameter(START)], momentum=momentum).param_groups[0]["lr"] == 1e-3
    with pytest.raises(ValueError, match=r"momentum must lie in \[0, inf\), got -0.5"):
        optim.SGD([Parameter(START)], momentum=-0.5, nesterov=True)
