"""Tables of counts as language models."""

from fractions import Fraction

import numpy as np
import pytest

from nnlib.models import NGram

TOKENS = np.random.default_rng(0).choice(4, 300, p=(0.5, 0.3, 0.15, 0.05))


def witten_bell(tokens, context, a, vocab):
    """The definition, by going through the text, in whole numbers."""
    if context is None:
        return Fraction(1, vocab)
    n = len(context)
    following = [tokens[i + n] for i in range(len(tokens) - n) if tokens[i : i + n] == context]
    shorter = witten_bell(tokens, context[1:] if n else None, a, vocab)
    N, K = len(following), len(set(following))
    return (following.count(a) + K * shorter) / (N + K) if N else shorter


def kneser_ney(tokens, context, a, vocab, d, highest=True):
    if context is None:
        return Fraction(1, vocab)
    n = len(context)
    strings = [tuple(tokens[i : i + n + 1]) for i in range(len(tokens) - n)]
    if not highest:
        strings = [
            s[1:] for s in {tuple(tokens[i : i + n + 2]) for i in range(len(tokens) - n - 1)}
        ]
    following = [s[-1] for s in strings if s[:-1] == tuple(context)]
    shorter = kneser_ney(tokens, context[1:] if n else None, a, vocab, d, highest=False)
    if not following:
        return shorter
    kept = max(following.count(a) - d, 0)
    return (kept + d * len(set(following)) * shorter) / len(following)


def test_witten_bell_is_its_definition():
    model, tokens = NGram(4, 3).fit(TOKENS), TOKENS.tolist()
    new = [0, 3, 3, 2, 3, 1]
    by_hand = [witten_bell(tokens, new[i - 2 : i], new[i], 4) for i in range(2, 6)]
    np.testing.assert_allclose(model.probabilities(new)[2:], np.float64(by_hand), rtol=1e-12)


def test_kneser_ney_is_its_definition():
    d = Fraction(3, 4)
    model, tokens = NGram(4, 3, "kneser-ney", 0.75).fit(TOKENS), TOKENS.tolist()
    new = [0, 3, 3, 2, 3, 1]
    by_hand = [kneser_ney(tokens, new[i - 2 : i], new[i], 4, d) for i in range(2, 6)]
    np.testing.assert_allclose(model.probabilities(new)[2:], np.float64(by_hand), rtol=1e-12)


@pytest.mark.parametrize("smoothing", ["witten-bell", "kneser-ney"])
def test_the_probabilities_of_all_symbols_sum_to_one(smoothing):
    model = NGram(5, 3, smoothing).fit(TOKENS)  # symbol 4 never occurred
    for before in ([], [0], [3, 3], [4, 1], [0, 4]):
        p = [model.probabilities([a], before)[0] for a in range(5)]
        assert min(p) > 0
        assert abs(sum(p) - 1) < 1e-12


def test_what_stood_before_is_context_and_is_not_charged():
    model = NGram(4, 3).fit(TOKENS)
    whole = model.probabilities(TOKENS[:50])
    np.testing.assert_array_equal(model.probabilities(TOKENS[10:50], TOKENS[:10]), whole[10:])
    assert model.bits(TOKENS[10:50], TOKENS[:10]) == -np.log2(whole[10:]).mean()
    assert model.num_entries == len({tuple(TOKENS[i : i + 3]) for i in range(298)})


def test_bad_input_is_named():
    with pytest.raises(ValueError, match="witten-bell"):
        NGram(4, 3, "laplace")
    with pytest.raises(ValueError, match="20 of 73 symbols are too many"):
        NGram(np.int64(73), 20)
    with pytest.raises(ValueError, match="must read more than 3 tokens"):
        NGram(4, 3).fit([0, 1, 2])
    with pytest.raises(ValueError, match="call fit first"):
        NGram(4, 3).bits([0])
    with pytest.raises(ValueError, match=r"tokens \(T,\), got shape \(2, 2\)"):
        NGram(4, 1).fit([[0, 1], [1, 2]])
    with pytest.raises(ValueError, match="there are none"):
        NGram(4, 1).fit([0, 1]).bits([])
    with pytest.raises((IndexError, ValueError), match="4"):
        NGram(4, 1).fit([0, 4])
