"""Names that may follow what a reader has typed: those of the page, of Python, and attributes."""

import re
import rlcompleter

NAME = re.compile(r"[A-Za-z_][\w.]*$")


def completions(text, names):
    """Return the ways in which the name at the end of a text may go on, in order.

    Parameters
    ----------
    text : str
        What stands before the cursor.
    names : dict
        What the page has defined.

    Returns
    -------
    list of str
        The whole last part of each name, such as "argmax" for "x.arg". Private names come only
        where an underscore was typed.
    """
    asked = NAME.search(text)
    if not asked:
        return []
    *owner, begun = asked[0].split(".")
    completer = rlcompleter.Completer(names)
    try:
        found = completer.attr_matches(asked[0]) if owner else completer.global_matches(begun)
    except Exception:  # an attribute that cannot be had
        return []
    last = {re.match(r"\w*", name.split(".")[-1])[0] for name in found}
    return sorted(name for name in last if begun.startswith("_") or not name.startswith("_"))
