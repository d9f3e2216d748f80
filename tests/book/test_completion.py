"""Which names a live page offers where Tab is pressed behind a name."""

import importlib.util
from pathlib import Path

import numpy as np
import pytest
from nnbook import live

spec = importlib.util.spec_from_file_location(
    "completion", Path(live.SOURCES, "kernel", "completion.py")
)
completion = importlib.util.module_from_spec(spec)
spec.loader.exec_module(completion)
NAMES = {"np": np, "learning_rate": 0.1, "leaves": [1], "_hidden": 2}


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("y = lea", ["learning_rate", "leaves"]),
        ("np.argma", ["argmax"]),
        ("f(np.random.default_r", ["default_rng"]),
        ("leaves.app", ["append"]),
        ("for k in ran", ["range"]),
        ("whi", ["while"]),
        ("_hid", ["_hidden"]),
        ("nothing.at.all", []),
        ("3.", []),
        ("x = ", []),
        ("", []),
    ],
)
def test_names_that_may_follow(text, found):
    assert completion.completions(text, NAMES) == found


def test_private_names_come_only_where_they_are_asked_for():
    assert "__class__" not in completion.completions("leaves.", NAMES)
    assert "__class__" in completion.completions("leaves.__cl", NAMES)
