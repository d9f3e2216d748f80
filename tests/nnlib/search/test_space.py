"""Spaces: named parameters in their order, the unit cube, equality and errors."""

import pickle

import numpy as np
import pytest

from nnlib.search import Choice, Integer, LogUniform, Space, Uniform

from .objectives import SPACE


def test_sample_has_every_parameter_in_order_and_repeats_by_seed():
    params = SPACE.sample(3)
    assert list(params) == ["rate", "width", "dropout", "activation"]
    assert params == SPACE.sample(np.random.default_rng(3))
    assert params != SPACE.sample(4)


def test_dimensions_count_a_choice_by_its_options():
    assert len(SPACE) == 4
    assert SPACE.dimensions == 5
    assert SPACE.to_unit(SPACE.sample(0)).shape == (5,)


def test_unit_cube_and_back():
    rng = np.random.default_rng(0)
    for _ in range(100):
        params = SPACE.sample(rng)
        back = SPACE.from_unit(SPACE.to_unit(params))
        assert back["rate"] == pytest.approx(params["rate"])
        assert back["dropout"] == pytest.approx(params["dropout"])
        assert (back["width"], back["activation"]) == (params["width"], params["activation"])


def test_any_point_of_the_cube_is_in_the_space():
    for u in np.random.default_rng(0).random((100, SPACE.dimensions)):
        params = SPACE.from_unit(u)
        assert SPACE.check(params) == params


def test_parameters_may_have_any_name():
    assert list(Space(self=Uniform(0, 1), name=Uniform(0, 1)).sample(0)) == ["self", "name"]


def test_equality_counts_the_order_and_repr_is_code():
    a, b = Uniform(0, 1), Choice(1, 2)
    assert Space(a=a, b=b) == Space(a=a, b=Choice(1, 2))
    assert Space(a=a, b=b) != Space(b=b, a=a)
    assert Space(a=a) != Space(a=LogUniform(0.1, 1))
    assert eval(repr(SPACE), {**globals(), "Integer": Integer}) == SPACE
    assert pickle.loads(pickle.dumps(SPACE)) == SPACE


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda: Space(), "at least one parameter"),
        (lambda: Space(rate=(0, 1)), r"rate must be a Uniform.*got \(0, 1\)"),
        (lambda: SPACE.from_unit([0.5]), r"points of shape \(5,\), got \(1,\)"),
        (lambda: SPACE.to_unit({"rate": 1}), r"the parameters \['rate', .*got \['rate'\]"),
        (lambda: SPACE.check({**SPACE.sample(0), "rate": 2}), "must lie in"),
    ],
)
def test_errors(make, message):
    with pytest.raises((ValueError, TypeError), match=message):
        make()
    with pytest.raises(KeyError, match="no parameter 'depth'; there are"):
        SPACE["depth"]
