"""Small repairs to what theme and extensions write: doubled ids, missing names, roles.

Each has its reason beside it; each can go when the package it repairs no longer needs it.
"""

from collections import Counter

from docutils import nodes

from nnbook.explorer import offer_static, picture

DOUBLED = {"exercise-content", "proof-content", "proof"}
# Before others choose among a page's files.
EARLY = 100
# After the theme has put its own functions into the page's context.
LATE = 900


def number_doubled_ids(doctree):
    """Number what sphinx-exercise and sphinx-proof make, sections and proofs: they share one id."""
    seen = Counter()
    for node in doctree.findall(lambda n: isinstance(n, nodes.section | nodes.admonition)):
        for name in DOUBLED & set(node["ids"]):
            seen[name] += 1
            node["ids"] = [f"{name}-{seen[name]}"]


def scrolls(node):
    """Tell whether a node may be wider than a phone and then scrolls in its own box."""
    return isinstance(node, nodes.math_block | picture)


def name_folds(soup):
    """Give every fold of the navigation a name that a screen reader can say."""
    for fold in soup.find_all("summary"):
        link = fold.find_previous("a")
        if link is not None:
            fold["aria-label"] = f"Chapters of {link.get_text(strip=True)}"
    return soup


def choose_indices(app, config):
    """Keep Python's index and leave out that of sphinx-proof, which repeats its labels as text."""
    config.html_domain_indices = ["py-modindex"]


def _repair_doctree(app, doctree):
    number_doubled_ids(doctree)


def _add_files(app, pagename, templatename, context, doctree):
    if doctree is not None and any(doctree.findall(scrolls)):
        app.add_js_file("scrolling.js", loading_method="defer")
    if pagename == "genindex":
        app.add_css_file("genindex.css")


def _repair_page(app, pagename, templatename, context, doctree):
    make = context.get("generate_toctree_html")
    if make is not None:

        def named(*args, **options):
            tree = make(*args, **options)
            return name_folds(tree) if hasattr(tree, "find_all") else tree

        context["generate_toctree_html"] = named
    if context.get("body"):
        # docutils calls the bibliography a list; its entries have a role that no list may hold.
        context["body"] = context["body"].replace(
            '<div role="list" class="citation-list">', '<div class="citation-list">'
        )


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", offer_static)
    app.connect("config-inited", choose_indices)
    app.connect("doctree-read", _repair_doctree)
    app.connect("html-page-context", _add_files, priority=EARLY)
    app.connect("html-page-context", _repair_page, priority=LATE)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
