"""Dropout: what it keeps, on average and exactly."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor


@pytest.mark.equation(77)
def test_is_a_mask_times_the_input_over_the_probability_to_keep():
    """The guide's h = m ⊙ a in its inverted form; p is the probability to drop."""
    a = np.random.default_rng(0).standard_normal((200, 300)) + 5  # no element is 0
    h = F.dropout(a, 0.3, rng=1).data
    m = h != 0
    np.testing.assert_allclose(h, m * a / 0.7, rtol=1e-12)
    # Bernoulli(0.7): within five standard deviations, in all and in every quarter.
    for part in (m, m[:100, :150], m[100:, :150], m[:100, 150:], m[100:, 150:]):
        assert abs(part.mean() - 0.7) < 5 * np.sqrt(0.21 / part.size)


@pytest.mark.equation(77)
def test_expectation_does_not_change():
    draws = [F.dropout(np.full(50, 3.0), 0.8, rng=seed).data.mean() for seed in range(400)]
    assert np.mean(draws) == pytest.approx(3, abs=5 * 3 * np.sqrt(4 / (50 * 400)))


@given(st.floats(0, 1), st.integers(0, 6), st.integers(0, 100))
def test_gradient_goes_through_the_same_mask(p, n, seed):
    x = Tensor(np.arange(1.0, n + 1), requires_grad=True)
    out = F.dropout(x * 1.0, p, rng=seed)
    out.sum().backward()
    np.testing.assert_allclose(out.data, x.data * x.grad)
    kept = 1 / (1 - p) if p < 1 else 0
    assert all(g == 0 or g == pytest.approx(kept) for g in x.grad)


def test_gradcheck():
    x = np.random.default_rng(0).standard_normal((4, 5))
    nn.gradcheck(lambda x: F.dropout(x.tanh(), 0.4, rng=7), [x])


def test_modes():
    layer, x = nn.Dropout(0.5, rng=0), Tensor(np.ones(100, np.float32))
    assert (layer(x).data == 0).any()
    assert layer.eval()(x) is x
    assert F.dropout(x, 0.5, training=False) is x
    assert not F.dropout(x, 1.0).data.any()
    assert layer.train()(x).dtype == np.float32


def test_masks_are_new_at_every_call_and_the_same_from_a_seed():
    x = np.ones(100)
    one, two = nn.Dropout(rng=3), nn.Dropout(rng=3)
    first, second = one(x).data, one(x).data
    assert not np.array_equal(first, second)
    assert np.array_equal(first, two(x).data)


@pytest.mark.parametrize("p", [-0.1, 1.1, float("nan")])
def test_refuses_what_is_no_probability(p):
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\], got"):
        nn.Dropout(p)
    with pytest.raises(ValueError, match=r"must lie in \[0, 1\], got"):
        F.dropout(np.ones(3), p)


def test_refuses_whole_numbers():
    with pytest.raises(TypeError, match=r"dropout needs float32 or float64, got int(?:32|64)"):
        F.dropout(np.ones(3, int))
    assert repr(nn.Dropout(0.1)) == "Dropout(p=0.1)"
