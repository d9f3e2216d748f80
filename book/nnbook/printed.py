"""Printed tables that keep their columns on a phone.

A line that is longer than a phone is wide breaks, and a table with it. Here each printed table is
told how many columns its longest line has, so that the style sheet can choose letters that fit,
down to a size that can be read; a wider table scrolls. One or two lines are no table and may break.
"""

import re
from html import unescape

PRINTED = re.compile(
    r'(<div class="output [^"]*highlight-myst-ansi[^"]*"><div class="highlight">)<pre>(.*?)</pre>',
    re.S,
)
TAG = re.compile(r"<[^>]*>")
FITS = 36  # columns that fit the narrowest phone as they are
TABLE = 3  # lines


def columns(html):
    """Return the length of the longest line of a printed table; 0 if there are too few lines."""
    lines = unescape(TAG.sub("", html)).strip("\n").split("\n")
    return max(map(len, lines)) if len(lines) >= TABLE else 0


def told(body):
    """Return a page's body with the columns of each wide printed table in its style."""

    def written(match):
        wide = columns(match[2])
        style = f' style="--columns: {wide}"' if wide > FITS else ""
        return f"{match[1]}<pre{style}>{match[2]}</pre>"

    return PRINTED.sub(written, body)


def _page(app, pagename, templatename, context, doctree):
    if context.get("body"):
        context["body"] = told(context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
