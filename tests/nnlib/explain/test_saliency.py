"""Gradients as maps: hand values, a linear model of which all is known, and noise."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import explain

X = np.array([2.0, -1.0, 0.5])


def linear():
    model = nn.Linear(3, 2, rng=0, dtype=np.float64)
    model.weight.data[...] = [[1, 2, 3], [-4, 5, -6]]
    model.bias.data[...] = [0.5, 7]
    return model


def test_of_a_linear_model_they_are_its_weights():
    np.testing.assert_allclose(explain.saliency(linear(), X, 1), [-4, 5, -6])
    np.testing.assert_allclose(explain.gradient_times_input(linear(), X, 1), [-8, -5, -3])
    np.testing.assert_allclose(explain.smoothgrad(linear(), X, 1, rng=0), [-4, 5, -6])


def test_by_hand():
    def f(x):
        return x[:, 0] * x[:, 1] ** 2

    np.testing.assert_allclose(explain.saliency(f, X[:2]), [1, -4])
    np.testing.assert_allclose(explain.gradient_times_input(f, X[:2]), [2, 4])


def test_smoothgrad_is_the_gradient_of_a_blurred_score():
    # E f(x + s Z) = x^3 + 3 s^2 x, with the gradient 3 x^2 + 3 s^2
    found = explain.smoothgrad(lambda x: x[:, 0] ** 3, [2.0], noise=0.5, samples=40_000, rng=0)
    assert found[0] == pytest.approx(12.75, abs=0.1)


def test_without_noise_smoothgrad_is_the_gradient():
    def f(x):
        return x[:, 0] * x[:, 1] ** 2

    np.testing.assert_allclose(explain.smoothgrad(f, X[:2], noise=0, samples=3), [1, -4])


def test_the_shape_is_that_of_the_input():
    model = nn.models.DigitCNN(rng=0)
    x = np.ones((28, 28), np.float32)
    for method in (explain.saliency, explain.gradient_times_input, explain.smoothgrad):
        assert method(model, x, 3).shape == (28, 28)


def test_noise_is_not_negative():
    with pytest.raises(ValueError, match="noise"):
        explain.smoothgrad(linear(), X, 0, noise=-1)
