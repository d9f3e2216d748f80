"""Hopfield's network: weights by hand, energy that never rises, memories that stay."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib.pioneers import Hopfield, hebb


def signs(seed, *shape):
    return np.random.default_rng(seed).choice([-1, 1], shape)


@pytest.mark.equation(2)
def test_weights_are_hebbs_without_the_diagonal():
    net = Hopfield([[1, 1, -1, -1], [1, -1, 1, -1]])
    assert net.weight.tolist() == [[0, 0, 0, -2], [0, 0, -2, 0], [0, -2, 0, 0], [-2, 0, 0, 0]]
    patterns = signs(0, 5, 30)
    expected = sum(hebb(p, p) for p in patterns)
    np.fill_diagonal(expected, 0)
    np.testing.assert_array_equal(Hopfield(patterns).weight, expected)


def test_four_units_by_hand():
    net = Hopfield([[1, 1, -1, -1]])
    assert net.energy([1, 1, -1, -1]) == -6  # six pairs, each content
    assert net.energy([-1, 1, -1, -1]) == 0  # three are not
    found = net.recall([-1, 1, -1, -1])
    assert found.state.tolist() == [1, 1, -1, -1]
    assert (found.settled, found.sweeps, found.flips.tolist()) == (True, 2, [0])
    assert net.recall([-1, -1, 1, -1]).state.tolist() == [-1, -1, 1, 1]  # nearer to the negative
    np.testing.assert_array_equal(net.overlap([[1, 1, -1, -1], [-1, 1, -1, -1]]), [[1], [0.5]])


@given(st.integers(0, 10**6), st.integers(2, 30), st.integers(1, 12))
def test_energy_falls_with_every_flip(seed, n, p):
    rng = np.random.default_rng(seed)
    for rule in ("hebb", "projection"):
        net = Hopfield(rng.choice([-1, 1], (p, n)), rule)
        state = rng.choice([-1, 1], n)
        found = net.recall(state, rng)
        energy = net.energy(state)
        for i in found.flips:
            state[i] *= -1
            energy, before = net.energy(state), energy
            assert energy < before
        np.testing.assert_array_equal(state, found.state)
        assert found.settled
        np.testing.assert_array_equal(net.update(state), state)  # nobody wants to change


@given(st.integers(0, 10**6), st.booleans())
def test_recall_is_a_plain_loop(seed, shuffled):
    rng = np.random.default_rng(seed)
    net, state = Hopfield(rng.choice([-1, 1], (4, 15))), rng.choice([-1, 1], 15)
    found = net.recall(state, rng=seed if shuffled else None)
    order, flips, changed, sweeps = np.random.default_rng(seed), [], True, 0
    while changed:
        changed, sweeps = False, sweeps + 1
        for i in order.permutation(15) if shuffled else range(15):
            field = sum(int(net.weight[i, j]) * int(state[j]) for j in range(15))
            if field * state[i] < 0:
                state[i], changed = -state[i], True
                flips.append(int(i))
    assert found.flips.tolist() == flips
    assert found.sweeps == sweeps
    np.testing.assert_array_equal(found.state, state)


def test_all_at_once_can_go_back_and_forth():
    net = Hopfield([[1, 1], [1, 1]])
    assert net.update([1, -1]).tolist() == [-1, 1]
    assert net.update([-1, 1]).tolist() == [1, -1]
    assert net.recall([1, -1]).state.tolist() == [-1, -1]


def test_no_field_keeps_the_state():
    net = Hopfield([[1, 1, 1], [1, -1, 1]])  # the second unit is joined to none
    assert net.weight[1].tolist() == [0, 0, 0]
    for second in (-1, 1):
        assert net.update([1, second, 1]).tolist() == [1, second, 1]
        assert net.recall([1, second, 1]).flips.tolist() == []


@given(st.integers(0, 10**6), st.integers(1, 25))
def test_projection_keeps_every_pattern(seed, p):
    patterns = signs(seed, p, 25)
    patterns[-1] = patterns[0]  # a pattern twice does no harm
    net = Hopfield(patterns, "projection")
    np.testing.assert_array_equal(net.update(patterns), patterns)
    np.testing.assert_allclose(net.weight, net.weight.T, atol=1e-12)


def test_hebb_loses_what_projection_keeps():
    patterns = np.where(np.random.default_rng(0).random((10, 50)) < 0.9, 1, -1)
    lost = (Hopfield(patterns).update(patterns) != patterns).any(1)
    assert lost.all()
    kept = (Hopfield(patterns, "projection").update(patterns) == patterns).all(1)
    assert kept.all()


def test_few_patterns_return_from_noise():
    patterns = signs(1, 5, 200)
    net, rng = Hopfield(patterns), np.random.default_rng(2)
    for p in patterns:
        noisy = np.where(rng.random(200) < 0.2, -p, p)
        np.testing.assert_array_equal(net.recall(noisy, rng).state, p)


def test_sweeps_are_bounded():
    patterns = signs(3, 12, 40)
    found = Hopfield(patterns).recall(signs(4, 40), max_sweeps=1)
    assert (found.settled, found.sweeps) == (False, 1)


def test_refuses_what_it_cannot_hold():
    with pytest.raises(ValueError, match=r"expected patterns of shape \(P, N\), got \(3,\)"):
        Hopfield([1, -1, 1])
    with pytest.raises(ValueError, match="a unit is -1 or 1, found 0"):
        Hopfield([[1, 0]])
    with pytest.raises(ValueError, match="rule must be one of 'hebb', 'projection', got 'oja'"):
        Hopfield([[1, -1]], rule="oja")
    net = Hopfield([[1, -1]])
    with pytest.raises(ValueError, match=r"expected states of shape \(..., 2\), got \(3,\)"):
        net.energy([1, 1, 1])
    with pytest.raises(ValueError, match=r"a unit is -1 or 1, found 0\.5"):
        net.update([1, 0.5])
    with pytest.raises(ValueError, match=r"one state of shape \(N,\), got \(1, 2\)"):
        net.recall([[1, -1]])
    with pytest.raises(ValueError, match="max_sweeps must be at least 1, got 0"):
        net.recall([1, -1], max_sweeps=0)
