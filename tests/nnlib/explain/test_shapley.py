"""Shapley values: all orders enumerated, the four properties, and honest errors of samples."""

import itertools

import numpy as np
import pytest

from nnlib import explain

TABLE = np.random.default_rng(0).standard_normal(32)


def game(on):
    """A game of five players without any structure."""
    return TABLE[on @ (1 << np.arange(5))]


def test_they_are_the_mean_over_all_orders():
    total, orders = np.zeros(5), list(itertools.permutations(range(5)))
    for order in orders:
        on = np.zeros((1, 5), bool)
        for player in order:
            before = game(on)[0]
            on[0, player] = True
            total[player] += game(on)[0] - before
    np.testing.assert_allclose(explain.shapley_values(game, 5), total / len(orders))


def test_efficiency():
    values = explain.shapley_values(game, 5)
    assert values.sum() == pytest.approx(TABLE[31] - TABLE[0])


def test_symmetry_dummy_and_linearity():
    def lamps(on):
        return 12.0 * (on[:, 0] | on[:, 1]) + 6.0 * (on[:, 1] & on[:, 2])

    np.testing.assert_allclose(explain.shapley_values(lamps, 4), [6, 9, 3, 0], atol=1e-12)
    both = explain.shapley_values(lambda on: lamps(on) + 2 * game(on), 5)
    np.testing.assert_allclose(
        both, explain.shapley_values(lamps, 5) + 2 * explain.shapley_values(game, 5)
    )


def test_samples_sum_exactly_and_their_errors_are_honest():
    exact, z = explain.shapley_values(game, 5), []
    for seed in range(60):
        found = explain.shapley_sampled(game, 5, 50, rng=seed)
        assert found.values.sum() == pytest.approx(exact.sum())
        z.append((found.values - exact) / found.errors)
    assert np.std(z) == pytest.approx(1, abs=0.15)


def test_parts_of_a_linear_score_are_worth_what_they_add():
    w, x = np.array([1.0, -2.0, 3.0, 4.0]), np.array([2.0, 1.0, 0.5, 1.0])
    play = explain.present(
        lambda z: (z * w).sum(axis=1), x, regions=np.array([0, 0, 1, 2]), baseline=[1.0, 0, 0, 0]
    )
    np.testing.assert_allclose(explain.shapley_values(play, 3), [-1, 1.5, 4])


def test_regions_and_worths_of_another_shape_are_named():
    with pytest.raises(ValueError, match="regions must be whole numbers"):
        explain.present(lambda z: z.sum(axis=1), np.ones(3), regions=np.zeros(2, int))
    with pytest.raises(ValueError, match="numbered from 0, got -1"):  # not the last player
        explain.present(lambda z: z.sum(axis=1), np.ones(3), regions=np.array([0, 1, -1]))
    with pytest.raises(ValueError, match="one number for each of 8 coalitions"):
        explain.shapley_values(lambda on: 1.0, 3)


def test_too_many_players_are_sent_to_sampling():
    with pytest.raises(ValueError, match="sample orders"):
        explain.shapley_values(game, 17)
