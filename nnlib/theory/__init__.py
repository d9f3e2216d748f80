"""What theory says about networks, as functions: what they can express, Jacobians, shrinkage."""

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
from .shrinkage import effective_parameters, ridge, ridge_filter, stopping_filter

__all__ = [
    "breakpoints",
    "count_linear_pieces",
    "effective_parameters",
    "layer_jacobians",
    "linear_regions",
    "max_regions",
    "relu_interpolant",
    "ridge",
    "ridge_filter",
    "sawtooth",
    "staircase",
    "stopping_filter",
]
