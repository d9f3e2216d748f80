"""Measure whole training steps of two small networks: nnlib beside PyTorch, one thread each.

A step is forward, loss, backward and Adam, in float32, through the public interface of both. Each
library runs in a process of its own; the two take turns, so that a slow moment of the machine
meets both, and the smallest time of all rounds counts. Before any time is believed the first four
losses must agree. Without PyTorch nnlib runs alone.

Another Python that has PyTorch can be named: TORCH_PYTHON=/path/to/python.
"""

import itertools

import contest
import numpy as np

WORKLOADS = {
    # name: (sizes, batch, goal of nnlib's time over PyTorch's)
    "W1  784-256-128-10, batch 128": ((784, 256, 128, 10), 128, 0.75),
    "W2  2-16-16-1, batch 64": ((2, 16, 16, 1), 64, 0.10),
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
        layers += [layer, nn.ReLU() if name.startswith("W1") else nn.Tanh()]
    model = nn.Sequential(*layers[:-1])
    optimizer = optim.Adam(model.parameters(), lr=RATE)
    loss_function = F.cross_entropy if name.startswith("W1") else F.binary_cross_entropy_with_logits

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
        layers += [layer, torch.nn.ReLU() if name.startswith("W1") else torch.nn.Tanh()]
    model = torch.nn.Sequential(*layers[:-1])
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    x, y = torch.from_numpy(x), torch.from_numpy(y)
    loss_function = F.cross_entropy if name.startswith("W1") else F.binary_cross_entropy_with_logits

    def step():
        optimizer.zero_grad()
        loss = loss_function(model(x), y)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def losses(step):
    """The losses of the first four steps."""
    return [step() for _ in range(4)]


if __name__ == "__main__":
    goals = {name: goal for name, (*_, goal) in WORKLOADS.items()}
    make = {"nnlib": nnlib_step, "torch": torch_step}
    contest.run(__file__, make, losses, goals, "one step", TOLERANCE)
