"""Measure single layers, forward and backward: nnlib beside PyTorch, one thread each.

A step is the output, then the gradients of the input and of all weights from a fixed gradient of
the output, in float32, through the public interface of both. Each library runs in a process of its
own; the two take turns, so that a slow moment of the machine meets both, and the smallest time of
all rounds counts. Before any time is believed, outputs and gradients must agree. Without PyTorch
nnlib runs alone.

Another Python that has PyTorch can be named: TORCH_PYTHON=/path/to/python.
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 12
SECONDS = 0.25  # of each library in each round
TOLERANCE = 1e-3
WORKLOADS = {
    # name: (class, positional options, options, shape of the input, goal or None)
    "conv2d 3x3, 32x16x28x28 -> 32": ("Conv2d", (16, 32, 3), {"padding": 1}, (32, 16, 28, 28), 1.4),
    "batchnorm 32x16x28x28": ("BatchNorm2d", (16,), {}, (32, 16, 28, 28), None),
    "layernorm 1024x256": ("LayerNorm", (256,), {}, (1024, 256), 2.5),
    "maxpool 2x2, 32x32x56x56": ("MaxPool2d", (2,), {}, (32, 32, 56, 56), 0.25),
    "LSTM 64 -> 128, T 50, batch 32": ("LSTM", (64, 128), {}, (50, 32, 64), 0.95),
    "attention d 64, 4 heads, T 64, batch 16": (
        "MultiheadAttention",
        (64, 4),
        {"batch_first": True},
        (16, 64, 64),
        None,
    ),
    "encoder layer, likewise, hidden 256": (
        "TransformerEncoderLayer",
        (64, 4, 256),
        {"batch_first": True, "norm_first": True, "dropout": 0.0},
        (16, 64, 64),
        None,
    ),
}


def numbers(shape, seed):
    """Standard normal numbers, the same for both libraries."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def call(kind, layer, x):
    """Run a layer as its kind wants it and return its first output."""
    if kind == "MultiheadAttention":
        return layer(x, x, x, need_weights=False)[0]
    return layer(x)[0] if kind == "LSTM" else layer(x)


def nnlib_step(name):
    """Return a function that makes one step and returns the output and all gradients."""
    import nnlib as nn

    kind, args, options, shape, _ = WORKLOADS[name]
    layer = getattr(nn, kind)(*args, **options)
    for k, p in enumerate(layer.parameters()):
        p.data[...] = 0.1 * numbers(p.shape, k)
    x = nn.Tensor(numbers(shape, 100), requires_grad=True)
    v = numbers(call(kind, layer, x).shape, 101)
    tensors = [x, *layer.parameters()]

    def step():
        for t in tensors:
            t.grad = None
        out = call(kind, layer, x)
        out.backward(v)
        return [out.data] + [t.grad for t in tensors]

    return step


def torch_step(name):
    """Return the same for PyTorch."""
    import torch

    torch.set_num_threads(1)
    kind, args, options, shape, _ = WORKLOADS[name]
    layer = getattr(torch.nn, kind)(*args, **options)
    with torch.no_grad():
        for k, p in enumerate(layer.parameters()):
            p.copy_(torch.from_numpy(0.1 * numbers(tuple(p.shape), k)))
    x = torch.from_numpy(numbers(shape, 100)).requires_grad_()
    v = torch.from_numpy(numbers(tuple(call(kind, layer, x).shape), 101))
    tensors = [x, *layer.parameters()]

    def step():
        for t in tensors:
            t.grad = None
        out = call(kind, layer, x)
        out.backward(v)
        return [out.detach().numpy()] + [t.grad.numpy() for t in tensors]

    return step


def serve(library):
    """Answer, for each name on a line of input, with sums of the results or the best time."""
    make, steps = {"nnlib": nnlib_step, "torch": torch_step}[library], {}
    for line in sys.stdin:
        name = line.strip()
        if name not in steps:
            step = steps[name] = make(name)
            # Weighted by other random numbers, each result becomes one number; over its length.
            sums = [
                float((a * numbers(a.shape, 102)).sum() / np.sqrt((a * a).sum())) for a in step()
            ]
            print(json.dumps(sums), flush=True)
            continue
        step, best, end = steps[name], float("inf"), time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < end:
            step()
            best = min(best, time.perf_counter() - start)
        print(json.dumps(best), flush=True)


class Contestant:
    """One library in its own process."""

    def __init__(self, library, python):
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # they slow NumPy down
            environment.pop(variable, None)
        environment["PYTHONPATH"] = str(ROOT)
        self.process = subprocess.Popen(
            [python, __file__, "--serve", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def ask(self, name):
        """Send one line and wait for the answer."""
        print(name, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the process of {self.process.args[-1]} has ended")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def main():
    python = {"nnlib": sys.executable, "torch": os.environ.get("TORCH_PYTHON", sys.executable)}
    libraries = ["nnlib", "torch"]
    if "TORCH_PYTHON" not in os.environ and importlib.util.find_spec("torch") is None:
        libraries = ["nnlib"]
        print(
            "PyTorch is not installed here, so nnlib runs alone. To compare: pip install torch in "
            "any environment with NumPy, then TORCH_PYTHON=/path/to/its/python make bench."
        )
    contestants = {name: Contestant(name, python[name]) for name in libraries}
    print(f"{'forward and backward':42}{'nnlib ms':>10}{'torch ms':>10}{'ratio':>8}{'goal':>8}")
    for name, (*_, goal) in WORKLOADS.items():
        sums = [c.ask(name) for c in contestants.values()]
        if not np.allclose(sums[0], sums[-1], rtol=TOLERANCE, atol=TOLERANCE):
            sys.exit(f"{name}: the results differ, no time counts: {sums}")
        best = dict.fromkeys(libraries, float("inf"))
        for _ in range(ROUNDS):
            for library, contestant in contestants.items():
                best[library] = min(best[library], contestant.ask(name))
        row = f"{name:42}{1e3 * best['nnlib']:10.3f}"
        if "torch" in best:
            row += f"{1e3 * best['torch']:10.3f}{best['nnlib'] / best['torch']:8.3f}"
            row += f"{goal:8.2f}" if goal else ""
        print(row, flush=True)
    for contestant in contestants.values():
        contestant.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main()
