"""The Python side of a live page is in layers: no file imports, even late, one that imports it."""

import ast
from graphlib import CycleError, TopologicalSorter
from pathlib import Path

import pytest
from nnbook import live


def imports(text, known):
    """Return which of the `known` modules beside it a module imports, anywhere in its text."""
    found = set()
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.ImportFrom) and node.level:
            names = [node.module] if node.module else [alias.name for alias in node.names]
            found |= {name.split(".")[0] for name in names}
    return found & known


def test_the_kernel_imports_in_no_circle():
    kernel = {path.stem: path for path in Path(live.SOURCES, "kernel").glob("*.py")}
    graph = {name: imports(path.read_text("utf-8"), set(kernel)) for name, path in kernel.items()}
    assert graph["run"]
    TopologicalSorter(graph).prepare()


def test_a_late_import_closes_a_circle_too():
    a, b = "from .b import x", "def f():\n    from . import a"
    graph = {"a": imports(a, {"a", "b"}), "b": imports(b, {"a", "b"})}
    with pytest.raises(CycleError):
        TopologicalSorter(graph).prepare()
