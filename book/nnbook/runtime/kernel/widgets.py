"""ipywidgets without Jupyter: their messages go to the page, Output widgets gather outputs."""

import importlib.util
import json
import os
import sys

from . import figures, outputs
from .channel import send
from .errors import error

installed = []
owners = {}  # the cell in whose output a widget's callbacks write, by comm


def install():
    """Connect ipywidgets to the page as soon as both it and comm can be imported."""
    if installed or importlib.util.find_spec("ipywidgets") is None:
        return
    os.environ["JUPYTER_WIDGETS_ECHO"] = "0"
    import comm
    from comm.base_comm import BaseComm, CommManager

    class PageComm(BaseComm):
        def publish_msg(self, msg_type, data=None, metadata=None, buffers=None, **keys):
            message = {"kind": msg_type, "comm": self.comm_id, "data": data or {}}
            send("comm", message, buffers or ())

    manager = CommManager()
    comm.create_comm = PageComm
    comm.get_comm_manager = lambda: manager
    import ipywidgets

    ipywidgets.Output.__enter__ = _enter
    ipywidgets.Output.__exit__ = _exit
    ipywidgets.Output.clear_output = _clear
    installed.append(manager)


def _enter(self):
    outputs.flush_streams()
    outputs.sinks.append([])
    return self


def _exit(self, kind, value, trace):
    figures.flush_figures()
    if kind is not None:
        outputs.emit(error(value))
    outputs.flush_streams()
    self.outputs = tuple(outputs.sinks.pop())
    return True


def _clear(self, *args, **kwargs):
    self.outputs = ()


def handle(comm_id, text):
    """Give a message of the page to its widget."""
    comm = installed[0].comms.get(comm_id) if installed else None
    if comm is None:
        return
    content = {"comm_id": comm_id, "data": json.loads(text)}
    comm.handle_msg({"content": content, "metadata": {}, "buffers": []})
    figures.flush_figures()


def wanted(code):
    """Connect ipywidgets before a cell that uses them."""
    if "ipywidgets" in code or "ipywidgets" in sys.modules:
        install()
