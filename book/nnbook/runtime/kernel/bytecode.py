"""Keeps the compiled code of modules for the reader's next visit.

Pyodide's packages come as source, and compiling them is half of the time that imports take.
"""

import marshal
import zipimport
from importlib.machinery import SourceFileLoader

stored = {}
fresh = {}


def install(data):
    """Use compiled code from a visit before, and remember what must be compiled now.

    Parameters
    ----------
    data : JavaScript array of bytes, or None
        What `collect` gave then.
    """
    if data is not None:
        stored.update(marshal.loads(data.to_bytes()))
    for loader in (SourceFileLoader, zipimport.zipimporter):
        loader.get_code = _remembering(loader.get_code)


def _remembering(original):
    def get_code(self, name):
        if name in stored:
            return stored[name]
        fresh[name] = original(self, name)
        return fresh[name]

    return get_code


def collect():
    """Return all compiled code as bytes, or None if nothing is new."""
    if not fresh:
        return None
    stored.update(fresh)
    fresh.clear()
    return marshal.dumps(stored)
