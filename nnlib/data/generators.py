"""Small problems made on the spot. All take a seed or a `numpy.random.Generator` as `rng`.

Points are rows, float64; labels are int64 class numbers, where nothing else is said.
"""

import itertools

import numpy as np

from ..checks import check_count, check_number, generator, real_array

__all__ = ["blobs", "circles", "logic_gate", "moons", "separable", "sine", "spirals", "truth_table"]

GATES = {
    "and": lambda x: x.all(1),
    "or": lambda x: x.any(1),
    "nand": lambda x: ~x.all(1),
    "nor": lambda x: ~x.any(1),
    "xor": lambda x: x.sum(1) % 2 == 1,
    "xnor": lambda x: x.sum(1) % 2 == 0,
    "majority": lambda x: 2 * x.sum(1) > x.shape[1],
}


def truth_table(n):
    """All 2ⁿ rows of n binary inputs, counting upwards, the first input changing slowest.

    Returns
    -------
    ndarray of int64, shape (2**n, n)
    """
    if not 1 <= check_count("the number of inputs", n, 0) <= 20:
        raise ValueError(f"a truth table needs 1 to 20 inputs, got {n}")
    return np.array(list(itertools.product((0, 1), repeat=n)), np.int64)


def logic_gate(name, n=2):
    """Truth table of a gate with n inputs.

    Parameters
    ----------
    name : {"and", "or", "nand", "nor", "xor", "xnor", "majority"}
        XOR of n inputs is their parity.
    n : int

    Returns
    -------
    x : ndarray of int64, shape (2**n, n)
    y : ndarray of int64, shape (2**n,)
    """
    if not isinstance(name, str) or name not in GATES:
        raise ValueError(f"unknown gate {name!r}; known are {', '.join(GATES)}")
    x = truth_table(n)
    return x, GATES[name](x.astype(bool)).astype(np.int64)


def moons(n=200, noise=0.1, rng=None):
    """Two interleaving half circles of radius 1.

    Parameters
    ----------
    n : int
        Number of points, half of each class.
    noise : float
        Standard deviation of the normal noise on both coordinates.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    x : ndarray, shape (n, 2)
    y : ndarray of int64, shape (n,)
    """
    rng, y = _start(n, 2, rng)
    t = np.pi * rng.random(n)
    x = np.where(
        y[:, None] == 0,
        np.column_stack([np.cos(t), np.sin(t)]),
        np.column_stack([1 - np.cos(t), 0.5 - np.sin(t)]),
    )
    return x + _noise(noise, x, rng), y


def circles(n=200, noise=0.1, factor=0.5, rng=None):
    """Two circles around the origin: class 0 with radius 1, class 1 with radius `factor`."""
    rng, y = _start(n, 2, rng)
    t = 2 * np.pi * rng.random(n)
    radius = np.where(y == 0, 1.0, check_number("factor", factor))
    x = np.column_stack([radius * np.cos(t), radius * np.sin(t)])
    return x + _noise(noise, x, rng), y


def spirals(n=300, noise=0.05, classes=2, turns=1.0, rng=None):
    """Interleaved spiral arms, one for each class, from the origin to radius 1."""
    rng, y = _start(n, classes, rng)
    r = np.sqrt(rng.random(n))
    t = 2 * np.pi * (check_number("turns", turns) * r + y / classes)
    x = np.column_stack([r * np.cos(t), r * np.sin(t)])
    return x + _noise(noise, x, rng), y


def blobs(n=200, centers=((-2.0, 0.0), (2.0, 0.0)), std=1.0, rng=None):
    """Normal clouds around given centers, one for each class.

    Parameters
    ----------
    n : int
    centers : array_like, shape (classes, d)
    std : float
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    x : ndarray, shape (n, d)
    y : ndarray of int64, shape (n,)
    """
    centers = real_array("centers", centers, float)
    if centers.ndim != 2:
        raise ValueError(f"centers must have shape (classes, d), got {centers.shape}")
    rng, y = _start(n, len(centers), rng)
    x = centers[y]
    return x + _noise(std, x, rng), y


def separable(n=100, margin=0.1, u=(0.6, 0.8), theta=0.2, rng=None):
    """Points of the square [-1, 1]², half on each side of a line, with a gap along it.

    Parameters
    ----------
    n : int
    margin : float
        No point is closer to the line than this.
    u : (float, float)
        Unit vector at right angles to the line.
    theta : float
        The line is u·x = theta.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    x : ndarray, shape (n, 2)
    d : ndarray of int64, shape (n,)
        Not class numbers but the perceptron's labels, 1 and -1 in turn.
    """
    n = check_count("the number of points", n)
    check_number("margin", margin, 0)
    check_number("theta", theta)
    u = real_array("u", u, float)
    if u.shape != (2,):
        raise ValueError(f"u must be two numbers, got shape {u.shape}")
    d = 1 - 2 * (np.arange(n, dtype=np.int64) % 2)  # 1, -1, 1, ...
    points = generator(rng).uniform(-1, 1, (8 * n + 50, 2))
    side = points @ u - theta
    x = np.empty((n, 2))
    for label in (1, -1):
        beyond = points[label * side >= margin]
        wanted = int((d == label).sum())
        if len(beyond) < wanted:
            raise ValueError(f"a margin of {margin} leaves too little room on one side of the line")
        x[d == label] = beyond[:wanted]
    return x, d


def sine(n=100, noise=0.1, rng=None):
    """Points on sin(x) for x uniform on [-π, π], with noise on the value.

    Returns
    -------
    x, y : ndarray, shape (n, 1)
    """
    rng, _ = _start(n, 1, rng)
    x = rng.uniform(-np.pi, np.pi, (n, 1))
    return x, np.sin(x) + _noise(noise, x, rng)


def _start(n, classes, rng):
    """The generator, and labels: as equal in number as n allows, in random order."""
    n, classes = check_count("the number of points", n), check_count("classes", classes)
    if n < classes:
        raise ValueError(f"{n} points cannot hold {classes} classes")
    rng = generator(rng)
    return rng, rng.permutation(np.arange(n, dtype=np.int64) % classes)


def _noise(std, x, rng):
    check_number("a standard deviation", std, 0)
    return std * rng.standard_normal(x.shape)
