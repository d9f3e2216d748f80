"""The transformer of Vaswani et al. 2017: one sequence is read, another one is written."""

import math

import numpy as np

from ..autograd.tensor import no_grad
from ..checks import generator
from ..layers.attention import sinusoidal_positions
from ..layers.dropout import Dropout
from ..layers.embedding import Embedding
from ..layers.linear import Linear
from ..layers.module import Module, evaluating
from ..layers.transformer import Transformer
from .sampling import check_tokens

__all__ = ["Seq2SeqTransformer"]


class Seq2SeqTransformer(Module):
    """Embeddings and positions, encoder and decoder, logits. Guide Eqs. (65)-(67).

    Parameters
    ----------
    src_vocab, tgt_vocab : int
        Sizes of the vocabularies that are read and written.
    d_model, nhead, num_encoder_layers, num_decoder_layers, dim_feedforward : int
    dropout : float
        Probability to drop, in training.
    max_length : int
        Longest sequence.
    padding : int, optional
        The token that fills up short sequences, in both vocabularies; nobody looks at it.
    norm_first : bool
        Whether to normalise before a block instead of after the sum.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Attributes
    ----------
    src_embedding, tgt_embedding : Embedding
        Multiplied by √d_model before the positions are added.
    transformer : Transformer
    head : Linear
    """

    def __init__(
        self,
        src_vocab,
        tgt_vocab,
        d_model=64,
        nhead=4,
        num_encoder_layers=2,
        num_decoder_layers=2,
        dim_feedforward=256,
        dropout=0.0,
        max_length=256,
        padding=None,
        norm_first=False,
        *,
        rng=None,
        dtype=np.float32,
    ):
        self.src_vocab, self.tgt_vocab, self.padding = src_vocab, tgt_vocab, padding
        factory_kwargs = {"rng": generator(rng), "dtype": dtype}
        self.src_embedding = Embedding(src_vocab, d_model, **factory_kwargs)
        self.tgt_embedding = Embedding(tgt_vocab, d_model, **factory_kwargs)
        for table in (self.src_embedding, self.tgt_embedding):
            table.weight.data /= math.sqrt(d_model)  # so that √d_model leaves deviation 1
        self.positions = sinusoidal_positions(max_length, d_model, dtype=np.float64)  # fixed
        self.dropout = Dropout(dropout, rng=factory_kwargs["rng"])
        self.transformer = Transformer(
            d_model,
            nhead,
            num_encoder_layers,
            num_decoder_layers,
            dim_feedforward,
            dropout,
            batch_first=True,
            norm_first=norm_first,
            **factory_kwargs,
        )
        self.head = Linear(d_model, tgt_vocab, **factory_kwargs)

    def _embedded(self, tokens, table):
        """Return the rows of the tokens with their positions, and where padding stands."""
        length, d_model = tokens.shape[1], table.weight.shape[1]
        if not 1 <= length <= len(self.positions):
            raise ValueError(
                f"Seq2SeqTransformer reads sequences of 1..{len(self.positions)} tokens, got "
                f"{length}"
            )
        positions = self.positions[:length].astype(table.weight.dtype)
        x = self.dropout(table(tokens) * math.sqrt(d_model) + positions)
        padded = tokens == self.padding if self.padding is not None else None
        return x, padded

    def encode(self, src):
        """Read src (N, S); return the memory (N, S, d_model) and where its padding stands."""
        src = check_tokens(src, self.src_vocab, "the source")
        x, padded = self._embedded(src, self.src_embedding)
        return self.transformer.encoder(x, src_key_padding_mask=padded), padded

    def decode(self, tgt, memory, memory_padding=None):
        """Return logits (N, T, tgt_vocab) of the token after each of tgt (N, T)."""
        tgt = check_tokens(tgt, self.tgt_vocab, "the target")
        x, padded = self._embedded(tgt, self.tgt_embedding)
        out = self.transformer.decoder(
            x,
            memory,
            tgt_key_padding_mask=padded,
            memory_key_padding_mask=memory_padding,
            tgt_is_causal=True,
        )
        return self.head(out)

    def forward(self, src, tgt):
        """Map tokens (N, S) and (N, T) to the logits (N, T, tgt_vocab) of the token after each.

        In training tgt is the right answer, shifted: it begins with a token that means "begin".
        """
        return self.decode(tgt, *self.encode(src))

    def greedy_decode(self, src, start, end, max_length):
        """Write the likeliest token again and again, until all sequences have ended.

        Parameters
        ----------
        src : array_like of int, shape (N, S)
        start, end : int
            Tokens that begin and end a sequence.
        max_length : int
            Tokens to write at most, without the first.

        Returns
        -------
        ndarray of int, shape (N, T)
            From `start` on; what follows an `end` is `end`.
        """
        check_tokens([[start, end]], self.tgt_vocab, "greedy_decode")
        with evaluating(self), no_grad():
            memory, padded = self.encode(src)
            tokens = np.full((memory.shape[0], 1), start)
            ended = np.zeros(len(tokens), bool)
            while tokens.shape[1] <= max_length and not ended.all():
                logits = self.decode(tokens, memory, padded).data[:, -1]
                new = np.where(ended, end, logits.argmax(1))
                tokens = np.concatenate([tokens, new[:, None]], 1)
                ended |= new == end
        return tokens
