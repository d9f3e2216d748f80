"""A rectifier that learns how much it lets through on the left."""

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor, masked, record
from ..checks import check_count, check_number, float_type
from .module import Module, Parameter

__all__ = ["PReLU", "prelu"]


def prelu(input, weight):
    """Rectifier with a slope for each channel: z for z > 0, else αz.

    He et al., "Delving Deep into Rectifiers", 2015. `leaky_relu` with an α that is learnt.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, ...)
    weight : Tensor, shape (C,) or (1,)
        α.

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If the weight does not fit the channels.
    TypeError
        If floating-point types differ.
    """
    x = float_tensor(input, "prelu")
    weight = as_tensor(weight, like=x)
    channels = x.shape[1] if x.ndim > 1 else 1
    if weight.shape not in ((1,), (channels,)):
        raise ValueError(
            f"prelu of {x.shape} needs one slope or {channels}, got a weight of {weight.shape}"
        )
    alpha = weight.data
    if len(alpha) > 1:
        alpha = alpha.reshape(-1, *(1,) * (x.ndim - 2))  # along the second axis
    positive = x.data > 0
    slope = np.where(positive, x.dtype.type(1), alpha)

    def vjp(g):
        dweight = masked(g, ~positive) * x.data
        if len(weight) > 1:
            return g * slope, dweight.sum((0, *range(2, x.ndim)))
        return g * slope, dweight.sum().reshape(1)

    return record("prelu", x.data * slope, (x, weight), vjp)


class PReLU(Module):
    """`prelu` with its slopes.

    Parameters
    ----------
    num_parameters : int
        One slope for each of so many channels, or 1 for all.
    init : float
        What they begin with.
    dtype : dtype

    Attributes
    ----------
    weight : Parameter, shape (num_parameters,)
    """

    def __init__(self, num_parameters=1, init=0.25, *, dtype=np.float32):
        count = check_count("PReLU: num_parameters", num_parameters)
        check_number("PReLU: init", init)
        self.weight = Parameter(np.full(count, init, float_type(dtype)))

    def forward(self, input):
        """Apply it, channel by channel."""
        return prelu(as_tensor(input, like=self.weight), self.weight)

    def extra_repr(self):
        """Sizes, in PyTorch's words."""
        return f"num_parameters={len(self.weight)}"
