"""Dropout: in training every unit is left out at random, so that none can lean on another."""

import numpy as np

from ..autograd.tensor import float_tensor, record
from ..checks import check_flag, check_number, generator
from .module import Module

__all__ = ["Dropout", "dropout"]


def dropout(input, p=0.5, training=True, *, rng=None):
    """Set elements to 0 with probability p and divide the others by 1 - p. Guide Eq. (77).

    The guide's p is the probability to *keep* a unit; here, as in PyTorch, it is the probability
    to drop it. Dividing in training keeps the expected value, so nothing changes in use.

    Parameters
    ----------
    input : Tensor or array_like
    p : float
        Probability to drop.
    training : bool
        If False the input itself is returned.
    rng : int or numpy.random.Generator, optional
        Draws the mask.

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If p is not a probability.
    TypeError
        If input does not hold floating-point numbers.
    """
    check_number("dropout's probability p", p, 0, 1)
    x = float_tensor(input, "dropout")
    if not check_flag("training", training) or p == 0:
        return x
    kept = generator(rng).random(x.shape, np.float32) >= p
    scale = x.dtype.type(1 / (1 - p) if p < 1 else 0)
    mask = kept * scale  # m / (1 - p)
    return record("dropout", x.data * mask, (x,), lambda g: (g * mask,))  # Eq. (77) is linear


class Dropout(Module):
    """`dropout` in training mode, nothing in use. Guide Eq. (77).

    Parameters
    ----------
    p : float
        Probability to drop.
    rng : int or numpy.random.Generator, optional
        Draws the masks, a new one at every call.
    """

    def __init__(self, p=0.5, *, rng=None):
        check_number("dropout's probability p", p, 0, 1)
        self.p = p
        self.rng = generator(rng)

    def forward(self, input):
        """Drop in training; return the input itself in use."""
        return dropout(input, self.p, self.training, rng=self.rng)

    def extra_repr(self):
        """Probability, in PyTorch's words."""
        return f"p={self.p}"
