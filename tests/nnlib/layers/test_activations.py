"""Activation functions: values, slopes, and what happens far from zero."""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

ELEMENTWISE = {
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "relu": F.relu,
    "leaky_relu": F.leaky_relu,
    "elu": F.elu,
    "selu": F.selu,
    "silu": F.silu,
    "gelu": F.gelu,
    "gelu tanh": lambda z: F.gelu(z, approximate="tanh"),
    "softplus": F.softplus,
    "logsigmoid": F.logsigmoid,
}
ALL = ELEMENTWISE | {"softmax": F.softmax, "log_softmax": F.log_softmax}
MODULES = {
    "sigmoid": nn.Sigmoid(),
    "tanh": nn.Tanh(),
    "relu": nn.ReLU(),
    "leaky_relu": nn.LeakyReLU(),
    "elu": nn.ELU(),
    "selu": nn.SELU(),
    "silu": nn.SiLU(),
    "gelu": nn.GELU(),
    "gelu tanh": nn.GELU("tanh"),
    "softplus": nn.Softplus(),
    "logsigmoid": nn.LogSigmoid(),
    "softmax": nn.Softmax(),
    "log_softmax": nn.LogSoftmax(),
}


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
    with pytest.raises(TypeError, match=f"{name.split()[0]} needs float32 or float64, got int"):
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
    for module in (nn.LogSoftmax(0), nn.LogSoftmax(dim=0)):
        np.testing.assert_allclose(np.exp(module(z).data).sum(0), 1)


def value_and_slope(function, z):
    x = Tensor(np.array([z]), requires_grad=True)
    a = function(x)
    a.backward()
    return a.item(), x.grad.item()


def near(x):
    """Within a few units of the last place of a number around 1."""
    return pytest.approx(x, rel=1e-13, abs=1e-15)


@pytest.mark.equation(9)
@given(st.floats(-50, 50), st.floats(0, 2))
def test_leaky_relu_value_and_slope(z, alpha):
    value, slope = value_and_slope(lambda x: F.leaky_relu(x, alpha), z)
    assert value == (z if z > 0 else alpha * z)
    assert slope == (1 if z > 0 else alpha)


@pytest.mark.equation(10)
@given(st.floats(-50, 50), st.floats(0.1, 3))
def test_elu_value_and_slope(z, alpha):
    value, slope = value_and_slope(lambda x: F.elu(x, alpha), z)
    assert value == pytest.approx(z if z > 0 else alpha * math.expm1(z), rel=2e-15)
    assert slope == near(1 if z > 0 else alpha * math.exp(z))


@given(st.floats(-50, 50))
def test_selu_is_a_scaled_elu(z):
    value, slope = value_and_slope(F.selu, z)
    alpha, scale = 1.6732632423543772, 1.0507009873554805
    assert value == near(scale * (z if z > 0 else alpha * math.expm1(z)))
    assert slope == near(scale * (1 if z > 0 else alpha * math.exp(z)))


def test_selu_keeps_mean_and_variance():
    """Of normal numbers, by the trapezoidal rule: the fixed point of Klambauer et al."""
    z, dz = np.linspace(-12, 12, 200_001, retstep=True)
    weight = np.exp(-z * z / 2) / math.sqrt(2 * math.pi) * dz
    a = F.selu(z).data
    assert (weight * a).sum() == pytest.approx(0, abs=1e-8)
    assert (weight * a * a).sum() == pytest.approx(1, abs=1e-8)


@pytest.mark.equation(11)
@given(st.floats(-30, 30))
def test_silu_value_and_slope(z):
    value, slope = value_and_slope(F.silu, z)
    s = 1 / (1 + math.exp(-z))
    assert value == pytest.approx(z * s, rel=1e-13, abs=1e-14)
    assert slope == pytest.approx(s + z * s * (1 - s), rel=1e-12, abs=1e-14)


@pytest.mark.equation(12)
@given(st.floats(-30, 30))
def test_gelu_value_and_slope(z):
    value, slope = value_and_slope(F.gelu, z)
    normal = math.erfc(-z / math.sqrt(2)) / 2
    assert value == pytest.approx(z * normal, rel=1e-13, abs=1e-15 * (1 + abs(z)))
    density = math.exp(-z * z / 2) / math.sqrt(2 * math.pi)
    assert slope == pytest.approx(normal + z * density, rel=1e-13, abs=1e-15)


