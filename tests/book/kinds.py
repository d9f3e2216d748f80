"""What pages are made of, and the few pages that hold all of it.

A piece is a tag with its classes inside a tag with its classes. What a style does to a piece, it
does on every page; so what depends on the style alone is tried on pages that hold every piece once.
"""

import re

TAG = re.compile(r"<(/?)([a-z][a-z0-9]*)\b((?:[^>\"]|\"[^\"]*\")*)>")
CLASS = re.compile(r'\bclass="([^"]*)"')
NUMBER = re.compile(r"\d{2,}")  # a class with a number in it names one thing, not a kind
ASIDE = re.compile(r"<!--.*?-->|<(mjx-container|script|style|svg)\b.*?</\1>", re.S)
NO_END = set("area base br col embed hr img input link meta source wbr".split())


def pieces(html):
    """Return the set of pieces of a page: pairs of (outer, inner)."""
    found, stack = set(), [""]
    for closing, tag, attributes in TAG.findall(ASIDE.sub("", html)):
        if closing:
            while len(stack) > 1 and stack.pop().split(".")[0] != tag:
                pass
            continue
        classes = CLASS.search(attributes)
        names = sorted(n for n in (classes[1].split() if classes else []) if not NUMBER.search(n))
        inner = ".".join([tag, *names])
        found.add((stack[-1], inner))
        if tag not in NO_END:
            stack.append(inner)
    return found


def cover(sets):
    """Return few of the names in `sets` that together hold all that any holds, sorted.

    Parameters
    ----------
    sets : dict of set
        By name. The one that adds most comes first; ties go to the name that sorts last.
    """
    left, chosen = set().union(*sets.values()), []
    while left:
        best = max(sets, key=lambda name: (len(sets[name] & left), name))
        chosen.append(best)
        left -= sets[best]
    return sorted(chosen)
