"""Scores and their gradients by the input, in batches, without touching the weights."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import explain

RNG = np.random.default_rng(0)


def net():
    return nn.Sequential(
        nn.Linear(3, 4, rng=0, dtype=np.float64),
        nn.Tanh(),
        nn.Linear(4, 2, rng=1, dtype=np.float64),
    )


def test_scores_are_a_column_of_the_output_however_they_are_cut():
    model, x = net(), RNG.standard_normal((7, 3))
    np.testing.assert_allclose(explain.scores(model, x, 1, batch=3), model(x).data[:, 1])


def test_gradients_are_those_of_finite_differences():
    model, x = net(), RNG.standard_normal((5, 3))
    found = explain.score_gradients(model, x, 1, batch=2)
    for i in range(3):
        step = 1e-6 * np.eye(3)[i]
        wanted = (model(x + step).data - model(x - step).data)[:, 1] / 2e-6
        np.testing.assert_allclose(found[:, i], wanted, atol=1e-8)


def test_weights_keep_their_gradients():
    model = net()
    model(np.ones((1, 3))).sum().backward()
    before = [p.grad.copy() for p in model.parameters()]
    explain.score_gradients(model, np.zeros((2, 3)), 0)
    for p, g in zip(model.parameters(), before, strict=True):
        np.testing.assert_array_equal(p.grad, g)
        assert p.requires_grad


def test_float32_stays():
    model = nn.Linear(3, 2, rng=0)
    x = np.ones((2, 3), np.float32)
    assert explain.scores(model, x, 0).dtype == np.float32
    assert explain.score_gradients(model, x, 0).dtype == np.float32


@pytest.mark.parametrize(
    ("target", "message"),
    [(2, "the model has 2 classes"), (-1, "target"), (None, "name a target")],
)
def test_a_wrong_target_is_named(target, message):
    with pytest.raises(ValueError, match=message):
        explain.scores(net(), np.ones((4, 3)), target)


def test_a_target_needs_classes():
    with pytest.raises(ValueError, match=r"\(N, classes\)"):
        explain.scores(lambda x: x.sum(axis=1), np.ones((4, 3)), 0)


@pytest.mark.parametrize("model", [None, 3, np.ones(2), ...])
def test_what_is_no_function_is_named(model):
    for method in (explain.saliency, explain.integrated_gradients, explain.smoothgrad):
        with pytest.raises(TypeError, match="model: expected a function"):
            method(model, np.ones(3), 0)


@pytest.mark.parametrize("x", [3.0, np.ones((0, 3))])
def test_an_empty_batch_is_named(x):
    with pytest.raises(ValueError, match="at least one input"):
        explain.scores(net(), x, 0)
