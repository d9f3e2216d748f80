"""The network of 1989: its counts, one unit of each layer by hand, its gradients, its shifts."""

import numpy as np
import pytest

from nnlib import functional as F
from nnlib.autograd.gradcheck import gradcheck
from nnlib.models import LeNet1989
from nnlib.models.lenet import SEEN


@pytest.fixture
def model():
    made = LeNet1989(rng=0, dtype=np.float64)
    rng = np.random.default_rng(1)
    for bias in (made.bias1, made.bias2, made.fc3.bias, made.fc4.bias):
        bias.data[...] = rng.normal(size=bias.shape)
    return made


def test_the_counts_are_the_papers(model):
    assert sum(p.data.size for p in model.parameters()) == 9760
    first, second = model.maps(np.zeros((1, 16, 16)))
    units = [16 * 16, first.data.size, second.data.size, 30, 10]
    assert sum(units) == 1256
    # every unit: its inputs and its bias
    assert 768 * 26 + 192 * (8 * 25 + 1) + 30 * 193 + 10 * 31 == 64660
    assert (first.data.size, second.data.size) == (768, 192)
    assert all(len(set(seen)) == 8 for seen in SEEN)


def test_one_unit_of_each_layer_by_hand(model):
    x = np.random.default_rng(2).uniform(-1, 1, (16, 16))
    first, second = (t.data[0] for t in model.maps(x[None]))
    framed = np.full((20, 20), -1.0)
    framed[2:18, 2:18] = x
    m, r, c = 7, 0, 5
    z = (framed[0:5, 10:15] * model.weight1.data[m, 0]).sum() + model.bias1.data[m, r, c]
    np.testing.assert_allclose(first[m, r, c], np.tanh(z), rtol=1e-12)
    framed = np.full((12, 12, 12), -1.0)
    framed[:, 2:10, 2:10] = first
    m, r, c = 9, 3, 1  # of the last group: it sees maps 0 to 3 and 8 to 11
    window = framed[[0, 1, 2, 3, 8, 9, 10, 11], 6:11, 2:7]
    z = (window * model.weight2.data[m]).sum() + model.bias2.data[m, r, c]
    np.testing.assert_allclose(second[m, r, c], np.tanh(z), rtol=1e-12)
    h = np.tanh(model.fc3.weight.data @ second.ravel() + model.fc3.bias.data)
    y = np.tanh(model.fc4.weight.data @ h + model.fc4.bias.data)
    np.testing.assert_allclose(model(x[None, None]).data[0], y, rtol=1e-12)


def test_gradients_of_all_parameters(model):
    rng = np.random.default_rng(3)
    x, target = rng.uniform(-1, 1, (2, 16, 16)), rng.uniform(-1, 1, (2, 10))
    F.mse_loss(model(x), target).backward()
    for name, p in model.named_parameters():
        direction = rng.normal(size=p.shape)
        values, slope = [], (p.grad * direction).sum()
        for step in (1e-6, -2e-6):
            p.data += step * direction
            values.append(F.mse_loss(model(x), target).item())
        p.data += 1e-6 * direction
        np.testing.assert_allclose((values[0] - values[1]) / 2e-6, slope, rtol=1e-5, err_msg=name)
    assert gradcheck(model, (rng.uniform(-1, 1, (1, 16, 16)),))


def test_a_map_moves_with_the_image_by_half_as_much():
    model = LeNet1989(rng=0, dtype=np.float64)  # biases 0: they are what is not shared
    x = np.full((2, 16, 16), -1.0)
    blot = np.random.default_rng(4).uniform(-1, 1, (6, 6))
    x[0, 4:10, 4:10], x[1, 6:12, 4:10] = blot, blot  # two pixels down
    first = model.maps(x)[0].data
    np.testing.assert_allclose(first[1][:, 1:], first[0][:, :-1], atol=1e-14)
    assert np.abs(first[1] - first[0]).max() > 0.1


@pytest.mark.parametrize("shape", [(2, 28, 28), (2, 3, 16, 16), (16, 16)])
def test_other_images_are_refused(shape):
    with pytest.raises(ValueError, match=r"LeNet1989 expects images .* got \("):
        LeNet1989(rng=0)(np.zeros(shape, np.float32))


def test_begins_in_float32_and_as_the_seed_says():
    one, two = LeNet1989(rng=0), LeNet1989(rng=0)
    for p, q in zip(one.parameters(), two.parameters(), strict=True):
        assert p.dtype == np.float32
        assert np.array_equal(p.data, q.data)
    assert np.abs(one.weight1.data).max() <= 2.4 / 5
