"""Schedules that multiply the rate."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import optim
from nnlib.layers.module import Parameter

lr = optim.lr_scheduler


def optimizer(kind=optim.SGD, **options):
    return kind([Parameter(np.zeros(2))], **({"lr": 1.0} | options))


def rates(opt, schedules, steps):
    found = [opt.lr]
    for _ in range(steps):
        for schedule in schedules:
            schedule.step()
        found.append(opt.lr)
    return found


@given(st.integers(1, 10), st.floats(0.05, 1), st.integers(1, 8), st.floats(0.1, 1))
def test_factors_of_several_schedules_multiply(size, gamma, warm, start):
    opt = optimizer()
    stairs, line = lr.StepLR(opt, size, gamma), lr.LinearLR(opt, start, 1.0, warm)
    t = np.arange(21)
    formula = gamma ** (t // size) * (start + (1 - start) * np.minimum(t, warm) / warm)
    np.testing.assert_allclose(rates(opt, [stairs, line], 20), formula, rtol=1e-9)


def test_milestones_are_a_list():
    for no_list in (3, np.array(3)):
        with pytest.raises(TypeError, match="milestones must be a list of steps"):
            lr.MultiStepLR(optimizer(), no_list)
    assert lr.MultiStepLR(optimizer(), np.array([5, 2])).milestones == [2, 5]
