"""The encoder-decoder Transformer."""

import numpy as np
import pytest

import nnlib.functional as F
from nnlib import models, optim

D = {"dtype": np.float64}


def trained(model, loss, steps, lr=1e-2):
    """Train with Adam; return the first and the last loss."""
    optimizer = optim.Adam(model.parameters(), lr=lr)
    values = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[-1]


def test_seq2seq_learns_to_turn_a_sequence_round():
    rng = np.random.default_rng(0)
    model = models.Seq2SeqTransformer(6, 6, 32, 4, 1, 1, 64, padding=0, rng=0)
    # 0 fills up, 1 begins, 2 ends; 3, 4, 5 are the letters.
    words = [rng.integers(3, 6, n) for n in (2, 3, 3, 2, 3, 3)]
    src, tgt = np.zeros((6, 3), int), np.zeros((6, 5), int)
    for s, t, word in zip(src, tgt, words, strict=True):
        s[: len(word)] = word
        t[: len(word) + 2] = [1, *word[::-1], 2]

    def loss():
        logits = model(src, tgt[:, :-1]).swapaxes(1, 2)
        return F.cross_entropy(logits, tgt[:, 1:], ignore_index=0)

    trained(model, loss, 60, 5e-3)
    found = model.greedy_decode(src, 1, 2, 4)
    for row, word in zip(found.tolist(), words, strict=True):
        assert row[: len(word) + 2] == [1, *word[::-1].tolist(), 2]


def test_padding_has_no_influence():
    model = models.Seq2SeqTransformer(6, 5, 4, 2, 2, 2, 5, padding=0, rng=0, **D)
    short = model([[3, 1]], [[1, 4]]).data
    long = model([[3, 1, 0, 0]], [[1, 4, 0]]).data
    np.testing.assert_allclose(long[:, :2], short)
    model.padding = None
    assert np.abs(model([[3, 1, 0, 0]], [[1, 4, 0]]).data[:, :2] - short).max() > 1e-3


def test_the_target_does_not_look_ahead():
    model = models.Seq2SeqTransformer(6, 5, 4, 2, rng=0, **D)
    one, two = model([[3, 1]], [[1, 4, 2]]).data, model([[3, 1]], [[1, 4, 3]]).data
    np.testing.assert_allclose(one[:, :2], two[:, :2])


def test_greedy_decoding_ends():
    model = models.Seq2SeqTransformer(6, 5, 4, 2, rng=0)
    model.head.weight.data[:] = 0
    model.head.bias.data[:] = [0, 0, 1, 0, 0]
    assert model.greedy_decode([[3, 1], [1, 1]], 1, 2, 9).tolist() == [[1, 2], [1, 2]]
    assert model.greedy_decode([[3, 1]], 1, 4, 3).tolist() == [[1, 2, 2, 2]]


def test_refuses():
    model = models.Seq2SeqTransformer(6, 5, 4, 2, max_length=3, rng=0)
    with pytest.raises(ValueError, match=r"sequences of 1\.\.3 tokens, got 4"):
        model(np.zeros((1, 4), int), np.zeros((1, 2), int))
    with pytest.raises(ValueError, match=r"the source knows tokens 0\.\.5, found 6 to 6"):
        model([[6]], [[1]])
    with pytest.raises(ValueError, match=r"the target knows tokens 0\.\.4, found 5 to 5"):
        model([[5]], [[5]])
    with pytest.raises(ValueError, match=r"greedy_decode knows tokens 0\.\.4"):
        model.greedy_decode([[1]], 1, 7, 3)
