"""Random search: independent trials, reproducible, the longer search beginning as the shorter."""

import numpy as np

from nnlib import search

from .objectives import SPACE


def test_proposes_all_at_once_and_then_none():
    strategy = search.Random(SPACE, trials=20, seed=1)
    trials = strategy.propose([])
    assert strategy.total == len(trials) == 20
    assert strategy.propose(trials) == []
    assert strategy.propose(trials[:5]) == trials[5:]


def test_seeds_decide():
    first, same, other = (search.Random(SPACE, 5, seed=s).propose([]) for s in (1, 1, 2))
    assert first == same
    assert not {trial["rate"] for trial in first} & {trial["rate"] for trial in other}


def test_a_longer_search_begins_as_the_shorter():
    short, long = search.Random(SPACE, 5), search.Random(SPACE, 50)
    assert long.propose([])[:5] == short.propose([])
    assert long.identity == short.identity != search.Random(SPACE, 5, seed=1).identity


def test_the_draws_are_independent():
    u = np.array([SPACE.to_unit(t.params)[:3] for t in search.Random(SPACE, 1000).propose([])])
    np.testing.assert_allclose(np.corrcoef(u.T), np.eye(3), atol=0.1)
    np.testing.assert_allclose(np.corrcoef(u[1:].T, u[:-1].T)[:3, 3:], 0, atol=0.1)
    np.testing.assert_allclose(u.mean(0), 0.5, atol=0.05)
