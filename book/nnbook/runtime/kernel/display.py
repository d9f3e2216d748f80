"""What a cell shows: displayed objects, and the little of IPython that this needs."""

import base64
import sys
import types

from . import explorers, figures
from .channel import send
from .outputs import deliver, emit, flush_streams, sinks

TEXTS = {
    "_repr_html_": "text/html",
    "_repr_latex_": "text/latex",
    "_repr_svg_": "image/svg+xml",
    "_repr_png_": "image/png",
    "_repr_jpeg_": "image/jpeg",
    "_repr_markdown_": "text/markdown",
}


def mimebundle(value):
    """Return the data and metadata by which a value is shown."""
    data, metadata = {}, {}
    if not isinstance(value, type):
        if hasattr(value, "_repr_mimebundle_"):
            found = value._repr_mimebundle_(include=None, exclude=None)
            data, metadata = found if isinstance(found, tuple) else (found, {})
            data = dict(data or {})
        for method, mime in TEXTS.items():
            if mime in data or not hasattr(value, method):
                continue
            made = getattr(value, method)()
            if made is not None:
                data[mime] = base64.b64encode(made).decode() if isinstance(made, bytes) else made
    data.setdefault("text/plain", repr(value))
    return data, metadata


def show(value, kind="display_data"):
    """Show one value: an explorer, a verdict, a figure or anything else."""
    flush_streams()
    if explorers.is_explorer(value):
        deliver(explorers.output(value, kind))
        return
    if figures.is_figure(value):
        figures.show_figure(value)
        return
    data, metadata = mimebundle(value)
    deliver({"output_type": kind, "data": data, "metadata": metadata})
    if type(value).__name__ == "Verdict" and hasattr(value, "state"):
        send("verdict", {"state": value.state})


def display(*values, raw=False, **_):
    """Show values in the cell, as IPython's function of this name does."""
    for value in values:
        if raw:
            emit({"output_type": "display_data", "data": value, "metadata": {}})
        else:
            show(value)


def clear_output(wait=False):
    """Remove what the cell shows so far."""
    flush_streams()
    if sinks:
        sinks[-1].clear()
    else:
        send("clear", {"wait": wait})


def _shown_as(mime, before="", after=""):
    class Shown:
        def __init__(self, data=None, **_):
            self.data = data

        def _repr_mimebundle_(self, include=None, exclude=None):
            return {mime: f"{before}{self.data}{after}", "text/plain": str(self.data)}

    return Shown


def _module(name, **content):
    made = types.ModuleType(name)
    made.__dict__.update(content)
    sys.modules[name] = made
    return made


def install_ipython():
    """Provide the names of IPython that ipywidgets and notebooks import."""
    names = {
        "display": display,
        "clear_output": clear_output,
        "HTML": _shown_as("text/html"),
        "Markdown": _shown_as("text/markdown"),
        "Latex": _shown_as("text/latex"),
        "Math": _shown_as("text/latex", "$\\displaystyle ", "$"),
        "SVG": _shown_as("image/svg+xml"),
    }
    top = _module("IPython", get_ipython=lambda: None, version_info=(8, 0, 0), __path__=[])
    top.__version__ = "8.0.0"
    top.display = _module("IPython.display", **names)
    top.core = _module("IPython.core", __path__=[])
    top.core.display = _module("IPython.core.display", **names)
    top.core.getipython = _module("IPython.core.getipython", get_ipython=lambda: None)

    class InteractiveShell:
        """IPython's shell, of which there is none."""

        @classmethod
        def initialized(cls):
            return False

    _module("IPython.core.interactiveshell", InteractiveShell=InteractiveShell)
