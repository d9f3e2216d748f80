"""Measure the matrix products of the training steps alone: NumPy beside PyTorch.

nnlib leaves products to NumPy and its BLAS, so here is what no code of ours can change. All is in
float32; each product is one call of `@`. See `contest` for how time is taken and how PyTorch is
found.

    python benchmarks/products.py [--threads 2] [--save]
"""

import contest
import numpy as np

TOLERANCE = 1e-4
WORKLOADS = {
    # name: (rows, inner, columns)
    "128x784 @ 784x256, the first layer of W1": (128, 784, 256),
    "16x145 @ 145x3364, a convolution of W4": (16, 145, 3364),
    "32x192 @ 192x512, a step of W5": (32, 192, 512),
    "1024x64 @ 64x192, a projection of W6": (1024, 64, 192),
}


def factors(name):
    """The two matrices."""
    m, k, n = WORKLOADS[name]
    rng = np.random.default_rng(0)
    return (rng.standard_normal(s).astype(np.float32) for s in ((m, k), (k, n)))


def numpy_step(name):
    """One product in NumPy."""
    a, b = factors(name)
    return lambda: a @ b


def torch_step(name):
    """The same in PyTorch."""
    import torch

    torch.set_num_threads(contest.threads())
    a, b = map(torch.from_numpy, factors(name))
    return lambda: a @ b


def results(step):
    """Some entries of the product."""
    return np.asarray(step())[::7, ::11].ravel().tolist()


if __name__ == "__main__":
    make = {"nnlib": numpy_step, "torch": torch_step}
    contest.run(__file__, make, results, dict.fromkeys(WORKLOADS), "one product", TOLERANCE)
