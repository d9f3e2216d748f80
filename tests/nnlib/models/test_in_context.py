"""The transformer that learns in its context: who sees whom, and what the stored one can do."""

import numpy as np
import pytest

from nnlib import models, no_grad
from nnlib.models import InContextRegressor, regression_tasks


def test_a_prediction_depends_on_what_came_before_and_on_nothing_else():
    model = InContextRegressor(3, 8, 2, 2, rng=0, dtype=np.float64)
    x, y, _ = regression_tasks(2, 6, 3, rng=0)
    with no_grad():
        before = model(x, y).data
        y[:, 3] += 5
        after = model(x, y).data
        x[:, 5] += 1
        last = model(x, y).data
    assert before.shape == (2, 6)
    np.testing.assert_array_equal(before[:, :4], after[:, :4])
    assert (before[:, 4:] != after[:, 4:]).all()
    np.testing.assert_array_equal(after[:, :5], last[:, :5])
    assert (after[:, 5] != last[:, 5]).all()


def test_gradients_reach_every_parameter():
    model = InContextRegressor(2, 8, 2, 1, rng=0, dtype=np.float64)
    x, y, _ = regression_tasks(2, 5, 2, rng=0)
    ((model(x, y) - y) ** 2).mean().backward()
    assert all(np.abs(p.grad).max() > 0 for p in model.parameters())


def test_tasks_are_linear_with_noise():
    x, y, w = regression_tasks(500, 40, 3, noise=0.5, rng=0)
    noise = y - np.einsum("tnf,tf->tn", x, w)
    assert noise.std() == pytest.approx(0.5, rel=0.02)
    assert w.std() == pytest.approx(1, rel=0.05)
    assert x.std() == pytest.approx(1, rel=0.02)


def test_the_stored_network_is_nearer_to_ridge_than_least_squares_is():
    model, record = models.pretrained("linear_in_context")
    n, noise = 6, record["noise"]
    x, y, _ = regression_tasks(1000, n + 1, 4, noise, rng=1, dtype=np.float32)
    with no_grad():
        answers = model(x, y).data[:, n]
    A, b, new = x[:, :n], y[:, :n, None], x[:, n:]
    T = A.swapaxes(1, 2)
    ridge = (new @ np.linalg.solve(T @ A + noise**2 * np.eye(4), T @ b))[:, 0, 0]
    squares = (new @ np.linalg.solve(T @ A, T @ b))[:, 0, 0]
    assert ((answers - ridge) ** 2).mean() < 0.5 * ((squares - ridge) ** 2).mean()


def test_shapes_that_do_not_fit_are_named():
    model = InContextRegressor(3, 8, 2, 1, rng=0, dtype=np.float64)
    with pytest.raises(ValueError, match=r"inputs \(N, n, 3\), got \(2, 5, 4\)"):
        model(np.zeros((2, 5, 4)), np.zeros((2, 5)))
    with pytest.raises(ValueError, match=r"values \(2, 5\), one for each input, got \(2, 4\)"):
        model(np.zeros((2, 5, 3)), np.zeros((2, 4)))
