"""How weights begin: random numbers whose spread keeps signals and gradients alive.

Weights are (out, in). Every function takes a shape and returns a new array; `rng` is a
`numpy.random.Generator` or a seed.
"""

import math

import numpy as np

__all__ = ["kaiming_normal", "kaiming_uniform", "uniform_bound", "xavier_normal", "xavier_uniform"]

RELU_GAIN = math.sqrt(2)  # ReLU halves the second moment of a symmetric signal


def _fans(shape):
    """Inputs and outputs of one unit: for (out, in, *kernel) both times the kernel's size."""
    if len(shape) < 2:
        raise ValueError(f"an initialiser of weights needs a shape (out, in, ...), got {shape}")
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def xavier_normal(shape, gain=1.0, rng=None, dtype=np.float32):
    """Normal with variance gain² · 2 / (n_in + n_out). Guide Eq. (71); Glorot & Bengio 2010."""
    n_in, n_out = _fans(shape)
    std = gain * math.sqrt(2 / (n_in + n_out))
    return (std * np.random.default_rng(rng).standard_normal(shape)).astype(dtype)


def xavier_uniform(shape, gain=1.0, rng=None, dtype=np.float32):
    """Uniform with the variance of `xavier_normal`: bound gain · √(6 / (n_in + n_out))."""
    n_in, n_out = _fans(shape)
    return uniform_bound(shape, gain * math.sqrt(6 / (n_in + n_out)), rng, dtype)


def kaiming_normal(shape, gain=RELU_GAIN, rng=None, dtype=np.float32):
    """Normal with variance gain² / n_in; √2 is ReLU's gain. Guide Eq. (72); He et al. 2015."""
    n_in, _ = _fans(shape)
    std = gain / math.sqrt(n_in)
    return (std * np.random.default_rng(rng).standard_normal(shape)).astype(dtype)


def kaiming_uniform(shape, gain=RELU_GAIN, rng=None, dtype=np.float32):
    """Uniform with the variance of `kaiming_normal`: bound gain · √(3 / n_in)."""
    n_in, _ = _fans(shape)
    return uniform_bound(shape, gain * math.sqrt(3 / n_in), rng, dtype)


def uniform_bound(shape, bound, rng=None, dtype=np.float32):
    """Uniform on [-bound, bound)."""
    return np.random.default_rng(rng).uniform(-bound, bound, shape).astype(dtype)
