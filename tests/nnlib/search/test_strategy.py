"""What every strategy has: trials with seeds of their own, generators, an identity."""

import numpy as np
import pytest

from nnlib import search

from .objectives import SPACE


class Some(search.Strategy):
    """A strategy with an argument of its own."""

    def __init__(self, space, count, *, rule=np.mean, seed=0):
        super().__init__(space, seed=seed)
        self.count, self.rule = count, rule


def test_a_trial_gets_a_seed_from_its_number():
    strategy, params = Some(SPACE, 3, seed=7), SPACE.sample(0)
    seeds = [strategy.trial(number, params).seed for number in range(100)]
    assert len(set(seeds)) == 100
    assert seeds[0] == Some(SPACE, 4, seed=7).trial(0, params).seed
    assert seeds[0] != Some(SPACE, 3, seed=8).trial(0, params).seed
    assert strategy.trial(1, params, budget=9).budget == 9
    with pytest.raises(ValueError, match="the space has the parameters"):
        strategy.trial(0, {"rate": 1.0})


def test_generators_are_independent_of_the_seeds_of_trials():
    strategy = Some(SPACE, 3)
    draws = {strategy.rng(number).random() for number in range(50)}
    own = {np.random.default_rng(strategy.trial(n, SPACE.sample(0)).seed).random() for n in (0, 1)}
    plain = {np.random.default_rng([0, number]).random() for number in range(50)}
    assert len(draws) == 50
    assert not draws & own
    assert not draws & plain


def test_identity_names_every_argument_and_no_address():
    assert Some(SPACE, 3).identity == f"Some({SPACE!r}, count=3, rule=mean, seed=0)"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: search.Random({"rate": 1}, 3), "needs a Space, got {'rate': 1}"),
        (lambda: search.Random(SPACE, 0), "trials must be a whole number of at least 1, got 0"),
        (lambda: search.Random(SPACE, 3, seed=-1), "seed must be a whole number of at least 0"),
    ],
)
def test_errors(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()
