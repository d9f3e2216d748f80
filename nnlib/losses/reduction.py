"""What all losses share: checked pairs of prediction and truth, and one number made of many."""

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor, record
from ..checks import check_word

__all__ = ["check_reduction", "constant", "reduced", "same_shape", "whole_numbers"]

REDUCTIONS = ("mean", "sum", "none")


def check_reduction(reduction, allowed=REDUCTIONS):
    """Refuse another word than the allowed ones."""
    check_word("reduction", reduction, allowed)


def same_shape(op, input, target):
    """Return prediction and truth as tensors of one shape and floating-point type."""
    input = float_tensor(input, op)
    target = as_tensor(target, like=input)
    if input.shape != target.shape:
        raise ValueError(f"{op} got shapes {input.shape} and {target.shape}: they must agree")
    return input, target


def constant(op, name, value, like, shape=None):
    """Return fixed numbers, such as the weights of classes, as an array of the type of `like`.

    With `shape` they must have it; without, they must broadcast to the shape of `like`.
    """
    value = as_tensor(value, like=like)
    if value.requires_grad:
        raise ValueError(f"{op} has no gradient for {name}: pass {name}.detach()")
    if value.dtype.kind != "f":
        raise TypeError(f"{op} needs a {name} of real numbers, got {value.dtype}")
    if shape is not None and value.shape != shape:
        raise ValueError(f"{op} needs a {name} of shape {shape}, got {value.shape}")
    try:
        np.broadcast_to(value.data, value.shape if shape is not None else like.shape)
    except ValueError:
        raise ValueError(
            f"{op} got a {name} of shape {value.shape}, which does not broadcast to {like.shape}"
        ) from None
    return value.data


def whole_numbers(target):
    """Return a target as an array, whatever it came as."""
    return as_tensor(target).data


def reduced(op, losses, inputs, vjp, reduction, count):
    """Record a loss after its reduction: `losses` over `count` for "mean".

    Its `vjp(g)` takes g of the shape of `losses` or ().
    """
    if reduction == "none":
        return record(op, losses, inputs, vjp)
    if losses.size == 0:
        raise ValueError(f"{op} of an empty batch is not defined: there is nothing to average")
    scale = losses.dtype.type(1 / count if reduction == "mean" else 1)
    return record(op, losses.sum() * scale, inputs, lambda g: vjp(g * scale))
