"""Attention without MLPs: its stream is a sum, and hooks reach what the heads found."""

import numpy as np
import pytest

from nnlib import models, no_grad

D = {"dtype": np.float64}
TOKENS = np.array([[1, 3, 0, 2], [2, 2, 4, 1]])


def softmax(scores):
    shares = np.exp(scores - scores.max(-1, keepdims=True))
    return shares / shares.sum(-1, keepdims=True)


def test_two_layers_are_what_the_matrices_say():
    model = models.AttentionOnly(5, 6, 4, 2, 2, rng=0, **D)
    state, seen = model.state_dict(), []
    x = state["token_embedding.weight"][TOKENS] + state["position_embedding.weight"][:4]
    for k in (0, 1):
        w, o = state[f"layers.{k}.in_proj_weight"], state[f"layers.{k}.out_proj.weight"]
        found, patterns = np.zeros_like(x), []
        for h in (0, 2):
            q, key, v = (x @ w[4 * i + h : 4 * i + h + 2].T for i in range(3))
            scores = q @ key.swapaxes(1, 2) / np.sqrt(2)
            shares = softmax(np.where(np.tri(4), scores, -np.inf))
            found += shares @ v @ o[:, h : h + 2].T
            patterns.append(shares)
        x = x + found
        seen.append(np.stack(patterns, 1))
    np.testing.assert_allclose(model(TOKENS).data, x @ state["head.weight"].T, atol=1e-12)
    for mine, theirs in zip(model.patterns(TOKENS), seen, strict=True):
        np.testing.assert_allclose(mine, theirs, atol=1e-12)


def test_it_sees_the_past_alone():
    model = models.AttentionOnly(5, 6, 4, 2, 2, rng=0, **D)
    changed = TOKENS.copy()
    changed[:, 3] = 0
    np.testing.assert_array_equal(model(TOKENS).data[:, :3], model(changed).data[:, :3])


def test_patterns_leave_no_hooks_behind():
    model = models.AttentionOnly(5, 6, 4, 2, 2, rng=0)
    with no_grad():
        first = model.patterns(TOKENS)
        assert len(model.patterns(TOKENS)) == len(first) == 2
    with pytest.raises(ValueError, match="found 0 to 9"):
        model.patterns([[0, 9]])
    assert len(model.patterns(TOKENS)) == 2


@pytest.mark.parametrize("tokens", [np.zeros((1, 7), int), np.zeros((1, 0), int)])
def test_a_length_that_does_not_fit_is_named(tokens):
    with pytest.raises(ValueError, match=r"sequences of 1\.\.6 tokens"):
        models.AttentionOnly(5, 6, 4, 2, 1, rng=0)(tokens)
