"""A generative pretrained transformer: causal self-attention over what has been read so far."""

import math

import numpy as np

from ..checks import check_flag, check_sizes, generator
from ..layers.cache import KeyValueCache
from ..layers.dropout import Dropout
from ..layers.embedding import Embedding
from ..layers.linear import Linear
from ..layers.module import Module, ModuleList
from ..layers.norm import LayerNorm
from ..layers.transformer import TransformerEncoderLayer
from .sampling import check_tokens, generate

__all__ = ["GPT"]


class GPT(Module):
    """A decoder-only transformer in the form of GPT-2 (Radford et al. 2019).

    Every block normalises first and sees the past alone; positions are learnt; one more
    normalisation comes before the logits. Guide Eqs. (65)-(67), (78).

    Parameters
    ----------
    vocab_size : int
    block_size : int
        Longest sequence.
    embed_dim, num_heads, num_layers : int
    dropout : float
        Probability to drop, in training.
    tie_weights : bool
        Whether the table of symbols is also the matrix of the logits (Press & Wolf 2017).
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Attributes
    ----------
    token_embedding, position_embedding : Embedding
    blocks : ModuleList of TransformerEncoderLayer
        An encoder layer with a causal mask is a block of a GPT.
    norm : LayerNorm
    head : Linear
        Without bias.

    Notes
    -----
    As in GPT-2 weights begin normal with deviation 0.02, those that end a block with
    0.02 / √(2 num_layers), so that the sum of all blocks keeps its spread; biases begin at 0.
    """

    def __init__(
        self,
        vocab_size,
        block_size,
        embed_dim,
        num_heads,
        num_layers,
        dropout=0.0,
        tie_weights=False,
        *,
        rng=None,
        dtype=np.float32,
    ):
        check_sizes("GPT", block_size, num_layers)
        tie_weights = check_flag("tie_weights", tie_weights)
        self.vocab_size, self.block_size = vocab_size, block_size
        rng = generator(rng)
        factory_kwargs = {"rng": rng, "dtype": dtype}
        self.token_embedding = Embedding(vocab_size, embed_dim, **factory_kwargs)
        self.position_embedding = Embedding(block_size, embed_dim, **factory_kwargs)
        self.dropout = Dropout(dropout, rng=rng)
        self.blocks = ModuleList(
            TransformerEncoderLayer(
                embed_dim,
                num_heads,
                4 * embed_dim,
                dropout,
                "gelu",
                batch_first=True,
                norm_first=True,
                **factory_kwargs,
            )
            for _ in range(num_layers)
        )
        self.norm = LayerNorm(embed_dim, dtype=dtype)
        self.head = Linear(embed_dim, vocab_size, bias=False, **factory_kwargs)
        for name, parameter in self.named_parameters():
            if name.endswith("bias"):
                parameter.data[...] = 0
            elif parameter.ndim == 2:
                ends = name.endswith(("out_proj.weight", "linear2.weight"))
                std = 0.02 / math.sqrt(2 * num_layers) if ends else 0.02
                parameter.data[...] = std * rng.standard_normal(parameter.shape)
        if tie_weights:
            self.head.weight = self.token_embedding.weight

    def forward(self, tokens, caches=None):
        """Map tokens (N, T) to the logits (N, T, vocab_size) of the token after each.

        Parameters
        ----------
        tokens : array_like of int, shape (N, T)
        caches : list of KeyValueCache, optional
            One for each block, under `nnlib.no_grad`: the tokens then come after those of earlier
            calls with the same caches, which are not computed again.

        Raises
        ------
        ValueError
            If a sequence is empty or longer than block_size, or a token unknown.
        """
        tokens = check_tokens(tokens, self.vocab_size, "GPT")
        caches = [None] * len(self.blocks) if caches is None else caches
        if not isinstance(caches, (tuple, list)):
            raise TypeError(f"caches must be a list, one for each block, got {caches!r:.60}")
        if len(caches) != len(self.blocks):
            raise ValueError(f"GPT has {len(self.blocks)} blocks, got {len(caches)} caches")
        before = 0 if caches[0] is None else len(caches[0])
        length = before + tokens.shape[1]
        if tokens.shape[1] < 1 or length > self.block_size:
            raise ValueError(f"GPT reads sequences of 1..{self.block_size} tokens, got {length}")
        x = self.token_embedding(tokens) + self.position_embedding(np.arange(before, length))
        x = self.dropout(x)
        for block, cache in zip(self.blocks, caches, strict=True):
            x = block(x, is_causal=True, cache=cache)
        return self.head(self.norm(x))

    def generate(self, tokens, count, temperature=1.0, top_k=None, top_p=None, *, rng=None):
        """Draw `count` tokens more, each after the last block_size ones.

        Keys and values are kept from token to token (`KeyValueCache`) until the text is longer
        than block_size. From there on every token has another position at each step, and all is
        computed anew.

        Parameters
        ----------
        tokens : array_like of int, shape (N, T)
            Beginnings of at least one token.
        count : int
        temperature, top_k, top_p
            As in `nnlib.models.sampling.sample`.
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        ndarray of int, shape (N, T + count)
        """
        caches = [KeyValueCache() for _ in self.blocks]

        def last_logits(tokens):
            if tokens.shape[1] > self.block_size:
                return self(tokens[:, -self.block_size :]).data[:, -1]
            return self(tokens[:, len(caches[0]) :], caches).data[:, -1]

        return generate(self, tokens, count, last_logits, temperature, top_k, top_p, rng=rng)
