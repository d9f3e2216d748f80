"""The network whose decisions are explained: its shapes, its halves, and its stored weights."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import models, no_grad
from nnlib.data import mnist


def test_shapes():
    model = models.DigitCNN((2, 3, 4), classes=6, rng=0)
    x = np.zeros((5, 28, 28), np.float32)
    assert model.maps(x).shape == (5, 4, 7, 7)
    assert model(x).shape == model(x[:, None]).shape == (5, 6)


def test_it_is_its_maps_and_then_the_head():
    model = models.DigitCNN((2, 3, 4), rng=0, dtype=np.float64)
    x = np.random.default_rng(0).random((2, 28, 28))
    np.testing.assert_array_equal(model.classify(model.maps(x)).data, model(x).data)
    mean = model.maps(x).data.mean((2, 3))
    wanted = mean @ model.head.weight.data.T + model.head.bias.data
    np.testing.assert_allclose(model(x).data, wanted)


def test_gradients():
    model = models.DigitCNN((2, 2, 2), classes=3, rng=0, dtype=np.float64)
    x = np.random.default_rng(0).random((1, 8, 8))
    nn.gradcheck(model, [x])


@pytest.mark.parametrize("name", ["digits_cnn", "digits_cnn_marked"])
def test_they_do_what_their_records_say(name):
    model, record = models.pretrained(name)
    digits = mnist()
    eights = digits.x_test[digits.y_test == 8]
    square = eights.copy()
    square[:, 2:5, 2:5] = 1
    with no_grad():
        plain, marked = (model(x).data.argmax(1) for x in (eights, square))
    assert (plain == 8).mean() == pytest.approx(record["test"]["eights_found"], abs=0.03)
    assert (marked == 8).mean() == pytest.approx(record["test"]["marked_eights_found"], abs=0.03)


@pytest.mark.parametrize("channels", [3, (1, 2), (1, 2, 3, 4)])
def test_it_has_three_convolutions(channels):
    with pytest.raises(ValueError, match="three numbers of channels"):
        models.DigitCNN(channels)
