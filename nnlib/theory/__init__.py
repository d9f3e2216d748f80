"""What theory says about networks, as functions that compute it: so far, what they can express."""

from .expressivity import (
    breakpoints,
    count_linear_pieces,
    linear_regions,
    max_regions,
    relu_interpolant,
    sawtooth,
    staircase,
)

__all__ = [
    "breakpoints",
    "count_linear_pieces",
    "linear_regions",
    "max_regions",
    "relu_interpolant",
    "sawtooth",
    "staircase",
]
