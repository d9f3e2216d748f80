"""Schedules along a cosine: slow at both ends, fast in between."""

import math

from ...checks import check_count, check_flag, check_number, check_word
from ..optimizer import Optimizer, check
from .base import LRScheduler

__all__ = ["CosineAnnealingLR", "CosineAnnealingWarmRestarts", "OneCycleLR"]


class CosineAnnealingLR(LRScheduler):
    """η = η_min + (η₀ - η_min)(1 + cos(πt / T_max)) / 2; Loshchilov & Hutter 2017, no restarts.

    Parameters
    ----------
    optimizer : Optimizer
    T_max : int
        Steps down to `eta_min`. After them the rate rises again along the cosine, as in PyTorch.
    eta_min : float
    """

    def __init__(self, optimizer, T_max, eta_min=0.0):
        check_count("T_max", T_max)
        check("eta_min", eta_min, 0, math.inf)
        self.T_max, self.eta_min = T_max, eta_min
        super().__init__(optimizer)

    def get_lr(self):
        t, T, low = self.last_epoch, self.T_max, self.eta_min
        rates = [group["lr"] for group in self.optimizer.param_groups]
        if t == 0:
            return rates
        if (t - 1 - T) % (2 * T) == 0:  # the step before stood at the bottom: no ratio
            rise = (1 - math.cos(math.pi / T)) / 2
            return [
                rate + (base - low) * rise for rate, base in zip(rates, self.base_lrs, strict=True)
            ]
        ratio = (1 + math.cos(math.pi * t / T)) / (1 + math.cos(math.pi * (t - 1) / T))
        return [low + (rate - low) * ratio for rate in rates]

    def _restart(self):
        return list(self.base_lrs)


class CosineAnnealingWarmRestarts(LRScheduler):
    """Down along a cosine, then at once up again: each period T_mult times as long as the last.

    Loshchilov & Hutter 2017. As in PyTorch rates are set from ``base_lrs``, so no other schedule
    can act beside it.

    Parameters
    ----------
    optimizer : Optimizer
    T_0 : int
        Steps of the first period.
    T_mult : int
    eta_min : float
    """

    def __init__(self, optimizer, T_0, T_mult=1, eta_min=0.0):
        self.T_0, self.T_mult = check_count("T_0", T_0), check_count("T_mult", T_mult)
        check("eta_min", eta_min, 0, math.inf)
        self.eta_min = eta_min
        super().__init__(optimizer)

    def get_lr(self):
        t, T = self.last_epoch, self.T_0
        while self.T_mult > 1 and t >= T:
            t, T = t - T, T * self.T_mult
        factor = (1 + math.cos(math.pi * (t % T) / T)) / 2
        return [self.eta_min + (base - self.eta_min) * factor for base in self.base_lrs]


