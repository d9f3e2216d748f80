"""A network that draws its weights anew for every answer, for PAC-Bayes bounds."""

import math

import numpy as np

from ..autograd.tensor import cat
from ..checks import check_number, check_sizes, generator, real_array
from ..layers.activations import relu
from ..layers.module import Module, Parameter
from ..losses.divergence import gaussian_kl

__all__ = ["GaussianMLP"]


class GaussianMLP(Module):
    """One hidden layer of ReLUs, with independent normal weights: the Q of a PAC-Bayes bound.

    For a given input, a sum weighted by normal weights is normal itself. So `forward` draws the
    sums of the hidden units, each with its own noise for every example, and not the weights.

    Parameters
    ----------
    n_in, hidden : int
        Inputs and hidden units; there is one output.
    std : float
        Standard deviation of all weights under the prior P.
    start : pair of array_like, shapes (n_in + 1, hidden) and (hidden + 1, 1), optional
        Means of the prior, the last row for the biases. Drawn if not given, with the variances
        1 / n_in and 1 / hidden.
    rng : int or numpy.random.Generator, optional

    Attributes
    ----------
    mean1, mean2, logvar1, logvar2 : Parameter
        Of the weights under Q, in the shapes of `start`. The means begin at those of P, the
        deviations at ``exp(-0.75) * std``.
    start : tuple of ndarray
    std : float
    """

    def __init__(self, n_in, hidden, std, start=None, *, rng=None):
        super().__init__()
        check_sizes("GaussianMLP", n_in, hidden)
        check_number("GaussianMLP's std", std, 0, above=True)
        rng, shapes = generator(rng), ((n_in + 1, hidden), (hidden + 1, 1))
        if start is None:
            start = [rng.normal(0, (s[0] - 1) ** -0.5, s) for s in shapes]
        if not isinstance(start, (tuple, list)):
            raise TypeError(f"GaussianMLP's start must be a pair of arrays, got {start!r:.60}")
        self.start = tuple(real_array("GaussianMLP's start", w, np.float64) for w in start)
        self.std = float(std)
        found = tuple(w.shape for w in self.start)
        if found != shapes:
            raise ValueError(f"GaussianMLP's start must have the shapes {shapes}, got {found}")
        self.mean1, self.mean2 = (Parameter(w.copy()) for w in self.start)
        begin = 2 * math.log(std) - 1.5
        self.logvar1, self.logvar2 = (Parameter(np.full(s, begin)) for s in shapes)

    def forward(self, x, rng):
        """Mean and deviation of the output, given hidden units that are drawn.

        Parameters
        ----------
        x : array_like, shape (N, n_in)
        rng : int or numpy.random.Generator

        Returns
        -------
        tuple of Tensor, shape (N,) each
        """
        x = real_array("GaussianMLP's x", x, np.float64)
        if x.ndim != 2 or x.shape[1] != len(self.start[0]) - 1:
            expected = f"(N, {len(self.start[0]) - 1})"
            raise ValueError(f"GaussianMLP expects inputs of shape {expected}, got {x.shape}")
        x = np.column_stack([x, np.ones(len(x))])
        z, variance = x @ self.mean1, (x * x) @ self.logvar1.exp()
        h = relu(z + variance.sqrt() * generator(rng).normal(size=z.shape))
        h = cat([h, np.ones((len(x), 1))], 1)
        return (h @ self.mean2)[:, 0], ((h * h) @ self.logvar2.exp()).sqrt()[:, 0]

    def divergence(self):
        """KL(Q || P) in nats, a Tensor of one number."""
        parts = zip((self.mean1, self.mean2), (self.logvar1, self.logvar2), self.start, strict=True)
        return sum(
            gaussian_kl(
                ((mean - start) / self.std).flatten(0),
                (logvar - 2 * math.log(self.std)).flatten(0),
                "sum",
            )
            for mean, logvar, start in parts
        )
