"""Finite classes: numbers by hand, and a simulation in which the bound must hold."""

import math

import numpy as np
import pytest

from nnlib.theory import finite_class_gap, finite_class_sample_size


@pytest.mark.equation(89)
@pytest.mark.definition("pac-learnable")
def test_sample_sizes_by_hand():
    assert finite_class_sample_size(392, 0.1, 0.05) == 90  # ln 7840 / 0.1 = 89.7
    assert finite_class_sample_size(1, 0.5, 0.5) == 2  # ln 2 / 0.5 = 1.39
    assert finite_class_sample_size(392, 0.1, 0.05, agnostic=True) == 1933  # 200 ln 15680


@pytest.mark.equation(89)
@pytest.mark.definition("pac-learnable")
def test_whatever_fits_so_many_examples_is_good_as_often_as_promised():
    # Thresholds on 0..19, uniform; target 10. The worst consistent threshold is the furthest.
    rng, fails = np.random.default_rng(0), 0
    n = finite_class_sample_size(20, 0.2, 0.1)
    for _ in range(500):
        x = rng.integers(0, 20, n)
        below, above = x[x < 10].max(initial=-1) + 1, x[x >= 10].min(initial=20)
        fails += max(10 - below, above - 10) / 20 > 0.2
    assert fails / 500 < 0.1


def test_gap():
    assert finite_class_gap(1, 2, math.exp(-4)) == pytest.approx(1)
    assert finite_class_gap(100, 400, 0.1) == pytest.approx(finite_class_gap(100, 100, 0.1) / 2)


@pytest.mark.parametrize("wrong", [{"delta": 0}, {"epsilon": 1}, {"members": 0}])
def test_what_is_refused(wrong):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        finite_class_sample_size(**({"members": 2, "epsilon": 0.1, "delta": 0.1} | wrong))
    with pytest.raises(ValueError, match="n must be"):
        finite_class_gap(3, 0, 0.1)


def test_a_class_may_be_larger_than_any_float():
    members = 10**400
    assert finite_class_sample_size(members, 0.5, 0.5) == math.ceil(2 * (921.0341 + 0.6931))
    assert finite_class_gap(members, 10**4, 0.5) == pytest.approx(0.21465, abs=1e-4)
