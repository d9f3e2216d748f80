"""A recurrent language model: it reads symbols one by one and tells what comes next."""

import numpy as np

from ..autograd.tensor import no_grad
from ..layers.dropout import Dropout
from ..layers.embedding import Embedding
from ..layers.linear import Linear
from ..layers.module import Module
from ..layers.recurrent import GRU, LSTM, RNN
from .sampling import check_sampling, check_tokens, sample

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
        if kind not in KINDS:
            raise ValueError(f"kind must be one of {list(KINDS)}, got {kind!r}")
        self.vocab_size = vocab_size
        made = {"rng": np.random.default_rng(rng), "dtype": dtype}
        self.embedding = Embedding(vocab_size, embed_dim, **made)
        self.dropout = Dropout(dropout, rng=made["rng"])
        self.rnn = KINDS[kind](
            embed_dim, hidden_size, num_layers, batch_first=True, dropout=dropout, **made
        )
        self.head = Linear(hidden_size, vocab_size, **made)

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

    def generate(self, tokens, count, temperature=1.0, top_k=None, *, rng=None):
        """Read a beginning and draw `count` more symbols, each from the logits after the last.

        Parameters
        ----------
        tokens : array_like of int, shape (N, T)
            Beginnings of at least one symbol.
        count : int
        temperature, top_k
            As in `nnlib.models.sampling.sample`.
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        ndarray of int, shape (N, T + count)
        """
        tokens = check_tokens(tokens, self.vocab_size, "generate")
        check_sampling(self.vocab_size, temperature, top_k)
        if tokens.shape[1] == 0 or count < 0:
            raise ValueError(f"generate needs a beginning and a count, got {tokens.shape}, {count}")
        rng, was_training = np.random.default_rng(rng), self.training
        self.eval()
        try:
            with no_grad():
                read, state = tokens, None
                for _ in range(count):
                    logits, state = self(read, state)
                    read = sample(logits.data[:, -1], temperature, top_k, rng)[:, None]
                    tokens = np.concatenate([tokens, read], 1)
        finally:
            self.train(was_training)
        return tokens
