"""A recurrent language model: it reads symbols one by one and tells what comes next."""

import numpy as np

from ..checks import check_word, generator
from ..layers.dropout import Dropout
from ..layers.embedding import Embedding
from ..layers.linear import Linear
from ..layers.module import Module
from ..layers.recurrent import GRU, LSTM, RNN
from .sampling import check_tokens, generate

__all__ = ["RecurrentLM"]

KINDS = {"RNN": RNN, "LSTM": LSTM, "GRU": GRU}


class RecurrentLM(Module):
    """Embedding, recurrent layers, logits of the next symbol. Guide Eqs. (57), (58).

    Parameters
    ----------
    vocab_size, embed_dim, hidden_size, num_layers : int
    kind : {"LSTM", "GRU", "RNN"}
    dropout : float
        Probability to drop, in training: of embeddings, between layers, of the last outputs.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of what is dropped.
    dtype : dtype

    Attributes
    ----------
    embedding : Embedding
    rnn : LSTM, GRU or RNN
        Its inputs are (N, T, embed_dim).
    head : Linear
    """

    def __init__(
        self,
        vocab_size,
        embed_dim,
        hidden_size,
        num_layers=1,
        kind="LSTM",
        dropout=0.0,
        *,
        rng=None,
        dtype=np.float32,
    ):
        check_word("kind", kind, tuple(KINDS))
        self.vocab_size = vocab_size
        factory_kwargs = {"rng": generator(rng), "dtype": dtype}
        self.embedding = Embedding(vocab_size, embed_dim, **factory_kwargs)
        self.dropout = Dropout(dropout, rng=factory_kwargs["rng"])
        self.rnn = KINDS[kind](
            embed_dim, hidden_size, num_layers, batch_first=True, dropout=dropout, **factory_kwargs
        )
        self.head = Linear(hidden_size, vocab_size, **factory_kwargs)

    def forward(self, tokens, state=None):
        """Read sequences.

        Parameters
        ----------
        tokens : array_like of int, shape (N, T)
        state : Tensor or pair of Tensor, optional
            What the last call returned, to read on where it ended; after `detach` without the
            gradient of what came before (truncated backpropagation through time).

        Returns
        -------
        logits : Tensor, shape (N, T, vocab_size)
            At t those of the symbol t + 1.
        state : Tensor, shape (num_layers, N, hidden_size); for the LSTM a pair
        """
        tokens = check_tokens(tokens, self.vocab_size, "RecurrentLM")
        outputs, state = self.rnn(self.dropout(self.embedding(tokens)), state)
        return self.head(self.dropout(outputs)), state

    @staticmethod
    def detach(state):
        """Return a state without history."""
        if isinstance(state, tuple):
            return tuple(s.detach() for s in state)
        return state.detach()

    def generate(self, tokens, count, temperature=1.0, top_k=None, top_p=None, *, rng=None):
        """Read a beginning and draw `count` more symbols, each from the logits after the last.

        Parameters
        ----------
        tokens : array_like of int, shape (N, T)
            Beginnings of at least one symbol.
        count : int
        temperature, top_k, top_p
            As in `nnlib.models.sampling.sample`.
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        ndarray of int, shape (N, T + count)
        """
        state = None

        def last_logits(tokens):
            nonlocal state
            unread = tokens if state is None else tokens[:, -1:]
            logits, state = self(unread, state)
            return logits.data[:, -1]

        return generate(self, tokens, count, last_logits, temperature, top_k, top_p, rng=rng)
