"""The error function beside math.erf: everywhere, at the joins, in the tails, and what is refused.

math.erf itself is right to about one unit in the last place.
"""

import math

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from hypothesis.extra.numpy import array_shapes

from nnlib.autograd import special
from nnlib.autograd.special import erf

DTYPES = [np.float32, np.float64]


def exact(x):
    return np.array([math.erf(v) for v in x.ravel().tolist()]).reshape(x.shape)


def units_off(x):
    """Largest error in units of the last place of the exact value."""
    truth = exact(x)
    return float(
        (np.abs(erf(x).astype(float) - truth) / np.spacing(np.abs(x.dtype.type(truth)))).max()
    )


@pytest.mark.equation(12)
@pytest.mark.parametrize("dtype", DTYPES)
def test_right_to_two_units_everywhere(dtype):
    rng = np.random.default_rng(0)
    tiny = np.finfo(dtype).tiny
    for x in (
        np.linspace(-7, 7, 40_001),
        np.linspace(0.99, 1.01, 5_001),  # where the two forms meet
        np.linspace(3.9, 4.1, 1_001),  # where float32 becomes 1
        np.linspace(5.8, 6.1, 1_001),  # where float64 does
        rng.standard_normal(20_000) * 2,
        np.exp(rng.uniform(math.log(tiny) + 3, 2, 20_000)),
    ):
        assert units_off(x.astype(dtype)) <= (4 if dtype is np.float32 else 2)


@pytest.mark.parametrize("dtype", DTYPES)
def test_the_ends_of_the_line(dtype):
    info = np.finfo(dtype)
    x = np.array([0.0, -0.0, np.inf, -np.inf, info.max, info.min, 30, -30, np.nan], dtype)
    y = erf(x)
    assert y[:-1].tolist() == [0, 0, 1, -1, 1, -1, 1, -1]
    assert np.signbit(y[:2]).tolist() == [False, True]
    assert np.isnan(y[-1])
    subnormal = np.array([1, 2, 7, 1000], dtype) * info.smallest_subnormal
    assert np.abs(erf(subnormal) - subnormal * dtype(2 / math.sqrt(math.pi))).max() <= (
        info.smallest_subnormal
    )


@pytest.mark.parametrize("dtype", DTYPES)
def test_odd_and_growing(dtype):
    x = np.linspace(-5, 5, 20_001).astype(dtype)
    y = erf(x)
    assert np.array_equal(y, -erf(-x))
    assert np.diff(y).min() >= -2 * np.finfo(dtype).eps
    assert np.abs(y).max() <= 1


@given(array_shapes(min_dims=0, max_dims=4, max_side=4), st.sampled_from(DTYPES), st.booleans())
def test_any_shape_and_order(shape, dtype, turned):
    x = np.random.default_rng(0).standard_normal(shape).astype(dtype)
    x = x.T if turned else x
    before = x.copy()
    y = erf(x)
    assert y.shape == x.shape
    assert y.dtype == dtype
    assert isinstance(y, np.ndarray)
    assert np.array_equal(x, before)
    np.testing.assert_allclose(y, exact(x), rtol=2 * np.finfo(dtype).eps)


def test_pieces_do_not_show(monkeypatch):
    x = np.random.default_rng(0).standard_normal((7, 11)) * 2
    whole = erf(x)
    monkeypatch.setattr(special, "BLOCK", 10)
    assert np.array_equal(erf(x), whole)
    assert erf(np.ones((0, 3))).shape == (0, 3)


@pytest.mark.parametrize(("x", "name"), [([1, 2], r"int\d\d"), (np.ones(2, np.float16), "float16")])
def test_refuses_other_types(x, name):
    with pytest.raises(TypeError, match=f"erf needs float32 or float64, got {name}"):
        erf(x)
