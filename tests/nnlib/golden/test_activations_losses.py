"""Activations and losses with all options beside PyTorch, frozen by make_golden_*.

Deliberate differences: the sigmoid inside SiLU and the exponential inside ELU are made from tanh,
so far to the left they are right to the last digit of 1, not to their own. Where a target is
certain, PyTorch's gradient of that target is infinite in the binary cross-entropy and NaN in the
divergence; here it is that of the loss with its logarithm cut off at -100, and 0. The cosine of a
vector shorter than eps has another gradient there: here it is the derivative.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

PATH = Path(__file__).parent / "golden_activations_losses.npz"
with np.load(PATH) as file:
    FILE = dict(file)
STORE = {
    key: FILE[name][start : start + math.prod(shape)].reshape(shape)
    for key, (name, start, shape) in json.loads(str(FILE["index"])).items()
}
CASES = json.loads(str(FILE["cases"]))
TOLERANCE = {"float64": {"rtol": 1e-12, "atol": 1e-14}, "float32": {"rtol": 2e-5, "atol": 5e-6}}


def converted(array, dtype):
    return array.astype(dtype) if array.dtype.kind == "f" else array.copy()


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_value_and_gradients(case, dtype):
    case, function, options, names = case
    given = {
        name: converted(STORE[f"{case}/option {name}"], dtype) if value == "@" else value
        for name, value in options.items()
    }
    tensors = {}
    for name in names:
        value = converted(STORE[f"{case}/in {name}"], dtype)
        tensors[name] = Tensor(value, requires_grad=value.dtype.kind == "f")
    out = getattr(F, function)(*tensors.values(), **given)
    assert out.dtype == dtype
    np.testing.assert_allclose(out.data, STORE[f"{case}/out"], **TOLERANCE[dtype])
    out.backward(converted(STORE[f"{case}/cotangent"], dtype))
    for name, tensor in tensors.items():
        if not tensor.requires_grad:
            continue
        assert tensor.grad.dtype == dtype
        expected = STORE[f"{case}/grad {name}"]
        finite = np.isfinite(expected)
        assert np.isfinite(tensor.grad).all()
        close = TOLERANCE[dtype]
        if case == "binary_cross_entropy certain":
            close = {"rtol": 1e-6}  # PyTorch divides by its 1e-12 in float32
        np.testing.assert_allclose(tensor.grad[finite], expected[finite], err_msg=name, **close)


def test_encoder_layer_with_gelu():
    start = "encoder layer/state "
    state = {k.removeprefix(start): v for k, v in STORE.items() if k.startswith(start)}
    layer = nn.TransformerEncoderLayer(
        6, 2, 5, activation="gelu", norm_first=True, dtype=np.float64
    ).eval()
    layer.load_state_dict(state)
    src = Tensor(STORE["encoder layer/in src"], requires_grad=True)
    out = layer(src)
    np.testing.assert_allclose(out.data, STORE["encoder layer/out"], rtol=1e-10, atol=1e-12)
    out.backward(STORE["encoder layer/cotangent"])
    gradients = {"src": src.grad} | {k: p.grad for k, p in layer.named_parameters()}
    assert len(gradients) == 13
    for name, found in gradients.items():
        np.testing.assert_allclose(
            found, STORE[f"encoder layer/grad {name}"], rtol=1e-9, atol=1e-11, err_msg=name
        )


def test_made_by_the_release_that_the_house_names():
    assert str(FILE["version"]).startswith("2.13.0")
    assert len({case[0] for case in CASES}) == len(CASES)
    assert PATH.stat().st_size < 200_000
