"""Distributions: samples of the right law, the unit cube and back, grids, and clear errors."""

import itertools
import pickle

import numpy as np
import pytest

from nnlib.search import Choice, Integer, LogUniform, Uniform

EVERY = [
    Uniform(-2, 3),
    LogUniform(1e-4, 10),
    Integer(-3, 4),
    Integer(1, 300, log=True),
    Choice("relu", None, 2.5, (64, 64), False),
]


@pytest.mark.parametrize("d", EVERY, ids=repr)
class TestEvery:
    def test_unit_cube_and_back(self, d):
        for value in [d.sample(seed) for seed in range(200)]:
            u = d.to_unit(value)
            assert u.shape == (d.dimensions,)
            assert ((u >= 0) & (u <= 1)).all()
            back = d.from_unit(u)
            assert type(back) is type(value)
            if isinstance(value, float):
                assert back == pytest.approx(value, rel=1e-12)
            else:
                assert back == value

    def test_corners_are_values(self, d):
        for corner in itertools.product((0.0, 1.0), repeat=d.dimensions):
            d.check(d.from_unit(np.array(corner)))

    def test_wrong_point(self, d):
        with pytest.raises(ValueError, match="points of shape"):
            d.from_unit(np.zeros(d.dimensions + 1))
        with pytest.raises(ValueError, match=r"in \[0, 1\]"):
            d.from_unit(np.full(d.dimensions, np.nan))

    def test_a_value_that_is_right_costs_no_text(self, d, monkeypatch):
        value = d.sample(0)
        monkeypatch.setattr(type(d), "__repr__", lambda self: pytest.fail("made a text"))
        assert d.check(value) == value

    def test_equality_repr_and_pickle(self, d):
        assert eval(repr(d)) == d
        assert hash(eval(repr(d))) == hash(d)
        assert pickle.loads(pickle.dumps(d)) == d
        assert [other for other in EVERY if other == d] == [d]


def draws(d, n=4000):
    rng = np.random.default_rng(0)
    return np.array([d.sample(rng) for _ in range(n)])


def test_uniform_is_uniform():
    x = draws(Uniform(-2, 3))
    np.testing.assert_allclose(np.quantile(x, [0.25, 0.5, 0.75]), [-0.75, 0.5, 1.75], atol=0.1)


def test_log_uniform_has_as_many_in_each_decade():
    x = np.log10(draws(LogUniform(1e-4, 1)))
    np.testing.assert_allclose(np.histogram(x, [-4, -3, -2, -1, 0])[0] / len(x), 0.25, atol=0.03)


def test_integer_reaches_both_ends_as_often_as_the_middle():
    values, counts = np.unique(draws(Integer(2, 6)), return_counts=True)
    np.testing.assert_array_equal(values, [2, 3, 4, 5, 6])
    np.testing.assert_allclose(counts / 4000, 0.2, atol=0.03)


def test_log_integer_gives_each_the_logarithm_of_its_interval():
    values, counts = np.unique(draws(Integer(1, 4, log=True)), return_counts=True)
    np.testing.assert_array_equal(values, [1, 2, 3, 4])
    expected = np.log([3, 5 / 3, 7 / 5, 9 / 7]) / np.log(9)
    np.testing.assert_allclose(counts / 4000, expected, atol=0.03)


def test_choice_takes_all_equally_often():
    values, counts = np.unique(draws(Choice("a", "b", "c")), return_counts=True)
    assert values.tolist() == ["a", "b", "c"]
    np.testing.assert_allclose(counts / 4000, 1 / 3, atol=0.03)


def test_choice_is_one_hot_and_read_by_its_largest_coordinate():
    d = Choice("a", "b", "c")
    np.testing.assert_array_equal(d.to_unit("b"), [0, 1, 0])
    assert d.from_unit([0.1, 0.2, 0.3]) == "c"
    assert d.from_unit([0.1, 0.3, 0.3]) == "b"


@pytest.mark.parametrize(
    ("d", "points", "values"),
    [
        (Uniform(0, 1), 3, [0, 0.5, 1]),
        (Uniform(0, 1), 1, [0.5]),
        (LogUniform(1e-4, 1), 5, [1e-4, 1e-3, 1e-2, 1e-1, 1]),
        (Integer(1, 5), 3, [1, 3, 5]),
        (Integer(1, 3), 9, [1, 2, 3]),
        (Integer(8, 128, log=True), 5, [8, 16, 32, 64, 128]),
        (Choice("a", "b"), None, ["a", "b"]),
    ],
    ids=str,
)
def test_grid(d, points, values):
    assert d.grid(points) == pytest.approx(values) if points else d.grid() == values


def test_values_come_in_pythons_types():
    assert type(Uniform(0, 1).check(np.float32(0.5))) is float
    assert type(Integer(0, 3).check(np.int64(2))) is int
    assert type(Choice(np.int64(1), np.int64(2)).check(1)) is int
    assert Choice([1, 2], [3]).check([1, 2]) == (1, 2)


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Uniform(1, 0), "Uniform needs low < high, got 1 and 0"),
        (lambda: Uniform(0, np.inf), "high must lie in"),
        (lambda: Uniform("a", 1), "low must be a number, got 'a'"),
        (lambda: LogUniform(0, 1), r"low must lie in \(0"),
        (lambda: Integer(1.5, 3), "low must be a whole number, got 1.5"),
        (lambda: Integer(0, 3, log=True), "whole number of at least 1, got 0"),
        (lambda: Integer(3, 3), "low < high, got 3 and 3"),
        (lambda: Choice(), "at least one option"),
        (lambda: Choice("a", "b", "a"), "got 'a' twice"),
        (lambda: Choice(1, True), "got True twice"),
        (lambda: Choice(np.tanh), "give it a name"),
        (lambda: Choice(np.nan), "got nan"),
        (lambda: Choice("a", "b").grid(2), "leave its points out"),
        (lambda: Uniform(0, 1).check(2), r"must lie in \[0, 1\], got 2"),
        (lambda: Integer(0, 3).check(4), r"lies in \[0, 3\], got 4"),
        (lambda: Choice("a").check("b"), "must be one of its options, got 'b'"),
    ],
)
def test_errors_say_what_came_and_what_was_expected(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()
