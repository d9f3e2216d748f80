"""Successive halving and Hyperband: their rungs, their budgets, and whom they keep."""

from dataclasses import replace

import pytest

from nnlib.search.distributions import Uniform
from nnlib.search.halving import Hyperband, SuccessiveHalving
from nnlib.search.space import Space

SPACE = Space(x=Uniform(0, 1))


def finish(strategy, objective):
    trials, batches = [], []
    while batch := strategy.propose(trials):
        batches.append(len(batch))
        trials += [objective(t) for t in batch]
    return trials, batches


def value_x(trial):
    return replace(trial, value=trial["x"])


def test_halving_keeps_the_best_third_with_their_seeds():
    strategy = SuccessiveHalving(SPACE, 27, 1, 27, seed=0)
    trials, batches = finish(strategy, value_x)
    assert batches == [27, 9, 3, 1]
    assert strategy.total == len(trials) == 40
    assert [t.number for t in trials] == list(range(40))
    assert [t.budget for t in trials] == 27 * [1] + 9 * [3] + 3 * [9] + [27]
    assert strategy.cost == sum(t.budget for t in trials) == 4 * 27
    best = sorted(trials[:27], key=lambda t: t.value)[:9]
    assert [(t.params, t.seed) for t in trials[27:36]] == [(t.params, t.seed) for t in best]
    assert trials[39].value == min(t.value for t in trials)


def test_hyperband_has_the_brackets_of_its_paper():
    # Li et al., Table 1: R = 81, eta = 3
    strategy = Hyperband(SPACE, 1, 81)
    assert strategy.brackets == [
        [(81, 1), (27, 3), (9, 9), (3, 27), (1, 81)],
        [(34, 3), (11, 9), (3, 27), (1, 81)],
        [(15, 9), (5, 27), (1, 81)],
        [(8, 27), (2, 81)],
        [(5, 81)],
    ]
    trials, batches = finish(strategy, value_x)
    assert batches == [81 + 34 + 15 + 8 + 5, 27 + 11 + 5 + 2, 9 + 3 + 1, 3 + 1, 1]
    assert sum(t.budget for t in trials) == strategy.cost


def test_a_bracket_keeps_its_own_best():
    trials, _ = finish(Hyperband(SPACE, 1, 9, seed=3), value_x)
    first, second = trials[:9], trials[9:14]
    assert trials[17].params in [t.params for t in first] or trials[17].budget == 3
    kept = [t.params for t in sorted(first, key=lambda t: t.value)[:3]]
    assert [t.params for t in trials[17:20]] == kept
    kept = [min(second, key=lambda t: t.value).params]
    assert [t.params for t in trials[20:21]] == kept


def test_failed_trials_rank_last():
    def fragile(trial):
        failed = trial["x"] < 0.5
        return replace(trial, error="diverged") if failed else replace(trial, value=trial["x"])

    trials, _ = finish(SuccessiveHalving(SPACE, 9, 1, 9, seed=0), fragile)
    good = [t for t in trials[:9] if t.done]
    assert {t.params["x"] for t in trials[9:12] if t.done} <= {t.params["x"] for t in good}
    assert trials[12].done
    nothing, batches = finish(
        SuccessiveHalving(SPACE, 9, 1, 9), lambda t: replace(t, error="diverged")
    )
    assert batches == [9, 3, 1]
    assert all(t.failed for t in nothing)


def test_what_comes_next_depends_on_the_trials_alone():
    trials, _ = finish(SuccessiveHalving(SPACE, 9, 1, 9, seed=5), value_x)
    again = SuccessiveHalving(SPACE, 9, 1, 9, seed=5)
    assert again.propose(trials[:9]) == [replace(t, value=None) for t in trials[9:12]]
    assert again.propose(trials) == []


def test_few_trials_end_with_one():
    _, batches = finish(SuccessiveHalving(SPACE, 2, 1, 81), value_x)
    assert batches == [2, 1, 1, 1, 1]


def test_errors_say_what_was_given():
    with pytest.raises(ValueError, match="largest budget"):
        Hyperband(SPACE, 9, 3)
    with pytest.raises(ValueError, match="smallest budget"):
        SuccessiveHalving(SPACE, 9, 0, 3)
    with pytest.raises(ValueError, match="eta"):
        Hyperband(SPACE, 1, 9, eta=1)


@pytest.mark.parametrize("high", [26, 27, 80, 100.0, 1])
def test_the_last_rung_has_the_full_budget(high):
    for strategy in (SuccessiveHalving(SPACE, 30, 1, high), Hyperband(SPACE, 1, high)):
        for rungs in strategy.brackets:
            budgets = [budget for _, budget in rungs]
            assert budgets[-1] == high
            assert min(budgets) >= 1
            assert all(type(budget) is type(high) for budget in budgets)