@pytest.mark.equation(12)
@given(st.floats(-30, 30))
def test_gelu_tanh_value_and_slope(z):
    value, slope = value_and_slope(lambda x: F.gelu(x, "tanh"), z)
    c = math.sqrt(2 / math.pi)
    t = math.tanh(c * (z + 0.044715 * z**3))
    assert value == pytest.approx(z * (1 + t) / 2, rel=1e-13, abs=1e-15 * (1 + abs(z)))
    expected = (1 + t) / 2 + z / 2 * (1 - t * t) * c * (1 + 3 * 0.044715 * z * z)
    assert slope == pytest.approx(expected, rel=1e-12, abs=1e-13)


@pytest.mark.equation(12)
def test_gelu_forms_differ_by_little():
    """By 4.7e-4 at most, near |z| = 2.7: more than float32 would round."""
    z = np.linspace(-8, 8, 160_001)
    apart = np.abs(F.gelu(z).data - F.gelu(z, approximate="tanh").data)
    assert 4.7e-4 < apart.max() < 4.8e-4
    assert abs(z[apart.argmax()]) == pytest.approx(2.7, abs=0.01)


@given(st.floats(-40, 40), st.floats(0.1, 5))
def test_softplus_value_and_slope(z, beta):
    value, slope = value_and_slope(lambda x: F.softplus(x, beta), z)
    if beta * z > 20:
        assert (value, slope) == (z, 1)
    else:
        assert value == pytest.approx(math.log1p(math.exp(beta * z)) / beta, rel=1e-13)
        assert slope == pytest.approx(1 / (1 + math.exp(-beta * z)), rel=1e-13)


@given(st.floats(-40, 40))
def test_logsigmoid_value_and_slope(z):
    value, slope = value_and_slope(F.logsigmoid, z)
    assert value == pytest.approx(-math.log1p(math.exp(-z)), rel=1e-13)
    assert slope == pytest.approx(1 / (1 + math.exp(z)), rel=1e-13)


@given(
    st.sampled_from(sorted(ELEMENTWISE)),
    st.lists(st.integers(0, 4), max_size=3).map(tuple),
    st.sampled_from([np.float32, np.float64]),
    st.booleans(),
)
def test_any_shape_and_order(name, shape, dtype, turned):
    """Each number is treated alone, however the array lies in memory; the input stays."""
    z = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    z = z.T if turned else z
    before = z.copy()
    x = Tensor(z, requires_grad=True)
    out = ELEMENTWISE[name](x)
    assert out.shape == z.shape
    assert out.dtype == dtype
    out.backward(np.full(z.shape, 2, dtype))
    assert x.grad.shape == z.shape
    assert np.array_equal(z, before)
    for i in np.ndindex(z.shape):
        one = Tensor(np.array(z[i]), requires_grad=True)
        alone = ELEMENTWISE[name](one)
        alone.backward(np.asarray(2, dtype))
        # Vectors and single numbers go different ways through NumPy: the last digits may differ.
        close = {"rtol": 1e-6, "atol": 1e-6} if dtype == np.float32 else {"atol": 1e-14}
        np.testing.assert_allclose(out.data[i], alone.data, **close)
        np.testing.assert_allclose(x.grad[i], one.grad, **close)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_pieces_and_modes_do_not_show(name, monkeypatch):
    """Cutting the array changes nothing, nor does it matter whether a gradient is wanted."""
    z = np.random.default_rng(0).standard_normal((5, 16))
    v = np.random.default_rng(1).standard_normal((5, 16))

    def run():
        x = Tensor(z, requires_grad=True)
        out = ELEMENTWISE[name](x)
        out.backward(v)
        out.backward(v)  # a second time: nothing that is kept may have changed
        return out.data, x.grad

    whole = run()
    monkeypatch.setattr("nnlib.layers.activations.BLOCK", 16)
    for a, b in zip(run(), whole, strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-13)
    with nn.no_grad():
        unrecorded = ELEMENTWISE[name](Tensor(z, requires_grad=True))
    assert np.array_equal(unrecorded.data, run()[0])
    assert not unrecorded.requires_grad


EXTREMES = {  # at -1e4, -100, -0.0, 0.0, 100, 1e4: values and slopes
    "relu": ([0, 0, 0, 0, 100, 1e4], [0, 0, 0, 0, 1, 1]),
    "leaky_relu": ([-100, -1, 0, 0, 100, 1e4], [0.01, 0.01, 0.01, 0.01, 1, 1]),
    "elu": ([-1, -1, 0, 0, 100, 1e4], [0, 0, 1, 1, 1, 1]),
    "silu": ([0, 0, 0, 0, 100, 1e4], [0, 0, 0.5, 0.5, 1, 1]),
    "gelu": ([0, 0, 0, 0, 100, 1e4], [0, 0, 0.5, 0.5, 1, 1]),
    "gelu tanh": ([0, 0, 0, 0, 100, 1e4], [0, 0, 0.5, 0.5, 1, 1]),
    "softplus": ([0, 0, math.log(2), math.log(2), 100, 1e4], [0, 0, 0.5, 0.5, 1, 1]),
    "logsigmoid": ([-1e4, -100, -math.log(2), -math.log(2), 0, 0], [1, 1, 0.5, 0.5, 0, 0]),
}


