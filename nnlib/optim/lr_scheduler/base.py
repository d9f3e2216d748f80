"""What all schedules share, and the one that takes any function."""

from ..optimizer import Optimizer
from ..state import plain

__all__ = ["LRScheduler", "LambdaLR"]


class LRScheduler:
    """Base of all schedules. Making one sets the first rates; each `step` sets the next ones.

    Parameters
    ----------
    optimizer : Optimizer

    Attributes
    ----------
    last_epoch : int
        How many steps have been made.
    base_lrs : list of float
        The rate of each group before any schedule touched it, its ``group["initial_lr"]``.

    Notes
    -----
    As in PyTorch most schedules multiply the rate that they find. So several may act on one
    optimizer: each calls its `step`, and their factors multiply. PyTorch's ``last_epoch=`` is
    left out: to go on where a run ended, make the schedule anew and load its `state_dict`.
    """

    _kept = ("last_epoch", "base_lrs", "last_lr")

    def __init__(self, optimizer):
        if not isinstance(optimizer, Optimizer):
            raise TypeError(f"a schedule needs an Optimizer, got {type(optimizer).__name__}")
        self.optimizer = optimizer
        for group in optimizer.param_groups:
            group.setdefault("initial_lr", group["lr"])
        self.base_lrs = [group["initial_lr"] for group in optimizer.param_groups]
        self.last_epoch = -1
        self.step()

    def get_lr(self):
        """Return the rates of all groups at step ``last_epoch``, from the present ones."""
        raise NotImplementedError(f"{type(self).__name__} does not define get_lr()")

    def _restart(self):
        """Return the rates at step 0 from ``base_lrs`` alone."""
        return self.get_lr()

    def get_last_lr(self):
        """Return the rates that were set last, one per group."""
        return list(self.last_lr)

    def step(self):
        """Set the next rates."""
        self.last_epoch += 1
        try:
            self._set(self.get_lr())
        except ValueError:
            self.last_epoch -= 1
            raise

    def _begin(self):
        """Begin anew at step 0, as `SequentialLR` asks when a schedule's turn comes."""
        self.last_epoch = 0
        self._set(self._restart())

    def _set(self, rates):
        for group, rate in zip(self.optimizer.param_groups, rates, strict=True):
            group["lr"] = rate
        self.last_lr = list(rates)

    def state_dict(self):
        """Return what changes while it runs: {name: number or tuple of numbers}."""
        state = {name: getattr(self, name) for name in self._kept}
        return {k: tuple(v) if isinstance(v, list) else v for k, v in state.items()}

    def load_state_dict(self, state):
        """Take over what `state_dict` gave, also after ``np.load``.

        The options are not part of it: make the schedule with the same ones. The rates of the
        groups are in the optimizer's `state_dict`.

        Raises
        ------
        KeyError
            If names are missing or unknown; nothing has been changed then.
        """
        missing, unknown = (
            sorted(set(self._kept) - set(state)),
            sorted(set(state) - set(self._kept)),
        )
        if missing or unknown:
            raise KeyError(f"state_dict does not fit: missing {missing}, unknown {unknown}")
        for name in self._kept:
            value = plain(state[name])
            setattr(self, name, list(value) if isinstance(value, tuple) else value)


class LambdaLR(LRScheduler):
    """The base rate times any function of the step.

    Parameters
    ----------
    optimizer : Optimizer
    lr_lambda : callable or list of callable
        ``lr_lambda(t)`` for t = 0, 1, …; a list has one for each group.

    Examples
    --------
    The schedule of the Transformer, often called Noam's (Vaswani et al. 2017, §5.3): up in a line,
    then down with the root of the step.

    >>> from nnlib import Tensor, optim
    >>> optimizer = optim.Adam([Tensor([0.0], requires_grad=True)], lr=512**-0.5)
    >>> warmup = 4000
    >>> noam = optim.lr_scheduler.LambdaLR(
    ...     optimizer, lambda t: min((t + 1) ** -0.5, (t + 1) * warmup**-1.5)
    ... )
    """

    def __init__(self, optimizer, lr_lambda):
        count = len(getattr(optimizer, "param_groups", ()))
        several = isinstance(lr_lambda, list | tuple)
        self.lr_lambdas = list(lr_lambda) if several else [lr_lambda] * count
        if isinstance(optimizer, Optimizer) and len(self.lr_lambdas) != count:
            raise ValueError(
                f"expected {count} functions, one per group, got {len(self.lr_lambdas)}"
            )
        for function in self.lr_lambdas:
            if not callable(function):
                raise TypeError(f"lr_lambda must be a function, got {function!r}")
        super().__init__(optimizer)

    def get_lr(self):
        return [
            base * function(self.last_epoch)
            for base, function in zip(self.base_lrs, self.lr_lambdas, strict=True)
        ]
