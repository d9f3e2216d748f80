"""Shrinkage: ridge by hand and by descent, its filter, the one of early stopping, and their sum."""

import numpy as np
import pytest

from nnlib.theory import effective_parameters, ridge, ridge_filter, stopping_filter

RNG = np.random.default_rng(0)
X, Y = RNG.standard_normal((12, 5)), RNG.standard_normal((12, 3))


@pytest.mark.equation(76)
def test_ridge_is_where_the_gradient_vanishes():
    W = ridge(X, Y, 0.3)
    np.testing.assert_allclose(X.T @ (X @ W - Y) / 12 + 0.3 * W, 0, atol=1e-12)
    np.testing.assert_allclose(ridge(X, Y[:, 0], 0.3), W[:, 0])


def test_without_a_penalty_it_is_the_smallest_solution():
    wide = RNG.standard_normal((4, 9))
    np.testing.assert_allclose(ridge(wide, Y[:4], 0), np.linalg.pinv(wide) @ Y[:4], atol=1e-12)
    twice = np.column_stack([X, X])  # a direction without data
    np.testing.assert_allclose(ridge(twice, Y, 0), np.linalg.pinv(twice) @ Y, atol=1e-12)
    np.testing.assert_allclose(ridge(X * 0, Y, 0), 0)


def test_ridge_shrinks_each_direction_by_its_filter():
    h, Q = np.linalg.eigh(X.T @ X / 12)
    free = Q.T @ ridge(X, Y, 0)
    np.testing.assert_allclose(Q.T @ ridge(X, Y, 0.7), ridge_filter(h, 0.7)[:, None] * free)


def test_filters_by_hand():
    np.testing.assert_allclose(ridge_filter([3, 1, 0], 1), [0.75, 0.5, 0])
    np.testing.assert_array_equal(ridge_filter([2, 0], 0), [1, 0])
    np.testing.assert_allclose(stopping_filter([1, 0.5, 0], 0.5, 2), [0.75, 0.4375, 0])
    np.testing.assert_array_equal(stopping_filter([1, 2], 0.1, 0), 0)


def test_the_filter_of_stopping_is_descent():
    h, Q = np.linalg.eigh(X.T @ X / 12)
    W = np.zeros((5, 3))
    for _ in range(7):
        W -= 0.2 * X.T @ (X @ W - Y) / 12
    free = Q.T @ ridge(X, Y, 0)
    np.testing.assert_allclose(Q.T @ W, stopping_filter(h, 0.2, 7)[:, None] * free, atol=1e-12)


def test_effective_parameters():
    assert effective_parameters([3, 1, 0], 1) == 1.25
    h = np.linalg.eigvalsh(X.T @ X / 12)
    hat = X @ ridge(X, np.eye(12), 0.4)  # its trace is another way to the same number
    assert effective_parameters(h, 0.4) == pytest.approx(np.trace(hat))


def test_refuses():
    with pytest.raises(ValueError, match="equally many rows"):
        ridge(X, Y[:5], 0.1)
    with pytest.raises(ValueError, match="one example a row"):
        ridge(X[0], Y[0], 0.1)
    with pytest.raises(ValueError, match="not negative"):
        ridge_filter([-1.0], 0.1)
    with pytest.raises(ValueError, match="lr"):
        stopping_filter([1.0], 0, 3)
    with pytest.raises(ValueError, match="steps"):
        stopping_filter([1.0], 0.1, -1)
