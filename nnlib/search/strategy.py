"""What every strategy of search has in common."""

import inspect

import numpy as np

from ..checks import check_count
from .space import Space
from .trial import Trial

__all__ = ["Strategy"]


class Strategy:
    """Base class of strategies, each a pure function from earlier trials to the next ones.

    A strategy has no state: `propose` looks at the trials so far, and at what it was made with,
    and at nothing else. So it does not matter who ran the trials, in which order they ended, or
    in which program: with one worker or with a hundred a search gives the same result, and it is
    taken up again after an interruption by reading what is already known.

    A subclass defines `propose`, and keeps every argument of its `__init__` under its own name,
    which is how its `repr`, and with it the file of a search, tells one strategy from another.

    Parameters
    ----------
    space : Space
    seed : int
        All randomness of the search comes from it.

    Attributes
    ----------
    total : int or None
        The number of trials, if it is known from the start.

    Examples
    --------
    Try one point, then always half as far from zero, until three trials have run:

    >>> class Halves(Strategy):
    ...     total = 3
    ...
    ...     def propose(self, trials):
    ...         if len(trials) == self.total:
    ...             return []
    ...         x = trials[-1]["x"] / 2 if trials else 1.0
    ...         return [self.trial(len(trials), {"x": x})]
    """

    total = None

    def __init__(self, space, *, seed=0):
        if not isinstance(space, Space):
            raise TypeError(f"a strategy needs a Space, got {space!r:.60}")
        self.space, self.seed = space, check_count("seed", seed, 0)

    def propose(self, trials):
        """Return the next trials, which may run side by side; an empty list ends the search.

        Parameters
        ----------
        trials : list of Trial
            All earlier ones, in the order of their numbers, each with a value or an error.

        Returns
        -------
        list of Trial
            Made by `trial`, numbered on from ``len(trials)``.
        """
        raise NotImplementedError

    def trial(self, number, params, budget=None):
        """Return a trial that is still to be run, with the seed that belongs to its number."""
        seed = int(np.random.SeedSequence([self.seed, number]).generate_state(1)[0])
        return Trial(number, self.space.check(params), seed, budget)

    def rng(self, number):
        """Return the generator from which the parameters of a trial are drawn.

        It depends on the strategy's seed and the number alone, and is independent of the seed that
        the trial itself is given.
        """
        return np.random.default_rng(np.random.SeedSequence([self.seed, number]).spawn(1)[0])

    @property
    def identity(self):
        """Text in the first line of a search's file, by which another search's file is refused."""
        return repr(self)

    def __repr__(self):
        parts = []
        for name, parameter in inspect.signature(type(self)).parameters.items():
            value = getattr(self, name)
            # The repr of a function is its address, another one in every process.
            text = getattr(value, "__qualname__", None) or repr(value)
            by_name = parameter.kind is parameter.KEYWORD_ONLY or parts
            parts.append(f"{name}={text}" if by_name else text)
        return f"{type(self).__name__}({', '.join(parts)})"
