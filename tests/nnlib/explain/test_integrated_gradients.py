"""Integrated gradients: completeness and the other axioms, and values worked out by hand."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import explain

RNG = np.random.default_rng(0)


def test_by_hand():
    # x y^2 on the way (2t, t): slopes t^2 and 4 t^2
    found = explain.integrated_gradients(lambda x: x[:, 0] * x[:, 1] ** 2, [2.0, 1.0], steps=500)
    np.testing.assert_allclose(found, [2 / 3, 4 / 3], rtol=1e-5)


def test_the_midpoint_rule():
    # one step evaluates 3 x^2 in the middle, at 1
    assert explain.integrated_gradients(lambda x: x[:, 0] ** 3, [2.0], steps=1)[0] == 6.0


@pytest.mark.parametrize("baseline", [0.0, 0.5, RNG.random((28, 28))])
def test_completeness(baseline):
    model = nn.models.pretrained("digits_cnn")[0].astype(np.float64)
    x = nn.data.mnist(dtype=np.float64).x_test[0]
    found = explain.integrated_gradients(model, x, 4, baseline=baseline, steps=400)
    at_x, at_baseline = explain.scores(model, [x, np.broadcast_to(baseline, x.shape)], 4)
    assert found.shape == x.shape
    assert found.sum() == pytest.approx(at_x - at_baseline, abs=2e-2)
    assert abs(at_x - at_baseline) > 0.5


def test_of_a_linear_model_one_step_is_enough():
    model = nn.Linear(3, 2, rng=0, dtype=np.float64)
    x, baseline = RNG.random((2, 3))
    found = explain.integrated_gradients(model, x, 1, baseline=baseline, steps=1)
    np.testing.assert_allclose(found, model.weight.data[1] * (x - baseline))


def test_saturation_is_seen():
    found = explain.integrated_gradients(lambda x: nn.minimum(x[:, 0], 1.0), [2.0], steps=100)
    assert found[0] == pytest.approx(1.0, abs=0.02)


def test_a_pixel_equal_to_its_baseline_and_a_dummy_get_nothing():
    found = explain.integrated_gradients(
        lambda x: x[:, 0] * x[:, 1], [3.0, 2.0, 5.0], baseline=[1.0, 2.0, 0.0]
    )
    np.testing.assert_allclose(found, [4, 0, 0])


def test_a_baseline_of_another_shape_is_named():
    with pytest.raises(ValueError, match=r"baseline must have the shape \(2,\)"):
        explain.integrated_gradients(lambda x: x[:, 0], [1.0, 2.0], baseline=[0.0, 0.0, 0.0])
