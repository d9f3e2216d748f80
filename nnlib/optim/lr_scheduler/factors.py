"""Schedules that are a factor of the step: in stairs, by powers, along a line."""

import bisect
import math

from ...checks import check_count, check_number
from ..optimizer import check
from .base import LRScheduler

__all__ = ["ExponentialLR", "LinearLR", "MultiStepLR", "StepLR"]


class FactorLR(LRScheduler):
    """A base rate times `_factor` of the step, made so that other schedules may act too."""

    def _factor(self, t):
        """Return the factor of the base rate at step t."""
        raise NotImplementedError

    def get_lr(self):
        now = self._factor(self.last_epoch)
        before = self._factor(self.last_epoch - 1) if self.last_epoch else 1.0
        ratio = 1.0 if now == before else now / before
        return [group["lr"] * ratio for group in self.optimizer.param_groups]

    def _restart(self):
        return [base * self._factor(0) for base in self.base_lrs]


class StepLR(FactorLR):
    """Multiply the rate by gamma every step_size steps.

    Parameters
    ----------
    optimizer : Optimizer
    step_size : int
    gamma : float
    """

    def __init__(self, optimizer, step_size, gamma=0.1):
        check_count("step_size", step_size)
        check_gamma(gamma)
        self.step_size, self.gamma = step_size, gamma
        super().__init__(optimizer)

    def _factor(self, t):
        return self.gamma ** (t // self.step_size)


class MultiStepLR(FactorLR):
    """Multiply the rate by gamma at each milestone.

    Parameters
    ----------
    optimizer : Optimizer
    milestones : iterable of int
        Steps; one that is named twice counts twice.
    gamma : float
    """

    def __init__(self, optimizer, milestones, gamma=0.1):
        check_gamma(gamma)
        try:
            milestones = list(milestones)
        except TypeError:
            raise TypeError(f"milestones must be a list of steps, got {milestones!r:.60}") from None
        steps = [check_count("a milestone", milestone, 0) for milestone in milestones]
        self.milestones, self.gamma = sorted(steps), gamma
        super().__init__(optimizer)

    def _factor(self, t):
        return self.gamma ** bisect.bisect_right(self.milestones, t)


class ExponentialLR(FactorLR):
    """Multiply the rate by gamma at every step.

    Parameters
    ----------
    optimizer : Optimizer
    gamma : float
    """

    def __init__(self, optimizer, gamma):
        check_gamma(gamma)
        self.gamma = gamma
        super().__init__(optimizer)

    def _factor(self, t):
        return self.gamma**t

    def get_lr(self):  # a ratio of two powers would be 0 / 0 once they underflow
        ratio = self.gamma if self.last_epoch else 1.0
        return [group["lr"] * ratio for group in self.optimizer.param_groups]


class LinearLR(FactorLR):
    """Move the factor along a line: a warm-up as it stands.

    Parameters
    ----------
    optimizer : Optimizer
    start_factor : float
        At step 0; above 0.
    end_factor : float
        From step `total_iters` on.
    total_iters : int
    """

    def __init__(self, optimizer, start_factor=1 / 3, end_factor=1.0, total_iters=5):
        check_number("start_factor", start_factor, 0, 1, above=True)
        check("end_factor", end_factor, 0, 1)
        check_count("total_iters", total_iters)
        self.start_factor, self.end_factor = start_factor, end_factor
        self.total_iters = total_iters
        super().__init__(optimizer)

    def _factor(self, t):
        share = min(t, self.total_iters) / self.total_iters
        return self.start_factor + (self.end_factor - self.start_factor) * share


def check_gamma(gamma):
    """Raise unless a factor is positive and finite."""
    check_number("gamma", gamma, 0, math.inf, above=True, below=True)
