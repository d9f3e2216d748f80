"""The restricted Boltzmann machine against the sum over all of its states."""

import itertools

import numpy as np
import pytest

from nnlib.autograd.gradcheck import numerical_gradient
from nnlib.pioneers import RBM, RBMGradient


def states(n):
    return np.array(list(itertools.product((0.0, 1.0), repeat=n)))


def machine(visible, hidden, seed=0):
    rng = np.random.default_rng(seed)
    rbm = RBM(visible, hidden, std=0.8, rng=rng)
    rbm.visible_bias[:] = rng.normal(size=visible)
    rbm.hidden_bias[:] = rng.normal(size=hidden)
    return rbm


def joint(rbm):
    """P(v, h) of every pair, (2^visible, 2^hidden), straight from the energies."""
    v, h = states(len(rbm.visible_bias)), states(len(rbm.hidden_bias))
    weights = np.exp(-rbm.energy(v[:, None], h[None]))
    return v, h, weights / weights.sum()


SIZES = [(4, 3), (3, 4), (1, 1)]


@pytest.mark.parametrize("sizes", SIZES)
def test_energy_is_its_formula(sizes):
    rbm = machine(*sizes)
    for v, h in itertools.product(states(sizes[0]), states(sizes[1])):
        expected = -rbm.visible_bias @ v - rbm.hidden_bias @ h - h @ rbm.weight @ v
        np.testing.assert_allclose(rbm.energy(v, h), expected)


@pytest.mark.parametrize("sizes", SIZES)
def test_conditionals_and_free_energy_agree_with_enumeration(sizes):
    rbm = machine(*sizes)
    v, h, p = joint(rbm)
    np.testing.assert_allclose(rbm.hidden_probability(v), p @ h / p.sum(1)[:, None])
    np.testing.assert_allclose(rbm.visible_probability(h), p.T @ v / p.sum(0)[:, None])
    total = np.exp(-rbm.energy(v[:, None], h[None]))
    np.testing.assert_allclose(rbm.free_energy(v), -np.log(total.sum(1)))
    np.testing.assert_allclose(rbm.log_partition(), np.log(total.sum()))
    some = v[[0, -1, -1]]
    expected = np.log(p.sum(1))[[0, -1, -1]].mean()
    np.testing.assert_allclose(rbm.log_likelihood(some), expected)


def test_hidden_units_are_independent_given_the_visible_ones():
    rbm = machine(3, 2)
    v, h, p = joint(rbm)
    q = rbm.hidden_probability(v)[:, None]
    product = np.where(h == 1, q, 1 - q).prod(2)
    np.testing.assert_allclose(product, p / p.sum(1)[:, None])


def test_by_hand():
    """Two visible units, one hidden, both weights log 2, no biases: Z = 4 + 9."""
    rbm = RBM(2, 1)
    rbm.weight[:] = np.log(2)
    np.testing.assert_allclose(np.exp(rbm.log_partition()), 13)
    np.testing.assert_allclose(np.exp(-rbm.free_energy(states(2))), [2, 3, 3, 5])
    gradient = rbm.log_likelihood_gradient([[1, 1]])
    np.testing.assert_allclose(gradient.weight, [[4 / 5 - 6 / 13] * 2])
    np.testing.assert_allclose(gradient.visible_bias, [1 - 8 / 13] * 2)
    np.testing.assert_allclose(gradient.hidden_bias, [4 / 5 - 9 / 13])


@pytest.mark.parametrize("sizes", SIZES)
def test_exact_gradient_is_that_of_the_log_likelihood(sizes):
    rbm = machine(*sizes)
    data = np.random.default_rng(1).integers(0, 2, (5, sizes[0]))
    gradient = rbm.log_likelihood_gradient(data)
    for name in RBMGradient._fields:
        expected = numerical_gradient(lambda: rbm.log_likelihood(data), getattr(rbm, name))
        np.testing.assert_allclose(getattr(gradient, name), expected, atol=1e-7)


def test_contrastive_divergence_approaches_the_exact_gradient():
    rbm = machine(4, 3, seed=2)
    rbm.weight *= 1.5
    data = np.tile([[1.0, 1, 0, 0], [0, 1, 0, 1]], (20_000, 1))
    exact = rbm.log_likelihood_gradient(data).weight
    errors = [
        np.abs(rbm.contrastive_divergence(data, k, rng=0).weight - exact).max() for k in (1, 5, 50)
    ]
    assert errors[0] > 3 * errors[1] > 3 * errors[2]
    assert errors[0] > 0.05
    assert errors[2] < 0.015  # 40,000 chains: the mean of each entry is off by some 0.003


