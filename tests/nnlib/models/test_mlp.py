"""The multilayer perceptron."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models, optim


def trained(model, loss, steps, lr=1e-2):
    """Train with Adam; return the first and the last loss."""
    optimizer = optim.Adam(model.parameters(), lr=lr)
    values = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[-1]


def test_mlp_learns_xor():
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]], np.float32)
    model = models.MLP([2, 8, 2], nn.Tanh, rng=0)
    trained(model, lambda: F.cross_entropy(model(x), np.array([0, 1, 1, 0])), 150, 5e-2)
    assert model(x).data.argmax(1).tolist() == [0, 1, 1, 0]


@pytest.mark.equation(53)
def test_mlp_is_layer_after_layer():
    model = models.MLP([3, 4, 5, 2], nn.Tanh, rng=0, dtype=np.float64)
    x = np.random.default_rng(1).normal(size=(7, 3))
    layers, h = [model[0], model[2], model[4]], x
    for layer in layers[:-1]:
        h = np.tanh(h @ layer.weight.data.T + layer.bias.data)
    y = h @ layers[-1].weight.data.T + layers[-1].bias.data  # no activation behind the last one
    np.testing.assert_allclose(model(x).data, y, rtol=1e-12)


def test_mlp_takes_images_and_drops():
    model = models.MLP([784, 20, 10], dropout=0.5, rng=0)
    x = np.ones((2, 28, 28), np.float32)
    assert model(x).shape == (2, 10)
    assert not np.array_equal(model(x).data, model(x).data)
    model.eval()
    assert np.array_equal(model(x).data, model(x).data)
    assert [type(m).__name__ for m in model] == ["Linear", "ReLU", "Dropout", "Linear"]
    assert model[:2](x.reshape(2, -1)).shape == (2, 20)
    with pytest.raises(ValueError, match=r"sizes of inputs and outputs, got \[3\]"):
        models.MLP([3])
