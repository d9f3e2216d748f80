"""Lookahead: slow weights that follow the fast ones of any optimizer."""

import numpy as np

from ..checks import check_count
from .optimizer import Optimizer, check

__all__ = ["Lookahead"]


class Lookahead(Optimizer):
    """Every k steps of another optimizer go back part of the way (M. Zhang et al. 2019).

    φ ← φ + α(θ - φ), then θ ← φ. θ are the fast weights, which the inner optimizer moves; φ the
    slow ones, which begin at θ.

    Parameters
    ----------
    optimizer : Optimizer
        The inner one. Its groups and settings are this one's too.
    k : int
        Steps of the inner optimizer for each of the slow weights.
    alpha : float
        How far the slow weights follow.

    Notes
    -----
    PyTorch has no Lookahead. As in the paper's own experiments the inner optimizer keeps its
    state when the weights are set back.
    """

    def __init__(self, optimizer, k=5, alpha=0.5):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"Lookahead needs an Optimizer, got {type(optimizer).__name__}")
        k = check_count("k", k)
        check("alpha", alpha, 0, 1)
        self.optimizer, self.k, self.alpha = optimizer, k, float(alpha)
        self.defaults, self.param_groups = optimizer.defaults, optimizer.param_groups
        self.count = 0
        self._slow = [p.data.copy() for p in self.params]

    @property
    def state(self):
        """The inner optimizer's, and the slow weights under "slow"."""
        inner = self.optimizer.state
        return {p: inner[p] | {"slow": s} for p, s in zip(self.params, self._slow, strict=True)}

    def add_param_group(self, param_group):
        """Add parameters to the inner optimizer; their slow weights begin where they are."""
        self.optimizer.add_param_group(param_group)
        self._slow += [p.data.copy() for p in self.params[len(self._slow) :]]

    def step(self):
        """Let the inner optimizer step; after each k-th step draw the slow weights after it."""
        self.optimizer.step()
        self.count += 1
        if self.count % self.k:
            return
        for p, slow in zip(self.params, self._slow, strict=True):
            slow += self.alpha * (p.data - slow)
            p.data[...] = slow

    def state_dict(self):
        """The inner optimizer's, the slow weights and the count of steps."""
        slow = {f"slow.{k}": array.copy() for k, array in enumerate(self._slow)}
        return self.optimizer.state_dict() | slow | {"count": self.count}

    def load_state_dict(self, state):
        """Take over what `state_dict` gave."""
        names = [f"slow.{k}" for k in range(len(self._slow))]
        missing = [name for name in [*names, "count"] if name not in state]
        if missing:
            raise KeyError(f"state_dict does not fit: missing {missing}, unknown []")
        slow = [np.asarray(state[name]) for name in names]
        for name, new, old in zip(names, slow, self._slow, strict=True):
            if new.shape != old.shape or new.dtype != old.dtype:
                raise ValueError(
                    f"{name} is {new.dtype}, {new.shape} in the state, {old.dtype}, {old.shape} "
                    "here"
                )
        self.optimizer.load_state_dict(
            {name: state[name] for name in state if name not in {*names, "count"}}
        )
        self.count = int(state["count"])
        for old, new in zip(self._slow, slow, strict=True):
            old[...] = new
