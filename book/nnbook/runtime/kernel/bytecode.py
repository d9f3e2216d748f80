"""Keeps the compiled code of modules for the reader's next visit.

Python's library and its packages come as source, and compiling them is half of the time that
imports take. Python installs this while it starts, before it imports its own library; so this
module imports only what is built into the interpreter.
"""

import marshal
import zipimport
from _frozen_importlib_external import SourceFileLoader

KEPT = __file__.replace("bytecode.py", "compiled")  # what `collect` gave at the last visit
stored = {}  # marshalled code by the module's name; only what is imported is read
fresh = {}


def install():
    """Use compiled code from a visit before, and remember what must be compiled now."""
    try:
        with open(KEPT, "rb") as file:
            stored.update(marshal.loads(file.read()))
    except FileNotFoundError:
        pass
    for loader in (SourceFileLoader, zipimport.zipimporter):
        loader.get_code = _remembering(loader.get_code)


def _remembering(original):
    def get_code(self, name):
        if name in stored:
            return marshal.loads(stored[name])
        fresh[name] = original(self, name)
        return fresh[name]

    return get_code


def collect():
    """Return all compiled code as bytes, or None if nothing is new."""
    if not fresh:
        return None
    stored.update((name, marshal.dumps(code)) for name, code in fresh.items())
    fresh.clear()
    return marshal.dumps(stored)
