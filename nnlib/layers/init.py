"""How weights begin: random numbers whose spread keeps signals and gradients alive.

Weights are (out, in). Every function takes a shape and returns a new array; `rng` is a
`numpy.random.Generator` or a seed.
"""

import math
import sys

import numpy as np

from ..checks import check_lengths, check_number, check_word, float_type, generator

__all__ = [
    "calculate_gain",
    "kaiming_normal",
    "kaiming_uniform",
    "lecun_normal",
    "lecun_uniform",
    "orthogonal",
    "uniform_bound",
    "xavier_normal",
    "xavier_uniform",
]

RELU_GAIN = math.sqrt(2)  # ReLU halves the second moment of a symmetric signal
LINEAR = ["linear", *(f"conv{kind}{n}d" for kind in ("", "_transpose") for n in (1, 2, 3))]
GAINS = dict.fromkeys([*LINEAR, "sigmoid"], 1.0) | {
    "tanh": 5 / 3,
    "relu": RELU_GAIN,
    "selu": 3 / 4,
}


def _fans(shape):
    """Inputs and outputs of one unit: for (out, in, *kernel) both times the kernel's size."""
    shape = check_lengths("an initialiser", (shape,), least=1)
    if len(shape) < 2:
        raise ValueError(f"an initialiser of weights needs a shape (out, in, ...), got {shape}")
    area = math.prod(shape[2:])
    return shape[1] * area, shape[0] * area


def _normal(shape, std, rng, dtype):
    drawn = generator(rng).standard_normal(check_lengths("shape", (shape,)))
    return (std * drawn).astype(float_type(dtype))


def xavier_normal(shape, gain=1.0, rng=None, dtype=np.float32):
    """Normal with variance gain² · 2 / (n_in + n_out). Guide Eq. (71); Glorot & Bengio 2010."""
    n_in, n_out = _fans(shape)
    std = check_number("gain", gain) * math.sqrt(2 / (n_in + n_out))
    return _normal(shape, std, rng, dtype)


def xavier_uniform(shape, gain=1.0, rng=None, dtype=np.float32):
    """Uniform with the variance of `xavier_normal`: bound gain · √(6 / (n_in + n_out))."""
    n_in, n_out = _fans(shape)
    bound = check_number("gain", gain) * math.sqrt(6 / (n_in + n_out))
    return uniform_bound(shape, bound, rng, dtype)


def kaiming_normal(
    shape, a=0.0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None, dtype=np.float32
):
    """Normal with variance gain² / n_in, √2 being ReLU's gain. Guide Eq. (72); He et al. 2015.

    Parameters
    ----------
    shape : tuple of int
        (out, in, ...)
    a : float
        The slope of "leaky_relu" below 0. Its default makes it ReLU.
    mode : {"fan_in", "fan_out"}
        Whether to keep the variance of signals, or with n_out that of gradients.
    nonlinearity : str
        See `calculate_gain`.
    rng : int or numpy.random.Generator, optional
    dtype : dtype
    """
    std = _kaiming_std(shape, a, mode, nonlinearity)
    return _normal(shape, std, rng, dtype)


def kaiming_uniform(
    shape, a=0.0, mode="fan_in", nonlinearity="leaky_relu", *, rng=None, dtype=np.float32
):
    """Uniform with the variance of `kaiming_normal`, whose parameters it takes."""
    bound = math.sqrt(3) * _kaiming_std(shape, a, mode, nonlinearity)
    return uniform_bound(shape, bound, rng, dtype)


def _kaiming_std(shape, a, mode, nonlinearity):
    check_word("mode", mode, ("fan_in", "fan_out"))
    n_in, n_out = _fans(shape)
    leaky = isinstance(nonlinearity, str) and nonlinearity == "leaky_relu"
    gain = calculate_gain(nonlinearity, a if leaky else None)
    return gain / math.sqrt(n_in if mode == "fan_in" else n_out)


def uniform_bound(shape, bound, rng=None, dtype=np.float32):
    """Uniform on [-bound, bound)."""
    shape = check_lengths("uniform_bound", (shape,))
    check_number("bound", bound, 0, sys.float_info.max / 4)
    return generator(rng).uniform(-bound, bound, shape).astype(float_type(dtype))


def lecun_normal(shape, rng=None, dtype=np.float32):
    """Normal with variance 1 / n_in, LeCun et al. 1998: a sum of n_in terms keeps variance 1.

    SELU networks begin like this (Klambauer et al. 2017).
    """
    return kaiming_normal(shape, nonlinearity="linear", rng=rng, dtype=dtype)


def lecun_uniform(shape, rng=None, dtype=np.float32):
    """Uniform with the variance of `lecun_normal`: bound √(3 / n_in)."""
    return kaiming_uniform(shape, nonlinearity="linear", rng=rng, dtype=dtype)


def orthogonal(shape, gain=1.0, rng=None, dtype=np.float32):
    """Rows or columns of one length, at right angles: a random rotation (Saxe et al. 2014).

    Of the matrix (out, in · kernel) the shorter side's vectors are orthonormal, times `gain`, so
    that every singular value is `gain`. All such matrices are equally likely.

    Notes
    -----
    They come from the QR decomposition of a normal matrix. It leaves signs open; giving R a
    positive diagonal makes Q uniform (Mezzadri 2007).
    """
    n_in, _ = _fans(shape)
    shape = check_lengths("orthogonal", (shape,))
    rows, columns = shape[0], n_in
    check_number("gain", gain)
    normal = generator(rng).standard_normal((max(rows, columns), min(rows, columns)))
    q, r = np.linalg.qr(normal)
    q *= np.copysign(1.0, np.diag(r))
    q = q if rows >= columns else q.T
    return np.ascontiguousarray(gain * q.reshape(shape), dtype=float_type(dtype))


def calculate_gain(nonlinearity, param=None):
    """The factor by which weights should be larger to make up for what an activation takes away.

    Parameters
    ----------
    nonlinearity : str
        Its name in `nnlib.functional`: "linear", "conv2d" and the like, "sigmoid": 1; "tanh":
        5/3; "relu": √2; "leaky_relu": √(2 / (1 + slope²)); "selu": 3/4. PyTorch's numbers.
    param : float, optional
        The slope of "leaky_relu" below 0; 0.01 if left out.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If the name is unknown or the slope is no number.
    """
    if isinstance(nonlinearity, str) and nonlinearity == "leaky_relu":
        slope = 0.01 if param is None else param
        check_number("the slope of leaky_relu", slope)
        return math.sqrt(2 / (1 + slope**2))
    if not isinstance(nonlinearity, str) or nonlinearity not in GAINS:
        raise ValueError(
            f"no gain is known for {nonlinearity!r}, only for {[*GAINS, 'leaky_relu']}"
        )
    return GAINS[nonlinearity]
