"""Schedules one after the other: a warm-up, then the rest."""

import bisect

from ...checks import check_count
from .base import LRScheduler
from .plateau import ReduceLROnPlateau

__all__ = ["SequentialLR"]


class SequentialLR(LRScheduler):
    """Let each schedule run until its milestone; the next one begins there at its step 0.

    Parameters
    ----------
    optimizer : Optimizer
    schedulers : list of LRScheduler
        All made for this optimizer.
    milestones : list of int
        One fewer; rising.

    Examples
    --------
    >>> from nnlib import Tensor, optim
    >>> optimizer = optim.SGD([Tensor([0.0], requires_grad=True)], lr=1.0)
    >>> up = optim.lr_scheduler.LinearLR(optimizer, start_factor=0.25, total_iters=3)
    >>> down = optim.lr_scheduler.CosineAnnealingLR(optimizer, T_max=2)
    >>> both = optim.lr_scheduler.SequentialLR(optimizer, [up, down], milestones=[3])
    >>> for _ in range(6):
    ...     optimizer.param_groups[0]["lr"]
    ...     both.step()
    0.25
    0.5
    0.75
    1.0
    0.5
    0.0
    """

    def __init__(self, optimizer, schedulers, milestones):
        for name, value in (("schedulers", schedulers), ("milestones", milestones)):
            if not isinstance(value, (tuple, list)):
                raise TypeError(f"{name} must be a list, got {value!r:.60}")
        if not schedulers:
            raise ValueError("SequentialLR got no schedule")
        for i, scheduler in enumerate(schedulers):
            if not isinstance(scheduler, LRScheduler):
                raise TypeError(f"schedule {i} is a {type(scheduler).__name__}")
            if isinstance(scheduler, ReduceLROnPlateau):
                raise ValueError(f"schedule {i} needs a measure at each step: it cannot be chained")
            if scheduler.optimizer is not optimizer:
                raise ValueError(f"schedule {i} belongs to another optimizer")
        if len(milestones) != len(schedulers) - 1:
            raise ValueError(
                f"{len(schedulers)} schedules need {len(schedulers) - 1} milestones, got "
                f"{len(milestones)}"
            )
        for milestone in milestones:
            check_count("a milestone", milestone)
        if sorted(set(milestones)) != list(milestones):
            raise ValueError(f"milestones must rise, got {milestones}")
        self._schedulers, self._milestones = list(schedulers), list(milestones)
        super().__init__(optimizer)

    def step(self):
        """Let the schedule whose turn it is set the rates."""
        self.last_epoch += 1
        turn = bisect.bisect_right(self._milestones, self.last_epoch)
        scheduler = self._schedulers[turn]
        if self.last_epoch in (0, *self._milestones):
            scheduler._begin()
        else:
            scheduler.step()
        self.last_lr = scheduler.get_last_lr()

    def state_dict(self):
        inner = {
            f"{i}.{name}": value
            for i, scheduler in enumerate(self._schedulers)
            for name, value in scheduler.state_dict().items()
        }
        return super().state_dict() | inner

    def load_state_dict(self, state):
        own = {name: state[name] for name in state if not name[0].isdigit()}
        super().load_state_dict(own)
        for i, scheduler in enumerate(self._schedulers):
            start = f"{i}."
            scheduler.load_state_dict(
                {n.removeprefix(start): state[n] for n in state if n.startswith(start)}
            )
