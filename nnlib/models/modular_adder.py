"""A network that adds two whole numbers modulo a third, from examples: one hidden layer."""

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_sizes, generator
from ..layers.activations import relu
from ..layers.embedding import Embedding
from ..layers.linear import Linear
from ..layers.module import Module

__all__ = ["ModularAdder"]


class ModularAdder(Module):
    """Map pairs of numbers below a modulus to logits of their sum: V relu(W (e_a + e_b)).

    Nothing tells the network what the numbers mean: each has a row of the embedding, and only
    sums of two rows reach the hidden units.

    Parameters
    ----------
    modulus : int
    embed_dim, width : int
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    embedding : Embedding
    hidden, head : Linear
        Without bias. ``hidden.weight`` is W, ``head.weight`` is V.

    Examples
    --------
    >>> ModularAdder(67, 32, 64, rng=0)([[3, 4], [66, 1]]).shape
    (2, 67)
    """

    def __init__(self, modulus, embed_dim, width, *, rng=None, dtype=np.float32):
        check_sizes("ModularAdder", modulus, embed_dim, width)
        self.modulus = modulus
        factory_kwargs = {"rng": generator(rng), "dtype": dtype}
        self.embedding = Embedding(modulus, embed_dim, **factory_kwargs)
        self.hidden = Linear(embed_dim, width, bias=False, **factory_kwargs)
        self.head = Linear(width, modulus, bias=False, **factory_kwargs)

    def forward(self, pairs):
        """Map pairs (N, 2) of whole numbers to logits (N, modulus).

        Raises
        ------
        ValueError
            If these are no pairs, or a number is not below the modulus.
        """
        pairs = as_tensor(pairs).data
        if pairs.ndim != 2 or pairs.shape[1] != 2 or pairs.dtype.kind not in "iu":
            raise ValueError(
                f"ModularAdder expects whole numbers (N, 2), got {pairs.dtype} of shape "
                f"{pairs.shape}"
            )
        rows = self.embedding(pairs)
        return self.head(relu(self.hidden(rows[:, 0] + rows[:, 1])))
