"""Spectral normalisation: the largest singular value is 1, and gradients know it."""

import copy

import numpy as np
import pytest

import nnlib as nn
from nnlib import Tensor

X = np.random.default_rng(0).standard_normal((5, 4))


@pytest.mark.parametrize(
    "layer",
    [
        nn.Linear(4, 6, rng=0, dtype=np.float64),
        nn.Conv2d(2, 3, 3, rng=0, dtype=np.float64),
        nn.ConvTranspose2d(2, 3, 3, rng=0, dtype=np.float64),
    ],
    ids=lambda layer: type(layer).__name__,
)
def test_nothing_is_stretched_beyond_1(layer):
    nn.spectral_norm(layer, n_power_iterations=300, rng=0)
    layer(np.ones((1, 4) if isinstance(layer, nn.Linear) else (1, 2, 5, 5)))
    w = layer.weight.data
    w = w.swapaxes(0, 1) if isinstance(layer, nn.ConvTranspose2d) else w
    assert np.linalg.norm(w.reshape(len(w), -1), 2) == pytest.approx(1, rel=1e-6)


def test_gradients():
    layer = nn.spectral_norm(nn.Linear(4, 3, rng=0, dtype=np.float64), rng=1).eval()
    start = layer.weight_orig.data.copy()

    def call(w):
        return nn.func.functional_call(layer, {"weight_orig": w}, (Tensor(X) * 1.1,))

    nn.gradcheck(call, [start])


def test_vectors_move_in_training_alone_and_a_copy_is_whole():
    layer = nn.spectral_norm(nn.Linear(4, 3, rng=0, dtype=np.float64), rng=1)
    assert sorted(layer.state_dict()) == ["bias", "weight_orig", "weight_u", "weight_v"]
    layer.weight_u.data = np.array([1.0, 0.0, 0.0])
    layer.eval()(X)
    np.testing.assert_array_equal(layer.weight_u.data, [1, 0, 0])
    other = copy.deepcopy(layer)
    layer.train()(X)
    assert layer.weight_u.data[1] != 0
    np.testing.assert_array_equal(other.weight_u.data, [1, 0, 0])
    assert other(X).shape == (5, 3)


def test_refuses():
    for module, name in ((nn.ReLU(), "weight"), (nn.Linear(2, 2, rng=0), "bias"), (3, "weight")):
        with pytest.raises(ValueError, match="has no weight"):
            nn.spectral_norm(module, name)
