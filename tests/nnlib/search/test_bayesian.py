"""Bayesian optimisation finds minima that random search does not, and can be taken up again."""

from dataclasses import replace

import numpy as np
import pytest

from nnlib.search.bayesian import ACQUISITIONS, Bayesian
from nnlib.search.distributions import Choice, Integer, LogUniform, Uniform
from nnlib.search.random import Random
from nnlib.search.space import Space

SPACE = Space(x=Uniform(-1, 1), y=LogUniform(0.01, 1.0))


def bowl(trial):
    return (trial["x"] - 0.3) ** 2 + (np.log10(trial["y"]) + 0.7) ** 2


def finish(strategy, objective):
    """Run a search here and now, without `run`."""
    trials = []
    while batch := strategy.propose(trials):
        for trial in batch:
            assert trial.number == len(trials)
            try:
                trials.append(replace(trial, value=float(objective(trial))))
            except ArithmeticError as error:
                trials.append(replace(trial, error=str(error)))
    return trials


@pytest.mark.equation(95)
@pytest.mark.parametrize("acquisition", ACQUISITIONS)
def test_each_comes_nearer_to_the_minimum_than_random_search(acquisition):
    def best(strategy):
        return min(t.value for t in finish(strategy, bowl))

    found = [best(Bayesian(SPACE, 20, acquisition=acquisition, seed=s)) for s in range(3)]
    drawn = [best(Random(SPACE, 20, seed=s)) for s in range(3)]
    assert np.median(found) < 0.1 * np.median(drawn)


def test_a_proposal_depends_on_the_trials_alone():
    strategy = Bayesian(SPACE, 12, seed=1)
    trials = finish(strategy, bowl)
    assert strategy.propose(trials) == []
    for n in (7, 9):
        (again,) = Bayesian(SPACE, 12, seed=1).propose(trials[:n])
        assert again.params == trials[n].params
        assert again.seed == trials[n].seed


def test_a_batch_holds_different_points():
    strategy = Bayesian(SPACE, 12, initial=4, batch=4, seed=0)
    trials = finish(strategy, bowl)
    assert len(trials) == 12
    points = np.array([SPACE.to_unit(t.params) for t in trials[4:8]])
    gaps = np.linalg.norm(points[:, None] - points, axis=-1)[np.triu_indices(4, 1)]
    assert gaps.min() > 1e-3


def test_a_failed_region_is_left():
    def fragile(trial):
        if trial["x"] > 0:
            raise ArithmeticError("diverged")
        return (trial["x"] + 0.4) ** 2 + 1e-3 * np.log10(trial["y"]) ** 2

    trials = finish(Bayesian(SPACE, 25, seed=0), fragile)
    failed = [t.failed for t in trials]
    assert any(failed[:7])
    assert sum(failed[13:]) <= 2
    everything_failed = finish(Bayesian(SPACE, 9, seed=0), lambda trial: 1 / np.int64(0).item())
    assert all(t.failed for t in everything_failed)


def test_small_discrete_spaces_are_searched_without_repetition():
    space = Space(width=Integer(1, 3), kind=Choice("a", "b"))
    trials = finish(Bayesian(space, 6, initial=1, seed=0), lambda t: t["width"])
    assert len({tuple(t.params.values()) for t in trials}) == 6
    assert len(finish(Bayesian(space, 8, seed=0), lambda t: t["width"])) == 8


def test_logarithms_take_a_zero_and_refuse_what_is_negative():
    def rounded(trial):
        return round(bowl(trial), 1)

    trials = finish(Bayesian(SPACE, 20, log=True), rounded)
    assert len(trials) == 20
    assert min(t.value for t in trials) == 0
    for value in (-1.0, 0.0):
        with pytest.raises(ValueError, match="negative"):
            finish(Bayesian(SPACE, 12, log=True), lambda t, value=value: value)


@pytest.mark.parametrize("log", [False, True])
def test_a_search_in_which_everything_fails_goes_on(log):
    trials = finish(Bayesian(SPACE, 12, log=log), lambda t: 1 / np.int64(0).item())
    assert len(trials) == 12


def test_enormous_values_do_not_end_the_search():
    trials = finish(Bayesian(SPACE, 14, seed=0), lambda t: 1e308 if t["x"] > 0 else bowl(t))
    assert len(trials) == 14


def test_errors_say_what_was_given():
    with pytest.raises(ValueError, match="trials"):
        Bayesian(SPACE, 0)
    with pytest.raises(ValueError, match="acquisition"):
        Bayesian(SPACE, 5, acquisition="best")
