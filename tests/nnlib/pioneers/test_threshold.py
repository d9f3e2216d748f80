"""McCulloch-Pitts units and networks of them: the logic, and what is refused."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.data import truth_table
from nnlib.pioneers import (
    BooleanNetwork,
    mcculloch_pitts,
    mcculloch_pitts_1943,
)

SQUARE = truth_table(2)


@pytest.mark.equation(1)
@pytest.mark.parametrize(
    ("w", "theta", "outputs"),
    [
        ((1, 1), 2, [0, 0, 0, 1]),  # AND
        ((1, 1), 1, [0, 1, 1, 1]),  # OR
        ((-1, -1), -1, [1, 1, 1, 0]),  # NAND
        ((-1, 0), 0, [1, 1, 0, 0]),  # NOT of the first
    ],
)
def test_unit_computes_gates(w, theta, outputs):
    found = mcculloch_pitts(SQUARE, w, theta)
    assert found.tolist() == outputs
    assert found.dtype == np.int64


@pytest.mark.definition("mcculloch-pitts-neuron")
@pytest.mark.equation(1)
@given(st.data())
def test_unit_is_the_sum_against_the_threshold(data):
    n = data.draw(st.integers(1, 6))
    x = np.array(data.draw(st.lists(st.sampled_from([0, 1]), min_size=n, max_size=n)))
    w = np.array(data.draw(st.lists(st.integers(-3, 3), min_size=n, max_size=n)))
    theta = data.draw(st.integers(-4, 4))
    total = 0
    for i in range(n):
        total += w[i] * x[i]
    assert mcculloch_pitts(x, w, theta) == (1 if total >= theta else 0)


def test_unit_refuses_what_is_not_binary():
    with pytest.raises(ValueError, match=r"inputs must be 0 or 1, found 0\.5"):
        mcculloch_pitts([1, 0.5], [1, 1], 1)
    with pytest.raises(ValueError, match=r"\(3,\) do not fit weights of shape \(2,\)"):
        mcculloch_pitts([1, 0, 1], [1, 1], 1)


@pytest.mark.equation(1)
@pytest.mark.parametrize(("n", "m", "theta"), [(1, 0, 1), (2, 1, 2), (3, 2, 2), (2, 3, 1)])
def test_unit_of_1943_is_the_unit_with_weights(n, m, theta):
    """A weight below -(n - θ) does what absolute inhibition does; one just above does not."""
    x = truth_table(n + m)
    old = mcculloch_pitts_1943(x[:, :n], x[:, n:], theta)
    w = [1] * n + [-(n - theta) - 1] * m
    assert np.array_equal(old, mcculloch_pitts(x, w, theta))
    if m:
        weak = [1] * n + [-(n - theta)] * m
        assert not np.array_equal(old, mcculloch_pitts(x, weak, theta))


@pytest.mark.parametrize("theta", [0, -1, 1.5])
def test_threshold_of_1943_is_a_positive_whole_number(theta):
    with pytest.raises(ValueError, match=f"threshold of 1943 .*, got {theta}"):
        mcculloch_pitts_1943([1], [0], theta)


@pytest.mark.equation(1)
@pytest.mark.parametrize("n", [1, 2, 3])
def test_network_computes_every_boolean_function(n):
    rows = truth_table(n)
    for outputs in itertools.product((0, 1), repeat=2**n):
        network = BooleanNetwork(rows, outputs)
        assert network(rows).tolist() == list(outputs)
        assert network.hidden_weights.shape == (sum(outputs), n)


def test_network_wants_the_whole_truth_table():
    with pytest.raises(ValueError, match="2 inputs have 4 rows, each once; got 3 rows"):
        BooleanNetwork(SQUARE[:3], [0, 1, 1])
    with pytest.raises(ValueError, match="got 4 rows, 3 of them distinct"):
        BooleanNetwork(SQUARE[[0, 1, 1, 3]], [0, 1, 1, 0])
    with pytest.raises(ValueError, match=r"got \(4, 2\) and \(3,\)"):
        BooleanNetwork(SQUARE, [0, 1, 1])
