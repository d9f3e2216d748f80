"""What arguments must be: every check returns what is computed with, or says what came."""

import re

import numpy as np
import pytest

from nnlib.checks import (
    check_axes,
    check_axis,
    check_count,
    check_groups,
    check_lengths,
    check_number,
    check_shape,
    check_word,
    pair,
    reduced_axes,
)


@pytest.mark.parametrize("value", [0, 0.5, 1, np.float32(0.25), np.int64(1)])
def test_a_number_in_the_range_comes_back(value):
    assert check_number("p", value, 0, 1) is value


@pytest.mark.parametrize(
    ("options", "value", "words"),
    [
        ({"low": 0, "high": 1}, 1.5, "p must lie in [0, 1], got 1.5"),
        ({"low": 0, "high": 1}, float("nan"), "p must lie in [0, 1], got nan"),
        ({"low": 0, "above": True}, 0, "p must lie in (0, inf), got 0"),
        ({"low": 0, "high": 1, "below": True}, 1, "p must lie in [0, 1), got 1"),
        ({"high": 3}, 4, "p must lie in (-inf, 3], got 4"),
    ],
)
def test_a_number_outside_is_named(options, value, words):
    with pytest.raises(ValueError, match=f"^{re.escape(words)}$"):
        check_number("p", value, **options)


@pytest.mark.parametrize("value", ["0.5", None, [0.5], True])
def test_what_is_no_number_is_named(value):
    with pytest.raises(TypeError, match="p must be a number, got"):
        check_number("p", value, 0, 1)


def test_words():
    assert check_word("mode", "sum", ("sum", "mean")) == "sum"
    with pytest.raises(ValueError, match="mode must be one of 'sum', 'mean', got 'max'"):
        check_word("mode", "max", ("sum", "mean"))


@pytest.mark.parametrize("value", [3, np.int64(3), (3, 3), [3, np.int8(3)]])
def test_pairs(value):
    both = pair(value, "stride", 1)
    assert both == (3, 3)
    assert all(type(k) is int for k in both)


@pytest.mark.parametrize("value", [0, (1, 0), 1.5, "3", (1, 2, 3), None, (), (1, "2")])
def test_what_is_no_pair_is_named(value):
    with pytest.raises(ValueError, match="stride must be one or two whole numbers from 1 on, got"):
        pair(value, "stride", 1)


def test_axes():
    assert check_axis("softmax", (2, 3), -1) == -1
    assert check_axis("cumsum", (2, 3), None, dim=0) == 0
    assert check_axis("cumsum", (), 0) is None
    with pytest.raises(
        ValueError, match=r"softmax: axis 2 does not exist: the tensor has shape \(2, 3\)"
    ):
        check_axis("softmax", (2, 3), 2)
    with pytest.raises(TypeError, match="cumsum: give axis or dim, not both"):
        check_axis("cumsum", (2, 3), 1, dim=1)
    for axis in (None, (0, 1)):
        with pytest.raises(TypeError, match="cumsum works along one axis, got"):
            check_axis("cumsum", (2, 3), axis)


def test_axes_of_a_reduction():
    assert reduced_axes("sum", (2, 3), None) is None
    assert reduced_axes("sum", (2, 3), None, dim=(0, -1)) == (0, -1)
    assert reduced_axes("sum", (), -1) is None  # a number may name axis 0 or -1, as in PyTorch
    with pytest.raises(ValueError, match="sum: axis 1 does not exist"):
        reduced_axes("sum", (), 1)


@pytest.mark.parametrize("value", [2, np.int64(2), np.uint8(2), np.array(2)])
def test_counts(value):
    assert type(check_count("k", value)) is int


@pytest.mark.parametrize("value", [0, 1.0, "2", None, True, np.ones(2, int)])
def test_what_is_no_count_is_named(value):
    with pytest.raises(ValueError, match="k must be a whole number of at least 1, got"):
        check_count("k", value)


def test_lengths():
    assert check_lengths("reshape", (2, np.int64(3))) == check_lengths("reshape", ([2, 3],))
    with pytest.raises(ValueError, match="reshape: a length must be a whole number of at least 0"):
        check_lengths("reshape", ("23",))


@pytest.mark.parametrize("axis", [0, -2, np.int64(1), (0, 1), [1, -2]])
def test_axes_that_there_are(axis):
    axes = check_axes((2, 3), axis)
    assert axes == (tuple(axis) if isinstance(axis, (tuple, list)) else axis)


@pytest.mark.parametrize(
    ("axis", "error", "words"),
    [
        (1.7, TypeError, "an axis must be a whole number, got 1.7"),
        ("0", TypeError, "an axis must be a whole number, got '0'"),
        ((0, None), TypeError, "an axis must be a whole number, got"),
        (5, ValueError, "axis 5 does not exist"),
        ((0, -2), ValueError, "name one axis of .* twice"),
    ],
)
def test_axes_that_there_are_not(axis, error, words):
    with pytest.raises(error, match=words):
        check_axes((2, 3), axis)


def test_shapes_and_groups():
    check_shape("linear", "bias", (3,), (3,))
    with pytest.raises(ValueError, match=r"linear: bias must have shape \(3,\), got \(2,\)"):
        check_shape("linear", "bias", (2,), (3,))
    check_groups(2, channels=4, outputs=6)
    with pytest.raises(ValueError, match="4 groups do not divide 4 channels and 6 outputs"):
        check_groups(4, channels=4, outputs=6)
    with pytest.raises(ValueError, match="0 groups do not divide 4 channels"):
        check_groups(0, channels=4)
