"""What attention may keep from one token to the next: keys and values of all before."""

import numpy as np

__all__ = ["KeyValueCache"]


class KeyValueCache:
    """Keys and values of the positions that a layer of attention has seen.

    A network that writes a text token by token asks for the same keys and values again and again.
    With a cache each is computed once, so that a token costs as much as there are before it, and
    not as much as computing them all anew. ``len(cache)`` says how many there are.

    Examples
    --------
    >>> import numpy as np
    >>> from nnlib import KeyValueCache, MultiheadAttention, no_grad
    >>> attention, cache = MultiheadAttention(4, 2, batch_first=True, rng=0), KeyValueCache()
    >>> x = np.ones((1, 3, 4), np.float32)
    >>> with no_grad():
    ...     for t in range(3):
    ...         token = x[:, t : t + 1]
    ...         out, _ = attention(token, token, token, is_causal=True, cache=cache)
    >>> len(cache)
    3
    """

    def __init__(self):
        self.keys = self.values = None  # (N, heads, room, features), of which `length` are filled
        self.length = 0

    def __len__(self):
        return self.length

    def append(self, keys, values):
        """Add keys and values (N, heads, L, features); return all so far.

        Room is doubled when it runs out, so that most calls copy nothing.

        Raises
        ------
        ValueError
            If batch, heads or features are not those of before.
        """
        start, stop = self.length, self.length + keys.shape[2]
        if self.keys is None or stop > self.keys.shape[2]:
            self.keys, self.values = (
                self._grown(old, new, stop)
                for old, new in ((self.keys, keys), (self.values, values))
            )
        for name, room, new in (("keys", self.keys, keys), ("values", self.values, values)):
            fits = room.shape[:2] == new.shape[:2] and room.shape[3] == new.shape[3]
            if not fits or room.dtype != new.dtype:
                raise ValueError(f"the cache holds {name} of another shape or type: {new.shape}")
            room[:, :, start:stop] = new
        self.length = stop
        return self.keys[:, :, :stop], self.values[:, :, :stop]

    def _grown(self, old, new, least):
        """Return room for at least so many positions, with the old ones in it."""
        if old is None:
            return np.empty((*new.shape[:2], least, new.shape[3]), new.dtype)
        room = np.empty((*old.shape[:2], 2 * least, old.shape[3]), old.dtype)
        room[:, :, : self.length] = old[:, :, : self.length]
        return room
