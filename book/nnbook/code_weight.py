"""Coloured code without the tags that colour nothing: it makes a chapter's page a third lighter.

Pygments puts every name, bracket and space into an element of its own, though the book's colours
show these like plain text.
"""

import re

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


def _lighten_page(app, pagename, templatename, context, doctree):
    if context.get("body"):
        context["body"] = lighten(context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _lighten_page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
