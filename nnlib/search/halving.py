"""Many short trainings, and longer ones only for those that do well: halving and Hyperband."""

import math
from dataclasses import replace

import numpy as np

from ..checks import check_count, check_number
from .strategy import Strategy

__all__ = ["Hyperband", "SuccessiveHalving"]


class _Brackets(Strategy):
    """What both share: brackets of rungs, each rung the best of the one below with more budget."""

    def __init__(self, space, brackets, seed):
        super().__init__(space, seed=seed)
        self.brackets = brackets  # lists of rungs (number of trials, budget)

    @property
    def total(self):
        """The number of trials."""
        return sum(count for rungs in self.brackets for count, _ in rungs)

    @property
    def cost(self):
        """Sum of all budgets."""
        return sum(count * budget for rungs in self.brackets for count, budget in rungs)

    def propose(self, trials):
        """Return the next rung of every bracket, from all trials that came before."""
        rest, number = list(trials), 0
        below = [[] for _ in self.brackets]
        for height in range(max(map(len, self.brackets))):
            proposed, owners = [], []
            for b, rungs in enumerate(self.brackets):
                if height >= len(rungs):
                    continue
                count, budget = rungs[height]
                for k in range(count):
                    proposed.append(self._trial(number + len(proposed), budget, below[b], k))
                    owners.append(b)
            if not rest:
                return proposed
            done, rest = rest[: len(proposed)], rest[len(proposed) :]
            number += len(proposed)
            below = [
                [t for t, o in zip(done, owners, strict=True) if o == b] for b in range(len(below))
            ]
        return []

    def _trial(self, number, budget, below, place):
        """Return the best but `place` of the rung below with another budget, or a new trial."""
        if not below:
            return self.trial(number, self.space.sample(self.rng(number)), budget)
        old = self.ranked(below)[place]
        return replace(self.trial(number, old.params, budget), seed=old.seed)

    @staticmethod
    def ranked(trials):
        """Return trials from the lowest value to the highest, failed ones last."""
        return sorted(trials, key=lambda t: (t.failed, t.value if t.done else 0.0))


class SuccessiveHalving(_Brackets):
    """Train many briefly, keep the best third, train these three times as long, and so on.

    Each rung trains again from the start, with the same parameters and the same seed.

    Parameters
    ----------
    space : Space
    trials : int
        How many to begin with.
    low, high : number
        Smallest budget (such as a number of epochs) that makes sense, and that of the last rung.
        Each rung has one `eta`-th of the next one's, and the first at least `low`. If both are
        whole numbers, so are all.
    eta : int
        One of `eta` is kept.
    seed : int

    References
    ----------
    K. Jamieson and A. Talwalkar (2016). Non-stochastic best arm identification and hyperparameter
    optimization. AISTATS.
    """

    def __init__(self, space, trials, low, high, *, eta=3, seed=0):
        self.trials, self.eta = check_count("trials", trials), check_count("eta", eta, 2)
        self.low, self.high, budgets = low, high, _budgets(low, high, eta)
        super().__init__(space, [_rungs(trials, budgets, eta)], seed)


class Hyperband(_Brackets):
    """Successive halving from every possible start: many brief trainings, or few long ones.

    How brief is too brief is not known beforehand. So one bracket begins with the smallest budget,
    the next with `eta` times as much, and the last is a random search with the full budget; all are
    given about the same sum.

    Parameters
    ----------
    space : Space
    low, high : number
        Smallest budget of a trial that makes sense, and the full one.
    eta : int
    seed : int

    References
    ----------
    L. Li, K. Jamieson, G. DeSalvo, A. Rostamizadeh and A. Talwalkar (2018). Hyperband: a novel
    bandit-based approach to hyperparameter optimization. JMLR 18(185), 1-52.
    """

    def __init__(self, space, low, high, *, eta=3, seed=0):
        self.eta = check_count("eta", eta, 2)
        self.low, self.high, budgets = low, high, _budgets(low, high, eta)
        most = len(budgets) - 1
        brackets = [
            _rungs(math.ceil((most + 1) * eta**s / (s + 1)), budgets[most - s :], eta)
            for s in range(most, -1, -1)
        ]
        super().__init__(space, brackets, seed)


def _budgets(low, high, eta):
    """Budgets from `high` down by factors of eta as far as `low` allows, the smallest first."""
    check_number("the smallest budget", low, 0, above=True)
    check_number("the largest budget", high, low)
    whole = all(isinstance(budget, (int, np.integer)) for budget in (low, high))
    budgets = [high]
    while budgets[-1] / eta >= low * (1 - 1e-9):
        budgets.append(budgets[-1] // eta if whole else budgets[-1] / eta)
    return budgets[::-1]


def _rungs(count, budgets, eta):
    """Pair each budget with the number of trials that get it."""
    return [(max(count // eta**k, 1), budget) for k, budget in enumerate(budgets)]
