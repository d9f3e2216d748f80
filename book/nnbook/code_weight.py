"""Coloured code without the tags that colour nothing: it makes a chapter's page a third lighter.

Pygments puts every name, bracket and space into an element of its own, though the book's colours
show these like plain text. myst-nb's style sheet holds a rule for each of a terminal's 256 colours,
which no output of the book uses.
"""

import re
from pathlib import Path

PLAIN = ("n", "nn", "p", "w")  # names, modules, punctuation, white space
BLOCK = re.compile(r'<div class="highlight">.*?</pre></div>', re.S)
SPAN = re.compile(rf'<span class="(?:{"|".join(PLAIN)})">([^<]*)</span>')


def lighten(body):
    """Return a page's body with plain words in code as plain text.

    Parameters
    ----------
    body : str
        HTML as Sphinx wrote it.

    Returns
    -------
    str
        The same text; only elements inside blocks of code are gone.
    """
    return BLOCK.sub(lambda block: SPAN.sub(r"\1", block[0]), body)


def drop_terminal_colours(css):
    """Return a style sheet without the rules for the colours of a terminal."""
    return re.sub(r"[^{}]*\.-Color\[[^{}]*\{[^{}]*\}", "", css)


def _finish(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    for path in Path(app.outdir, "_static").glob("mystnb.*.css"):
        path.write_text(drop_terminal_colours(path.read_text(encoding="utf-8")), encoding="utf-8")


def _lighten_page(app, pagename, templatename, context, doctree):
    if context.get("body"):
        context["body"] = lighten(context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _lighten_page)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
