"""The file of a search: written, read, cut off, damaged, or another search's."""

import json

import numpy as np
import pytest

from nnlib import search
from nnlib.search.state import State

from .objectives import SPACE, bowl

STRATEGY = search.Random(SPACE, trials=6)


@pytest.fixture
def path(tmp_path):
    path = tmp_path / "search.jsonl"
    search.run(STRATEGY, bowl, state=path)
    return path


def counted(ran):
    def objective(trial):
        ran.append(trial.number)
        return bowl(trial)

    return objective


def test_first_line_says_whose_and_each_other_holds_a_trial(path):
    header, *records = map(json.loads, path.read_text().splitlines())
    assert header == {"search": f"Random({SPACE}, seed=0)"}
    assert [record["number"] for record in records] == list(range(6))
    assert all(-2 < record["value"] < 20 for record in records)


def test_what_is_read_equals_what_was_found(path):
    assert list(State(path, STRATEGY).trials.values()) == search.run(STRATEGY, bowl).trials


def test_numbers_of_numpy_and_tuples_come_back_equal(tmp_path):
    space = search.Space(widths=search.Choice((8, 8), (64,)), n=search.Integer(0, 9))
    strategy = search.Random(space, 3)
    trial = strategy.trial(0, {"widths": (64,), "n": np.int64(3)}, budget=np.int64(2))
    with State(tmp_path / "s.jsonl", strategy) as state:
        state.append(trial)
    assert State(tmp_path / "s.jsonl", strategy).trials == {0: trial}


def test_a_line_may_be_cut_anywhere(path):
    whole = path.read_bytes()
    expected = search.run(STRATEGY, bowl).trials
    for length in range(0, len(whole), 7):
        path.write_bytes(whole[:length])
        ran = []
        assert search.run(STRATEGY, counted(ran), state=path).trials == expected
        complete = max(whole[:length].count(b"\n") - 1, 0)
        assert ran == list(range(complete, 6))
        assert [json.loads(line)["number"] for line in path.read_text().splitlines()[1:]] == list(
            range(6)
        )


def test_the_order_of_lines_does_not_matter(path):
    header, *lines = path.read_text().splitlines()
    path.write_text("\n".join([header, *lines[::-1], ""]))
    assert search.run(STRATEGY, pytest.fail, state=path).trials == search.run(STRATEGY, bowl).trials


def test_another_search_is_refused_and_left_alone(path):
    content = path.read_bytes()
    other = search.Random(SPACE, trials=6, seed=1)
    with pytest.raises(ValueError, match=r"belongs to another search.*seed=0.*seed=1"):
        search.run(other, bowl, state=path)
    assert path.read_bytes() == content


@pytest.mark.parametrize("content", ["no search", "no search\n", '{"cells": []}\n', "[1, 2]\n"])
def test_a_file_that_is_none_is_refused_and_left_alone(content, path):
    path.write_text(content)
    with pytest.raises(ValueError, match=r"is not the file of a search|is damaged in line 1"):
        search.run(STRATEGY, bowl, state=path)
    assert path.read_text() == content


@pytest.mark.parametrize(
    "line", ["{}", "12", '{"number": 2', '{"number": 2, "params": {"rate": 5}}']
)
def test_damage_in_the_middle_is_named(line, path):
    lines = path.read_text().splitlines()
    lines[3] = line
    path.write_text("\n".join([*lines, ""]))
    with pytest.raises(ValueError, match="damaged in line 4"):
        State(path, STRATEGY)


def test_two_answers_for_one_trial_are_refused_but_one_line_may_stand_twice(path):
    lines = path.read_text().splitlines()
    path.write_text("\n".join([*lines, lines[3], ""]))
    assert len(State(path, STRATEGY).trials) == 6
    record = {**json.loads(lines[3]), "value": 0.0}
    path.write_text("\n".join([*lines, json.dumps(record), ""]))
    with pytest.raises(ValueError, match="trial 2 twice"):
        State(path, STRATEGY)
