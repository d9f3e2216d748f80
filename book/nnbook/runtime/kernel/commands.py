"""IPython's commands, which a page does not have: each says so, or does what it can in Python.

A line is a command only where a statement could begin. One inside an expression or a string that
begins with % or ! is left alone.
"""

import inspect
import io
import re
import sys
import tokenize

COMMAND = re.compile(r"(\s*)(%%?|!!?)\s*(\w*)")
QUESTION = re.compile(r"(\s*)(\?{0,2})([A-Za-z_][\w.]*)(\?{0,2})\s*$")
# What these set up is so in a page, or means nothing there.
DONE = {"autoreload", "config", "load_ext", "matplotlib", "precision", "pylab", "reload_ext"}
HERE = "a page has NumPy, matplotlib, ipywidgets, nnlib and Python's own library"
CALL = "__nn_command__"


class NotInAPage(Exception):
    """What was asked for needs Jupyter."""

    __module__ = "builtins"  # so that a traceback names it alone


def translate(code):
    """Return the code with its commands as calls, line for line."""
    lines = code.split("\n")
    first = next((k for k, line in enumerate(lines) if line.strip()), 0)
    if lines[first].startswith("%%"):  # it is about the whole cell
        return "\n" * first + _call(lines[first])
    for k, line in enumerate(lines):
        found = COMMAND.match(line) or (line.rstrip()[-1:] == "?" or line.lstrip()[:1] == "?")
        if found and _begins("\n".join(lines[:k])):
            indent = line[: len(line) - len(line.lstrip())]
            asked = QUESTION.match(line)
            if COMMAND.match(line) or (asked and (asked[2] or asked[4])):
                lines[k] = indent + _call(line)
    return "\n".join(lines)


def _call(line):
    return f"{CALL}({line.strip()!r})"


def _begins(before):
    """Whether a statement can begin after these lines: no bracket, string or line is open."""
    if before.rstrip(" \t").endswith("\\"):
        return False
    try:
        list(tokenize.generate_tokens(io.StringIO(before + "\n").readline))
    except tokenize.TokenError:
        return False
    except SyntaxError:  # an indentation that does not fit; Python will say so
        return True
    return True


def command(line, names=None):
    """Do what a command asks for, or raise `NotInAPage` with a sentence about it."""
    asked = QUESTION.match(line)
    if asked and (asked[2] or asked[4]):
        print(described(asked[3], sys.modules["__main__"].__dict__ if names is None else names))
        return
    _, sign, word = COMMAND.match(line).groups()
    if sign == "%" and word in DONE:
        return
    if word in {"pip", "conda", "mamba", "uv"}:
        raise NotInAPage(f"nothing can be installed here: {HERE}.")
    if sign in {"!", "!!"}:
        raise NotInAPage(f"{line!r} is a command for a shell, and a page has none.")
    hint = ""
    if word in {"time", "timeit"}:
        hint = " To measure seconds, use time.perf_counter()."
    raise NotInAPage(f"{sign}{word} is a command of Jupyter; a page runs Python alone.{hint}")


def described(name, names):
    """Return the signature and the documentation of what is called `name`."""
    first, *rest = name.split(".")
    try:
        value = names[first] if first in names else getattr(names["__builtins__"], first)
        for part in rest:
            value = getattr(value, part)
    except (KeyError, AttributeError):
        return f"{name} is not defined."
    try:
        head = f"{name}{inspect.signature(value)}"
    except (TypeError, ValueError):
        head = name
    return f"{head}\n\n{inspect.getdoc(value) or 'It has no documentation.'}"


def no_input(prompt=""):
    """Stand in for `input`, which would wait for ever."""
    raise NotInAPage("input() cannot ask in a page: write the value into the cell.")
