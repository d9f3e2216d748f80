"""Bad arguments end in one sentence of nnlib's own; ``make fuzz`` tries a hundred thousand."""

import numpy as np
import pytest

import nnlib as nn
from tests.nnlib import fuzz

COUNT = 3000


def test_every_answer_is_a_result_or_a_sentence_of_our_own():
    escaped = fuzz.run(COUNT, seed=1)
    lines = [f"{name}: {kind} {entry[1]} ({entry[2]})" for (name, kind), entry in escaped.items()]
    assert not lines, "\n".join(["somebody else's words:", *lines])


def test_most_things_are_called_and_many_answer():
    """The inputs are not so bad that nothing is ever computed."""
    rng, answered = np.random.default_rng(0), set()
    things = fuzz.targets()
    assert len(things) > 300
    for name, thing in things.items():
        for _ in range(12):
            positional, named = fuzz.arguments(rng, thing, 0.0, skip=name.startswith("Tensor."))
            x = [fuzz.shapely(rng)] if name.startswith("Tensor.") else []
            try:
                with np.errstate(all="ignore"):
                    thing(*x, *positional, **named)
            except (ValueError, TypeError, RuntimeError, KeyError, IndexError):
                continue
            answered.add(name)
            break
    assert len(answered) > 0.75 * len(things)


def raised(call):
    try:
        call()
    except Exception as error:
        return error


def test_what_counts_as_our_own():
    assert fuzz.own(raised(lambda: nn.Linear(0, 1)))
    assert not fuzz.own(raised(lambda: np.ones(2) @ np.ones(3)))
    assert not fuzz.own(raised(lambda: nn.History().append(loss="a")))  # float() says it
    unknown = raised(lambda: nn.History()["loss"])
    assert not fuzz.own(unknown)
    assert fuzz.own(unknown, "Raises KeyError")


@pytest.mark.parametrize("broken", [["a"], [[1], [1, 2]], [None], object(), [1j]])
def test_what_is_no_array_is_named(broken):
    for call in (nn.Tensor, nn.sin, nn.functional.relu, nn.cat, nn.Tensor([1.0]).__add__):
        with pytest.raises(TypeError) as caught:
            call([broken] if call is nn.cat else broken)
        assert fuzz.own(caught.value)
