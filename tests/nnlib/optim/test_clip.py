"""Clipping of gradients: what it keeps, and what it refuses."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
from nnlib import optim
from nnlib.layers.module import Parameter


def parameters(*gradients, dtype=np.float64):
    found = []
    for g in gradients:
        p = Parameter(np.zeros(np.shape(g), dtype))
        p.grad = np.array(g, dtype)
        found.append(p)
    return found


def test_norm_is_that_of_all_and_the_direction_stays():
    params = parameters([3.0, 0.0], [[4.0]], 0.0)
    params.append(Parameter(np.zeros(2)))  # no gradient
    arrays = [p.grad for p in params[:3]]
    assert optim.clip_grad_norm_(params, 1.0) == 5
    np.testing.assert_allclose(params[0].grad, [0.6, 0], rtol=1e-6)
    np.testing.assert_allclose(params[1].grad, [[0.8]], rtol=1e-6)
    assert all(p.grad is a for p, a in zip(params, arrays, strict=False))
    assert params[3].grad is None


def test_small_gradients_stay_as_they_are():
    params = parameters([0.3, -0.4])
    assert optim.clip_grad_norm_(iter(params), 1.0) == pytest.approx(0.5)
    assert params[0].grad.tolist() == [0.3, -0.4]
    assert optim.clip_grad_norm_([], 1.0) == 0
    assert optim.clip_grad_norm_(Parameter(np.zeros(2)), 1.0) == 0


@given(
    st.lists(st.floats(-1e3, 1e3), min_size=1, max_size=6),
    st.floats(0.1, 1e4),
    st.sampled_from([1, 1.5, 2, 3, np.inf]),
)
def test_never_above_the_bound(numbers, bound, p):
    params = parameters(numbers)
    norm = optim.clip_grad_norm_(params, bound, p)
    assert norm == pytest.approx(np.linalg.norm(numbers, p), rel=1e-9, abs=1e-12)
    assert np.linalg.norm(params[0].grad, p) <= bound * (1 + 1e-9)


@pytest.mark.parametrize("p", [1, 2, 3, np.inf])
def test_numbers_whose_squares_leave_the_range(p):
    for size in (1e25, 1e-30):
        (q,) = parameters([size, -size], dtype=np.float32)
        expected = size * 2 ** (1 / p)
        assert optim.clip_grad_norm_([q], size / 2, p) == pytest.approx(expected, rel=1e-5)
        assert q.grad.dtype == np.float32


def test_what_is_not_finite():
    for bad in (np.nan, np.inf):
        params = parameters([1.0], [2.0, bad])
        with pytest.raises(FloatingPointError, match="the first that is not finite: parameter 1"):
            optim.clip_grad_norm_(params, 1.0, error_if_nonfinite=True)
        assert params[0].grad.tolist() == [1]
        assert not np.isfinite(optim.clip_grad_norm_(params, 1.0, np.inf))
    params = parameters([1.0], [np.nan])
    assert np.isnan(optim.clip_grad_norm_(params, 1.0))
    assert np.isnan(params[0].grad).all()  # as in PyTorch


def test_by_value():
    params = parameters([3.0, -0.2, -7.0], [[0.5]])
    optim.clip_grad_value_(params, 0.5)
    assert params[0].grad.tolist() == [0.5, -0.2, -0.5]
    assert params[1].grad.tolist() == [[0.5]]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda p: optim.clip_grad_norm_(p, -1), "max_norm must lie in .0, inf., got -1"),
        (lambda p: optim.clip_grad_norm_(p, np.nan), "max_norm must lie in .0, inf., got nan"),
        (lambda p: optim.clip_grad_norm_(p, 1, 0), "norm_type must lie in .0, inf., got 0"),
        (lambda p: optim.clip_grad_value_(p, -1), "clip_value must lie in .0, inf., got -1"),
    ],
)
def test_refuses_bad_bounds(call, message):
    params = parameters([1.0])
    with pytest.raises(ValueError, match=message):
        call(params)
    assert params[0].grad.tolist() == [1]


def test_names():
    assert nn.clip_grad_norm_ is optim.clip_grad_norm_
    assert nn.clip_grad_value_ is optim.clip_grad_value_
