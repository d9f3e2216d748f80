"""The ledger: for everything the book's sources hold, the chapter, the functions and the tests.

The directive `{ledger} equations` (or algorithms, theorems, definitions, headings, summary) writes
a table from the plan, from nnlib's docstrings and from the marks of the tests (`citations` reads
both). What is missing says so. The cells of its tables are also those of `closing`.
`{ledger} proved` lists every theorem that a chapter states, the book's own included.
"""

import re
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

from nnbook import citations
from nnbook import plan as plans
from nnbook.explorer import offer_static

KINDS = {
    "equations": "equation",
    "algorithms": "algorithm",
    "theorems": "theorem",
    "definitions": "definition",
    "headings": "heading",
}
OTHERS = ("summary", "proved")
THEOREM = re.compile(r"\{prf:theorem\}[ ]*(.+?)(?:\\n|\n)")  # in a notebook's file


class Ledger(Directive):
    """Write one table of the ledger."""

    required_arguments = 1

    def run(self):
        """Return the table, with links that Sphinx resolves later."""
        env = self.state.document.settings.env
        root = Path(env.srcdir)
        what = self.arguments[0]
        if what not in {*KINDS, *OTHERS}:
            raise self.error(f"ledger knows {', '.join([*KINDS, *OTHERS])}; not {what!r}")
        sources = [*root.glob("nnlib/**/*.py"), *root.glob("tests/**/*.py")]
        for source in [*plans.files(root), *sources]:
            env.note_dependency(str(source))
        if what == "proved":
            for notebook in root.glob("chapters/*/*.ipynb"):
                env.note_dependency(str(notebook))
            return [_proved(plans.load(root), root)]
        return [table(plans.load(root), what, *citations.read(root), repository(env.config))]


def repository(config):
    """Return the address of the repository's files, or None where the book has none."""
    options = config.html_theme_options
    url = (options.get("repository_url") or "").rstrip("/")
    return f"{url}/blob/{options.get('repository_branch') or 'main'}" if url else None


def table(plan, what, code, proofs, repository=None):
    """Return one table of the ledger.

    Parameters
    ----------
    plan : nnbook.plan.Plan
    what : str
        One of `KINDS`, or "summary".
    code, proofs : dict of list of nnbook.citations.Place
        What functions and tests say that they compute and prove.
    repository : str, optional
        The address of the repository's files.
    """
    if what == "summary":
        return _summary(plan, code, proofs)
    if what == "headings":
        return _headings(plan)
    return _items(plan, KINDS[what], code, proofs, repository)


def _items(plan, kind, code, proofs, repository):
    word = {"equation": "Eq.", "algorithm": "Alg."}.get(kind)
    rows = []
    for item in plan.items[kind].values():
        chapter = plan.chapter_of(kind, item.key)
        number = f"({item.key})" if kind == "equation" else str(item.key)
        if chapter.done and kind == "equation":
            name = [target(item.label, number)]
        else:
            name = [nodes.Text(number if word else item.section)]
        tests = unique(proofs.get((kind, item.key), []))
        rows.append(
            [
                name,
                [nodes.Text(item.title)],
                _chapter(chapter),
                listed(unique(code.get((kind, item.key), [])), function) or [_missing()],
                listed(tests, lambda place: source(place.name, place.file, repository))
                or [_missing()],
            ]
        )
    return _table([word or "§", "In words", "Chapter", "nnlib", "Tests"], rows, [7, 27, 24, 21, 21])


def _proved(plan, root):
    rows = [
        [[nodes.Text(name)], _chapter(chapter)]
        for chapter in plan.done
        for name in theorems((root / f"{chapter.file}.ipynb").read_text(encoding="utf-8"))
    ]
    return _table(["Theorem", "Chapter"], rows, [60, 40])


def theorems(notebook):
    """Return the names of the theorems that the text of a notebook's file states, in order."""
    return [name.strip() for name in THEOREM.findall(notebook)]


def _headings(plan):
    rows = [
        [
            [nodes.Text(item.section)],
            [nodes.Text(item.title)],
            _chapter(plan.chapter_of("heading", key)),
        ]
        for key, item in plan.items["heading"].items()
    ]
    return _table(["§", "Heading", "Chapter"], rows, [10, 50, 40])