def test_gibbs_reaches_the_model_and_tells_where_it_drew_from():
    rbm = machine(3, 2)
    v, h, p = joint(rbm)
    last, hidden = rbm.gibbs(np.zeros((40_000, 3)), 30, rng=0)
    assert set(np.unique(last)) == set(np.unique(hidden)) == {0, 1}
    np.testing.assert_allclose(last.mean(0), p.sum(1) @ v, atol=0.015)
    np.testing.assert_allclose(hidden.mean(0), p.sum(0) @ h, atol=0.015)
    expected = rbm.visible_probability(hidden).mean(0)
    np.testing.assert_allclose(last.mean(0), expected, atol=0.015)


def test_fit_raises_the_likelihood_and_is_repeatable():
    data = np.array([[1.0, 1, 0, 0], [0, 0, 1, 1]] * 50)
    first, second = (RBM(4, 3, rng=0) for _ in range(2))
    before = first.log_likelihood(data)
    errors = first.fit(data, 200, 0.2, batch_size=30, rng=1)
    assert second.fit(data, 200, 0.2, batch_size=30, rng=1) == errors
    assert len(errors) == 200
    assert errors[-1] < errors[0] / 10
    assert before < -2.7  # four fair coins: log 16
    assert first.log_likelihood(data) > -1.1  # two patterns: log 2 is the best there is


def test_one_step_of_fit_is_momentum_and_decay():
    data = np.array([[1.0, 0], [1, 1]])
    rbm, copy = machine(2, 2), machine(2, 2)
    start = copy.weight.copy()
    rbm.fit(data, 1, 0.5, batch_size=2, momentum=0.9, weight_decay=0.1, rng=3)
    rng = np.random.default_rng(3)
    order = rng.permutation(2)
    g = copy.contrastive_divergence(data[order], 1, rng)
    np.testing.assert_allclose(rbm.weight, start + 0.5 * (g.weight - 0.1 * start))
    np.testing.assert_allclose(rbm.hidden_bias, copy.hidden_bias + 0.5 * g.hidden_bias)


def test_large_inputs_do_not_overflow():
    rbm = RBM(1, 1)
    rbm.weight[:] = 2000
    with np.errstate(all="raise", under="ignore"):
        assert rbm.hidden_probability([1]) == 1
        assert rbm.free_energy([1]) == -2000
        rbm.weight[:] = -2000
        assert rbm.hidden_probability([1]) == 0


def test_errors():
    rbm = RBM(3, 2)
    with pytest.raises(ValueError, match=r"positive sizes, got 0 and 2"):
        RBM(0, 2)
    with pytest.raises(ValueError, match=r"visible states \(\.\.\., 3\), got \(2,\)"):
        rbm.hidden_probability([0, 1])
    with pytest.raises(ValueError, match=r"hidden states \(\.\.\., 2\), got \(3,\)"):
        rbm.visible_probability([0, 1, 1])
    with pytest.raises(ValueError, match=r"between 0 and 1, got 0 to 255"):
        rbm.free_energy([0, 1, 255])
    with pytest.raises(ValueError, match="between 0 and 1, got nan"):
        rbm.free_energy([0, 1, np.nan])
    with pytest.raises(ValueError, match=r"visible states \(N, 3\), got \(3,\)"):
        rbm.contrastive_divergence([0, 1, 1])
    with pytest.raises(ValueError, match=r"at least one row of visible states, got \(0, 3\)"):
        rbm.contrastive_divergence(np.zeros((0, 3)))
    with pytest.raises(ValueError, match="batch_size must be at least 1, got 0"):
        rbm.fit([[0, 1, 1]], 1, batch_size=0)
    with pytest.raises(ValueError, match="at least one step, got 0"):
        rbm.gibbs([0, 1, 1], 0)
    with pytest.raises(ValueError, match="at most 16 units, got 20 visible and 17 hidden"):
        RBM(20, 17).log_partition()
    assert np.isfinite(RBM(20, 2).log_partition())
