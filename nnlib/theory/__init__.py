"""What theory says about networks, as functions: what they can express, Jacobians of layers."""

from .expressivity import (
    breakpoints,
    count_linear_pieces,
    linear_regions,
    max_regions,
    relu_interpolant,
    sawtooth,
    staircase,
)
from .jacobians import layer_jacobians

__all__ = [
    "breakpoints",
    "count_linear_pieces",
    "layer_jacobians",
    "linear_regions",
    "max_regions",
    "relu_interpolant",
    "sawtooth",
    "staircase",
]
