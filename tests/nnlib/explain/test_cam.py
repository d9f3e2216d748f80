"""Class activation maps: they sum to the score, and Grad-CAM equals them behind a mean."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import explain

X = np.random.default_rng(0).random((28, 28))
MODEL = nn.models.DigitCNN((3, 4, 5), rng=0, dtype=np.float64)


def test_the_mean_of_a_map_is_the_score_without_bias():
    maps = MODEL.maps(X[None]).data[0]
    found = explain.class_activation_map(maps, MODEL.head.weight.data[6])
    assert found.shape == (7, 7)
    assert found.mean() + MODEL.head.bias.data[6] == pytest.approx(MODEL(X[None]).data[0, 6])


def test_grad_cam_is_the_same_map_behind_a_mean_and_a_linear_layer():
    maps = MODEL.maps(X[None]).data[0]
    wanted = explain.class_activation_map(maps, MODEL.head.weight.data[6]) / 49
    found = explain.grad_cam(MODEL.maps, MODEL.classify, X, 6, relu=False)
    np.testing.assert_allclose(found, wanted, atol=1e-12)
    cut = explain.grad_cam(MODEL.maps, MODEL.classify, X, 6)
    np.testing.assert_allclose(cut, np.maximum(wanted, 0), atol=1e-12)


def test_by_hand():
    # two maps of one place; the score is the product of their squares' roots: a * b
    found = explain.grad_cam(
        lambda x: x.reshape(1, 2, 1, 1), lambda m: m.prod(axis=1).reshape(1, 1), [2.0, 3.0], 0
    )
    np.testing.assert_allclose(found, [[2 * 3 + 3 * 2]])


def test_shapes_are_named():
    with pytest.raises(ValueError, match="C weights"):
        explain.class_activation_map(np.ones((3, 2, 2)), np.ones(2))
    with pytest.raises(ValueError, match="feature maps"):
        explain.grad_cam(lambda x: x, MODEL.classify, X, 0)
    with pytest.raises(ValueError, match="target 10"):
        explain.grad_cam(MODEL.maps, MODEL.classify, X, 10)
