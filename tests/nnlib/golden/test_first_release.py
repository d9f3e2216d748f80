"""nnlib beside PyTorch: values and gradients frozen by make_golden.py.

Deliberate differences: the sigmoid is made from tanh, cheap and free of overflow, so its small
values are right to the last digit of 1, not to their own (below about 1e-16, or 1e-7 in float32,
they are 0). ``max`` along an axis is compared with ``torch.amax``, which shares the gradient of
ties as nnlib does; ``torch.max(x, dim)`` gives it all to one of them.
"""

from functools import cache, partial
from pathlib import Path

import numpy as np
import pytest

import nnlib.functional as F
from nnlib import maximum, minimum, optim
from nnlib.autograd.tensor import Tensor
from nnlib.layers.module import Parameter

FILE = Path(__file__).parent / "golden.npz"
DTYPES = ["float32", "float64"]
RTOL = {"float32": 2e-6, "float64": 1e-14}
ATOL = {"float32": 3e-7, "float64": 4e-16}

CASES = {
    "linear": F.linear,
    "linear without bias": F.linear,
    "sigmoid": F.sigmoid,
    "tanh": F.tanh,
    "relu": F.relu,
    "softmax 0": lambda z: F.softmax(z, 0),
    "softmax 1": lambda z: F.softmax(z, dim=1),
    "log_softmax 0": lambda z: F.log_softmax(z, 0),
    "log_softmax 1": lambda z: F.log_softmax(z, 1),
    "max": lambda x: x.max(),
    "min": lambda x: x.min(),
    "amax 1": lambda x: x.max(dim=1),
    "amin 0": lambda x: x.min(0),
    "maximum": maximum,
    "minimum": minimum,
    "clip": lambda x: x.clamp(-1, 2),
    "abs": lambda x: x.abs(),
    "var": lambda x: x.var(),
    "var 1": lambda x: x.var(dim=1),
    "var 0 biased": lambda x: x.var(0, correction=0, keepdim=True),
}
for how in ("mean", "sum", "none"):
    for loss in ("mse_loss", "binary_cross_entropy_with_logits"):
        CASES[f"{loss} {how}"] = partial(getattr(F, loss), reduction=how)
    for kind in ("classes", "shares"):
        CASES[f"cross_entropy {kind} {how}"] = partial(F.cross_entropy, reduction=how)

OPTIMIZERS = {
    "SGD plain": (optim.SGD, {"lr": 0.05}),
    "SGD momentum": (optim.SGD, {"lr": 0.02, "momentum": 0.9}),
    "SGD dampening": (optim.SGD, {"lr": 0.05, "momentum": 0.9, "dampening": 0.5}),
    "SGD nesterov": (optim.SGD, {"lr": 0.02, "momentum": 0.9, "nesterov": True}),
    "SGD weight decay": (optim.SGD, {"lr": 0.05, "momentum": 0.5, "weight_decay": 0.1}),
    "Adam defaults": (optim.Adam, {}),
    "Adam betas": (optim.Adam, {"lr": 0.05, "betas": (0.5, 0.9)}),
    "Adam eps": (optim.Adam, {"lr": 0.05, "eps": 0.1}),
    "Adam weight decay": (optim.Adam, {"lr": 0.05, "weight_decay": 0.1}),
}


@cache
def golden():
    with np.load(FILE, allow_pickle=False) as stored:
        return {key: stored[key] for key in stored.files}


def stored(case, dtype):
    prefix = f"{case}/{dtype}/"
    return {k.removeprefix(prefix): v for k, v in golden().items() if k.startswith(prefix)}


def test_every_case_is_compared():
    cases = {key.split("/")[0] for key in golden() if "/" in key}
    assert cases == {*CASES, *OPTIMIZERS, "steps"}
    assert FILE.stat().st_size < 200_000


@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", CASES)
def test_value_and_gradients(case, dtype):
    frozen = stored(case, dtype)
    inputs = {k.removeprefix("in "): v for k, v in frozen.items() if k.startswith("in ")}
    tensors = {k: Tensor(v.copy(), requires_grad=v.dtype.kind == "f") for k, v in inputs.items()}
    out = CASES[case](*tensors.values())
    compare = {"out": out.data}
    out.backward(frozen["cotangent"])
    compare |= {f"grad {k}": t.grad for k, t in tensors.items() if t.requires_grad}
    assert {k for k in frozen if k == "out" or k.startswith("grad")} == compare.keys()
    for name, found in compare.items():
        assert found.dtype == dtype
        np.testing.assert_allclose(
            found, frozen[name], rtol=RTOL[dtype], atol=ATOL[dtype], err_msg=name
        )


@pytest.mark.equation(36)
@pytest.mark.equation(38)
@pytest.mark.algorithm(2)
@pytest.mark.parametrize("dtype", DTYPES)
@pytest.mark.parametrize("case", OPTIMIZERS)
def test_twenty_steps(case, dtype):
    problem = stored("steps", dtype)
    W, b = Parameter(problem["W"].copy()), Parameter(problem["b"].copy())
    kind, options = OPTIMIZERS[case]
    opt = kind([W, b], **options)
    path = []
    for _ in range(20):
        opt.zero_grad()
        F.mse_loss(F.tanh(F.linear(problem["x"], W, b)), problem["y"]).backward()
        opt.step()
        path.append(np.concatenate([W.data.ravel(), b.data]))
    expected = stored(case, dtype)["path"]
    assert np.abs(expected[-1] - expected[0]).min() > 1e-3  # it has moved
    tolerance = {"float32": 1e-6, "float64": 1e-14}[dtype]
    np.testing.assert_allclose(path, expected, rtol=10 * tolerance, atol=tolerance)
