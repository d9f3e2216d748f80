"""Lets formulas in a line of text break at their relations, and keeps punctuation beside them.

MathJax sets a formula as one block. On a phone a long one is cut at the margin, and the full stop
behind it begins the next line. Here the block is cut behind each relation sign (=, <, ≤, →), the
place where TeX would break it too, and what follows without a space stays on the same line.
"""

import re

FORMULA = re.compile(
    r'(<span class="math notranslate nohighlight">)(<mjx-container.*?</mjx-container>)(</span>)'
    r"([.,;:!?)\]’”…]*)",
    re.S,
)
MATH = re.compile(r'(<mjx-math class="[^"]*" aria-hidden="true">)(.*?)(</mjx-math>)', re.S)
TAG = re.compile(r"<(/?)([\w-]+)[^>]*>")
# MathJax marks the space around a relation, and only around one, by this attribute.
RELATION = re.compile(r'<mjx-mo class="[^"]*" space="4">')


def children(html):
    """Cut HTML into its outermost elements."""
    depth, start, parts = 0, 0, []
    for tag in TAG.finditer(html):
        depth += -1 if tag[1] else 1
        if depth == 0:
            parts.append(html[start : tag.end()])
            start = tag.end()
    return parts


def chunks(math):
    """Return the pieces of a formula between which a line may break."""
    pieces = [""]
    for child in children(math):
        pieces[-1] += child
        if RELATION.match(child):
            pieces.append("")
    return [piece for piece in pieces if piece]


def breakable(container):
    """Return MathJax's container with a place to break behind every relation, if it has any."""
    found = MATH.search(container)
    pieces = chunks(found[2]) if found else []
    if len(pieces) < 2:
        return container
    inner = "".join(f'<span class="nn-chunk">{piece}</span>' for piece in pieces)
    container = container.replace(found[0], f"{found[1]}{inner}{found[3]}", 1)
    return container.replace('class="MathJax"', 'class="MathJax nn-breaks"', 1)


def let_break(body):
    """Return a page's body with formulas that break, and punctuation that stays."""

    def written(match):
        opening, container, closing, punctuation = match.groups()
        formula = f"{opening}{breakable(container)}{closing}"
        return f'<span class="nn-stay">{formula}{punctuation}</span>' if punctuation else formula

    return FORMULA.sub(written, body)


def _page(app, pagename, templatename, context, doctree):
    if context.get("body"):
        context["body"] = let_break(context["body"])


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _page)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
