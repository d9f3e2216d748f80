"""Layers built from PyTorch's words and loaded with its weights give its outputs and gradients."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
from nnlib.autograd.tensor import Tensor

with np.load(Path(__file__).parent / "golden_layers.npz") as file:
    FILE = dict(file)
STORE = {
    key: FILE[name][start : start + math.prod(shape)].reshape(shape)
    for key, (name, start, shape) in json.loads(str(FILE["index"])).items()
}
CASES = json.loads(str(FILE["cases"]))
TOLERANCE = {"float64": {"rtol": 1e-10, "atol": 1e-11}, "float32": {"rtol": 2e-4, "atol": 2e-5}}


def part(case, word):
    """Everything of a case under one word: {name: array}."""
    start = f"{case}/{word} "
    return {key.removeprefix(start): STORE[key] for key in STORE if key.startswith(start)}


def flat(out):
    """Return the tensors of a nested tuple, in order; None is left out."""
    if out is None:
        return []
    return [out] if isinstance(out, Tensor) else [t for part in out for t in flat(part)]


def converted(array, dtype):
    return array.astype(dtype) if array.dtype.kind == "f" else array.copy()


def mask(rows, dtype):
    return converted(np.array(rows), dtype)


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_layer_is_pytorchs(case, dtype):
    case, kind, args, options, forward, names, mode = case
    takes_dtype = {} if kind.endswith(("Pool2d", "Dropout")) else {"dtype": np.dtype(dtype)}
    layer = getattr(nn, kind)(*args, **options, **takes_dtype)
    layer.train(mode == "train")
    state = {k: converted(v, dtype) for k, v in part(case, "state").items()}
    assert list(layer.state_dict()) == list(state)  # PyTorch's names in PyTorch's order
    layer.load_state_dict(state)

    inputs = {name: converted(STORE[f"{case}/in {name}"], dtype) for name in names}
    tensors = {
        name: Tensor(value, requires_grad=value.dtype.kind == "f") for name, value in inputs.items()
    }
    if kind in ("RNN", "LSTM", "GRU") and len(names) > 1:
        states = [tensors[name] for name in names[1:]]
        outs = flat(layer(tensors["input"], tuple(states) if kind == "LSTM" else states[0]))
    else:
        masks = {k: mask(v, dtype) if isinstance(v, list) else v for k, v in forward.items()}
        outs = flat(layer(*tensors.values(), **masks))
    expected = part(case, "out")
    assert len(outs) == len(expected)
    loss = 0.0
    for k, out in enumerate(outs):
        assert out.dtype == dtype
        np.testing.assert_allclose(out.data, expected[str(k)], **TOLERANCE[dtype])
        loss = loss + (out * STORE[f"{case}/cotangent {k}"].astype(dtype)).sum()
    loss.backward()
    gradients = part(case, "grad")
    found = {k: t.grad for k, t in [*tensors.items(), *layer.named_parameters()]}
    assert {k for k, g in found.items() if g is not None} == set(gradients)
    for name, gradient in gradients.items():
        assert found[name].dtype == dtype
        np.testing.assert_allclose(
            found[name], gradient, err_msg=f"gradient of {name}", **TOLERANCE[dtype]
        )
    buffers = dict(layer.named_buffers())
    for name, value in part(case, "after").items():
        np.testing.assert_allclose(buffers[name].data, value, **TOLERANCE[dtype])


def test_made_by_the_release_that_the_house_names():
    assert str(FILE["version"]).startswith("2.13.0")
    assert len({case[0] for case in CASES}) == len(CASES)
