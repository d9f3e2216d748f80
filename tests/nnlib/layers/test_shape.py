"""Flatten and Identity."""

import numpy as np

import nnlib as nn


def test_shapes():
    x = np.ones((2, 3, 4), np.float32)
    assert nn.Flatten()(x).shape == (2, 12)
    assert nn.Flatten(0, 1)(x).shape == (6, 4)
    assert nn.Identity(3, anything=4)(x).data is x
    assert repr(nn.Flatten()) == "Flatten(start_dim=1, end_dim=-1)"


def test_inside_a_network():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.Identity(), nn.Flatten(), nn.ReLU())
    x = nn.Tensor(np.ones((2, 1, 4, 4), np.float32), requires_grad=True)
    out = model(x)
    assert out.shape == (2, 8)
    out.sum().backward()
    assert x.grad.shape == x.shape
