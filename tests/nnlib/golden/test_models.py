"""Whole networks beside PyTorch: outputs, gradients, states."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models

with np.load(Path(__file__).parent / "golden_models.npz") as file:
    GOLDEN = dict(file)


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
}


def part(case, word):
    start = f"{case}/{word} "
    return {k.removeprefix(start): v for k, v in GOLDEN.items() if k.startswith(start)}


def weights(k, shape):
    """Parameter number k of a network, as the program that made the golden values has it."""
    size = math.prod(shape)
    spread = 1 / math.sqrt(max(1, math.prod(shape[1:])))
    return spread * np.sin(1.7 * np.arange(1, size + 1) + 0.3 * k).reshape(shape)


def thinned(a):
    a = a.ravel()
    return a if a.size < 500 else np.concatenate([a[::37], [a.sum(), (a * a).sum()]])


def filled(model):
    for k, p in enumerate(model.parameters()):
        p.data[...] = weights(k, p.shape)
    return model


@pytest.mark.parametrize(("case", "names"), json.loads(str(GOLDEN["cases"])), ids=lambda c: str(c))
def test_model_is_pytorchs(case, names):
    model = filled(BUILT[case]())
    shapes = {name: tuple(shape.tolist()) for name, shape in part(case, "state").items()}
    assert {k: v.shape for k, v in model.state_dict().items()} == shapes
    assert list(model.state_dict()) == list(shapes)  # PyTorch's names in PyTorch's order
    out = model(*(GOLDEN[f"{case}/in {name}"] for name in names))
    out = out[0] if isinstance(out, tuple) else out
    target = GOLDEN[f"{case}/target"]
    loss = F.cross_entropy(out.reshape(-1, out.shape[-1]), target.reshape(-1))
    loss.backward()
    close = {"rtol": 1e-10, "atol": 1e-12}
    np.testing.assert_allclose(out.data, GOLDEN[f"{case}/out"], **close)
    np.testing.assert_allclose(loss.data, GOLDEN[f"{case}/loss"], **close)
    gradients = part(case, "grad")
    assert [name for name, _ in model.named_parameters()] == list(gradients)
    for name, p in model.named_parameters():
        np.testing.assert_allclose(thinned(p.grad), gradients[name], err_msg=name, **close)
    for name, value in part(case, "after").items():
        np.testing.assert_allclose(dict(model.named_buffers())[name].data, value, **close)


def test_a_state_that_pytorch_saved_loads():
    """Shared weights stand in it twice; afterwards they are still shared."""
    model = BUILT["gpt tied"]()
    model.load_state_dict(nn.load(Path(__file__).parent / "pytorch_gpt.npz"))
    assert model.head.weight is model.token_embedding.weight
    found = model(GOLDEN["gpt tied/in tokens"]).data
    np.testing.assert_allclose(found, GOLDEN["gpt tied/out"], rtol=1e-10, atol=1e-12)
