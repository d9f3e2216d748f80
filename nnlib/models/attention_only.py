"""A transformer without its MLPs: attention that writes into one stream, small enough to read."""

import numpy as np

from ..checks import check_sizes, generator
from ..layers.attention import MultiheadAttention
from ..layers.embedding import Embedding
from ..layers.linear import Linear
from ..layers.module import Module, ModuleList
from .sampling import check_tokens

__all__ = ["AttentionOnly"]


class AttentionOnly(Module):
    """Layers of causal attention, added one after the other to a stream; no MLP, no norm, no bias.

    Everything between the embeddings and the logits is then linear but for the shares of
    attention, so that what a head reads and writes are products of matrices (Elhage et al. 2021).

    Parameters
    ----------
    vocab_size : int
    block_size : int
        Longest sequence.
    embed_dim, num_heads, num_layers : int
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    token_embedding, position_embedding : Embedding
    layers : ModuleList of MultiheadAttention
        Hooks on them see (output, weights) with weights of shape (N, heads, T, T). A pre-hook on
        ``layers[k].out_proj`` sees what the heads found, side by side, and may replace it.
    head : Linear
        Without bias.

    Examples
    --------
    >>> model = AttentionOnly(5, 8, 12, 3, 2, rng=0)
    >>> model([[0, 1, 2]]).shape, [pattern.shape for pattern in model.patterns([[0, 1, 2]])]
    ((1, 3, 5), [(1, 3, 3, 3), (1, 3, 3, 3)])
    """

    def __init__(
        self,
        vocab_size,
        block_size,
        embed_dim,
        num_heads,
        num_layers,
        *,
        rng=None,
        dtype=np.float32,
    ):
        check_sizes("AttentionOnly", block_size, num_layers)
        self.vocab_size, self.block_size = vocab_size, block_size
        rng = generator(rng)
        factory_kwargs = {"rng": rng, "dtype": dtype}
        self.token_embedding = Embedding(vocab_size, embed_dim, **factory_kwargs)
        self.position_embedding = Embedding(block_size, embed_dim, **factory_kwargs)
        self.layers = ModuleList(
            MultiheadAttention(embed_dim, num_heads, bias=False, batch_first=True, **factory_kwargs)
            for _ in range(num_layers)
        )
        self.head = Linear(embed_dim, vocab_size, bias=False, **factory_kwargs)
        for table in (self.token_embedding, self.position_embedding):
            table.weight.data *= embed_dim**-0.5  # rows of length 1, as the layers expect

    def forward(self, tokens):
        """Map tokens (N, T) to the logits (N, T, vocab_size) of the token after each.

        Raises
        ------
        ValueError
            If a sequence is empty or longer than block_size, or a token unknown.
        """
        tokens = check_tokens(tokens, self.vocab_size, "AttentionOnly")
        length = tokens.shape[1]
        if not 1 <= length <= self.block_size:
            raise ValueError(
                f"AttentionOnly reads sequences of 1..{self.block_size} tokens, got {length}"
            )
        x = self.token_embedding(tokens) + self.position_embedding(np.arange(length))
        for layer in self.layers:
            x = x + layer(x, x, x, is_causal=True, average_attn_weights=False)[0]
        return self.head(x)

    def patterns(self, tokens):
        """Return the shares of attention of every layer for tokens (N, T).

        Returns
        -------
        list of ndarray, shape (N, heads, T, T)
        """
        seen = []
        handles = [
            layer.register_forward_hook(lambda _, __, output: seen.append(output[1].data))
            for layer in self.layers
        ]
        try:
            self(tokens)
        finally:
            for handle in handles:
                handle.remove()
        return seen
