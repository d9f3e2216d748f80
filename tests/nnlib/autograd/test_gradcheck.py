"""The check itself: it fails where a gradient is wrong, and says where."""

import numpy as np
import pytest

import nnlib.functional as F
from nnlib.autograd.gradcheck import gradcheck, numerical_gradient
from nnlib.autograd.tensor import Tensor, record

X = np.random.default_rng(0).standard_normal((2, 3))


def wrong(slope):
    """A product by 3 whose backward multiplies by something else."""
    return lambda x: record("wrong", x.data * 3, (x,), lambda g: (g * slope,))


@pytest.mark.equation(25)
def test_right_gradients_pass_and_the_largest_error_is_returned():
    assert 0 < gradcheck(lambda x: (x * x).exp(), [X]) < 1e-7
    assert gradcheck(wrong(3), [X]) < 1e-8


def test_wrong_gradients_fail_at_the_place():
    with pytest.raises(AssertionError, match=r"input 0 at \(0, 0\).*\(6 of 6 elements disagree\)"):
        gradcheck(wrong(2.9), [X])
    slope = np.full((2, 3), 3.0)
    slope[1, 2] = 3.001
    with pytest.raises(AssertionError, match=r"input 0 at \(1, 2\).*\(1 of 6"):
        gradcheck(wrong(slope), [X])
    with pytest.raises(AssertionError, match=r"input 1 at \(0, 0\)"):
        gradcheck(lambda a, b: a + wrong(4)(b), [X, X])


def test_message_holds_both_values():
    with pytest.raises(AssertionError) as failure:
        gradcheck(lambda x: wrong(2)(x), [np.array([1.0])])
    words = str(failure.value).split()
    v = np.random.default_rng(0).standard_normal(1)[0]
    assert float(words[words.index("says") + 1].rstrip(",")) == pytest.approx(2 * v)
    assert float(words[words.index("say") + 1]) == pytest.approx(3 * v)


def test_a_gradient_that_is_not_a_number_fails():
    with pytest.raises(AssertionError, match="backward says nan"):
        gradcheck(wrong(np.nan), [X])


def test_an_input_that_gets_no_gradient_fails():
    with pytest.raises(AssertionError, match="input 1 at"):
        gradcheck(lambda a, b: a * b.detach(), [X, X])
    assert gradcheck(lambda a, b: a * 2.0, [X, X]) < 1e-8  # unless it has no influence


def test_a_cotangent_of_ones_would_prove_nothing():
    """Softmax's outputs add up to 1, so any gradient that sums to 0 passes a check with ones."""

    def softmax_with_wrong_gradient(z):
        e = np.exp(z.data)
        p = e / e.sum(-1, keepdims=True)
        # The right one is p * (g - (g * p).sum()); this one is half of it.
        return record("wrong", p, (z,), lambda g: (0.5 * p * (g - (g * p).sum(-1, keepdims=True)),))

    z = Tensor(X.copy(), requires_grad=True)
    softmax_with_wrong_gradient(z).backward(np.ones((2, 3)))
    with_ones = numerical_gradient(lambda: F.softmax(z).data.sum(), z.data)
    np.testing.assert_allclose(z.grad, with_ones, atol=1e-8)  # ones see no difference
    with pytest.raises(AssertionError, match="input 0"):
        gradcheck(softmax_with_wrong_gradient, [X])


def test_another_type_or_shape_of_gradient_fails():
    with pytest.raises(AssertionError, match="its gradient float32 of shape"):
        gradcheck(lambda x: record("wrong", x.data, (x,), lambda g: (g.astype(np.float32),)), [X])


def test_wants_float64():
    with pytest.raises(TypeError, match="needs float64, input 1 is float32"):
        gradcheck(lambda a, b: a, [X, X.astype(np.float32)])
    with pytest.raises(TypeError, match=r"input 0 is int(?:32|64)"):
        gradcheck(lambda a: a, [[1, 2]])


def test_inputs_are_left_alone():
    x = X.copy()
    gradcheck(lambda x: x.tanh(), [x])
    assert np.array_equal(x, X)


def test_numerical_gradient_restores_what_it_moves():
    x = X.copy()
    found = numerical_gradient(lambda: float((x**3).sum()), x)
    np.testing.assert_allclose(found, 3 * X**2, atol=1e-8)
    assert np.array_equal(x, X)
    scalar = np.array(2.0)
    assert numerical_gradient(lambda: float(scalar**2), scalar) == pytest.approx(4)


def test_the_draw_of_the_cotangent_can_be_chosen():
    draws = []

    def spy(x):
        return record("spy", x.data, (x,), lambda g: (draws.append(g.copy()) or g,))

    for rng in (0, 0, 1, np.random.default_rng(1)):
        gradcheck(spy, [X], rng=rng)
    assert np.array_equal(draws[0], draws[1])
    assert not np.array_equal(draws[0], draws[2])
    assert np.array_equal(draws[2], draws[3])
