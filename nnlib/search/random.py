"""Random search: every trial is drawn by itself."""

from ..checks import check_count
from .strategy import Strategy

__all__ = ["Random"]


class Random(Strategy):
    """Draw every trial from the space, independently of all others.

    Parameters
    ----------
    space : Space
    trials : int
    seed : int

    Notes
    -----
    A trial depends on the seed and on its number, not on how many there are: a search of 30
    trials is the beginning of one of 60, and its file can be taken up by that.
    """

    def __init__(self, space, trials, *, seed=0):
        super().__init__(space, seed=seed)
        self.trials = check_count("Random: trials", trials)

    @property
    def total(self):
        """The number of trials."""
        return self.trials

    @property
    def identity(self):
        return f"Random({self.space}, seed={self.seed})"

    def propose(self, trials):
        return [
            self.trial(number, self.space.sample(self.rng(number)))
            for number in range(len(trials), self.trials)
        ]