def _summary(plan, code, proofs):
    rows = []
    for what, kind in KINDS.items():
        keys = plan.items[kind]
        cells = [what.capitalize(), str(len(keys)), str(len(plan.covered(kind)))]
        if kind == "heading":
            cells += ["–", "–"]
        else:
            cells += [str(sum((kind, key) in found for key in keys)) for found in (code, proofs)]
        rows.append([[nodes.Text(cell)] for cell in cells])
    head = ["", "Planned", "In a chapter", "In nnlib", "Under test"]
    return _table(head, rows, [24, 19, 19, 19, 19])


def _chapter(chapter):
    if chapter.done:
        return [_page(chapter.file, chapter.title)]
    return [nodes.inline(text=chapter.title), nodes.Text(" "), _missing("to come")]


def _missing(text="missing"):
    return nodes.inline(text=text, classes=["nn-missing"])


def unique(places):
    """Return the places, each once."""
    return list(dict.fromkeys(places))


def listed(things, write):
    """Return what `write` makes of each thing, with commas between."""
    found = []
    for thing in things:
        found += [nodes.Text(", ")] * bool(found) + [write(thing)]
    return found


def function(place):
    """Link a function to its page in the reference, or to nothing where it has none."""
    name = citations.public_name(place.name)
    node = nodes.literal(text=name, classes=["nn-name"])
    return addnodes.pending_xref(
        "",
        node,
        refdomain="py",
        reftype="obj",
        reftarget=place.name,
        refexplicit=True,
        refspecific=False,
        refwarn=False,
        nn_public=citations.full_name(name),
    )


def source(text, file, repository):
    """Name a source file of the repository, with a link to it where its address is known."""
    node = nodes.literal(text=text, classes=["nn-name"])
    if repository is None:
        return node
    return nodes.reference("", "", node, refuri=f"{repository}/{file}", internal=False)


def target(label, text):
    """Return a link to a label, such as that of an equation."""
    return addnodes.pending_xref(
        "",
        nodes.inline(text=text),
        refdomain="std",
        reftype="ref",
        reftarget=label,
        refexplicit=True,
        refwarn=True,
    )


def _page(docname, text):
    return addnodes.pending_xref(
        "",
        nodes.inline(text=text),
        refdomain="std",
        reftype="doc",
        reftarget=f"/{docname}",
        refexplicit=True,
        refwarn=True,
    )


def _table(head, rows, widths):
    group = nodes.tgroup(cols=len(head))
    group += [nodes.colspec(colwidth=width) for width in widths]
    group += nodes.thead("", _row([[nodes.Text(cell)] for cell in head]))
    group += nodes.tbody("", *map(_row, rows))
    return nodes.table("", group, classes=["nn-ledger"])


def _row(cells):
    return nodes.row("", *(nodes.entry("", nodes.paragraph("", "", *cell)) for cell in cells))


def resolve(app, env, node, contnode):
    """Link a function that the reference has under its public name; else leave it plain."""
    if "nn_public" not in node:
        return None
    found = env.get_domain("py").resolve_xref(
        env, node.get("refdoc", env.docname), app.builder, "obj", node["nn_public"], node, contnode
    )
    return found if found is not None else contnode


def add_style(app, pagename, templatename, context, doctree):
    """Load the tables' style only where there are any."""
    if doctree is not None and any(
        "nn-ledger" in table["classes"] for table in doctree.findall(nodes.table)
    ):
        app.add_css_file("ledger.css")


def setup(app):
    """Register with Sphinx."""
    app.add_directive("ledger", Ledger)
    app.connect("config-inited", offer_static)
    app.connect("missing-reference", resolve, priority=300)  # before `api` leaves it plain
    app.connect("html-page-context", add_style, priority=100)
    # What is kept of a build by an older version of these cells would be read wrongly.
    return {
        "version": "1",
        "env_version": 2,
        "parallel_read_safe": True,
        "parallel_write_safe": True,
    }
