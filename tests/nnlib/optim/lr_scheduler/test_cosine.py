"""Cosine schedules and one cycle."""

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


@given(st.integers(1, 30), st.floats(0, 0.5), st.floats(0.6, 2))
def test_cosine_is_the_formula(T, low, high):
    opt = optimizer(lr=high)
    found = rates(opt, [lr.CosineAnnealingLR(opt, T, low)], T)
    t = np.arange(T + 1)
    formula = low + (high - low) * (1 + np.cos(np.pi * t / T)) / 2
    np.testing.assert_allclose(found, formula, rtol=1e-9, atol=1e-12)


def test_one_cycle_ends_where_it_says():
    opt = optimizer(optim.Adam)
    cycle = lr.OneCycleLR(opt, 0.5, total_steps=20, div_factor=10, final_div_factor=100)
    found, betas = [opt.lr], [opt.param_groups[0]["betas"]]
    for _ in range(19):
        cycle.step()
        found.append(opt.lr)
        betas.append(opt.param_groups[0]["betas"])
    assert (found[0], max(found), found[-1]) == pytest.approx((0.05, 0.5, 0.0005))
    assert np.argmax(found) == np.argmin([b for b, _ in betas]) == 5  # 0.3 · 20 - 1
    assert {beta2 for _, beta2 in betas} == {0.999}
    cycle.step()
    with pytest.raises(ValueError, match="the cycle has 20 steps"):
        cycle.step()
    assert cycle.last_epoch == 20


def test_restarts_come_later_and_later():
    opt = optimizer(lr=1.0)
    found = np.array(rates(opt, [lr.CosineAnnealingWarmRestarts(opt, 2, 3, 0.5)], 10))
    np.testing.assert_allclose(found[[0, 2, 8]], 1)  # after 2 steps, then after 6 more
    np.testing.assert_allclose(found[[1, 5]], 0.75)
    assert (found >= 0.5).all()
    with pytest.raises(ValueError, match="T_0 must be a whole number of at least 1, got 0"):
        lr.CosineAnnealingWarmRestarts(opt, 0)
