"""A page that has moved leaves a redirect at its old address, as the plan's [[moved]] says.

The redirect keeps the part of the address behind the #, which needs a line of script; without
scripts the reader lands at the top of the new page. It is relative, so it works from a disk too.
"""

import posixpath
from html import escape
from pathlib import Path

from sphinx.errors import ExtensionError

from nnbook import plan as plans

# The tests of the pages and search engines know a redirect by its "Refresh".
PAGE = """<!DOCTYPE html>
<html lang="en">
<head>
<meta charset="utf-8">
<title>This page has moved</title>
<link rel="canonical" href="{to}">
<script>location.replace("{to}" + location.search + location.hash);</script>
<noscript><meta http-equiv="Refresh" content="0; url={to}"></noscript>
</head>
<body><p>This page has moved: <a href="{to}">{to}</a></p></body>
</html>
"""


def redirect(old, new):
    """Return the HTML that leads from one page of the book to another."""
    to = posixpath.relpath(f"{new}.html", posixpath.dirname(old) or ".")
    return PAGE.format(to=escape(to, quote=True))


def write(moved, folder, pages):
    """Write the redirects into the folder of a built book.

    Parameters
    ----------
    moved : iterable of (str, str)
        The old and the new page, without suffixes.
    folder : path-like
        It may hold an old page of an earlier build: that is written over.
    pages : collection of str
        The pages that the book has now.

    Raises
    ------
    ExtensionError
        If a page stands at an old address, or none at a new one.
    """
    for old, new in moved:
        if new not in pages:
            raise ExtensionError(f"{old} is said to have moved to {new}, which does not stand")
        if old in pages:
            raise ExtensionError(f"{old} is said to have moved, and a page stands there")
        path = Path(folder, f"{old}.html")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(redirect(old, new), encoding="utf-8")


def _finish(app, exception):
    if exception is None and app.builder.format == "html":
        write(plans.load(app.srcdir).moved, app.outdir, app.env.found_docs)


def setup(app):
    """Register with Sphinx."""
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
