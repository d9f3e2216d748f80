"""Runs cells: the last expression is shown, an error becomes a traceback of the reader's lines."""

import asyncio
import builtins
import importlib
import linecache
import sys
import warnings

from pyodide.code import eval_code_async

from . import commands, completion, display, explorers, figures, outputs, widgets
from .channel import send
from .errors import error

names = sys.modules["__main__"].__dict__


def prepare():
    """Set up what cells expect to find."""
    outputs.install_streams()
    display.install_ipython()
    figures.prepare()
    names["display"] = display.display
    names[commands.CALL] = commands.command
    builtins.input = commands.no_input
    # Brings matplotlib, which every page needs for its first figure.
    importlib.import_module("nnlib.viz.show").encode = figures.encode


async def run_cell(code, name):
    """Run a cell and show what it gives.

    Returns
    -------
    str
        "ok", "stopped" or the name of the exception.
    """
    outputs.flush_streams(begin=True)
    name = f"<{name}>"
    # So that tracebacks show the lines of the cell.
    linecache.cache[name] = (len(code), None, code.splitlines(keepends=True), name)
    warnings.resetwarnings()
    try:
        widgets.wanted(code)
        value = await eval_code_async(commands.translate(code), names, filename=name)
        figures.flush_figures()
        if value is not None:
            display.show(value, "execute_result")
        state = "ok"
    except (KeyboardInterrupt, asyncio.CancelledError):
        state = "stopped"
    except BaseException as problem:
        figures.flush_figures()
        outputs.emit(error(problem))
        state = type(problem).__name__
    outputs.flush_streams()
    return state


def complete(text):
    """Return the names that may follow a text."""
    return completion.completions(text, names)


def draw(number, places, density, hasty):
    """Draw an explorer; an error is sent in place of the picture."""
    try:
        explorers.draw(number, places, density, hasty)
    except BaseException as problem:
        send("undrawn", {"explorer": number, "error": error(problem)})
    outputs.flush_streams()


def comm_message(comm_id, text):
    """Give a message to a widget; an error is shown in the cell."""
    try:
        widgets.handle(comm_id, text)
    except BaseException as problem:
        outputs.emit(error(problem))
    outputs.flush_streams()


prepare()
