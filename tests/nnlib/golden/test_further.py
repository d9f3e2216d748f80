"""Further operations, layers, losses and a schedule beside PyTorch, frozen by make_golden_further.

Deliberate differences: places are arrays, of NumPy's integers.
"""

import json
import math
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.autograd.tensor import Tensor

with np.load(Path(__file__).parent / "golden_further.npz") as file:
    FILE = dict(file)
STORE = {
    key: FILE[name][start : start + math.prod(shape)].reshape(shape).astype(kind + "8", copy=False)
    if kind != "b"
    else FILE[name][start : start + math.prod(shape)].reshape(shape).astype(bool)
    for key, (name, start, shape, kind) in json.loads(str(FILE["index"])).items()
}
CASES = json.loads(str(FILE["cases"]))
TOLERANCE = {"float64": {"rtol": 1e-10, "atol": 1e-12}, "float32": {"rtol": 2e-4, "atol": 2e-5}}
# Layers without parameters, which take no dtype.
PLAIN = {"Flatten", "Identity", "Upsample", "Unfold", "PixelShuffle", "GLU", "LocalResponseNorm"}


def flat(out):
    if isinstance(out, (Tensor, np.ndarray)):
        return [out]
    return [t for part in out for t in flat(part)]


def converted(array, dtype):
    return array.astype(dtype) if array.dtype.kind == "f" else array


def close(found, expected, dtype, name=""):
    np.testing.assert_allclose(found, expected, err_msg=name, **TOLERANCE[dtype])


@pytest.mark.parametrize("dtype", ["float64", "float32"])
@pytest.mark.parametrize("case", CASES, ids=lambda case: case[0])
def test_value_and_gradients(case, dtype):
    case, kind, name, args, options, count = case

    def given(value):
        if isinstance(value, dict):
            return converted(STORE[f"{case}/option {value['array']}"], dtype)
        return value

    args, options = [given(a) for a in args], {k: given(v) for k, v in options.items()}
    options.pop("stable", None)  # sorting always is
    inputs = [converted(STORE[f"{case}/in {k}"], dtype) for k in range(count)]
    tensors = [Tensor(v, requires_grad=v.dtype.kind == "f") for v in inputs]
    parameters = {}
    if kind in ("nn", "spectral"):
        if name not in PLAIN and "Pool" not in name:
            options["dtype"] = np.dtype(dtype)
        module = getattr(nn, name)(*args, **options)
        if kind == "spectral":
            nn.spectral_norm(module)
        start = f"{case}/state "
        state = {k.removeprefix(start): converted(STORE[k], dtype) for k in STORE if start in k}
        assert set(module.state_dict()) == set(state)
        module.load_state_dict(state)
        parameters = dict(module.named_parameters())
        together = name == "LSTMCell" and count > 1
        out = module(tensors[0], tuple(tensors[1:])) if together else module(*tensors)
    elif name == "pow":
        out = tensors[0] ** tensors[1]
    else:
        out = getattr(F if kind == "F" else nn, name)(*tensors, *args, **options)
    loss = 0.0
    for k, part in enumerate(flat(out)):
        expected = STORE[f"{case}/out {k}"]
        assert part.shape == expected.shape
        close(part.data if isinstance(part, Tensor) else part, expected, dtype)
        if f"{case}/cotangent {k}" in STORE:
            assert part.dtype == dtype
            loss = loss + (part * converted(STORE[f"{case}/cotangent {k}"], dtype)).sum()
    if isinstance(loss, Tensor):
        loss.backward()
    for key, tensor in [*((str(k), t) for k, t in enumerate(tensors)), *parameters.items()]:
        if f"{case}/grad {key}" in STORE:
            assert tensor.grad.dtype == dtype
            close(tensor.grad, STORE[f"{case}/grad {key}"], dtype, f"gradient of {key}")


def test_scatter_add():
    part = {k.split("/")[1]: v for k, v in STORE.items() if k.startswith("scatter_add/")}
    a, b = (Tensor(part[name], requires_grad=True) for name in "ab")
    out = nn.scatter_add(a, 0, part["index"], b)
    close(out.data, part["out"], "float64")
    out.backward(part["cotangent"])
    close(a.grad, part["grad a"], "float64")
    close(b.grad, part["grad b"], "float64")


@pytest.mark.parametrize(("k", "formula"), list(enumerate(json.loads(str(FILE["formulas"])))))
def test_einsum(k, formula):
    tensors = [
        Tensor(STORE[f"einsum {k}/in {i}"], requires_grad=True)
        for i in range(formula.count(",") + 1)
    ]
    out = nn.einsum(formula, *tensors)
    close(out.data, STORE[f"einsum {k}/out"], "float64")
    out.backward(STORE[f"einsum {k}/cotangent"])
    for i, tensor in enumerate(tensors):
        close(tensor.grad, STORE[f"einsum {k}/grad {i}"], "float64")


@pytest.mark.parametrize(("k", "options"), list(enumerate(json.loads(str(FILE["schedules"])))))
def test_cosine_with_restarts(k, options):
    optimizer = optim.SGD([nn.Parameter([0.0])], lr=0.3)
    schedule = optim.lr_scheduler.CosineAnnealingWarmRestarts(optimizer, **options)
    rates = [optimizer.lr]
    for _ in range(25):
        schedule.step()
        rates.append(optimizer.lr)
    np.testing.assert_allclose(rates, STORE[f"restarts {k}"], rtol=1e-12)
