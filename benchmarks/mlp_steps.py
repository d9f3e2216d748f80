"""Measure whole training steps of two small networks: nnlib beside PyTorch, one thread each.

A step is forward, loss, backward and Adam, in float32, through the public interface of both. Each
library runs in a process of its own; the two take turns, so that a slow moment of the machine
meets both, and the smallest time of all rounds counts. Before any time is believed the first four
losses must agree. Without PyTorch nnlib runs alone.

Another Python that has PyTorch can be named: TORCH_PYTHON=/path/to/python.
"""

import importlib.util
import itertools
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
WORKLOADS = {
    # name: (sizes, batch, goal of nnlib's time over PyTorch's)
    "W1": ((784, 256, 128, 10), 128, 0.75),
    "W2": ((2, 16, 16, 1), 64, 0.10),
}
TOLERANCE = 1e-4
RATE = 1e-3


def problem(name):
    """Weights (PyTorch's default spread), inputs and targets; the same for both libraries."""
    sizes, batch, _ = WORKLOADS[name]
    rng = np.random.default_rng(0)
    weights = []
    for n_in, n_out in itertools.pairwise(sizes):
        bound = n_in**-0.5
        weights.append(rng.uniform(-bound, bound, (n_out, n_in)).astype(np.float32))
        weights.append(rng.uniform(-bound, bound, n_out).astype(np.float32))
    x = rng.standard_normal((batch, sizes[0])).astype(np.float32)
    if sizes[-1] > 1:
        return weights, x, rng.integers(0, sizes[-1], batch)
    return weights, x, (x[:, :1] * x[:, 1:] > 0).astype(np.float32)


def nnlib_step(name):
    """Return a function that makes one step and returns the loss."""
    import nnlib as nn
    import nnlib.functional as F
    from nnlib import optim

    weights, x, y = problem(name)
    layers = []
    for W, b in zip(weights[::2], weights[1::2], strict=True):
        layer = nn.Linear(*W.shape[::-1])
        layer.weight.data[...], layer.bias.data[...] = W, b
        layers += [layer, nn.ReLU() if name == "W1" else nn.Tanh()]
    model = nn.Sequential(*layers[:-1])
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    loss_function = F.cross_entropy if name == "W1" else F.binary_cross_entropy_with_logits

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def torch_step(name):
    """Return the same for PyTorch."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    weights, x, y = problem(name)
    layers = []
    for W, b in zip(weights[::2], weights[1::2], strict=True):
        layer = torch.nn.Linear(*W.shape[::-1])
        with torch.no_grad():
            layer.weight.copy_(torch.from_numpy(W))
            layer.bias.copy_(torch.from_numpy(b))
        layers += [layer, torch.nn.ReLU() if name == "W1" else torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    loss_function = F.cross_entropy if name == "W1" else F.binary_cross_entropy_with_logits

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def serve(library):
    """Answer, for each name of a workload on a line of input, with losses or the best time."""
    make, steps = {"nnlib": nnlib_step, "torch": torch_step}[library], {}
    for line in sys.stdin:
        name = line.strip()
        if name not in steps:
            step = steps[name] = make(name)
            print(json.dumps([step() for _ in range(4)]), flush=True)
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
    print(f"{'one step':34}{'nnlib ms':>10}{'torch ms':>10}{'ratio':>8}{'goal':>8}")
    for name, (sizes, batch, goal) in WORKLOADS.items():
        losses = [c.ask(name) for c in contestants.values()]
        if not np.allclose(losses[0], losses[-1], rtol=TOLERANCE, atol=TOLERANCE):
            sys.exit(f"{name}: the first losses differ, no time counts: {losses}")
        best = dict.fromkeys(libraries, float("inf"))
        for _ in range(ROUNDS):
            for library, contestant in contestants.items():
                best[library] = min(best[library], contestant.ask(name))
        what = f"{name}  {'-'.join(map(str, sizes))}, batch {batch}"
        row = f"{what:34}{1e3 * best['nnlib']:10.4f}"
        if "torch" in best:
            row += f"{1e3 * best['torch']:10.4f}{best['nnlib'] / best['torch']:8.3f}{goal:8.2f}"
        print(row, flush=True)
    for contestant in contestants.values():
        contestant.close()


if __name__ == "__main__":
    if sys.argv[1:2] == ["--serve"]:
        serve(sys.argv[2])
    else:
        main()
