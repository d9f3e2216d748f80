"""A limit of time for a reader's code: an endless loop ends with a sentence, not a frozen page.

Python calls a trace function at every line, here one that looks at the clock. Unlike a signal or a
second thread, this works in the browser too. A single long call into NumPy is not interrupted.
"""

import contextlib
import sys
import time

__all__ = ["TimeIsUp", "deadline"]


class TimeIsUp(BaseException):
    """Raised inside code that runs too long; no ``except Exception`` of a reader catches it."""


@contextlib.contextmanager
def deadline(seconds):
    """Raise `TimeIsUp` in the code of a ``with`` block that still runs after so many seconds."""
    end = time.monotonic() + seconds
    before = sys.gettrace()

    def look(frame, event, argument):
        if time.monotonic() > end:
            raise TimeIsUp
        return look

    sys.settrace(look)
    try:
        yield
    finally:
        sys.settrace(before)
