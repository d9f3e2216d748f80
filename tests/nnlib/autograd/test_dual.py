"""Dual numbers: every rule against finite differences and the complex step; nothing is dropped."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd import dual
from nnlib.autograd.dual import Dual

RNG = np.random.default_rng(0)
COMPLEX = (np.exp, np.log, np.sin, np.cos, np.tan, np.sinh, np.cosh, np.tanh, np.sqrt, np.square)


def positive(*shape):
    return RNG.random(shape) + 0.5


def numbers(*shape):
    return RNG.standard_normal(shape)


def assert_derivative(function, *values, eps=1e-6):
    """Compare the tangent along a random direction with central differences."""
    tangents = [numbers(*v.shape) for v in values]
    out = function(*(Dual(v.copy(), t) for v, t in zip(values, tangents, strict=True)))
    above = function(*(v + eps * t for v, t in zip(values, tangents, strict=True)))
    below = function(*(v - eps * t for v, t in zip(values, tangents, strict=True)))
    np.testing.assert_allclose(out.value, function(*(v.copy() for v in values)), rtol=1e-13)
    expected = (np.asarray(above) - below) / (2 * eps)
    assert out.tangent.shape == np.shape(expected)
    np.testing.assert_allclose(out.tangent, expected, rtol=1e-7, atol=1e-8)


@pytest.mark.parametrize("ufunc", dual.PARTIALS, ids=lambda f: f.__name__)
def test_rules_of_elementwise_functions(ufunc):
    if ufunc.nin == 1:
        assert_derivative(ufunc, positive(3, 4))
        return
    a, b = positive(3, 4), positive(4)
    assert_derivative(ufunc, a, b)
    assert_derivative(lambda x: ufunc(x, b), a)  # a constant on either side
    assert_derivative(lambda x: ufunc(a, x), b)  # and broadcasting


@pytest.mark.parametrize("ufunc", COMPLEX, ids=lambda f: f.__name__)
def test_rules_are_exact_where_the_complex_step_is(ufunc):
    """f(x + ih) = f(x) + ih f'(x) up to h²: no difference is taken, so no digit is lost."""
    x, v = positive(50), numbers(50)
    tangent = ufunc(Dual(x, v)).tangent
    np.testing.assert_allclose(tangent, np.imag(ufunc(x + 1e-200j * v)) / 1e-200, rtol=1e-13)


def test_kinks_and_corners():
    x = Dual([-1.0, 0.0, 2.0], [1.0, 1.0, 1.0])
    assert np.abs(x).tangent.tolist() == [-1, 0, 1]
    assert np.maximum(x, 0.0).tangent.tolist() == [0, 0.5, 1]  # ties share, as in nn.maximum
    assert np.minimum(x, np.zeros(3)).tangent.tolist() == [1, 0.5, 0]
    assert (x**0).tangent.tolist() == [0, 0, 0]
    assert (x**2).tangent.tolist() == [-2, 0, 4]
    assert np.clip(x, -0.5, 2.0).tangent.tolist() == [0, 1, 1]
    y = np.max(Dual([1.0, 3.0, 3.0], [1.0, 2.0, 4.0]))
    assert (y.value, y.tangent) == (3, 3)
    assert np.sign(x).tolist() == [-1, 0, 1]  # flat: a plain array, and no tangent is lost
    assert (x > 0).tolist() == [False, False, True]


A, B = numbers(2, 3, 4), numbers(2, 4, 3)
SHAPES = {
    "matmul": (lambda a, b: a @ b, A, B),
    "matmul with a constant": (lambda a: a @ B, A),
    "vecdot": (lambda a: np.vecdot(a, A), A * 2),
    "einsum": (lambda a, b: np.einsum("nij,njk->ik", a, b), A, B),
    "dot": (lambda a: np.dot(a, np.ones(4)), A),
    "sum": (lambda a: a.sum((0, 2), keepdims=True), A),
    "mean": (lambda a: a.mean(1), A),
    "max": (lambda a: a.max(1, keepdims=True), A),
    "min": (lambda a: np.min(a, (0, 2)), A),
    "max of all": (lambda a: a.max(), A),
    "max from": (lambda a: a.max(-1, initial=-np.inf), A),
    "reduce": (lambda a: np.add.reduce(a, 1), A),
    "reduceat": (lambda a: np.add.reduceat(a, [0, 2], 1), A),
    "cumsum": (lambda a: np.cumsum(a, 1), A),
    "reshape": (lambda a: a.reshape(6, -1).T, A),
    "transpose": (lambda a: a.transpose(2, 0, 1).swapaxes(0, 1), A),
    "expand": (lambda a: np.broadcast_to(np.expand_dims(a, 1), (2, 5, 3, 4)), A),
    "squeeze": (lambda a: a[:1].squeeze(0), A),
    "take": (lambda a: a[..., [0, 0, 3]], A),
    "mask": (lambda a: a[np.arange(24).reshape(2, 3, 4) % 5 == 0], A),
    "where": (lambda a, b: np.where(np.tri(3, 4, dtype=bool), a, b.swapaxes(1, 2)), A, B),
    "concatenate": (lambda a: np.concatenate([a, A, a], 1), A),
    "stack": (lambda a: np.stack([a, A]), A),
    "split": (lambda a: np.split(a, [1], 1)[1] * 2.0, A),
    "pad": (lambda a: np.pad(a, 1, constant_values=3.0), A),
    "power": (lambda a, b: a**b, np.abs(A) + 0.5, numbers(4)),
    "reversed": (lambda a: 2.0 / (1.0 - a[::-1]), A + 9),
    "copy": (lambda a: a.copy().ravel(), A),
}


