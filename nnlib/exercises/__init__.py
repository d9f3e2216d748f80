"""Exercises that answer at once: ``exercises.check("name", answer)``.

An untouched stub is a quiet third state beside right and wrong. A judge is a function that takes
the answer and returns None if it is right, or else a sentence that names the case in which it is
not; the judges stand in `judges`, one file for each notebook.
"""

from .core import Verdict, check, names

__all__ = ["Verdict", "check", "names"]
