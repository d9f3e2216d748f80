"""The deep network in which remedies are switched on one by one."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import models

X = np.random.default_rng(0).standard_normal((5, 6))


@pytest.mark.equation(75)
def test_a_shortcut_adds_the_input_of_every_layer_but_the_first():
    model = models.DeepMLP(6, 3, 4, 3, nn.Tanh, residual=True, rng=0, dtype=np.float64)
    h = np.tanh(X @ model.layers[0].linear.weight.data.T)
    for layer in model.layers[1:]:
        h = np.tanh(h @ layer.linear.weight.data.T) + h  # Eq. (75): f(h) + h
    head = model.head
    np.testing.assert_allclose(model(X).data, h @ head.weight.data.T + head.bias.data, rtol=1e-12)


def test_a_plain_network_is_layer_after_layer_with_its_norm_before_the_activation():
    model = models.DeepMLP(6, 3, 4, 2, nn.ReLU, norm=nn.LayerNorm, rng=0, dtype=np.float64)
    h = X
    for layer, state in zip(model.layers, model.hidden(X), strict=True):
        z = h @ layer.linear.weight.data.T
        z = (z - z.mean(1, keepdims=True)) / np.sqrt(z.var(1, keepdims=True) + 1e-5)
        h = np.maximum(z, 0)
        np.testing.assert_allclose(state.data, h, rtol=1e-12)


def test_the_standard_network_has_fifty_layers_with_the_given_weights():
    model = models.DeepMLP(784, 10, init=nn.init.orthogonal, rng=0)
    assert len(model.layers) == len(model.hidden(np.zeros((1, 784), np.float32))) == 50
    W = model.layers[20].linear.weight.data
    np.testing.assert_allclose(W @ W.T, np.eye(64), atol=1e-5)
    assert not any(layer.linear.bias.data.any() for layer in model.layers)


def test_every_part_has_the_type_asked_for():
    model = models.DeepMLP(6, 3, 4, 2, norm=nn.BatchNorm1d, dtype=np.float64)
    assert {v.dtype for v in model.state_dict().values() if v.dtype.kind == "f"} == {
        np.dtype(np.float64)
    }


def test_bad_arguments_are_named():
    with pytest.raises(TypeError, match=r"init must make what every layer gets, got 'orthogonal'"):
        models.DeepMLP(6, 3, init="orthogonal")
    with pytest.raises(TypeError, match=r"norm must make .* got LayerNorm"):
        models.DeepMLP(6, 3, norm=nn.LayerNorm(64))
    with pytest.raises(ValueError, match="positive sizes, got 6, 3, 64 and 0"):
        models.DeepMLP(6, 3, depth=0)
    with pytest.raises(ValueError, match="shortcut adds equal shapes, got n_in = 3, n_out = 4"):
        models.HiddenLayer(3, 4, nn.Tanh, nn.init.lecun_normal, None, True, rng=0, dtype=float)
