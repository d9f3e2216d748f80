"""Grid search: every combination of a few values of each parameter."""

import math
from itertools import product

from .strategy import Strategy

__all__ = ["Grid"]


class Grid(Strategy):
    """Try every combination of a few values of each parameter.

    Parameters
    ----------
    space : Space
    seed : int
        For the seeds of the trials; the grid itself has no randomness.
    **points : int or sequence
        For each parameter how many values, evenly spaced on its scale from end to end, or the
        values themselves. A `Choice` may be left out: all its options are tried.

    Examples
    --------
    >>> from nnlib.search import Choice, LogUniform, Space
    >>> space = Space(rate=LogUniform(0.01, 1), activation=Choice("relu", "tanh"))
    >>> Grid(space, rate=3).total
    6
    """

    def __init__(self, space, /, *, seed=0, **points):
        super().__init__(space, seed=seed)
        unknown = [name for name in points if name not in space.distributions]
        if unknown:
            raise ValueError(f"Grid got points for {unknown}; the space has {list(space)}")
        self.values = {
            name: self._values(name, distribution, points.get(name))
            for name, distribution in space.distributions.items()
        }

    @staticmethod
    def _values(name, distribution, points):
        if hasattr(points, "__iter__") and not isinstance(points, str):
            values = [distribution.check(value) for value in points]
            if not values or len(set(values)) < len(values):
                raise ValueError(f"Grid: {name} needs different values, got {values!r:.60}")
            return values
        try:
            return distribution.grid(points)
        except ValueError as error:
            raise ValueError(f"Grid: {name}: {error}") from None

    @property
    def total(self):
        """The number of combinations."""
        return math.prod(len(values) for values in self.values.values())

    def propose(self, trials):
        if len(trials) == self.total:
            return []
        combinations = product(*self.values.values())
        every = [
            self.trial(number, dict(zip(self.values, combination, strict=True)))
            for number, combination in enumerate(combinations)
        ]
        return every[len(trials) :]

    def __repr__(self):
        values = ", ".join(f"{name}={values}" for name, values in self.values.items())
        return f"Grid({self.space}, seed={self.seed}, {values})"
