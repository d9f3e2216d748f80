"""What a change can have touched is found, and a change of which nothing is known touches all."""

import json
import subprocess

import pytest

from tools.changes import Touched, changed_files, touched
from tools.imports import Imports

FILES = {
    "nnlib/__init__.py": "from . import data\nfrom .layers import Linear\n",
    "nnlib/tensor.py": "import numpy\n",
    "nnlib/layers.py": "from .tensor import Tensor\n\n\nclass Linear:\n    pass\n",
    "nnlib/losses.py": "from nnlib import tensor\n\ntensor.Tensor\n",
    "nnlib/functional.py": "from .losses import mse\n",
    "nnlib/data/__init__.py": "from .digits import load\nfrom .points import moons\n",
    "nnlib/data/digits.py": "",
    "nnlib/data/points.py": "",
    "nnlib/data/digits.npz": "",
    "nnlib/exercises/__init__.py": "from .core import check\n",
    "nnlib/exercises/core.py": "",
    "nnlib/exercises/first.py": 'from nnlib import losses\n\njudge("one")\nlosses.mse\n',
    "nnlib/exercises/second.py": 'judge("two")\n',
    "tests/nnlib/test_tensor.py": "from nnlib.tensor import Tensor\n",
    "tests/nnlib/test_losses.py": "import nnlib.functional as F\n\nF.mse(1)\n",
    "tests/book/test_browser.py": "",
    "tests/test_layers.py": "",
    "chapters/1/layers.ipynb": "import nnlib as nn\n%matplotlib inline\nnn.Linear()\n",
    "chapters/1/digits.ipynb": "from nnlib import data\n\ndata.load()\n",
    "chapters/1/exercise.ipynb": 'from nnlib import exercises\n\nexercises.check("one", 1)\n',
    "chapters/1/around.ipynb": "import nnlib as nn\n\nprint(nn)\n",
}


@pytest.fixture
def project(tmp_path):
    for name, text in FILES.items():
        if name.endswith(".ipynb"):
            text = json.dumps({"cells": [{"cell_type": "code", "source": [text]}]})
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    return tmp_path


def names(paths):
    return {path.rpartition("/")[2].removesuffix(".ipynb").removesuffix(".py") for path in paths}


@pytest.mark.parametrize(
    ("name", "reached"),
    [
        ("chapters/1/layers.ipynb", {"__init__", "layers", "tensor"}),
        ("chapters/1/digits.ipynb", {"data/__init__", "data/digits"}),
        (
            "chapters/1/exercise.ipynb",
            {"exercises/__init__", "exercises/core", "exercises/first", "losses", "tensor"},
        ),
        ("tests/nnlib/test_losses.py", {"functional", "losses", "tensor"}),
    ],
)
def test_imports_are_followed_by_name(project, name, reached):
    found = Imports(project).reached(project / name)
    assert found == {project / "nnlib" / f"{one}.py" for one in reached}


def test_what_hands_the_library_around_may_use_all_of_it(project):
    found = Imports(project).reached(project / "chapters/1/around.ipynb")
    assert project / "nnlib/data/points.py" in found
    assert project / "nnlib/layers.py" in found


@pytest.mark.parametrize(
    ("changed", "notebooks", "tests"),
    [
        ("nnlib/tensor.py", {"layers", "exercise", "around"}, {"test_tensor", "test_losses"}),
        ("nnlib/losses.py", {"exercise"}, {"test_losses"}),
        ("nnlib/exercises/second.py", set(), set()),
        ("nnlib/data/points.py", {"around"}, set()),
        ("nnlib/data/digits.npz", {"digits", "around"}, set()),
        ("nnlib/__init__.py", {"layers", "digits", "exercise", "around"}, None),
        ("chapters/1/digits.ipynb", {"digits"}, set()),
    ],
)
def test_a_change_of_one_file(project, changed, notebooks, tests):
    needs = touched([changed], project)
    assert not needs.everything
    assert names(needs.notebooks) == notebooks
    if tests is not None:
        assert {t for t in names(needs.tests) if t.startswith("test_")} - {"test_layers"} == tests
    assert needs.book


def test_a_chapter_is_opened_and_one_that_uses_the_library_runs_its_live_cells(project):
    needs = touched(["chapters/1/digits.ipynb", "nnlib/losses.py"], project)
    assert needs.pages == {"chapters/1/digits"}
    assert needs.live == {"chapters/1/exercise"}
    assert needs.browser == {"nnlib"}


@pytest.mark.parametrize("name", ["nnlib/lost.py", "nnlib/data/lost.npz"])
def test_a_file_that_is_gone_touches_what_may_have_used_it(project, name):
    assert "around" in names(touched([name], project).notebooks)


def test_a_chapter_that_is_gone_is_not_run(project):
    assert touched(["chapters/1/gone.ipynb"], project).notebooks == set()


@pytest.mark.parametrize("name", ["pyproject.toml", "Makefile", "tests/book/conftest.py", "new.x"])
def test_what_no_rule_knows_touches_everything(project, name):
    assert touched([name], project).everything


def test_a_style_needs_the_browser_and_no_notebook(project):
    needs = touched(["book/nnbook/static/book.css"], project)
    assert "test_browser" in needs.browser
    assert needs.notebooks == set()
    assert needs.book


def test_a_question_of_the_exam_needs_its_page_and_its_answers():
    needs = touched(["book/exam.toml"])
    assert not needs.everything
    assert needs.notebooks == set()
    assert needs.pages == {"chapters/12_conclusion/exam"}
    assert needs.tests == {"tests/book"}
    assert "test_exam_browser" in needs.browser


def test_texts_beside_the_book_need_nothing_but_lint(project):
    needs = touched(["README.md", "benchmarks/layers.py"], project)
    assert needs == Touched()


def test_changes_are_those_since_main_and_those_that_git_does_not_know(project):
    def git(*arguments):
        who = ["-c", "user.name=a", "-c", "user.email=a@b"]
        subprocess.run(["git", *who, *arguments], cwd=project, check=True, capture_output=True)

    git("init", "-b", "main")
    git("add", ".")
    git("commit", "-m", "all")
    git("checkout", "-b", "work")
    git("mv", "nnlib/losses.py", "nnlib/loss.py")
    git("commit", "-m", "move")
    (project / "nnlib/tensor.py").write_text("changed = 1\n")
    (project / "new file.md").write_text("new\n")
    files = ["new file.md", "nnlib/loss.py", "nnlib/losses.py", "nnlib/tensor.py"]
    assert changed_files(root=project) == files
    assert changed_files("work", root=project) == ["new file.md", "nnlib/tensor.py"]
