"""Schedules one after the other."""

import numpy as np
import pytest

from nnlib import optim
from nnlib.layers.module import Parameter

lr = optim.lr_scheduler


def optimizer(kind=optim.SGD, **options):
    return kind([Parameter(np.zeros(2))], **({"lr": 1.0} | options))


def test_refuses_bad_milestones():
    for milestones, message in [([], "2 schedules need 1 milestones, got 0"), ([0], "milestone")]:
        opt = optimizer()
        parts = [lr.StepLR(opt, 3), lr.ExponentialLR(opt, 0.9)]
        with pytest.raises(ValueError, match=message):
            lr.SequentialLR(opt, parts, milestones)
    opt = optimizer()
    parts = [lr.StepLR(opt, 3) for _ in range(3)]
    with pytest.raises(ValueError, match=r"milestones must rise, got \[5, 4\]"):
        lr.SequentialLR(opt, parts, [5, 4])