@pytest.mark.parametrize("name", EXTREMES)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_rectifiers_far_from_zero_and_at_it(name, dtype):
    """PyTorch's values; an overflow would warn, and warnings are errors here."""
    x = Tensor(np.array([-1e4, -100, -0.0, 0.0, 100, 1e4], dtype), requires_grad=True)
    a = ELEMENTWISE[name](x)
    a.sum().backward()
    values, slopes = EXTREMES[name]
    close = {"rtol": np.finfo(dtype).eps, "atol": 1e-40}
    np.testing.assert_allclose(a.data, np.array(values, dtype), **close)
    np.testing.assert_allclose(x.grad, np.array(slopes, dtype), **close)


@pytest.mark.equation(23)
def test_masked_logits():
    """Logits of -inf get probability 0, and no gradient goes through them."""
    z = Tensor(np.array([[1.0, -np.inf, 2.0], [-np.inf, 0.0, -np.inf]]), requires_grad=True)
    p, log_p = F.softmax(z), F.log_softmax(z)
    assert p.data[1].tolist() == [0, 1, 0]
    assert log_p.data[1].tolist() == [-np.inf, 0, -np.inf]
    np.testing.assert_allclose(p.data[0, [0, 2]], F.softmax([1.0, 2.0]).data)
    (p * p).sum().backward()
    log_p[0, 0].backward()
    assert np.isfinite(z.grad).all()
    assert z.grad[0, 1] == 0
    assert F.softmax(np.ones((0, 3))).shape == (0, 3)


@pytest.mark.parametrize("name", ELEMENTWISE)
def test_not_a_number_and_infinity(name):
    with np.errstate(invalid="ignore"):  # -inf times 0 is what PyTorch computes too
        a = ELEMENTWISE[name](np.array([np.nan, np.inf, -np.inf])).data
    assert np.isnan(a[0])
    high = {"sigmoid": 1, "tanh": 1, "logsigmoid": 0}.get(name, np.inf)
    assert a[1] == high
    low = {"tanh": -1, "elu": -1, "selu": -1.0507009873554805 * 1.6732632423543772}
    low |= {"leaky_relu": -np.inf, "logsigmoid": -np.inf}
    if name in ("silu", "gelu", "gelu tanh"):
        assert np.isnan(a[2])
    else:
        assert a[2] == pytest.approx(low.get(name, 0))


def test_options_reach_the_functions():
    z = np.linspace(-3, 3, 7)
    for module, expected in [
        (nn.LeakyReLU(0.3), F.leaky_relu(z, negative_slope=0.3)),
        (nn.ELU(0.5), F.elu(z, alpha=0.5)),
        (nn.GELU(approximate="tanh"), F.gelu(z, approximate="tanh")),
        (nn.Softplus(2, 3), F.softplus(z, beta=2, threshold=3)),
    ]:
        assert np.array_equal(module(z).data, expected.data)
    assert F.softplus(z, 2, 3).data[-1] == 3
    assert F.softplus(z, 2, 30).data[-1] > 3


@pytest.mark.parametrize(
    ("module", "text"),
    [
        (nn.LeakyReLU(), "LeakyReLU(negative_slope=0.01)"),
        (nn.ELU(), "ELU(alpha=1.0)"),
        (nn.SELU(), "SELU()"),
        (nn.GELU(), "GELU(approximate='none')"),
        (nn.Softplus(), "Softplus(beta=1.0, threshold=20.0)"),
    ],
)
def test_shown_as_pytorch_shows_it(module, text):
    assert repr(module) == text


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.gelu([1.0], "erf"), "approximate must be one of 'none', 'tanh', got 'erf'"),
        (lambda: nn.GELU(None), "approximate must be one of 'none', 'tanh', got None"),
        (lambda: F.softplus([1.0], 0), "softplus: beta must lie in .0, inf., got 0"),
        (lambda: nn.Softplus(-1.0), "softplus: beta must lie in .0, inf., got -1"),
        (lambda: F.softmax(np.ones((2, 3)), 2), r"softmax: axis 2 does not exist.*\(2, 3\)"),
        (lambda: F.log_softmax(np.ones((2, 3)), dim=-3), r"log_softmax: axis -3 does not exist"),
    ],
)
def test_refuses_unknown_options(call, message):
    with pytest.raises(ValueError, match=message):
        call()
