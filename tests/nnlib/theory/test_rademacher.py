"""Rademacher complexity: by hand, by chance, and the bounds that use it."""

import math

import numpy as np
import pytest

from nnlib.theory import massart_bound, rademacher_bound, rademacher_complexity

THRESHOLDS = np.where(np.arange(8) >= np.arange(9)[:, None], 1, -1)


@pytest.mark.equation(90)
def test_complexity_by_hand():
    assert rademacher_complexity([[1, -1, 1]]) == 0  # one function matches no noise
    assert rademacher_complexity([[1], [-1]]) == 1
    assert rademacher_complexity([[1, 1], [-1, -1]]) == 0.5
    everything = np.array(np.meshgrid(*[[-1, 1]] * 5)).reshape(5, -1).T
    assert rademacher_complexity(everything) == 1


@pytest.mark.equation(90)
def test_losses_have_half_the_complexity_of_signs():
    y = np.random.default_rng(0).choice((-1, 1), 8)
    of_signs, of_losses = (rademacher_complexity(F) for F in (THRESHOLDS, y != THRESHOLDS))
    assert of_signs == pytest.approx(0.456, abs=5e-4)
    assert of_losses == pytest.approx(of_signs / 2)


@pytest.mark.equation(90)
def test_draws_come_close_to_all_signs():
    exact = rademacher_complexity(THRESHOLDS)
    assert rademacher_complexity(THRESHOLDS, draws=20_000, rng=0) == pytest.approx(exact, abs=0.01)
    assert exact < massart_bound(9, 8)


@pytest.mark.equation(91)
def test_bound_by_hand():
    n, delta = 50, 0.02
    assert rademacher_bound(0.1, 0.2, n, delta, empirical=False) == pytest.approx(
        0.5 + math.sqrt(math.log(50) / 100)
    )
    assert rademacher_bound(0.1, 0.2, n, delta) == pytest.approx(
        0.5 + 3 * math.sqrt(math.log(100) / 100)
    )


@pytest.mark.equation(91)
def test_bound_holds_as_often_as_promised():
    # Thresholds on 0..7 with labels that are coin flips: every true error is 1/2.
    rng, fails, n, delta = np.random.default_rng(0), 0, 40, 0.2
    for _ in range(200):
        x, y = rng.integers(0, 8, n), rng.choice((-1, 1), n)
        losses = THRESHOLDS[:, x] != y
        complexity = rademacher_complexity(losses, draws=200, rng=1)
        bound = rademacher_bound(losses.mean(1).min(), complexity, n, delta)
        fails += bound < 0.5
    assert fails / 200 <= delta


def test_what_is_refused():
    with pytest.raises(ValueError, match="one function a row"):
        rademacher_complexity([1, -1])
    with pytest.raises(ValueError, match="give draws"):
        rademacher_complexity(np.ones((1, 21)))
    with pytest.raises(ValueError, match="empirical_error"):
        rademacher_bound(2, 0.1, 10, 0.1)
    with pytest.raises(ValueError, match="members"):
        massart_bound(0, 10)


def test_values_must_be_finite():
    with pytest.raises(ValueError, match="finite values, got inf"):
        rademacher_complexity([[0.0, np.inf]])
