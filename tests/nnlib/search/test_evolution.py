"""Evolution: children differ in one parameter, parents are young and good."""

from dataclasses import replace

import pytest

from nnlib.search import Choice, Evolution, Integer, Space, run

SPACE = Space(a=Choice(*range(5)), b=Choice(*range(5)), c=Choice(*range(5)))


def total(trial):
    return sum(trial.params.values())


def test_it_finds_the_best_of_125():
    result = run(Evolution(SPACE, 60, population=10, sample=4, seed=1), total)
    assert len(result) == 60
    assert result.best.value == 0


def test_a_child_differs_from_a_living_one_in_one_parameter():
    trials = run(Evolution(SPACE, 40, population=8, sample=3), total).trials
    for k in range(8, 40):
        alive = [t.params for t in trials[k - 8 : k]]
        assert any(sum(p[n] != trials[k][n] for n in SPACE) == 1 for p in alive)


def test_with_everybody_competing_the_best_of_the_youngest_is_the_parent():
    strategy = Evolution(SPACE, 30, population=4, sample=4)
    trials = [
        replace(strategy.trial(k, {"a": k % 5, "b": k // 5, "c": 4}), value=float(k))
        for k in range(10)
    ]
    (child,) = strategy.propose(trials)
    assert sum(trials[6][n] != child[n] for n in SPACE) == 1  # 6 to 9 are alive, 0 has died


def test_failed_trials_have_no_children_and_numbers_are_drawn_again():
    strategy = Evolution(Space(n=Integer(0, 1000)), 3, population=2, sample=2)
    first, second = strategy.propose([])
    trials = [replace(first, error="no"), replace(second, value=1.0)]
    (child,) = strategy.propose(trials)
    assert 0 <= child["n"] <= 1000
    assert strategy.propose([*trials, replace(child, value=2.0)]) == []


def test_a_sample_larger_than_the_population_is_refused():
    with pytest.raises(ValueError, match="5 of 4"):
        Evolution(SPACE, 30, population=4, sample=5)
