"""Evolution with ageing: change one thing about a good one of the youngest."""

import math

from ..checks import check_count
from .distributions import Choice
from .strategy import Strategy

__all__ = ["Evolution"]


class Evolution(Strategy):
    """Regularised evolution: the oldest dies, however good it is.

    The first `population` trials are drawn from the space. From then on the best of `sample`
    drawn from the youngest `population` has a child that differs from it in one parameter.

    Parameters
    ----------
    space : Space
    trials : int
    population : int
        How many are alive.
    sample : int
        How many of them compete to be the parent. With 1 this is a random walk.
    seed : int

    References
    ----------
    E. Real, A. Aggarwal, Y. Huang, Q. V. Le (2019). Regularized evolution for image classifier
    architecture search. AAAI.
    """

    def __init__(self, space, trials, *, population=20, sample=5, seed=0):
        super().__init__(space, seed=seed)
        self.trials = check_count("Evolution: trials", trials)
        self.population = check_count("Evolution: population", population)
        self.sample = check_count("Evolution: sample", sample)
        if sample > population:
            raise ValueError(
                f"the sample is drawn from a population that is no smaller, got {sample} of "
                f"{population}"
            )

    @property
    def total(self):
        """The number of trials."""
        return self.trials

    def propose(self, trials):
        """Return the first population, or one child."""
        number = len(trials)
        if number < self.population:
            numbers = range(number, min(self.population, self.trials))
            return [self.trial(n, self.space.sample(self.rng(n))) for n in numbers]
        if number >= self.trials:
            return []
        rng, alive = self.rng(number), trials[-self.population :]
        chosen = rng.choice(len(alive), self.sample, replace=False)
        parent = min((alive[k] for k in chosen), key=_value)
        return [self.trial(number, self._mutated(parent.params, rng))]

    def _mutated(self, params, rng):
        name = list(self.space)[rng.integers(len(self.space))]
        distribution = self.space[name]
        if isinstance(distribution, Choice):
            others = [x for x in distribution.options if x != params[name]]
            new = others[rng.integers(len(others))] if others else params[name]
        else:
            new = distribution.sample(rng)
        return {**params, name: new}


def _value(trial):
    return trial.value if trial.done else math.inf
