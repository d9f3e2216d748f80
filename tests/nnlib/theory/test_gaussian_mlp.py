"""Normal weights: their divergence by hand, and answers against whole networks that are drawn."""

import math

import numpy as np
import pytest

from nnlib.theory import GaussianMLP


def test_divergence_by_hand():
    net = GaussianMLP(1, 1, 0.3, rng=0)
    for logvar in (net.logvar1, net.logvar2):
        logvar.data[...] = 2 * math.log(0.3)
    assert net.divergence().item() == pytest.approx(0)
    net.mean1.data[0, 0] += 0.3  # one weight moves by one deviation
    assert net.divergence().item() == pytest.approx(0.5)
    net.logvar2.data[0, 0] = 2 * math.log(0.03)  # another becomes ten times as exact
    assert net.divergence().item() == pytest.approx(0.5 + math.log(10) - 0.495)


def test_forward_is_what_drawn_networks_do():
    rng = np.random.default_rng(0)
    net, x = GaussianMLP(3, 4, 0.5, rng=0), np.array([[2.0, -1.5, 1.0]])
    deviation1, deviation2 = (np.exp(v.data / 2) for v in (net.logvar1, net.logvar2))
    net.mean1.data[-1] += 2  # so that the hidden units are on, and their noise is seen
    draws = 40_000
    W = net.mean1.data + deviation1 * rng.normal(size=(draws, *deviation1.shape))
    h = np.maximum(np.append(x, 1) @ W, 0)
    a = net.mean2.data + deviation2 * rng.normal(size=(draws, *deviation2.shape))
    whole = (np.column_stack([h, np.ones(draws)])[:, None] @ a)[:, 0, 0]
    mean, deviation = (t.data for t in net(np.repeat(x, draws, axis=0), rng))
    quick = mean + deviation * rng.normal(size=draws)
    for share in (0.1, 0.5, 0.9):
        assert abs(np.quantile(whole, share) - np.quantile(quick, share)) < 0.03
    assert abs(whole.std() - quick.std()) < 0.02


def test_what_is_refused():
    with pytest.raises(ValueError, match="std"):
        GaussianMLP(3, 2, 0)
    with pytest.raises(ValueError, match=r"shapes \(\(4, 2\), \(3, 1\)\), got"):
        GaussianMLP(3, 2, 0.1, start=[np.zeros((3, 2)), np.zeros((2, 1))])
