"""Keys and values that are kept: the same output as computing all anew, and its errors."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.models import GPT

X = np.random.default_rng(0).standard_normal((2, 7, 6))


@pytest.mark.parametrize("parts", [[1] * 7, [3, 1, 3], [7], [5, 2]])
@pytest.mark.parametrize("weights", [False, True])
def test_attention_in_parts_is_attention_at_once(parts, weights):
    attention = nn.MultiheadAttention(6, 2, batch_first=True, rng=0, dtype=np.float64)
    cache = nn.KeyValueCache()
    with nn.no_grad():
        expected, _ = attention(X, X, X, is_causal=True)
        found, start = [], 0
        for n in parts:
            x = X[:, start : start + n]
            found.append(attention(x, x, x, need_weights=weights, is_causal=True, cache=cache)[0])
            start += n
    assert len(cache) == 7
    np.testing.assert_allclose(nn.cat(found, 1).data, expected.data, atol=1e-12)


def test_gpt_token_by_token_is_gpt_at_once():
    model = GPT(11, 8, 8, 2, 2, rng=0, dtype=np.float64).eval()
    tokens = np.random.default_rng(0).integers(0, 11, (3, 8))
    caches = [nn.KeyValueCache() for _ in model.blocks]
    with nn.no_grad():
        expected = model(tokens).data
        found = [model(tokens[:, t : t + 1], caches).data for t in range(8)]
        with pytest.raises(ValueError, match=r"sequences of 1\.\.8 tokens, got 9"):
            model(tokens[:, :1], caches)
    np.testing.assert_allclose(np.concatenate(found, 1), expected, atol=1e-12)


def test_generated_tokens_are_those_of_computing_all_anew():
    model = GPT(11, 8, 8, 2, 2, rng=0, dtype=np.float64)
    begin = np.array([[1, 2], [3, 4]])
    found = model.generate(begin, 14, top_k=1)  # beyond the block of 8
    tokens = begin
    with nn.no_grad():
        for _ in range(14):
            last = model.eval()(tokens[:, -8:]).data[:, -1]
            tokens = np.concatenate([tokens, last.argmax(1)[:, None]], 1)
    np.testing.assert_array_equal(found, tokens)


def test_refuses():
    attention = nn.MultiheadAttention(6, 2, batch_first=True, rng=0, dtype=np.float64)
    cache = nn.KeyValueCache()
    with pytest.raises(ValueError, match="a cache is for use under no_grad"):
        attention(X, X, X, cache=cache)
    with nn.no_grad():
        with pytest.raises(ValueError, match=r"a cache is for use under no_grad.* without other"):
            attention(X, X, X, attn_mask=np.zeros((7, 7), bool), cache=cache)
        attention(X, X, X, cache=cache)
        with pytest.raises(ValueError, match="keys of another shape or type"):
            attention(X[:1], X[:1], X[:1], cache=cache)
        with pytest.raises(ValueError, match="GPT has 2 blocks, got 1 caches"):
            GPT(11, 8, 8, 2, 2, rng=0)(np.zeros((1, 1), int), [cache])
