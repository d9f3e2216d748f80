"""What nnlib and the tests say that they compute and prove, and what nnlib's parts are called.

Docstrings cite the guide ("Guide Eq. (29)"), tests carry marks (`@pytest.mark.equation(29)`). Both
are parsed, never imported; nnlib itself is, to learn under which short name a reader has a thing.
"""

import ast
import inspect
import re
from collections import defaultdict
from dataclasses import dataclass
from functools import cache, lru_cache
from pathlib import Path

import nnlib

# "Guide Eqs. (4), (14)-(16); backward Eqs. (29)-(31)": equations as far as the sentence goes.
_GUIDE = re.compile(
    r"(?:Guide|Book)\s+(?=Eqs?\.|Algorithms?|Theorems?|Definitions?)"
    r"(.*?)(?:(?<!Eq)(?<!Eqs)\.(?:\s|$)|\Z)",
    re.S,
)
_KEY = r"\(([A-Z]*\d+)\)"
_EQUATIONS = re.compile(rf"Eqs?\.\s+((?:(?:,|and|\s)*{_KEY}(?:\s*[-–]\s*{_KEY})?)+)")
_RANGE = re.compile(rf"{_KEY}(?:\s*[-–]\s*{_KEY})?")
_ALGORITHM = re.compile(r"Algorithm\s+([A-Z]*\d+)")
_NAMED = re.compile(r"(Theorem|Definition)\s+\(([a-z-]+)\)")


@dataclass(frozen=True)
class Place:
    """Where something is written: a dotted name and a file."""

    name: str
    file: str


def cited(docstring):
    """Find what a docstring cites of the guide, or of another source of the book.

    Parameters
    ----------
    docstring : str

    Returns
    -------
    set of (kind, key)
        Such as ("equation", 29) or ("equation", "D1"). Equations of other works do not count: the
        sentence has to begin with the word Guide, beyond the guide with Book, and a part after a
        semicolon with "Eq.", if need be after one word.
    """
    found = set()
    for sentence in _GUIDE.findall(docstring):
        first, *rest = sentence.split(";")
        parts = [first, *(part for part in rest if re.match(r"\s*(\w+\s+)?Eqs?\.", part))]
        for part in parts:
            for listed in _EQUATIONS.finditer(part):
                for low, high in _RANGE.findall(listed[1]):
                    found |= {("equation", key) for key in between(low, high or low)}
            found |= {("algorithm", as_key(n)) for n in _ALGORITHM.findall(part)}
            found |= {(kind.lower(), name) for kind, name in _NAMED.findall(part)}
    return found


def as_key(text):
    """Return the key of an equation or algorithm: a number for the guide's, else text like D1."""
    return int(text) if text.isdigit() else text


def between(low, high):
    """Return the keys from one to another, such as those of (D1)-(D3)."""
    letters = low.rstrip("0123456789")
    numbers = (int(key.removeprefix(letters)) for key in (low, high))
    return [as_key(f"{letters}{n}") for n in range(next(numbers), next(numbers) + 1)]


def functions(root):
    """Map (kind, key) to the public functions, classes and methods of nnlib that cite it.

    Parameters
    ----------
    root : path-like
        The top of the repository.

    Returns
    -------
    dict of list of Place
    """
    found = defaultdict(list)
    for path in sorted(Path(root, "nnlib").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name, node in _definitions(ast.parse(path.read_text(encoding="utf-8"))):
            for item in cited(ast.get_docstring(node) or ""):
                found[item].append(Place(f"{module}.{name}", file))
    return found


def _definitions(tree, prefix=""):
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node, f"{node.name}.")


def tests(root):
    """Map (kind, key) to the tests that carry its mark.

    Parameters
    ----------
    root : path-like
        The top of the repository.

    Returns
    -------
    dict of list of Place
        A mark on a class or in `pytestmark` counts for that class or file.
    """
    found = defaultdict(list)
    for path in sorted(Path(root, "tests").rglob("test_*.py")):
        file = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and "pytestmark" in {
                getattr(target, "id", None) for target in node.targets
            }:
                for item in _marks(node.value):
                    found[item].append(Place(path.stem, file))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for decorator in node.decorator_list:
                    for item in _marks(decorator):
                        found[item].append(Place(node.name, file))
    return found


def _marks(expression):
    for node in ast.walk(expression):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"equation", "algorithm", "theorem", "definition"}
            and ast.unparse(node.func.value).endswith("mark")
        ):
            for argument in node.args:
                yield node.func.attr, ast.literal_eval(argument)


@lru_cache(maxsize=4)
def _read(root, state):
    return functions(root), tests(root)


def read(root):
    """Return what `functions` and `tests` find, read again only when a source has changed."""
    return _read(str(root), state(root))


def state(root):
    """Return the files that are read, each with the time of its last change."""
    found = [*Path(root).glob("nnlib/**/*.py"), *Path(root).glob("tests/**/test_*.py")]
    return tuple((str(path), path.stat().st_mtime_ns) for path in sorted(found))


# --- Names of nnlib ---


@cache
def spaces():
    """Return the modules from which a reader takes names: F, nn, and nnlib's public modules."""
    public = {
        name: module
        for name, module in vars(nnlib).items()
        if inspect.ismodule(module) and module.__name__ == f"nnlib.{name}"
    }
    return {"F": nnlib.functional, "nn": nnlib} | public


@cache
def _public():
    found = {}
    for space, module in spaces().items():
        for name, value in vars(module).items():
            if name.startswith("_") or not (inspect.isclass(value) or inspect.isfunction(value)):
                continue
            place = f"{value.__module__}.{value.__qualname__}"
            # A class is a part of a network: nn.Linear. A function is called: F.linear.
            if place not in found or (space == "nn" and inspect.isclass(value)):
                found[place] = f"{space}.{name}"
    return found


def public_name(place):
    """Return the shortest name under which a reader has a thing: F.relu for nnlib.activations.relu.

    A method is named after its class. What has no public name keeps its path.
    """
    head, rest = place, ""
    while "." in head:
        if head in _public():
            return _public()[head] + rest
        head, _, tail = head.rpartition(".")
        rest = f".{tail}{rest}"
    return place.removeprefix("nnlib.")


def full_name(name):
    """Return a public name with the path of its module, such as nnlib.functional.relu."""
    first, _, rest = name.partition(".")
    return f"{spaces()[first].__name__}.{rest}" if first in spaces() else f"nnlib.{name}"


def is_public(place):
    """Say whether a reader has a thing under a short name."""
    return any(f"{place}.".startswith(f"{known}.") for known in _public())


def place_of(name):
    """Return where nnlib defines what a reader calls, say, F.relu or pioneers.RBM.free_energy.

    Returns
    -------
    str or None
        None where the name does not begin with one of `spaces`.

    Raises
    ------
    AttributeError
        If nnlib has no such name.
    """
    first, *rest = name.removeprefix("nnlib.").split(".")
    if not rest or not all(part.isidentifier() for part in rest):
        return None
    if first not in spaces():
        return None
    holder = value = spaces()[first]
    for part in rest:
        holder, value = value, getattr(value, part)
    if inspect.isclass(holder):
        return f"{holder.__module__}.{holder.__qualname__}.{rest[-1]}"
    return f"{value.__module__}.{value.__qualname__}"
