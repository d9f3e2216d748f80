"""The schedule that waits until nothing improves."""

import math

from ...checks import check_count, check_word
from ..optimizer import check
from .base import LRScheduler
from .cosine import one_each

__all__ = ["ReduceLROnPlateau"]


class ReduceLROnPlateau(LRScheduler):
    """Lower the rate once a measure has not improved for more than `patience` steps.

    Parameters
    ----------
    optimizer : Optimizer
    mode : {"min", "max"}
        Whether less is better.
    factor : float
        What the rate is multiplied by; below 1.
    patience : int
    threshold : float
        What counts as better: by this share of the best, or by this much.
    threshold_mode : {"rel", "abs"}
    cooldown : int
        Steps after a change in which nothing is counted.
    min_lr : float or list of float
    eps : float
        Smaller changes of the rate are not made.

    Notes
    -----
    A measure that is NaN is never better, so it counts as a step without improvement.
    """

    _kept = ("last_epoch", "last_lr", "best", "num_bad_epochs", "cooldown_counter")

    def __init__(
        self,
        optimizer,
        mode="min",
        factor=0.1,
        patience=10,
        threshold=1e-4,
        threshold_mode="rel",
        cooldown=0,
        min_lr=0.0,
        eps=1e-8,
    ):
        check_word("mode", mode, ("min", "max"))
        check_word("threshold_mode", threshold_mode, ("rel", "abs"))
        check("factor", factor, 0, 1, open_above=True)
        check_count("patience", patience, 0)
        check_count("cooldown", cooldown, 0)
        check("threshold", threshold, 0, math.inf)
        check("eps", eps, 0, math.inf)
        self.mode, self.factor, self.patience = mode, factor, patience
        self.threshold, self.threshold_mode = threshold, threshold_mode
        self.cooldown, self.min_lr, self.eps = cooldown, min_lr, eps
        self.best = math.inf if mode == "min" else -math.inf
        self.num_bad_epochs = self.cooldown_counter = 0
        one_each("min_lr", min_lr, getattr(optimizer, "param_groups", [0]))
        super().__init__(optimizer)

    def step(self, metrics=None):
        """Take in the next value of the measure, a number, and set the rates."""
        if self.last_epoch >= 0:  # the first call is the constructor's
            if metrics is None:
                raise TypeError("step() of ReduceLROnPlateau needs the measure: step(loss)")
            self._count(float(metrics))
        super().step()

    def _count(self, value):
        sign = 1 if self.mode == "min" else -1
        margin = self.threshold
        if self.threshold_mode == "rel" and math.isfinite(self.best):
            margin *= self.best
        if sign * value < sign * self.best - margin:
            self.best, self.num_bad_epochs = value, 0
        else:
            self.num_bad_epochs += 1
        if self.cooldown_counter > 0:
            self.cooldown_counter -= 1
            self.num_bad_epochs = 0

    def get_lr(self):
        groups = self.optimizer.param_groups
        rates = [group["lr"] for group in groups]
        if self.num_bad_epochs <= self.patience:
            return rates
        self.cooldown_counter, self.num_bad_epochs = self.cooldown, 0
        lowest = one_each("min_lr", self.min_lr, groups)
        lower = [max(rate * self.factor, low) for rate, low in zip(rates, lowest, strict=True)]
        return [new if old - new > self.eps else old for old, new in zip(rates, lower, strict=True)]
