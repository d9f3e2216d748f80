"""The policy over architectures: its objective, the gradient, the estimate, and the strategy."""

import itertools

import numpy as np
import pytest

from nnlib.search import Choice, Reinforce, Space, Uniform, expected_score, policy_gradient, run

RNG = np.random.default_rng(0)
LOGITS = [RNG.normal(size=2), RNG.normal(size=3), RNG.normal(size=2)]
SCORES = RNG.normal(size=(2, 3, 2))


def probability(logits, place):
    return np.prod([np.exp(a[k]) / np.exp(a).sum() for a, k in zip(logits, place, strict=True)])


@pytest.mark.equation(96)
def test_the_expectation_is_the_sum_over_all_architectures():
    value, gradient = expected_score(LOGITS, SCORES)
    places = list(np.ndindex(SCORES.shape))
    assert value == pytest.approx(sum(probability(LOGITS, p) * SCORES[p] for p in places))
    for i, a in enumerate(LOGITS):
        for k in range(len(a)):
            up, down = ([b.copy() for b in LOGITS] for _ in range(2))
            up[i][k] += 1e-5
            down[i][k] -= 1e-5
            slope = (expected_score(up, SCORES)[0] - expected_score(down, SCORES)[0]) / 2e-5
            assert gradient[i][k] == pytest.approx(slope, abs=1e-8)


@pytest.mark.equation(96)
def test_a_point_mass_on_the_best_is_the_maximum():
    best = np.unravel_index(SCORES.argmax(), SCORES.shape)
    sure = [200.0 * np.eye(len(a))[k] for a, k in zip(LOGITS, best, strict=True)]
    value, gradient = expected_score(sure, SCORES)
    assert value == pytest.approx(SCORES.max())
    assert max(abs(g).max() for g in gradient) < 1e-12


@pytest.mark.parametrize("baseline", [0.0, 3.0])
def test_the_estimate_is_unbiased_with_any_baseline(baseline):
    _, exact = expected_score(LOGITS, SCORES)
    mean = [np.zeros_like(a) for a in LOGITS]
    for place in itertools.product(range(2), range(3), range(2)):
        estimate = policy_gradient(LOGITS, [place], [SCORES[place] - baseline])
        for total, part in zip(mean, estimate, strict=True):
            total += probability(LOGITS, place) * part
    for found, wanted in zip(mean, exact, strict=True):
        np.testing.assert_allclose(found, wanted, atol=1e-12)


def test_the_policy_goes_to_the_best():
    space = Space(a=Choice(*range(5)), b=Choice(*range(5)))
    strategy = Reinforce(space, 300, lr=1.0, seed=2)
    result = run(strategy, lambda t: t["a"] + t["b"])
    assert len(result) == 300
    assert result.best.value == 0
    probabilities = strategy.policy(result.trials)
    assert min(p[0] for p in probabilities) > 0.9
    np.testing.assert_allclose(strategy.policy([])[0], 0.2)


def test_a_failed_trial_counts_as_the_worst():
    def objective(trial):
        if trial["a"] == 1:
            raise ValueError("no")
        return 1.0 - trial["a"] / 4

    space = Space(a=Choice(0, 1, 2))
    strategy = Reinforce(space, 200, lr=1.0)
    policy = strategy.policy(run(strategy, objective).trials)[0]
    assert policy[2] > 0.9 > 0.1 > policy[1]


def test_errors():
    with pytest.raises(TypeError, match="choices"):
        Reinforce(Space(x=Uniform(0, 1)), 5)
    with pytest.raises(ValueError, match=r"\(2, 3\)"):
        expected_score(LOGITS[:2], np.zeros((3, 2)))
    with pytest.raises(ValueError, match="draws"):
        policy_gradient(LOGITS, [[0, 1]], [1.0])