@pytest.mark.parametrize("name", SHAPES)
def test_rules_of_functions_of_arrays(name):
    function, *values = SHAPES[name]
    assert_derivative(function, *values)


def test_writing():
    def function(x):
        y = np.zeros_like(x, shape=(3, 4))
        y[:2] = x
        y[2] = 7.0
        y += x[0]
        y *= x[1]
        part = y[1:]
        np.tanh(part, out=part)  # a view: the whole is changed
        np.add.at(y, [0, 0, 2], 2.0 * x[0])
        y[y > 0.5] = 0
        np.copyto(y[0], x[0], where=[True, False, True, False])
        return y

    assert_derivative(function, numbers(2, 4))


def test_results_own_their_tangents():
    x = Dual(np.ones(3), np.ones(3))
    for y in (x + 0.0, +x, x * 1.0, x.copy(), np.maximum(x, 0.0)):
        y[...] = 5.0
        assert x.tangent.tolist() == [1, 1, 1]


def test_keeps_float32():
    x = Dual(np.ones(3, np.float32), np.ones(3, np.float32))
    for y in (np.exp(x) * 2, x**2, x / 3, x.mean(), np.maximum(x, 0), x.max(), x.sum(), -x, abs(x)):
        assert y.dtype == y.tangent.dtype == np.float32
    assert x.astype(np.float64).tangent.dtype == np.float64


@pytest.mark.parametrize(
    ("what", "message"),
    [
        (lambda x: np.arctan2(x, x), r"no rule for the derivative of np\.arctan2"),
        (lambda x: np.nanprod(x), r"np\.nanprod"),
        (lambda x: np.linalg.inv(x), r"np\.inv"),
        (lambda x: np.multiply.accumulate(x), r"np\.multiply\.accumulate"),
        (lambda x: np.exp(x, where=True), r"np\.exp with where"),
        (lambda x: np.clip(np.ones(2), x, 1.0), "in its bounds|in a keyword|np.clip"),
        (lambda x: np.asarray(x), "cannot be stored in a plain array"),
        (lambda x: np.zeros((2, 2)).__setitem__(0, x[0]), "cannot be stored in a plain array"),
        (lambda x: np.add(np.zeros((2, 2)), x, out=np.zeros((2, 2))), "np.add .* plain array"),
        (lambda x: np.copyto(np.zeros((2, 2)), x), "np.copyto of a Dual into a plain array"),
        (lambda x: x[0, 0].item(), "would lose the tangent"),
        (lambda x: float(x[0, 0]), "Dual"),
        (lambda x: x.astype(int), "would lose its tangent"),
        (lambda x: nn.Tensor(x), "cannot be stored in a plain array"),
        (lambda x: Dual(x, x), "cannot hold another"),
    ],
)
def test_refuses_what_would_drop_the_tangent(what, message):
    with pytest.raises(TypeError, match=message):
        what(Dual(np.ones((2, 2)), np.ones((2, 2))))


def test_in_place_on_a_constant_is_refused():
    y = np.ones(2)
    with pytest.raises(TypeError, match=r"np\.add with a Dual cannot write into a plain array"):
        y += Dual(np.ones(2), np.ones(2))


def test_refuses_parts_that_do_not_fit():
    with pytest.raises(TypeError, match=r"got int\d\d and int\d\d"):
        Dual([1, 2], [1, 0])
    with pytest.raises(TypeError, match="got float64 and float32"):
        Dual(np.ones(2), np.ones(2, np.float32))
    with pytest.raises(ValueError, match=r"value has shape \(2,\), tangent \(1,\)"):
        Dual(np.ones(2), np.ones(1))


def test_words():
    assert repr(Dual([1.0], [2.0])) == "Dual(array([1.]), tangent=array([2.]))"
    assert len(Dual(np.ones(3), np.ones(3))) == 3
    assert [float(x.value) for x in Dual([1.0, 2.0], [0.0, 0.0])] == [1, 2]


def test_a_tensor_of_duals_goes_forward_and_backward():
    """x³: gradient 3x², and in its tangent 6x."""
    x = nn.func._wrapped(Dual(np.array([2.0, 3.0]), np.ones(2)))
    x.requires_grad = True
    y = (x * x * x).sum()
    y.backward()
    assert y.data.value == 35
    assert x.grad.value.tolist() == [12, 27]
    assert x.grad.tangent.tolist() == [12, 18]


def test_like_finds_the_dual():
    a, d = np.ones(2), Dual(np.ones(2), np.ones(2))
    assert dual.like(a, None, d) is d
    assert dual.like(None, a) is a


def test_relu_forward_and_backward_agree_off_the_kink():
    x = numbers(20)
    forward = nn.func.jvp(F.relu, (x,), (np.ones(20),))[1]
    assert np.array_equal(forward.data, (x > 0).astype(float))
