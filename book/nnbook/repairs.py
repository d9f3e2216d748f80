"""Small repairs to what theme and extensions write: tagged formulas, doubled ids, missing names.

Each has its reason beside it; each can go when the package it repairs no longer needs it.
"""

from docutils import nodes

# After the theme has put its own functions into the page's context.
LATE = 900


def keep_tags(doctree):
    r"""Put formulas with a \tag into an environment of their own.

    Sphinx wraps formulas of several lines in `split`, in which MathJax allows no tag.
    """
    for node in doctree.findall(nodes.math_block):
        text = node.astext()
        if r"\tag" in text and not node.get("nowrap"):
            wrapped = "\\begin{equation*}\n" + text.strip() + "\n\\end{equation*}"
            node.children = []
            node += nodes.Text(wrapped)
            node.rawsource = wrapped
            node["nowrap"] = True


def number_doubled_ids(doctree):
    """Number the sections of sphinx-exercise, which gives all of them the same id."""
    found = (node for node in doctree.findall(nodes.section) if "exercise-content" in node["ids"])
    for number, node in enumerate(found, start=1):
        node["ids"] = [f"exercise-content-{number}"]


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
    keep_tags(doctree)
    number_doubled_ids(doctree)


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
    app.connect("config-inited", choose_indices)
    app.connect("doctree-read", _repair_doctree)
    app.connect("html-page-context", _repair_page, priority=LATE)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
