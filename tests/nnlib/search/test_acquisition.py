"""Acquisition functions against drawn values and by hand."""

import numpy as np
import pytest

from nnlib.search.acquisition import (
    expected_improvement,
    lower_confidence_bound,
    probability_of_improvement,
)


@pytest.mark.equation(95)
def test_expected_improvement_is_the_mean_of_drawn_improvements():
    mean, std = np.array([1.0, 0.2, -0.5]), np.array([2.0, 0.5, 0.1])
    drawn = mean + std * np.random.default_rng(0).standard_normal((400_000, 3))
    expected = np.maximum(0.5 - drawn, 0).mean(0)
    np.testing.assert_allclose(expected_improvement(mean, std, 0.5), expected, rtol=0.01)
    expected = (drawn < 0.5).mean(0)
    np.testing.assert_allclose(probability_of_improvement(mean, std, 0.5), expected, rtol=0.01)


def test_at_the_best_value_only_the_deviation_counts():
    found = expected_improvement([0.0, 0.0], [1.0, 3.0], 0.0)
    np.testing.assert_allclose(found, np.array([1, 3]) / np.sqrt(2 * np.pi))
    np.testing.assert_allclose(probability_of_improvement([0.0, 0.0], [1.0, 3.0], 0.0), 0.5)


def test_without_deviation_the_improvement_is_certain():
    np.testing.assert_array_equal(expected_improvement([1.0, 3.0], [0.0, 0.0], 2.0), [1, 0])
    np.testing.assert_array_equal(probability_of_improvement([1.0, 3.0], [0, 0], 2.0), [1, 0])


def test_it_is_never_negative_and_never_falls_with_the_deviation():
    std = np.linspace(0, 5, 200)
    for mean in (-1.0, 0.0, 1.0, 50.0):
        found = expected_improvement(np.full(200, mean), std, 0.0)
        assert (found >= 0).all()
        assert (np.diff(found) >= -1e-15).all()


def test_optimism_adds_deviations():
    np.testing.assert_allclose(lower_confidence_bound([1.0, 1.0], [0.5, 2.0], 2.0), [0, 3])
    np.testing.assert_allclose(lower_confidence_bound([1.0], [0.5], 0), [-1])


def test_errors_say_what_was_given():
    with pytest.raises(ValueError, match="same shape"):
        expected_improvement([1.0, 2.0], [1.0], 0.0)
    with pytest.raises(ValueError, match="at least 0"):
        expected_improvement([1.0], [-1.0], 0.0)
    with pytest.raises(ValueError, match="kappa"):
        lower_confidence_bound([1.0], [1.0], -1)


def test_tiny_deviations_do_not_overflow():
    for function in (expected_improvement, probability_of_improvement):
        found = function([0.0, 1e3], [1e-310, 1e-3], 1.0)
        np.testing.assert_allclose(found, [1, 0])
