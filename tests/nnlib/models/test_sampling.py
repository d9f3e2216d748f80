"""How language models write: seeds, temperature, what is refused."""

import numpy as np
import pytest

from nnlib import models
from nnlib.models.sampling import sample


@pytest.mark.parametrize(
    "model", [models.GPT(5, 3, 4, 2, 1, 0.5, rng=0), models.RecurrentLM(5, 3, 4, rng=0)]
)
def test_generates_what_the_seed_says(model):
    one = model.generate([[1], [2]], 7, rng=0)
    assert one.shape == (2, 8)
    assert one.min() >= 0
    assert one.max() < 5
    assert one[:, 0].tolist() == [1, 2]
    assert np.array_equal(one, model.generate([[1], [2]], 7, rng=0))
    assert not np.array_equal(one, model.generate([[1], [2]], 7, rng=1))
    assert model.training  # as before; dropout is off meanwhile
    assert model.generate([[1, 2]], 0).tolist() == [[1, 2]]
    greedy = model.generate([[1, 2]], 4, top_k=1, rng=0)
    assert np.array_equal(greedy, model.generate([[1, 2]], 4, top_k=1, rng=1))
    assert np.array_equal(greedy, model.generate([[1, 2]], 4, temperature=1e-6, rng=2))


def test_sampling_follows_the_distribution():
    p = np.array([0.5, 0.3, 0.15, 0.05])
    logits = np.tile(np.log(p), (20000, 1))

    def shares(**options):
        drawn = sample(logits, rng=0, **options)
        return np.bincount(drawn, minlength=4) / len(drawn)

    np.testing.assert_allclose(shares(), p, atol=0.015)
    np.testing.assert_allclose(shares(top_k=2), [0.625, 0.375, 0, 0], atol=0.015)
    np.testing.assert_allclose(shares(temperature=0.5), p**2 / (p**2).sum(), atol=0.015)
    np.testing.assert_allclose(shares(top_p=0.7), [0.625, 0.375, 0, 0], atol=0.015)
    assert sample(np.zeros((3, 4)), top_k=1).tolist() == [0, 0, 0]  # of equals the first
    assert sample(np.array([[0.0, -np.inf, 1e4]])).tolist() == [2]


@pytest.mark.parametrize(
    ("options", "kept"),
    [
        ({"top_p": 0.01}, {2}),  # never nobody
        ({"top_p": 0.5}, {2}),  # exactly enough is enough
        ({"top_p": 0.51}, {0, 2}),
        ({"top_p": 1.0}, {0, 1, 2, 3}),
        ({"top_p": 0.9, "temperature": 0.25}, {0, 2}),  # p⁴: 0.88, 0.11, ...
        ({"top_p": 0.6, "top_k": 2}, {2}),  # of the two that are left 5/8 and 3/8
    ],
)
def test_nucleus_is_the_fewest_that_have_enough(options, kept):
    logits = np.tile(np.log([0.3, 0.05, 0.5, 0.15]), (5000, 1))
    assert set(sample(logits, rng=0, **options).tolist()) == kept


def test_nucleus_changes_no_logits():
    logits = np.log([[0.3, 0.05, 0.5, 0.15]])
    before = logits.copy()
    sample(logits, top_p=0.4, top_k=3, rng=0)
    np.testing.assert_array_equal(logits, before)


def test_language_models_refuse():
    gpt, lm = models.GPT(5, 4, 4, 2, 1, rng=0), models.RecurrentLM(5, 3, 4, rng=0)
    with pytest.raises(ValueError, match=r"sequences of 1\.\.4 tokens, got 5"):
        gpt(np.zeros((1, 5), int))
    with pytest.raises(ValueError, match=r"sequences of 1\.\.4 tokens, got 0"):
        gpt(np.zeros((1, 0), int))
    for model in (gpt, lm):
        with pytest.raises(ValueError, match=r"knows tokens 0\.\.4, found 0 to 5"):
            model([[0, 5]])
        with pytest.raises(ValueError, match=r"whole numbers \(N, T\), got float64 of shape"):
            model([[0.0, 1.0]])
        with pytest.raises(ValueError, match=r"whole numbers \(N, T\), got int\d\d of shape \(2"):
            model([0, 1])
        with pytest.raises(ValueError, match="temperature must be positive, got 0"):
            model.generate([[1]], 1, temperature=0)
        with pytest.raises(ValueError, match=r"top_k must be 1\.\.5, got 6"):
            model.generate([[1]], 1, top_k=6)
        with pytest.raises(ValueError, match="top_p must be above 0 and at most 1, got 0"):
            model.generate([[1]], 1, top_p=0)
        with pytest.raises(ValueError, match="needs a beginning"):
            model.generate(np.zeros((1, 0), int), 1)
    with pytest.raises(ValueError, match=r"kind must be one of .* got 'MLP'"):
        models.RecurrentLM(5, 3, 4, kind="MLP")
    with pytest.raises(ValueError, match="multiple of num_heads, got 4 and 3"):
        models.GPT(5, 4, 4, 3, 1)
    with pytest.raises(ValueError, match="positive sizes, got 4 and 0"):
        models.GPT(5, 4, 4, 2, 0)
