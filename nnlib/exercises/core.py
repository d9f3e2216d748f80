"""How an answer is judged, whatever the topic."""

import copy
import html
import importlib
import inspect
import pkgutil
from typing import NamedTuple

import numpy as np

from .deadline import TimeIsUp, deadline

SECONDS = 10  # after which an answer is stopped

__all__ = [
    "Verdict",
    "Wrong",
    "array",
    "ask",
    "call",
    "check",
    "compare",
    "is_number",
    "judge",
    "names",
    "number",
    "numbers",
]

JUDGES = {}


class Verdict(NamedTuple):
    """The answer to an answer.

    Attributes
    ----------
    state : {"right", "wrong", "open"}
    text : str
    """

    state: str
    text: str

    def __bool__(self):
        return self.state == "right"

    def __repr__(self):
        return self.text

    def _repr_mimebundle_(self, include=None, exclude=None):
        sign = {"right": "✓", "wrong": "✗", "open": "○"}[self.state]
        page = (
            f'<p class="nn-verdict nn-{self.state}" role="status">'
            f'<span aria-hidden="true">{sign}</span> {html.escape(self.text)}</p>'
        )
        return {"text/plain": self.text, "text/html": page}


def judge(name):
    """Register the decorated function as the judge of an exercise.

    Raises
    ------
    ValueError
        If another function judges an exercise of this name: names are shared by all chapters.
    """

    def register(function):
        earlier = JUDGES.get(name, function)
        if _origin(earlier) != _origin(function):
            raise ValueError(
                f"an exercise is already called {name!r}: {'.'.join(_origin(earlier))} judges it"
            )
        JUDGES[name] = function
        return function

    return register


def _origin(function):
    """Where a function is written, the same when its module is loaded again."""
    return function.__module__, function.__qualname__


def names():
    """All exercises, sorted."""
    _load()
    return sorted(JUDGES)


def check(name, answer):
    """Tell whether an answer is right, and if not, where it fails.

    Parameters
    ----------
    name : str
        The exercise.
    answer : object
        A function or a value, as the exercise says. While it is ``...``, or a function that
        returns None or ``...``, the exercise counts as not attempted.

    Returns
    -------
    Verdict
        True if right.

    Raises
    ------
    KeyError
        If there is no such exercise.
    """
    _load()
    if name not in JUDGES:
        raise KeyError(f"no exercise is called {name!r}; there are {', '.join(sorted(JUDGES))}")
    if answer is ... or answer is None:
        return Verdict("open", f"not attempted yet: {name}")
    try:
        with deadline(SECONDS):
            problem = JUDGES[name](answer)
    except TimeIsUp:
        problem = f"your function was stopped after {SECONDS} seconds. Does its loop always end?"
    except NotAttempted:
        return Verdict("open", f"not attempted yet: {name}")
    except Wrong as error:
        problem = str(error)
    if problem is None:
        return Verdict("right", f"right: {name}")
    return Verdict("wrong", f"not yet: {problem}")


class NotAttempted(Exception):
    """Raised by `compare` when a function still returns nothing."""


class Wrong(Exception):
    """Raised where an answer is found to be wrong; its text is what `check` says."""


def compare(answer, reference, cases, *, hint="", rtol=1e-6, atol=1e-9):
    """Compare a reader's function with the right one; the usual body of a judge.

    Parameters
    ----------
    answer, reference : callable
    cases : iterable of dict
        Arguments by name. The answer gets copies; one that changes them is told so.
    hint : str
        Added to what is said about the first case that fails.
    rtol, atol : float

    Returns
    -------
    str or None
    """
    for case in cases:
        expected = reference(**copy.deepcopy(case))
        try:
            found = ask(answer, case)
        except Wrong as problem:
            return str(problem)
        if not _equal(found, expected, rtol, atol):
            tail = f" {hint}" if hint else ""
            return f"for {_given(case)} expected {_brief(expected)}, got {_brief(found)}.{tail}"
    return None


