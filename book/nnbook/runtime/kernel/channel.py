"""The way from Python to the page: one function, which the worker provides."""

import json

import js
from pyodide.ffi import to_js


def send(kind, payload, buffers=()):
    """Send a message to the page.

    Parameters
    ----------
    kind : str
    payload : dict
        What JSON can hold.
    buffers : sequence of bytes-like
    """
    js.nnSend(kind, json.dumps(payload), to_js([to_js(memoryview(b).cast("B")) for b in buffers]))
