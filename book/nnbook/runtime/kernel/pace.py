"""How fast this machine is, by a yardstick that takes some ten milliseconds."""

import time

import numpy as np

__all__ = ["pace"]

REFERENCE = 0.010  # seconds of the yardstick where the seconds of heavy cells were measured
TIMES = 3  # the shortest counts; anything else on the machine can only make it longer


def pace():
    """Return how many times as long as on the reference machine a cell takes here."""
    matrix = np.linspace(-1, 1, 96 * 96).reshape(96, 96)

    def yardstick():
        start = time.perf_counter()
        product = matrix
        for _ in range(20):  # what cells do: products, elementwise functions, small steps of Python
            product = np.tanh(product @ matrix)
            sum(k * k for k in range(200))
        return time.perf_counter() - start

    return min(yardstick() for _ in range(TIMES)) / REFERENCE
