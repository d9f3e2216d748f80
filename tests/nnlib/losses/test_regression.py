"""Losses of numbers: the guide's formulas."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(5)


LOGITS = RNG.standard_normal((6, 4)) * 2


REDUCTIONS = ("mean", "sum", "none")


def reduced(losses, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](losses)


@pytest.mark.equation(18)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_squared_error_is_the_formula(reduction):
    """Without a factor ½, averaged over every element."""
    y = RNG.standard_normal(LOGITS.shape)
    loss = F.mse_loss(LOGITS, y, reduction)
    np.testing.assert_allclose(loss.data, reduced((LOGITS - y) ** 2, reduction), rtol=1e-14)
    x = Tensor([3.0], requires_grad=True)
    F.mse_loss(x, [1.0]).backward()
    assert x.grad.tolist() == [4.0]  # 2(ŷ - y)


@pytest.mark.equation(19)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_absolute_error_is_the_formula(reduction):
    y = RNG.standard_normal(LOGITS.shape)
    loss = F.l1_loss(LOGITS, y, reduction)
    np.testing.assert_allclose(loss.data, reduced(np.abs(LOGITS - y), reduction), rtol=1e-14)
    x = Tensor([3.0, -2.0, 1.0], requires_grad=True)
    F.l1_loss(x, [1.0, 1.0, 1.0], "sum").backward()
    assert x.grad.tolist() == [1, -1, 0]  # at 0 it has no slope; PyTorch takes 0


@pytest.mark.equation(20)
@given(st.floats(-9, 9), st.floats(0.1, 5))
def test_huber_is_the_formula(error, delta):
    x = Tensor([error], requires_grad=True)
    loss = F.huber_loss(x, [0.0], delta=delta)
    a = abs(error)
    assert loss.item() == pytest.approx(
        error * error / 2 if a <= delta else delta * a - delta**2 / 2, rel=1e-12, abs=1e-15
    )
    loss.backward()
    assert x.grad[0] == (error if a <= delta else np.copysign(delta, error))
    smooth = F.smooth_l1_loss([error], [0.0], beta=delta)
    assert smooth.item() == pytest.approx(loss.item() / delta)


@pytest.mark.equation(18)
@pytest.mark.equation(19)
@pytest.mark.equation(20)
def test_huber_lies_between_half_the_square_and_the_absolute_error():
    """It becomes ½ of Eq. (18), not (18), as δ grows; over δ, it becomes (19) as δ shrinks."""
    y = np.zeros_like(LOGITS)
    half = F.mse_loss(LOGITS, y).item() / 2
    assert F.huber_loss(LOGITS, y, delta=1e6).item() == pytest.approx(half)
    absolute = F.l1_loss(LOGITS, y).item()
    assert F.huber_loss(LOGITS, y, delta=1e-9).item() / 1e-9 == pytest.approx(absolute)
    assert F.smooth_l1_loss(LOGITS, y, beta=1e-9).item() == pytest.approx(absolute)
