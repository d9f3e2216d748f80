"""Measure single layers, forward and backward, and Adam: nnlib beside PyTorch, one thread each.

A step is the output, then the gradients of the input and of all weights from a fixed gradient of
the output; for Adam it is one step on given gradients. All is in float32, through the public
interface of both. See `contest` for how time is taken and how PyTorch is found.

    python benchmarks/layers.py [--threads 2] [--save]
"""

import contest
import numpy as np

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
    "Adam, 1e6 parameters": ("Adam", (), {}, (1_000_000,), 0.8),
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
    if kind == "Adam":
        p = nn.Parameter(numbers(shape, 0))
        p.grad, optimizer = numbers(shape, 1), nn.optim.Adam([p])
        return lambda: optimizer.step() or [p.data]
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

    torch.set_num_threads(contest.threads())
    kind, args, options, shape, _ = WORKLOADS[name]
    if kind == "Adam":
        p = torch.from_numpy(numbers(shape, 0)).requires_grad_()
        p.grad, optimizer = torch.from_numpy(numbers(shape, 1)), torch.optim.Adam([p])
        return lambda: optimizer.step() or [p.detach().numpy()]
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


def results(step):
    """Each output and gradient as one number: weighted by random numbers, over its length."""
    return [float((a * numbers(a.shape, 102)).sum() / np.sqrt((a * a).sum())) for a in step()]


if __name__ == "__main__":
    goals = {name: goal for name, (*_, goal) in WORKLOADS.items()}
    make = {"nnlib": nnlib_step, "torch": torch_step}
    contest.run(__file__, make, results, goals, "forward and backward", TOLERANCE)