def ask(answer, case, *, may_be_none=False):
    """Return what a reader's function makes of one case, arguments by name.

    The function gets copies. If it is none, raises an error or changes them, the exercise is judged
    wrong and says so; if it returns nothing, it counts as not attempted, unless None can be right.
    """
    if not callable(answer):
        raise Wrong(f"expected a function, got {type(answer).__name__}")
    arguments = copy.deepcopy(case)
    try:
        found = call(answer, arguments)
    except NotImplementedError:
        raise NotAttempted from None
    except Exception as error:
        raise Wrong(
            f"for {_given(case)} your function raises {type(error).__name__}: {error}"
        ) from None
    if found is ... or (found is None and not may_be_none):
        raise NotAttempted
    for name in case:
        if not _same(arguments[name], case[name]):
            raise Wrong(
                f"your function changes {name}, which belongs to the caller: copy it first."
            )
    return found


def number(answer, case=""):
    """Return an answer, a number of any kind or the only one of an array or list, as a float.

    If it is none, the exercise is judged wrong and says so, after the words for the case.
    """
    try:
        return _floats(answer).item()
    except (TypeError, ValueError):
        raise Wrong(f"{case} expected a number, got {answer!r:.60}.".lstrip()) from None


def array(answer, shape, case=""):
    """Return an answer of numbers as an array of floats of this shape.

    If it is something else, the exercise is judged wrong and says so, after the words for the case.
    """
    try:
        found = np.array(answer, float)
    except (TypeError, ValueError):
        raise Wrong(f"{case} expected numbers, got {answer!r:.60}.".lstrip()) from None
    if found.shape != shape:
        raise Wrong(f"{case} expected the shape {shape}, got {found.shape}.".lstrip())
    return found


def numbers(answer, count):
    """Return an answer of `count` numbers, in a list, a tuple or an array, as floats.

    If it is something else, the exercise is judged wrong and says so.
    """
    try:
        values = [number(value) for value in answer]
    except (TypeError, Wrong):
        values = None
    if values is None or len(values) != count:
        raise Wrong(f"expected {count} numbers, got {answer!r:.60}.")
    return values


def is_number(answer, wanted, rtol=1e-6):
    """Whether an answer, whatever it is, is this number but for rounding."""
    try:
        return bool(np.isclose(number(answer), wanted, rtol=rtol, atol=1e-12))
    except Wrong:
        return False


def call(answer, arguments):
    """Call a function by the names of its arguments, or in order if the reader renamed them."""
    try:
        inspect.signature(answer).bind(**arguments)
    except (TypeError, ValueError):  # other names, or a function that does not tell them
        return answer(*arguments.values())
    return answer(**arguments)


def _same(a, b):
    """Whether an argument still holds what it held."""
    if isinstance(a, np.ndarray):
        return a.shape == b.shape and np.array_equal(a, b, equal_nan=a.dtype.kind == "f")
    if isinstance(a, (tuple, list)):
        return len(a) == len(b) and all(map(_same, a, b))
    return a is b or a == b


def _equal(found, expected, rtol, atol):
    if isinstance(expected, (tuple, list)):
        if isinstance(found, np.ndarray) and found.ndim:
            found = list(found)
        return (
            isinstance(found, (tuple, list))
            and len(found) == len(expected)
            and all(_equal(f, e, rtol, atol) for f, e in zip(found, expected, strict=True))
        )
    try:
        found = _floats(found)
    except (TypeError, ValueError):
        return False
    if expected is None:
        return False
    expected = np.asarray(expected, float)
    if expected.ndim == 0 and found.size == 1:
        found = found.reshape(())
    return found.shape == expected.shape and np.allclose(found, expected, rtol, atol)


def _floats(value):
    """An array of floats; a text is no number even if it reads like one."""
    value = np.asarray(value)
    if value.dtype.kind not in "biufO":
        raise TypeError(f"no numbers: {value.dtype}")
    return value.astype(float)


def _given(case):
    return ", ".join(f"{k} = {_brief(v)}" for k, v in case.items())


def _brief(value):
    if isinstance(value, (tuple, list)):
        return "(" + ", ".join(_brief(v) for v in value) + ")"
    text = np.array2string(np.asarray(value), precision=4, separator=" ", threshold=12)
    return " ".join(text.split())


def _load():
    """Import the files of judges, which register themselves."""
    judges = importlib.import_module(f"{__package__}.judges")
    for module in pkgutil.iter_modules(judges.__path__):
        importlib.import_module(f"{judges.__name__}.{module.name}")
