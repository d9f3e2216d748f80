"""The language model to beat: a table that counts which symbol followed which few others."""

import numpy as np

from ..checks import check_number, check_sizes, check_word
from .sampling import check_tokens

__all__ = ["NGram"]


class NGram:
    """Counts of strings of up to n symbols, each mixed with those of one symbol less.

    Parameters
    ----------
    vocab_size : int
    n : int
        Symbols of the longest string: n - 1 of context and the next.
    smoothing : {"witten-bell", "kneser-ney"}
        What a context that occurred N times, with K different symbols after it, leaves to the
        shorter one: K / (N + K), or ``discount`` · K / N. In the second, a shorter string counts by
        how many different symbols it has followed, not by how often it occurred.
    discount : float
        What Kneser and Ney take off every count, between 0 and 1.

    Attributes
    ----------
    num_entries : int
        Different strings of n symbols in the table, after `fit`.

    Raises
    ------
    ValueError
        If n symbols give more strings than a 64-bit number can name.

    Notes
    -----
    I. H. Witten, T. C. Bell 1991; R. Kneser, H. Ney 1995, interpolated as by S. F. Chen, J. Goodman
    1999. Below one symbol all are equally likely.
    """

    def __init__(self, vocab_size, n, smoothing="witten-bell", discount=0.75):
        check_sizes("NGram", vocab_size, n)
        check_word("smoothing", smoothing, ("witten-bell", "kneser-ney"))
        check_number("discount", discount, 0, 1)
        vocab_size, n = int(vocab_size), int(n)  # NumPy's integers would overflow in the guard
        if vocab_size ** (n + 1) >= 2**63:
            raise ValueError(f"{n} of {vocab_size} symbols are too many for one 64-bit number")
        self.vocab_size, self.n = vocab_size, n
        self.discount = discount if smoothing == "kneser-ney" else None
        self.tables = []

    def fit(self, tokens):
        """Count the strings of tokens (T,), with T > n; returns the model."""
        tokens = self._checked(tokens)
        if len(tokens) <= self.n:
            raise ValueError(f"NGram of {self.n} must read more than {len(tokens)} tokens")
        self.tables = []
        for n in range(1, self.n + 1):
            strings = self._numbers(tokens, n)
            if self.discount is not None and n < self.n:  # once for each different predecessor
                strings = np.unique(self._numbers(tokens, n + 1)) % self.vocab_size**n
            keys, counts = np.unique(strings, return_counts=True)
            contexts, place = np.unique(keys // self.vocab_size, return_inverse=True)
            totals, kinds = np.bincount(place, counts), np.bincount(place)
            self.tables.append((keys, counts, contexts, totals, kinds))
        return self

    @property
    def num_entries(self):
        return len(self.tables[-1][0]) if self.tables else 0

    def probabilities(self, tokens, before=()):
        """Return the probability of each of tokens (T,), after `before` and those before it."""
        if not self.tables:
            raise ValueError("NGram has counted nothing yet: call fit first")
        tokens = self._checked(tokens)
        before = self._checked(before)
        p = np.full(len(tokens), 1 / self.vocab_size)
        for n, (keys, counts, contexts, totals, kinds) in enumerate(self.tables, start=1):
            reach = min(n - 1, len(before))  # symbols of `before` that this table looks at
            both = np.concatenate([before[len(before) - reach :], tokens])
            if len(both) < n:
                break
            now = self._numbers(both, n)
            rest = p[len(tokens) - len(now) :]  # the first ones have no context of this length
            c = _look_up(keys, counts, now)
            N = _look_up(contexts, totals, now // self.vocab_size)
            K = _look_up(contexts, kinds, now // self.vocab_size)
            if self.discount is None:
                mixed = (c + K * rest) / np.maximum(N + K, 1)
            else:
                kept = np.maximum(c - self.discount, 0)
                mixed = (kept + self.discount * K * rest) / np.maximum(N, 1)
            rest[...] = np.where(N > 0, mixed, rest)
        return p

    def bits(self, tokens, before=()):
        """Return the mean bits per symbol of tokens (T,), which follow `before`."""
        p = self.probabilities(tokens, before)
        if not len(p):
            raise ValueError("bits are a mean over symbols, and there are none")
        return float(-np.log2(p).mean())

    def _checked(self, tokens):
        tokens = np.asarray(tokens)
        if tokens.ndim != 1:
            raise ValueError(f"NGram reads tokens (T,), got shape {tokens.shape}")
        if not len(tokens):
            return tokens.astype(int)
        return check_tokens(tokens[None], self.vocab_size, "NGram")[0]

    def _numbers(self, tokens, n):
        """One whole number for every string of n tokens in a row."""
        windows = np.lib.stride_tricks.sliding_window_view(tokens, n)
        return windows @ self.vocab_size ** np.arange(n)[::-1]


def _look_up(keys, values, wanted):
    """Values of the wanted keys, and 0 for those that are missing."""
    place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
    return np.where(keys[place] == wanted, values[place], 0)
