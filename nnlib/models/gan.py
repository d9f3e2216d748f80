"""Two small networks that play against each other: a generator and a discriminator."""

import numpy as np

from ..autograd.tensor import no_grad
from ..checks import check_count, check_sizes, generator
from ..layers.activations import LeakyReLU, Tanh, sigmoid
from .mlp import MLP

__all__ = ["Discriminator", "Generator"]


class Generator(MLP):
    """Codes z -> logits of images, with one hidden layer of tanh units. G of Guide Eq. (88).

    It is the decoder of `VAE`; only what it is trained for differs.

    Parameters
    ----------
    latent, hidden, outputs : int
        Numbers in a code, hidden units, numbers in an example.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Examples
    --------
    >>> Generator(2, 8, 784, rng=0).sample(3, rng=1).shape
    (3, 784)
    """

    def __init__(self, latent, hidden, outputs, *, rng=None, dtype=np.float32):
        check_sizes("Generator", latent, hidden, outputs)
        self.latent = latent
        super().__init__([latent, hidden, outputs], Tanh, rng=rng, dtype=dtype)

    def codes(self, n, rng=None):
        """Draw codes from the standard normal distribution, an array (n, latent)."""
        check_count("Generator.codes: n", n)
        return generator(rng).standard_normal((n, self.latent)).astype(self[0].weight.dtype)

    def sample(self, n, rng=None):
        """Draw examples: an array (n, outputs) of probabilities, without a graph."""
        with no_grad():
            return sigmoid(self(self.codes(n, rng))).data


class Discriminator(MLP):
    """Examples -> a logit each, with two hidden layers of leaky ReLUs. D of Guide Eq. (88).

    Parameters
    ----------
    inputs, hidden : int
        Numbers in an example, units in each hidden layer.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype
    """

    def __init__(self, inputs, hidden, *, rng=None, dtype=np.float32):
        check_sizes("Discriminator", inputs, hidden)
        super().__init__([inputs, hidden, hidden, 1], lambda: LeakyReLU(0.2), rng=rng, dtype=dtype)
