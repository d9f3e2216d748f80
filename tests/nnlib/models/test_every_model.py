"""What every model keeps to: gradients of all parameters, types."""

import math

import numpy as np
import pytest

import nnlib as nn
from nnlib import models

D = {"dtype": np.float64}


BUILT = {
    "mlp": lambda: models.MLP([6, 5, 4, 3], nn.Tanh, **D),
    "lenet": lambda: models.LeNet5(**D),
    "resnet": lambda: models.ResNet((2, 1), (4, 6), 3, **D),
    "rnn": lambda: models.RecurrentLM(5, 3, 4, 2, "RNN", **D),
    "lstm": lambda: models.RecurrentLM(5, 3, 4, 2, "LSTM", **D),
    "gru": lambda: models.RecurrentLM(5, 3, 4, 2, "GRU", **D),
    "gpt": lambda: models.GPT(7, 5, 6, 2, 2, **D),
    "gpt tied": lambda: models.GPT(7, 5, 6, 2, 2, tie_weights=True, **D),
    "seq2seq": lambda: models.Seq2SeqTransformer(6, 5, 4, 2, 2, 2, 5, padding=0, **D),
    "attention": lambda: models.AttentionOnly(7, 5, 6, 2, 2, **D),
    "adder": lambda: models.ModularAdder(7, 3, 4, **D),
}


def weights(k, shape):
    """Parameter number k of a network, as the program that made the golden values has it."""
    size = math.prod(shape)
    spread = 1 / math.sqrt(max(1, math.prod(shape[1:])))
    return spread * np.sin(1.7 * np.arange(1, size + 1) + 0.3 * k).reshape(shape)


def filled(model):
    for k, p in enumerate(model.parameters()):
        p.data[...] = weights(k, p.shape)
    return model


TOKENS = np.array([[1, 3, 0], [2, 2, 4]])


SMALL = {
    "mlp": (models.MLP([3, 4, 2], nn.Tanh, rng=0, **D), lambda m: m(np.ones((2, 3)))),
    "deep": (
        models.DeepMLP(3, 2, 4, 3, norm=nn.LayerNorm, residual=True, rng=0, **D),
        lambda m: m(np.random.default_rng(0).standard_normal((2, 3))),
    ),
    "lm": (models.RecurrentLM(5, 2, 3, rng=0, **D), lambda m: m(TOKENS)[0]),
    "gpt": (models.GPT(5, 4, 4, 2, 1, rng=0, **D), lambda m: m(TOKENS)),
    "gpt tied": (models.GPT(5, 4, 4, 2, 1, tie_weights=True, rng=0, **D), lambda m: m(TOKENS)),
    "attention": (models.AttentionOnly(5, 4, 4, 2, 2, rng=0, **D), lambda m: m(TOKENS)),
    "adder": (models.ModularAdder(5, 3, 4, rng=0, **D), lambda m: m(TOKENS[:, :2])),
    "seq2seq": (
        models.Seq2SeqTransformer(5, 5, 4, 2, 1, 1, 4, padding=0, norm_first=True, rng=0, **D),
        lambda m: m(TOKENS, TOKENS[:, :2]),
    ),
    "densenet": (
        filled(models.DenseNet(2, (2, 1), 3, bn_size=2, num_classes=2, **D)).eval(),
        lambda m: m(np.random.default_rng(0).standard_normal((2, 4, 4))),
    ),
    "resnet": (
        filled(models.ResNet((1, 1), (2, 3), 2, **D)).eval(),
        lambda m: m(np.random.default_rng(0).standard_normal((2, 4, 4))),
    ),
}


@pytest.mark.parametrize("name", SMALL)
def test_gradients_of_parameters(name):
    """Along a random direction in all parameters at once, against differences."""
    model, call = SMALL[name]
    rng = np.random.default_rng(1)
    out = call(model)
    v = rng.standard_normal(out.shape)
    model.zero_grad()
    out.backward(v)
    state = {k: p.data.copy() for k, p in model.named_parameters()}
    along = {k: rng.standard_normal(p.shape) for k, p in state.items()}

    def f(step):
        for k, p in model.named_parameters():
            p.data = state[k] + step * along[k]
        return float((call(model).data * v).sum())

    difference = (f(1e-5) - f(-1e-5)) / 2e-5
    f(0.0)
    exact = sum((p.grad * along[k]).sum() for k, p in model.named_parameters())
    assert math.isclose(exact, difference, rel_tol=1e-6, abs_tol=1e-8)


@pytest.mark.parametrize("name", BUILT)
def test_models_begin_in_float32(name):
    made = {
        "mlp": lambda: models.MLP([6, 5, 3], rng=0),
        "lenet": lambda: models.LeNet5(rng=0),
        "resnet": lambda: models.ResNet(rng=0),
        "gpt": lambda: models.GPT(7, 5, 6, 2, 2, rng=0),
        "gpt tied": lambda: models.GPT(7, 5, 6, 2, 2, tie_weights=True, rng=0),
        "seq2seq": lambda: models.Seq2SeqTransformer(6, 5, 4, 2, rng=0),
        "attention": lambda: models.AttentionOnly(7, 5, 6, 2, 2, rng=0),
        "adder": lambda: models.ModularAdder(7, 3, 4, rng=0),
    }
    build = made.get(name, lambda: models.RecurrentLM(5, 3, 4, 2, name.upper(), rng=0))
    one, two = build(), build()
    for (name, p), q in zip(one.named_parameters(), two.parameters(), strict=True):
        assert p.dtype == np.float32, name
        assert np.array_equal(p.data, q.data)  # the seed says everything
