"""The Jacobians of layers: by hand, against backpropagation, and against finite differences."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.theory import layer_jacobians


def network(sizes, activation, rng=0):
    return nn.models.MLP(sizes, activation, rng=rng, dtype=np.float64)


@pytest.mark.equation(69)
def test_two_layers_by_hand():
    net = network([2, 2, 1], nn.ReLU)
    net[0].weight.data[...], net[0].bias.data[...] = [[1, 2], [3, -1]], [0, -5]
    net[2].weight.data[...], net[2].bias.data[...] = [[7, 9]], 0
    first, second = layer_jacobians(net, [1.0, 1.0])  # z = (3, -3)
    np.testing.assert_array_equal(first, [[1, 2], [0, 0]])
    np.testing.assert_array_equal(second, [[7, 9]])


@pytest.mark.equation(54)
@pytest.mark.equation(68)
@pytest.mark.parametrize("activation", [nn.Sigmoid, nn.Tanh, nn.ReLU])
def test_their_product_is_what_backpropagation_computes(activation):
    sizes = [6, 5, 4, 3, 2]  # all different: only one order of the factors has shapes that fit
    net, x = network(sizes, activation), np.random.default_rng(1).normal(size=6)
    jacobians = layer_jacobians(net, x)
    y_hat = net(x[None])
    loss = F.mse_loss(y_hat, np.ones((1, 2)), reduction="sum")
    loss.backward()
    row = 2 * (y_hat.data - 1)
    for J in reversed(jacobians[1:]):
        row = row @ J
    z = nn.Tensor(net[0](x[None]).data, requires_grad=True)
    activation()(z).sum().backward()
    delta = row[0] * z.grad[0]
    np.testing.assert_allclose(net[0].weight.grad, np.outer(delta, x), rtol=1e-12)
    np.testing.assert_allclose(net[0].bias.grad, delta, rtol=1e-12)


def test_of_the_whole_network_against_finite_differences():
    net, x = network([3, 4, 4, 2], nn.Tanh), np.array([0.3, -0.2, 0.5])
    J = np.linalg.multi_dot(layer_jacobians(net, x)[::-1])
    h = 1e-6
    for i in range(3):
        e = h * np.eye(3)[i]
        difference = (net((x + e)[None]).data - net((x - e)[None]).data)[0] / (2 * h)
        np.testing.assert_allclose(J[:, i], difference, rtol=1e-7, atol=1e-9)


def test_softmax_has_a_full_matrix():
    net = nn.Sequential(nn.Linear(3, 3, rng=0, dtype=np.float64), nn.Softmax())
    x = np.array([1.0, -1.0, 0.5])
    (J,) = layer_jacobians(net, x)
    p = net(x[None]).data[0]
    np.testing.assert_allclose(J, (np.diag(p) - np.outer(p, p)) @ net[0].weight.data, rtol=1e-12)


def test_what_it_refuses():
    net = network([3, 2, 1], nn.ReLU)
    with pytest.raises(ValueError, match="one example of shape"):
        layer_jacobians(net, np.zeros((1, 3)))
    with pytest.raises(TypeError, match="begins with a Linear"):
        layer_jacobians(nn.Sequential(nn.ReLU()), np.zeros(3))
    with pytest.raises(TypeError, match="begins with a Linear"):
        layer_jacobians(nn.Linear(3, 2), np.zeros(3))
