"""What all schedules share: state, and what is refused. PyTorch's numbers are golden."""

import numpy as np
import pytest

from nnlib import optim
from nnlib.layers.module import Parameter

lr = optim.lr_scheduler


def optimizer(kind=optim.SGD, **options):
    return kind([Parameter(np.zeros(2))], **({"lr": 1.0} | options))


def test_schedules_of_lookahead_reach_the_inner_optimizer():
    inner = optimizer()
    opt = optim.Lookahead(inner)
    schedule = lr.StepLR(opt, 1)
    schedule.step()
    assert inner.lr == opt.lr == pytest.approx(0.1)


def test_state_that_does_not_fit():
    opt = optimizer()
    schedule = lr.StepLR(opt, 3)
    for change in ({"best": 1.0}, {}):
        state = schedule.state_dict() | change
        if not change:
            del state["last_epoch"]
        with pytest.raises(KeyError, match="does not fit: missing"):
            schedule.load_state_dict(state | {"base_lrs": (9.0,)})
        assert schedule.base_lrs == [1.0]


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda o: lr.StepLR([1], 3), TypeError, "needs an Optimizer, got list"),
        (lambda o: lr.StepLR(o, 0), ValueError, "step_size must be a whole number of at least 1"),
        (lambda o: lr.StepLR(o, 2.5), ValueError, "step_size must be a whole number"),
        (lambda o: lr.StepLR(o, 2, -1), ValueError, r"gamma must lie in \(0, inf\), got -1"),
        (lambda o: lr.MultiStepLR(o, [-1]), ValueError, "a milestone must be"),
        (lambda o: lr.ExponentialLR(o, np.inf), ValueError, "gamma must lie"),
        (lambda o: lr.LinearLR(o, 0), ValueError, r"start_factor must lie in \(0, 1\], got 0"),
        (lambda o: lr.LinearLR(o, 1, 2), ValueError, r"end_factor must lie in \[0, 1\], got 2"),
        (lambda o: lr.LinearLR(o, total_iters=0), ValueError, "total_iters must be"),
        (lambda o: lr.CosineAnnealingLR(o, 0), ValueError, "T_max must be"),
        (lambda o: lr.CosineAnnealingLR(o, 5, -1), ValueError, "eta_min must lie"),
        (lambda o: lr.LambdaLR(o, 0.5), TypeError, "lr_lambda must be a function, got 0.5"),
        (lambda o: lr.LambdaLR(o, [abs, abs]), ValueError, "expected 1 functions.*got 2"),
        (lambda o: lr.OneCycleLR(o, 1.0), ValueError, "needs total_steps, or epochs"),
        (lambda o: lr.OneCycleLR(o, 1.0, 9.5), ValueError, "total_steps must be"),
        (lambda o: lr.OneCycleLR(o, -1.0, 9), ValueError, "max_lr must lie"),
        (lambda o: lr.OneCycleLR(o, [1, 2], 9), ValueError, "max_lr has 2 values for 1 groups"),
        (lambda o: lr.OneCycleLR(o, 1, 9, pct_start=2), ValueError, "pct_start must lie"),
        (lambda o: lr.OneCycleLR(o, 1, 10, pct_start=0.1), ValueError, "a phase without steps"),
        (lambda o: lr.OneCycleLR(o, 1, 9, anneal_strategy="x"), ValueError, "got 'x'"),
        (lambda o: lr.OneCycleLR(o, 1, 9, div_factor=0), ValueError, "div_factor must lie"),
        (lambda o: lr.OneCycleLR(o, 1, 9, max_momentum=1), ValueError, "max_momentum must lie"),
        (
            lambda o: lr.OneCycleLR(optimizer(optim.Adagrad), 1, 9),
            ValueError,
            "Adagrad has no momentum to cycle",
        ),
        (lambda o: lr.ReduceLROnPlateau(o, "up"), ValueError, "'min', 'max', got 'up'"),
        (lambda o: lr.ReduceLROnPlateau(o, factor=1), ValueError, r"factor must lie in \[0, 1\)"),
        (lambda o: lr.ReduceLROnPlateau(o, patience=-1), ValueError, "patience must be"),
        (lambda o: lr.ReduceLROnPlateau(o, threshold_mode="x"), ValueError, "'rel', 'abs'"),
        (lambda o: lr.ReduceLROnPlateau(o, min_lr=[0, 0]), ValueError, "min_lr has 2 values"),
        (lambda o: lr.SequentialLR(o, [], []), ValueError, "got no schedule"),
        (lambda o: lr.SequentialLR(o, [o], []), TypeError, "schedule 0 is a SGD"),
        (
            lambda o: lr.SequentialLR(o, [lr.ReduceLROnPlateau(optimizer())], []),
            ValueError,
            "schedule 0 needs a measure",
        ),
        (
            lambda o: lr.SequentialLR(o, [lr.StepLR(optimizer(), 1)], []),
            ValueError,
            "schedule 0 belongs to another optimizer",
        ),
    ],
)
def test_refuses_bad_settings(call, error, message):
    opt = optimizer()
    before = dict(opt.param_groups[0])
    with pytest.raises(error, match=message):
        call(opt)
    assert opt.param_groups[0] == before


def test_what_is_no_schedule_yet_says_so():
    with pytest.raises(NotImplementedError, match=r"does not define get_lr\(\)"):
        lr.LRScheduler(optimizer())
