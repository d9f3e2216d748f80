"""The engine's layers: arrows run one way, and NumPy is all that it needs."""

import ast
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "nnlib"
TESTS = ROOT / "tests" / "nnlib"

# From the bottom up: a file imports from its own room and from those above it in this list.
# What stands in one row is independent of the rest of the row.
LAYERS = [
    ["checks"],
    ["pioneers", "autograd"],
    ["layers"],
    ["losses"],
    ["functional"],
    ["optim"],
    ["data"],
    ["models"],
    ["training"],
    ["theory"],
    ["landscapes", "search", "explain"],
    ["viz", "exercises"],
]
PLACE = {name: floor for floor, names in enumerate(LAYERS) for name in names}
EDGE = LAYERS[-1]
# What only the edge and the progress bar may import, and there only where it is used.
STANDARD = sys.stdlib_module_names

FILES = sorted(PACKAGE.rglob("*.py"))


def unit(path):
    """Return the module or folder directly below nnlib to which a file belongs."""
    return path.relative_to(PACKAGE).parts[0].removesuffix(".py")


def imports(path):
    """Yield (line, dotted name, at the top of the file) for each import of a file."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    package = ("nnlib", *path.relative_to(PACKAGE).parts[:-1])
    top = set(tree.body)
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            for alias in node.names:
                yield node.lineno, alias.name, node in top
        elif isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            names = [*base, *(node.module.split(".") if node.module else [])]
            if names == ["nnlib"]:
                for alias in node.names:
                    yield node.lineno, f"nnlib.{alias.name}", node in top
            else:
                yield node.lineno, ".".join(names), node in top


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
class TestFile:
    def test_has_a_place(self, path):
        assert path.name == "__init__.py" or unit(path) in PLACE, "name its layer in LAYERS"

    def test_imports_only_from_below(self, path):
        here = unit(path)
        if here == "__init__":
            pytest.skip("the package's front names everything")
        upwards = []
        for line, name, _ in imports(path):
            parts = name.split(".")
            if parts[0] != "nnlib" or parts[1:2] == [here]:
                continue
            there = parts[1] if len(parts) > 1 else "__init__"
            if PLACE.get(there, 99) >= PLACE[here]:
                upwards.append(f"line {line}: {here} imports {there}")
        assert upwards == []

    def test_engine_needs_numpy_alone(self, path):
        if unit(path) in EDGE:
            pytest.skip("the edge may draw")
        outside = [
            f"line {line}: {name}"
            for line, name, top in imports(path)
            if (first := name.split(".")[0]) not in STANDARD
            and first not in ("nnlib", "numpy")
            and not (first in ("threadpoolctl", "tqdm") and not top)  # done without, or said
        ]
        assert outside == []

    def test_has_no_star(self, path):
        stars = [
            node.lineno
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.ImportFrom) and any(a.name == "*" for a in node.names)
        ]
        assert stars == []

    def test_name_says_a_topic(self, path):
        assert path.stem not in ("utils", "helpers", "common", "misc")
        numbered = re.compile(r"chapter|(?:^|_)(?:ch|sec|section)_?\d|\d+_\d+")
        names = [
            node.name
            for node in ast.walk(ast.parse(path.read_text(encoding="utf-8")))
            if isinstance(node, ast.FunctionDef | ast.ClassDef)
        ]
        assert [name for name in [path.stem, *names] if numbered.search(name.lower())] == []


# What is proved elsewhere: re-exports by the tests of what they name, judges by test_core.py.
UNTESTED = re.compile(r"(.*/)?__init__|functional|landscapes|exercises/judges/\w+")


def test_every_source_has_a_test_of_its_name():
    sources = {path.relative_to(PACKAGE).with_suffix("").as_posix() for path in FILES}
    tests = {
        path.parent.joinpath(path.stem.removeprefix("test_")).relative_to(TESTS).as_posix()
        for path in TESTS.rglob("test_*.py")
    }
    wanted = {source for source in sources if not UNTESTED.fullmatch(source)}
    assert sorted(wanted - tests) == []


def test_import_brings_numpy_and_nothing_else():
    program = (
        "import sys, numpy; before = set(sys.modules); import nnlib;"
        "print(*{m.split('.')[0] for m in set(sys.modules) - before})"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, check=True, cwd=ROOT
    )
    brought = set(done.stdout.split())
    assert brought - STANDARD - {"nnlib", "numpy"} == set()
    # what takes as long as a part of nnlib is imported where it is used
    assert brought & {"concurrent", "hashlib", "json", "logging"} == set()
    assert done.stderr == ""


def test_rules_find_what_they_forbid(tmp_path, monkeypatch):
    """The parser of imports sees every form of import."""
    monkeypatch.setattr(sys.modules[__name__], "PACKAGE", tmp_path)
    path = tmp_path / "data" / "x.py"
    path.parent.mkdir()
    path.write_text(
        "import nnlib.viz\nfrom nnlib import models\nfrom ..training.fit import fit\n"
        "from .files import a\nfrom .. import theory\ndef f():\n    import matplotlib.pyplot\n"
    )
    assert list(imports(path)) == [
        (1, "nnlib.viz", True),
        (2, "nnlib.models", True),
        (3, "nnlib.training.fit", True),
        (4, "nnlib.data.files", True),
        (5, "nnlib.theory", True),
        (7, "matplotlib.pyplot", False),
    ]
