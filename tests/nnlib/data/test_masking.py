"""Tests of masked tokens: what is hidden, what is asked for, and the loss over it."""

import numpy as np
import pytest

import nnlib.functional as F
from nnlib.data import mask_tokens

TOKENS = np.random.default_rng(1).integers(0, 50, (400, 100))


def test_shares_are_those_of_bert():
    before = TOKENS.copy()
    inputs, labels = mask_tokens(TOKENS, 50, rng=0)
    chosen = labels != -100
    np.testing.assert_array_equal(TOKENS, before)
    np.testing.assert_array_equal(labels[chosen], TOKENS[chosen])
    np.testing.assert_array_equal(inputs[~chosen], TOKENS[~chosen])
    assert chosen.mean() == pytest.approx(0.15, abs=0.01)
    shown = inputs[chosen]
    assert (shown == 50).mean() == pytest.approx(0.8, abs=0.02)
    # A random token is the right one in one case of fifty.
    assert (shown == TOKENS[chosen]).mean() == pytest.approx(0.1 + 0.1 / 50, abs=0.015)


@pytest.mark.parametrize(("shares", "what"), [((1, 0, 0), "mask"), ((0, 0, 1), "same")])
def test_one_kind_alone(shares, what):
    inputs, labels = mask_tokens(TOKENS, 50, 0.5, shares, rng=0)
    hidden = inputs != TOKENS
    np.testing.assert_array_equal(hidden, (labels != -100) & (what == "mask"))


@pytest.mark.parametrize("token", [np.uint8(255), np.int8(127)])
def test_mask_token_may_lie_beyond_the_type_of_the_tokens(token):
    inputs, labels = mask_tokens(np.array([token]), int(token) + 1, 1, (1, 0, 0))
    assert inputs == int(token) + 1
    assert labels == token


def test_random_tokens_come_from_the_whole_vocabulary():
    inputs, _ = mask_tokens(TOKENS, 50, 1, (0, 1, 0), rng=0)
    np.testing.assert_array_equal(np.unique(inputs), np.arange(50))
    assert (inputs == TOKENS).mean() == pytest.approx(1 / 50, abs=0.005)


@pytest.mark.equation(86)
def test_loss_is_minus_log_probability_of_what_was_hidden():
    tokens = np.array([[0, 1, 2], [2, 1, 0]])
    for seed in range(20):
        _, labels = mask_tokens(tokens, 3, 0.5, rng=seed)
        if (labels != -100).any():
            break
    p = np.random.default_rng(0).dirichlet(np.ones(3), (2, 3))
    terms = [
        -np.log(p[i, j, tokens[i, j]]) for i in range(2) for j in range(3) if labels[i, j] >= 0
    ]
    loss = F.cross_entropy(np.log(p).reshape(-1, 3), labels.ravel(), reduction="sum")
    assert loss.item() == pytest.approx(sum(terms))
    mean = F.cross_entropy(np.log(p).reshape(-1, 3), labels.ravel())
    assert mean.item() == pytest.approx(np.mean(terms))


@pytest.mark.parametrize(
    ("arguments", "error", "message"),
    [
        (([0.5], 3), TypeError, "integers"),
        (([0, 3], 3), ValueError, r"0\.\.2, got 0\.\.3"),
        (([-1], 3), ValueError, "got -1"),
        (([0], 3, 1.5), ValueError, "probability"),
        (([0], 3, 0.5, (0.8, 0.1)), ValueError, "three shares"),
        (([0], 3, 0.5, (0.8, 0.1, 0.2)), ValueError, "sum to 1"),
    ],
)
def test_errors(arguments, error, message):
    with pytest.raises(error, match=message):
        mask_tokens(*arguments)
