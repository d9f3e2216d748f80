"""Infinity and NaN: they go where the mathematics sends them, and nowhere else."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

INF, NAN = np.inf, np.nan


def leaf(values):
    return Tensor(np.array(values, float), requires_grad=True)


# -- losses ----------------------------------------------------------------------------------


def test_an_impossible_class_that_is_not_the_target_costs_nothing():
    logits = leaf([[0, -INF, 1], [1, -INF, 0]])
    loss = F.cross_entropy(logits, [2, -100])
    assert loss.item() == pytest.approx(0.3132617, abs=1e-7)
    loss.backward()
    share = 1 / (1 + np.e)
    np.testing.assert_allclose(logits.grad, [[share, 0, -share], [0, 0, 0]], atol=1e-12)


@pytest.mark.parametrize("options", [{"weight": [1.0, 2.0, 3.0]}, {"reduction": "sum"}])
def test_an_ignored_row_may_hold_anything(options):
    logits = leaf([[0, 1, 2], [NAN, INF, 0]])
    loss = F.cross_entropy(logits, [2, -100], **options)
    alone = F.cross_entropy(np.array([[0.0, 1, 2]]), [2], **options)
    assert loss.item() == pytest.approx(alone.item())
    loss.backward()
    assert logits.grad[1].tolist() == [0, 0, 0]


def test_shares_of_zero_times_minus_infinity_are_zero():
    loss = F.cross_entropy(leaf([[0, -INF, 0]]), [[0.5, 0.0, 0.5]])
    assert loss.item() == pytest.approx(np.log(2))


@pytest.mark.parametrize(("z", "y", "loss"), [(INF, 1, 0), (-INF, 0, 0), (INF, 0, INF)])
def test_certain_logits_of_yes_or_no(z, y, loss):
    logit = leaf([z])
    out = F.binary_cross_entropy_with_logits(logit, [float(y)])
    assert out.item() == loss
    out.backward()
    assert logit.grad.tolist() == [0.0 if loss == 0 else 1.0]


# -- slopes that are infinite and then cut off -------------------------------------------------

CUTS = {
    "relu": F.relu,
    "clip": lambda x: x.clip(0),
    "maximum": lambda x: nn.maximum(x, 0.0),
    "where": lambda x: nn.where(x.data > 0, x, 0.0),
}
STEEP = {
    "sqrt": (lambda y: y.sqrt(), 0.25),
    "log": (lambda y: y.log(), 0.25),
    "1/y": (lambda y: 1 / y, -1 / 16),
}


@pytest.mark.filterwarnings("ignore:divide by zero")  # the forward pass meets log 0 and 1/0
@pytest.mark.parametrize("steep", STEEP)
@pytest.mark.parametrize("cut", CUTS)
def test_what_is_cut_off_gets_no_gradient(cut, steep):
    function, slope = STEEP[steep]
    x = leaf([-1.0, 4.0])
    function(CUTS[cut](x)).sum().backward()
    assert x.grad.tolist() == [0.0, slope]


# -- images ----------------------------------------------------------------------------------


def image():
    return np.arange(36.0).reshape(1, 1, 6, 6) / 36


def out_op(pool):
    return pool(Tensor(image(), requires_grad=True)).op


@pytest.mark.parametrize(
    "pool",
    [
        lambda x: F.max_pool2d(x, 2),
        lambda x: F.avg_pool2d(x, 2),
        lambda x: F.adaptive_avg_pool2d(x, 3),
        lambda x: F.conv2d(x, np.ones((1, 1, 2, 2)), stride=2),
    ],
    ids=["max", "mean", "adaptive", "convolution"],
)
@pytest.mark.parametrize("number", [NAN, INF, -INF])
def test_a_broken_pixel_spoils_its_own_region_alone(pool, number):
    x = image()
    right = pool(Tensor(x)).data
    x[0, 0, 2, 3] = number
    out = pool(Tensor(x)).data
    same = np.ones((3, 3), bool)
    same[1, 1] = False
    np.testing.assert_array_equal(out[0, 0][same], right[0, 0][same])
    if not (number == -INF and out_op(pool) == "max_pool2d"):  # -∞ is never largest
        assert not np.isfinite(out[0, 0, 1, 1])


@pytest.mark.parametrize("number", [NAN, INF])
def test_a_broken_gradient_spoils_its_own_region_alone(number):
    x = leaf(image())
    out = F.avg_pool2d(x, 2)
    g = np.ones(out.shape)
    g[0, 0, 1, 1] = number
    out.backward(g)
    broken = ~np.isfinite(x.grad[0, 0])
    assert broken.sum() == 4
    assert broken[2:4, 2:4].all()
    assert (x.grad[0, 0][~broken] == 0.25).all()


def test_a_broken_pixel_spoils_only_the_weights_that_meet_it():
    x = image()
    x[0, 0, 2, 5] = NAN  # in the last column: only the last column of the kernel reaches it
    w = leaf(np.ones((1, 1, 3, 3)))
    out = F.conv2d(Tensor(x), w)
    out.backward(np.ones(out.shape))
    broken = np.isnan(w.grad[0, 0])
    assert broken[:, 2].all()
    assert not broken[:, :2].any()


def test_a_region_of_minus_infinities_sends_its_gradient_into_the_image():
    x = leaf(np.full((1, 1, 2, 2), -INF))
    out = F.max_pool2d(x, 2, 1, 1)
    out.sum().backward()
    assert x.grad.sum() == out.data.size


def test_a_nan_is_the_largest_of_its_region_and_gets_the_gradient():
    x = leaf([[[[1, NAN], [2, 3]]]])
    out = F.max_pool2d(x, 2)
    assert np.isnan(out.data).all()
    out.sum().backward()
    assert x.grad.tolist() == [[[[0, 1], [0, 0]]]]


# -- decisions -------------------------------------------------------------------------------


def test_no_decision_from_what_is_no_number():
    with pytest.raises(ValueError, match="sample needs logits that are numbers"):
        nn.models.sampling.sample(np.array([[0.0, NAN]]))
    with pytest.raises(ValueError, match="accuracy got outputs that are NaN"):
        nn.accuracy([[0.0, NAN]], [0])
    with pytest.raises(ValueError, match="accuracy of an empty batch is not defined"):
        nn.accuracy(np.zeros((0, 2)), np.zeros(0, int))
