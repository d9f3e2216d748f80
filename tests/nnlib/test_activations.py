"""Activation functions: values, slopes, and what happens far from zero."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.tensor import Tensor

ELEMENTWISE = {"sigmoid": F.sigmoid, "tanh": F.tanh, "relu": F.relu}
ALL = ELEMENTWISE | {"softmax": F.softmax, "log_softmax": F.log_softmax}
MODULES = {"sigmoid": nn.Sigmoid(), "tanh": nn.Tanh(), "relu": nn.ReLU(), "softmax": nn.Softmax()}


@pytest.mark.equation(6)
@given(st.floats(-30, 30))
def test_sigmoid_value_and_slope(z):
    x = Tensor([z], requires_grad=True)
    a = F.sigmoid(x)
    exact = 1 / (1 + math.exp(-z))
    # From tanh the absolute error is that of a number near 1; small values lose relative digits.
    assert a.item() == pytest.approx(exact, rel=1e-12, abs=2e-16)
    a.backward()
    assert x.grad[0] == pytest.approx(exact * (1 - exact), rel=1e-6, abs=3e-16)


@pytest.mark.equation(7)
@given(st.floats(-15, 15))
def test_tanh_value_and_slope(z):
    x = Tensor([z], requires_grad=True)
    a = F.tanh(x)
    exact = (math.exp(z) - math.exp(-z)) / (math.exp(z) + math.exp(-z))
    assert a.item() == pytest.approx(exact, rel=1e-12, abs=1e-15)
    a.backward()
    assert x.grad[0] == pytest.approx(1 - exact**2, rel=1e-6, abs=1e-14)


@pytest.mark.equation(8)
@pytest.mark.equation(70)
def test_relu_value_and_slope():
    x = Tensor([-2.0, -0.0, 0.0, 1e-300, 3.0], requires_grad=True)
    a = F.relu(x)
    assert a.data.tolist() == [0, 0, 0, 1e-300, 3]
    a.backward(np.full(5, 7.0))
    assert x.grad.tolist() == [0, 0, 0, 7, 7]  # the slope at 0 is 0, as in PyTorch


@pytest.mark.equation(23)
@given(st.data())
def test_softmax_is_the_formula(data):
    shape = tuple(data.draw(st.lists(st.integers(1, 4), min_size=1, max_size=3)))
    axis = data.draw(st.integers(-len(shape), len(shape) - 1))
    z = np.random.default_rng(data.draw(st.integers(0, 99))).standard_normal(shape) * 3
    p = F.softmax(Tensor(z), axis).data
    np.testing.assert_allclose(p, np.exp(z) / np.exp(z).sum(axis, keepdims=True), rtol=1e-13)
    np.testing.assert_allclose(p.sum(axis), 1, rtol=1e-14)
    np.testing.assert_allclose(F.log_softmax(Tensor(z), axis).data, np.log(p), atol=1e-13)
    shifted = F.softmax(Tensor(z + 5.0), axis).data
    np.testing.assert_allclose(shifted, p, rtol=1e-12)


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("shape", [(4,), (3, 4), (2, 3, 4)])
def test_gradients(name, shape):
    """Between two other operations: neither the first nor the last in line."""
    x = np.random.default_rng(1).standard_normal(shape)
    nn.gradcheck(lambda x: ALL[name](x * 1.5) * 2.0, [x])
    nn.gradcheck(lambda x: ALL[name](x.tanh()).exp(), [x])


@pytest.mark.parametrize("name", ["softmax", "log_softmax"])
@pytest.mark.parametrize("axis", [0, 1, 2, -2])
def test_gradients_along_every_axis(name, axis):
    x = np.random.default_rng(2).standard_normal((2, 3, 4))
    nn.gradcheck(lambda x: ALL[name](x * 2.0, axis), [x])
    nn.gradcheck(lambda x: ALL[name](x, dim=axis), [x])


@pytest.mark.parametrize("name", ALL)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(name, dtype):
    x = Tensor(np.linspace(-2, 2, 6, dtype=dtype).reshape(2, 3), requires_grad=True)
    out = ALL[name](x)
    (out * out).sum().backward()
    assert out.dtype == x.grad.dtype == dtype


@pytest.mark.parametrize("name", ALL)
def test_whole_numbers_are_refused(name):
    with pytest.raises(TypeError, match=f"{name} needs float32 or float64, got int64"):
        ALL[name]([1, 2, 3])


@pytest.mark.parametrize("name", MODULES)
def test_module_is_the_function(name):
    x = Tensor(np.random.default_rng(0).standard_normal((2, 3)))
    assert np.array_equal(MODULES[name](x).data, ALL[name](x).data)
    assert list(MODULES[name].parameters()) == []


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_far_from_zero_nothing_overflows(dtype):
    """Warnings are errors here, so an overflow inside would show."""
    x = Tensor(np.array([-1e4, -100, 0, 100, 1e4], dtype), requires_grad=True)
    a = F.sigmoid(x)
    assert a.data.tolist() == [0, 0, 0.5, 1, 1]
    a.sum().backward()
    assert x.grad.tolist() == [0, 0, 0.25, 0, 0]
    z = Tensor(np.array([[1e4, -1e4, 0]], dtype), requires_grad=True)
    p = F.softmax(z)
    assert p.data.tolist() == [[1, 0, 0]]
    log_p = F.log_softmax(z)
    assert log_p.data.tolist() == [[0, -2e4, -1e4]]
    (p + log_p).sum().backward()
    assert np.isfinite(z.grad).all()


def test_softmax_along_the_first_axis_as_module():
    z = Tensor(np.random.default_rng(0).standard_normal((2, 3)))
    for module in (nn.Softmax(0), nn.Softmax(dim=0)):
        np.testing.assert_allclose(module(z).data.sum(0), 1)
