"""Hopfield's network of 1982: a memory whose state moves downhill in energy."""

from typing import NamedTuple

import numpy as np

from ..checks import check_word, generator, real_array
from .hebbian import hebb

__all__ = ["Hopfield", "Recall"]

# Sums with real weights that are 0 in exact arithmetic come out as about 1e-15.
NOTHING = 1e-9


class Recall(NamedTuple):
    """What an asynchronous recall did.

    Attributes
    ----------
    state : ndarray of int64, shape (N,)
        Where it ended.
    settled : bool
        Whether the last sweep changed nothing.
    sweeps : int
        Sweeps over all units, the last one included.
    flips : ndarray of int64, shape (flips,)
        The units that changed, in order. A unit may be there more than once.
    """

    state: np.ndarray
    settled: bool
    sweeps: int
    flips: np.ndarray


class Hopfield:
    """N units of state -1 or +1, joined by symmetric weights without self-connections.

    Parameters
    ----------
    patterns : array_like, shape (P, N)
        The memories, -1 or 1.
    rule : {"hebb", "projection"}
        "hebb": the sum of Guide Eq. (2) over the patterns with η = 1, so that the weights are
        whole numbers. "projection": the orthogonal projection on the span of the patterns, which
        keeps each of them whatever their correlations (Personnaz, Guyon & Dreyfus 1985). The
        diagonal is set to 0 in both.

    Attributes
    ----------
    patterns : ndarray of int64, shape (P, N)
    weight : ndarray of float64, shape (N, N)

    Raises
    ------
    ValueError
        If the patterns are not rows of -1 and 1, or there is no such rule.
    """

    def __init__(self, patterns, rule="hebb"):
        patterns = real_array("patterns", patterns)
        if patterns.ndim != 2 or patterns.size == 0:
            raise ValueError(f"expected patterns of shape (P, N), got {patterns.shape}")
        self.patterns = _signs(patterns)
        real = self.patterns.astype(np.float64)  # exact, and fast in BLAS
        check_word("rule", rule, ("hebb", "projection"))
        if rule == "hebb":
            self.weight = hebb(real, real)
        elif rule == "projection":
            self.weight = np.linalg.pinv(real) @ real
        else:
            raise ValueError(f"the rule is 'hebb' or 'projection', got {rule!r}")
        np.fill_diagonal(self.weight, 0)

    def energy(self, state):
        """-½ Σ_ij s_i w_ij s_j for states (..., N), shape (...). Hopfield (1982), Eq. (7)."""
        s = self._checked(state).astype(np.float64)
        return -0.5 * ((s @ self.weight) * s).sum(-1)

    def overlap(self, state):
        """Mean product with each memory, 1 where equal and -1 where opposite, shape (..., P)."""
        s = self._checked(state).astype(np.float64)
        return s @ self.patterns.T / self.patterns.shape[1]

    def update(self, state):
        """All units at once: the sign of the field, or as before where the field is 0.

        This can go back and forth between two states for ever.

        Parameters
        ----------
        state : array_like, shape (..., N)

        Returns
        -------
        ndarray of int64, shape (..., N)
        """
        s = self._checked(state)
        field = s.astype(np.float64) @ self.weight
        return np.where(np.abs(field) <= NOTHING, s, np.where(field > 0, 1, -1))

    def recall(self, state, rng=None, max_sweeps=1000):
        """One unit after the other until a whole sweep changes nothing.

        Every flip lowers the energy, so this ends.

        Parameters
        ----------
        state : array_like, shape (N,)
            Where to start, -1 or 1.
        rng : int or numpy.random.Generator, optional
            If given, every sweep visits the units in a new random order, else from first to last.
        max_sweeps : int

        Returns
        -------
        Recall

        Raises
        ------
        ValueError
            If the state is not one row of N signs, or max_sweeps is below 1.
        """
        s = self._checked(state).copy()
        if s.ndim != 1:
            raise ValueError(f"recall takes one state of shape (N,), got {s.shape}")
        if max_sweeps < 1:
            raise ValueError(f"max_sweeps must be at least 1, got {max_sweeps}")
        rng = None if rng is None else generator(rng)
        order, flips, sweeps, settled = np.arange(len(s)), [], 0, False
        field = self.weight @ s
        while sweeps < max_sweeps and not settled:
            if rng is not None:
                order = rng.permutation(len(s))
            before = len(flips)
            self._sweep(s, field, order, flips)
            sweeps, settled = sweeps + 1, len(flips) == before
        return Recall(s, settled, sweeps, np.array(flips, np.int64))

    def _sweep(self, s, field, order, flips):
        """Visit every unit once. Until the next flip no field changes, so that one is looked up."""
        place = 0
        while place < len(order):
            against = field[order[place:]] * s[order[place:]] < -NOTHING
            step = int(against.argmax())
            if not against[step]:
                return
            i = order[place + step]
            s[i] = -s[i]
            field += 2 * s[i] * self.weight[i]
            flips.append(i)
            place += step + 1

    def _checked(self, state):
        state = np.asarray(state)
        if state.ndim == 0 or state.shape[-1] != len(self.weight):
            raise ValueError(
                f"expected states of shape (..., {len(self.weight)}), got {state.shape}"
            )
        return _signs(state)


def _signs(x):
    if not np.isin(x, (-1, 1)).all():
        raise ValueError(f"a unit is -1 or 1, found {x[~np.isin(x, (-1, 1))].flat[0]:g}")
    return x.astype(np.int64)