class OneCycleLR(LRScheduler):
    """Up to a high rate and down to almost none, momentum the other way round.

    Smith & Topin 2018; Smith 2018. Once per batch.

    Parameters
    ----------
    optimizer : Optimizer
    max_lr : float or list of float
        The top; a list has one for each group. The optimizer's own rate is not used.
    total_steps : int, optional
        The length; or `epochs` and `steps_per_epoch`.
    epochs, steps_per_epoch : int, optional
    pct_start : float
        The share of steps that go up.
    anneal_strategy : {"cos", "linear"}
    cycle_momentum : bool
        Move ``momentum``, or the first of ``betas``, from `max_momentum` down to `base_momentum`
        and back.
    base_momentum, max_momentum : float or list of float
    div_factor : float
        The first rate is max_lr / div_factor.
    final_div_factor : float
        The last one is the first one / final_div_factor.
    three_phase : bool
        Go down to the first rate as fast as up, then to the last one; otherwise at once.
    """

    def __init__(
        self,
        optimizer,
        max_lr,
        total_steps=None,
        epochs=None,
        steps_per_epoch=None,
        pct_start=0.3,
        anneal_strategy="cos",
        cycle_momentum=True,
        base_momentum=0.85,
        max_momentum=0.95,
        div_factor=25.0,
        final_div_factor=1e4,
        three_phase=False,
    ):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"a schedule needs an Optimizer, got {type(optimizer).__name__}")
        if total_steps is None:
            if epochs is None or steps_per_epoch is None:
                raise ValueError("OneCycleLR needs total_steps, or epochs and steps_per_epoch")
            check_count("epochs", epochs)
            check_count("steps_per_epoch", steps_per_epoch)
            total_steps = epochs * steps_per_epoch
        check_count("total_steps", total_steps)
        check("pct_start", pct_start, 0, 1)
        check_word("anneal_strategy", anneal_strategy, ("cos", "linear"))
        cycle_momentum = check_flag("cycle_momentum", cycle_momentum)
        three_phase = check_flag("three_phase", three_phase)
        for name, value in (("div_factor", div_factor), ("final_div_factor", final_div_factor)):
            check_number(name, value, 0, math.inf, above=True, below=True)
        if cycle_momentum and not optimizer.defaults.keys() & {"momentum", "betas"}:
            raise ValueError(
                f"{type(optimizer).__name__} has no momentum to cycle: cycle_momentum=False"
            )
        groups = optimizer.param_groups
        tops = one_each("max_lr", max_lr, groups)
        highest = one_each("max_momentum", max_momentum, groups)
        lowest = one_each("base_momentum", base_momentum, groups)
        for top in tops:
            check("max_lr", top, 0, math.inf)
        for name, values in (("max_momentum", highest), ("base_momentum", lowest)):
            for value in values:
                check(name, value, 0, 1, open_above=True)

        self.total_steps, self.anneal_strategy = total_steps, anneal_strategy
        self.cycle_momentum = cycle_momentum
        self._by_beta = "betas" in optimizer.defaults
        up = pct_start * total_steps - 1
        # Where each phase ends, and what the rate and the momentum go to from the phase before.
        self._phases = [(0.0, "initial_lr", "max_momentum"), (up, "max_lr", "base_momentum")]
        if three_phase:
            self._phases.append((2 * up, "initial_lr", "max_momentum"))
        self._phases.append((total_steps - 1, "min_lr", "max_momentum"))
        ends = [end for end, _, _ in self._phases]
        if len(set(ends)) < len(ends):
            raise ValueError(f"a phase without steps: the phases end at {ends[1:]}")
        for group, top, high, low in zip(groups, tops, highest, lowest, strict=True):
            group["initial_lr"], group["max_lr"] = top / div_factor, top
            group["min_lr"] = group["initial_lr"] / final_div_factor
            if cycle_momentum:
                group["max_momentum"], group["base_momentum"] = high, low
        super().__init__(optimizer)

    def get_lr(self):
        t = self.last_epoch
        if t > self.total_steps:
            raise ValueError(f"the cycle has {self.total_steps} steps; this would be one more")
        later = [k for k, (end, _, _) in enumerate(self._phases) if k and t <= end]
        last = later[0] if later else len(self._phases) - 1
        before, after = self._phases[last - 1], self._phases[last]
        share = (t - before[0]) / (after[0] - before[0])
        if self.cycle_momentum:
            for group in self.optimizer.param_groups:
                momentum = self._between(group[before[2]], group[after[2]], share)
                if self._by_beta:
                    group["betas"] = (momentum, *group["betas"][1:])
                else:
                    group["momentum"] = momentum
        return [
            self._between(group[before[1]], group[after[1]], share)
            for group in self.optimizer.param_groups
        ]

    def _between(self, start, end, share):
        if self.anneal_strategy == "linear":
            return start + (end - start) * share
        return end + (start - end) * (1 + math.cos(math.pi * share)) / 2


def one_each(name, value, groups):
    """Return a number for each group, from one for all or from a list."""
    if not isinstance(value, list | tuple):
        return [value] * len(groups)
    if len(value) != len(groups):
        raise ValueError(f"{name} has {len(value)} values for {len(groups)} groups")
    return list(value)
