"""The table of contents in the side bar, resolved once for all pages.

Sphinx copies and resolves the contents of the whole book for every page. From page to page only
two things differ: where the links start from, and which entry is marked as the current one.
"""

import re

from sphinx.util.osutil import relative_uri

TAG = re.compile(r"<(/?)(ul|li|a)\b([^>]*)>")
INSIDE = re.compile(r'class="[^"]*\binternal\b[^"]*" href="([^"#]*)"')
NOWHERE = "nn-nowhere"  # a page at the top of the book that no table of contents names


def _mark(tag, first):
    """Add the class `current` to a tag, before or after the classes that it has."""
    if 'class="' not in tag:
        return tag.replace(">", ' class="current">')
    if first:
        return tag.replace('class="', 'class="current ')
    return re.sub(r'class="([^"]*)"', r'class="\1 current"', tag)


def seen_from(contents, address):
    """Return the contents as the page at `address` shows them.

    Parameters
    ----------
    contents : str
        HTML of nested lists whose links start at the top of the book.
    address : str
        The page's, from the top of the book.

    Returns
    -------
    str
        Links start at the page; its own entry, with all that it lies in, has the class `current`.
    """
    pieces, tags, around, at = [], [], [], 0
    for match in TAG.finditer(contents):
        closing, name, _ = match.groups()
        pieces.append(contents[at : match.start()])
        at = match.end()
        tag = match[0]
        if closing and name != "a":
            around.pop()
        elif name != "a":
            around.append(len(tags))
        elif not closing and (link := INSIDE.search(tag)):
            target = relative_uri(address, link[1])
            tag = tag.replace(f'href="{link[1]}"', f'href="{target or "#"}"')
            if not target:
                tag = _mark(tag, first=True)
                for i in around:
                    tags[i] = _mark(tags[i], first=False)
        tags.append(tag)
    pieces.append(contents[at:])
    return "".join(text + tag for text, tag in zip(pieces, [*tags, ""], strict=True))


def _begin(app):
    app.nn_contents = {}


def _use(app, pagename, templatename, context, doctree):
    """Give the theme's templates a `toctree` that resolves nothing anew."""
    resolve = app.builder._get_local_toctree

    def contents(**how):
        # A collapsed table shows other entries on each page; the book has none.
        if how.get("collapse", True):
            return resolve(pagename, **how)
        key = tuple(sorted(how.items()))
        if key not in app.nn_contents:
            app.nn_contents[key] = resolve(NOWHERE, **how)
        return seen_from(app.nn_contents[key], app.builder.get_target_uri(pagename))

    context["toctree"] = contents


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", _begin)
    app.connect("html-page-context", _use, priority=100)  # before the theme renders
    return {"parallel_read_safe": True, "parallel_write_safe": True}
