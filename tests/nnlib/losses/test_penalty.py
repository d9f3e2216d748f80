"""The price on weights: by hand, its gradient, what it leaves out, and descent with it."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import optim


@pytest.mark.equation(76)
def test_by_hand():
    net = nn.Sequential(nn.Linear(2, 1, dtype=np.float64), nn.Linear(1, 2, dtype=np.float64))
    net[0].weight.data[...], net[1].weight.data[...] = [[3, 4]], [[1], [2]]
    assert F.l2_penalty(net.parameters(), 0.2).item() == pytest.approx(0.1 * (9 + 16 + 1 + 4))
    assert F.l2_penalty(net.parameters(), 0).item() == 0


@pytest.mark.equation(76)
def test_its_gradient_is_the_weights_times_lambda():
    A, B = np.random.default_rng(0).standard_normal((2, 3, 2))
    nn.gradcheck(lambda a, b: F.l2_penalty([a, b], 0.3), [A, B])
    w = nn.Parameter(A)
    F.l2_penalty([w], 0.3).backward()
    np.testing.assert_allclose(w.grad, 0.3 * A)


@pytest.mark.equation(76)
def test_descent_with_it_is_weight_decay_that_spares_the_biases():
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((8, 3)), rng.standard_normal((8, 2))
    one, two = (nn.Linear(3, 2, rng=0, dtype=np.float64) for _ in range(2))
    plain = optim.SGD(one.parameters(), lr=0.1, momentum=0.9)
    groups = [{"params": [two.weight], "weight_decay": 0.5}, {"params": [two.bias]}]
    decaying = optim.SGD(groups, lr=0.1, momentum=0.9)
    for _ in range(5):
        plain.zero_grad()
        (F.mse_loss(one(x), y) + F.l2_penalty(one.parameters(), 0.5)).backward()
        plain.step()
        decaying.zero_grad()
        F.mse_loss(two(x), y).backward()
        decaying.step()
    np.testing.assert_allclose(one.weight.data, two.weight.data, rtol=1e-12)
    np.testing.assert_allclose(one.bias.data, two.bias.data, rtol=1e-12)


def test_takes_parameters_once_and_keeps_their_type():
    layer = nn.Linear(3, 2, rng=0)
    assert F.l2_penalty(iter(list(layer.parameters())), 1.0).dtype == np.float32


def test_refuses():
    with pytest.raises(ValueError, match="found no weights"):
        F.l2_penalty([nn.Parameter(np.zeros(3))], 0.1)
    with pytest.raises(ValueError, match="weight_decay"):
        F.l2_penalty([nn.Parameter(np.zeros((3, 3)))], -0.1)
    for no_list in (np.array(1.0), 3):
        with pytest.raises(TypeError, match="takes a list of parameters"):
            F.l2_penalty(no_list, 0.1)
