"""A transformer that reads a few points of a line and answers for a new one, without training."""

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_number, check_sizes, float_type, generator
from ..layers.linear import Linear
from ..layers.module import Module, ModuleList
from ..layers.norm import LayerNorm
from ..layers.transformer import TransformerEncoderLayer

__all__ = ["InContextRegressor", "regression_tasks"]


class InContextRegressor(Module):
    """Predict the value at each input from the pairs (input, value) that come before it.

    A sequence of n pairs is read as 2n tokens: an example (x_i, y_i, 1) and a question (x_i, 0, 0)
    for each pair. Examples see themselves and earlier examples, a question sees itself and earlier
    examples, so that one pass answers every question and none can see its own value. There are no
    positions: the order of the examples is known only from who sees whom.

    Parameters
    ----------
    features : int
        Numbers of an input.
    embed_dim, num_heads, num_layers : int
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    read_in, read_out : Linear
    blocks : ModuleList of TransformerEncoderLayer
    norm : LayerNorm

    Notes
    -----
    Garg et al., "What can transformers learn in-context?", NeurIPS 2022, whose network reads inputs
    and values in turn, with learnt positions.
    """

    def __init__(self, features, embed_dim, num_heads, num_layers, *, rng=None, dtype=np.float32):
        check_sizes("InContextRegressor", features, num_layers)
        rng = generator(rng)
        self.features = features
        factory_kwargs = {"rng": rng, "dtype": dtype}
        self.read_in = Linear(features + 2, embed_dim, **factory_kwargs)
        self.blocks = ModuleList(
            TransformerEncoderLayer(
                embed_dim,
                num_heads,
                4 * embed_dim,
                0.0,
                "gelu",
                batch_first=True,
                norm_first=True,
                **factory_kwargs,
            )
            for _ in range(num_layers)
        )
        self.norm = LayerNorm(embed_dim, dtype=dtype)
        self.read_out = Linear(embed_dim, 1, **factory_kwargs)

    def forward(self, x, y):
        """Map inputs (N, n, features) and values (N, n) to predictions (N, n).

        The prediction at place i depends on x up to place i and on y before it; the last value is
        never read.

        Raises
        ------
        ValueError
            If shapes do not fit.
        """
        x = as_tensor(x, like=self.read_in.weight).data
        y = as_tensor(y, like=self.read_in.weight).data
        if x.ndim != 3 or x.shape[2] != self.features or x.shape[1] == 0:
            raise ValueError(f"expected inputs (N, n, {self.features}), got {x.shape}")
        if y.shape != x.shape[:2]:
            raise ValueError(f"expected values {x.shape[:2]}, one for each input, got {y.shape}")
        n = x.shape[1]
        examples = np.concatenate([x, y[..., None], np.ones_like(y)[..., None]], 2)
        questions = np.concatenate([x, np.zeros((*y.shape, 2), y.dtype)], 2)
        earlier, itself = np.tri(n, k=-1, dtype=bool), np.eye(n, dtype=bool)
        sees = np.block([[earlier | itself, np.zeros_like(itself)], [earlier, itself]])
        h = self.read_in(np.concatenate([examples, questions], 1))
        for block in self.blocks:
            h = block(h, ~sees)  # the mask says who is hidden
        return self.read_out(self.norm(h[:, n:]))[..., 0]


def regression_tasks(count, n, features, noise=0.5, *, rng=None, dtype=np.float64):
    """Draw noisy linear functions and points on them: y = wᵀx + ε, all of it normal.

    Parameters
    ----------
    count, n, features : int
        Tasks, points of each, numbers of an input.
    noise : float
        Deviation of ε; inputs and w have deviation 1 in each coordinate.
    rng : int or numpy.random.Generator, optional
    dtype : dtype
        Of what is returned.

    Returns
    -------
    x : ndarray, shape (count, n, features)
    y : ndarray, shape (count, n)
    w : ndarray, shape (count, features)

    Raises
    ------
    ValueError
        If a size is below 1 or the noise below 0.
    TypeError
        If the type holds no floating-point numbers.
    """
    check_sizes("regression_tasks", count, n, features)
    check_number("regression_tasks: noise", noise, 0)
    dtype = float_type(dtype)
    rng = generator(rng)
    w = rng.standard_normal((count, features))
    x = rng.standard_normal((count, n, features))
    y = (x @ w[..., None])[..., 0] + noise * rng.standard_normal((count, n))
    return x.astype(dtype), y.astype(dtype), w.astype(dtype)
