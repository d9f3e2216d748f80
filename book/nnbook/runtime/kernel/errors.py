"""An exception as an output: a traceback of the reader's lines alone."""

import traceback

# Frames of these files are not the reader's.
OURS = ("/nnkernel/", "/_pyodide/", "/pyodide/")


def error(value):
    """Return an exception as an output, without the frames of this kernel."""
    trace = value.__traceback__
    while trace and any(part in trace.tb_frame.f_code.co_filename for part in OURS):
        trace = trace.tb_next
    lines = traceback.format_exception(type(value), value, trace)
    return {
        "output_type": "error",
        "ename": type(value).__name__,
        "evalue": str(value),
        "traceback": lines,
    }
