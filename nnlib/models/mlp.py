"""The multilayer perceptron: linear layers with an activation between them."""

import itertools

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_number, check_sizes, generator
from ..layers.activations import ReLU
from ..layers.dropout import Dropout
from ..layers.linear import Linear
from ..layers.module import Sequential

__all__ = ["MLP"]


class MLP(Sequential):
    """Linear layers, an activation after each but the last. Guide Eqs. (13)-(16), (26), (27), (53).

    Parameters
    ----------
    sizes : sequence of int
        Units of every layer, from the inputs to the outputs: ``[784, 256, 10]``.
    activation : callable
        Makes the module that follows a hidden layer, for example the class `Tanh`.
    dropout : float
        Probability to drop a hidden unit, in training.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Raises
    ------
    ValueError
        If there are fewer than two sizes.
    """

    def __init__(self, sizes, activation=ReLU, dropout=0.0, *, rng=None, dtype=np.float32):
        if not isinstance(sizes, (tuple, list)) or len(sizes) < 2:
            raise ValueError(f"MLP needs the sizes of inputs and outputs, got {sizes}")
        check_sizes("MLP", *sizes)
        check_number("dropout's probability", dropout, 0, 1)
        if not callable(activation):
            raise TypeError(
                f"activation must make modules, as the class Tanh, got {activation!r:.60}"
            )
        rng = generator(rng)
        layers = []
        for n_in, n_out in itertools.pairwise(sizes):
            layers += [Linear(n_in, n_out, rng=rng, dtype=dtype), activation()]
            layers += [Dropout(dropout, rng=rng)] if dropout else []
        super().__init__(*layers[: -2 if dropout else -1])

    def forward(self, x):
        """Map (N, n_in), or (N, ...) with as many numbers for each example, to (N, n_out)."""
        x = as_tensor(x, like=self[0].weight)
        n_in = self[0].weight.shape[1]
        if x.ndim > 2 and x.shape[-1] != n_in:
            x = x.flatten(1)  # images
        return super().forward(x)
