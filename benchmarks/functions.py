"""Measure single functions, forward and backward: nnlib beside PyTorch, one thread each.

A step is the value of an activation of a million numbers and the gradient from a fixed one of its
output, or a loss of many classes and the gradient of its logits, in float32, through the public
interface of both.

See `contest` for how time is taken and how PyTorch is found.

    python benchmarks/functions.py [--save]
"""

import contest
import numpy as np

TOLERANCE = 1e-3
WORKLOADS = {
    # name: (function, options, goal or None)
    "gelu, tanh form, 1e6": ("gelu", {"approximate": "tanh"}, 0.5),
    "gelu 1e6": ("gelu", {}, None),
    "silu 1e6": ("silu", {}, None),
    "elu 1e6": ("elu", {}, None),
    "softplus 1e6": ("softplus", {}, None),
    "leaky_relu 1e6": ("leaky_relu", {}, None),
    "softmax-cross-entropy 4096x1000": ("cross_entropy", {}, 0.95),
}


def numbers(shape, seed):
    """Standard normal numbers, the same for both libraries."""
    return np.random.default_rng(seed).standard_normal(shape).astype(np.float32)


def inputs(function):
    """Return the input of a function and what it is compared with or weighted by."""
    if function == "cross_entropy":
        return numbers((4096, 1000), 0), np.random.default_rng(1).integers(0, 1000, 4096)
    return numbers(1_000_000, 0), numbers(1_000_000, 1)


def nnlib_step(name):
    """Return a function that makes one step and returns the output and the gradient."""
    import nnlib as nn
    import nnlib.functional as F

    function, options, _ = WORKLOADS[name]
    x, other = inputs(function)
    x = nn.Tensor(x, requires_grad=True)

    def step():
        x.grad = None
        if function == "cross_entropy":
            out = F.cross_entropy(x, other)
            out.backward()
        else:
            out = getattr(F, function)(x, **options)
            out.backward(other)
        return [out.data, x.grad]

    return step


def torch_step(name):
    """Return the same for PyTorch."""
    import torch
    import torch.nn.functional as F

    torch.set_num_threads(1)
    function, options, _ = WORKLOADS[name]
    x, other = (torch.from_numpy(a) for a in inputs(function))
    x.requires_grad_()

    def step():
        x.grad = None
        if function == "cross_entropy":
            out = F.cross_entropy(x, other)
            out.backward()
        else:
            out = getattr(F, function)(x, **options)
            out.backward(other)
        return [out.detach().numpy(), x.grad.numpy()]

    return step


def results(step):
    """Output and gradient as one number each: weighted by random numbers, over their length."""
    return [float((a * numbers(a.shape, 2)).sum() / np.sqrt((a * a).sum())) for a in step()]


if __name__ == "__main__":
    goals = {name: goal for name, (*_, goal) in WORKLOADS.items()}
    make = {"nnlib": nnlib_step, "torch": torch_step}
    contest.run(__file__, make, results, goals, "forward and backward", TOLERANCE)
