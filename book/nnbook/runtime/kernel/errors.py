"""An exception as an output: a traceback of the reader's lines alone."""

import traceback

from .commands import HERE

# Frames of these files are not the reader's.
OURS = ("/nnkernel/", "/_pyodide/", "/pyodide/")


def error(value):
    """Return an exception as an output, without the frames of this kernel."""
    told = traceback.TracebackException.from_exception(value)
    theirs = [f for f in told.stack if not any(part in f.filename for part in OURS)]
    told.stack = traceback.StackSummary.from_list(theirs)
    lines = list(told.format())
    if isinstance(value, ModuleNotFoundError):
        lines.append(f"It cannot be installed here: {HERE}.\n")
    return {
        "output_type": "error",
        "ename": type(value).__name__,
        "evalue": str(value),
        "traceback": lines,
    }
