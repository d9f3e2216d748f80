"""The table that closes a chapter: the author owns two columns, the ledger fills two.

A notebook holds `| equation | in words |`, a table that JupyterLab shows as it is. In the book the
columns `nnlib` and `test` are added: for a row that names an equation, algorithm or theorem of the
plan, what cites it and what is marked with it. A row of the author's own names what it is about at
the end of its words, as in "free energy: `pioneers.RBM.free_energy`"; the name moves into its
column, and the test is the file that tests it. A row that names nothing rests on the checks of its
chapter.
"""

import re
from pathlib import Path

from docutils import nodes
from sphinx import addnodes
from sphinx.transforms import SphinxTransform
from sphinx.util import logging

from nnbook import citations, ledger
from nnbook import plan as plans

HEAD = ["equation", "in words"]
KINDS = {"eq": "equation", "alg": "algorithm", "thm": "theorem", "def": "definition"}
WIDTHS = [16, 38, 26, 20]
logger = logging.getLogger(__name__)


def item_of(plan, label):
    """Return the item of the plan that a label stands for, or None if it is the book's own.

    An equation has the label eq-29. The others begin with alg, thm or def, and go on with a number
    or the first words of a name: alg-adam, thm-perceptron for perceptron-convergence.
    """
    prefix, _, rest = label.partition("-")
    kind = KINDS.get(prefix)
    if kind is None or not rest:
        return None
    items = plan.items[kind].values()
    exact = [item for item in items if item.label == label]
    if exact or kind == "equation":
        return exact[0] if exact else None
    fitting = [item for item in items if f"{_slug(item)}-".startswith(f"{rest}-")]
    return fitting[0] if len(fitting) == 1 else None


def _slug(item):
    name = item.title if item.kind == "algorithm" else item.key
    return re.sub(r"[^a-z0-9]+", "-", str(name).lower())


def items_of(plan, cell):
    """Return the items that the first cell of a row links to, and the labels no source holds.

    Two equations with a dash between them are a range.
    """
    links = cell.findall(addnodes.pending_xref)
    found = [link["reftarget"].removeprefix("#") for link in links]
    is_range = len(found) == 2 and re.search(r"[–-]\s*\(", cell.astext())
    items = [item_of(plan, label) for label in found]
    unknown = [
        label
        for label, item in zip(found, items, strict=True)
        if item is None and re.fullmatch(r"eq-[a-z]*\d+", label)
    ]
    items = [item for item in items if item is not None]
    if is_range and len(items) == 2 and {item.kind for item in items} == {"equation"}:
        keys = citations.between(*(str(item.key) for item in items))
        items = [plan.items["equation"][key] for key in keys]
    return items, unknown


def take_names(cell):
    """Take the names of nnlib out of a cell of words.

    Returns
    -------
    names : list of str
        Where nnlib defines them.
    unknown : list of str
        Those that nnlib lacks; they stay.
    """
    names, unknown = [], []
    for node in list(cell.findall(nodes.literal)):
        try:
            place = citations.place_of(node.astext())
        except AttributeError:
            unknown.append(node.astext())
            continue
        if place is None:
            continue
        names.append(place)
        parent, index = node.parent, node.parent.index(node)
        parent.remove(node)
        if index and isinstance(parent[index - 1], nodes.Text):
            before = parent[index - 1].astext().rstrip(" ,:")
            parent.replace(parent[index - 1], nodes.Text(before))
    return names, unknown


def tested_in(root, place):
    """Return the file that tests a thing of nnlib: named after it, its module or its folder."""
    files = sorted(Path(root).glob("tests/nnlib/**/test_*.py"))
    names = {path.stem: path.relative_to(root).as_posix() for path in files}
    words = reversed(place.lower().split(".")[1:])
    return next((names[f"test_{word}"] for word in words if f"test_{word}" in names), None)


def columns(root, keys, names, code, proofs):
    """Return what the ledger adds to a row: places in nnlib, and files of tests.

    Parameters
    ----------
    root : path-like
    keys : list of (kind, key)
        What of the plan the row is about.
    names : list of str
        Where nnlib defines what the row itself names; these go before the ledger's.
    code, proofs : dict of list of nnbook.citations.Place
    """
    if names:
        places = [citations.Place(name, "") for name in names]
    else:
        places = ledger.unique(place for key in keys for place in code.get(tuple(key), []))
        places = [place for place in places if citations.is_public(place.name)] or places
    if keys and not names:
        files = [place.file for key in keys for place in proofs.get(tuple(key), [])]
    else:
        files = [file for name in names if (file := tested_in(root, name))]
    return places, list(dict.fromkeys(files))


def cells(places, files, repository):
    """Return the two cells that close a row."""
    tests = ledger.listed(
        files, lambda file: ledger.source(file.split("/")[-1], file, repository)
    ) or [nodes.Text("the chapter’s checks")]
    return ledger.listed(places, ledger.function) or [nodes.Text("–")], tests


class ClosingTable(SphinxTransform):
    """Complete the closing table of a chapter, and say what is missing in it."""

    default_priority = 500

    def apply(self, **kwargs):
        """Add the two columns, and keep what they were made from."""
        root = self.env.srcdir
        plan = plans.load(root)
        chapter = next((c for c in plan.done if c.file == self.env.docname), None)
        if chapter is None:
            return
        named, rows = set(), []
        for table in list(self.document.findall(nodes.table)):
            if [entry.astext().lower() for entry in _head_row(table)] == HEAD:
                rows += self.complete(table, plan, named)
        for kind in ("equation", "algorithm", "theorem"):
            for key in chapter.keys(kind):
                if (kind, key) not in named:
                    self.warn(f"the closing table has no row for {kind} {key}", self.document)
        self.env.metadata[self.env.docname]["nn_closing"] = rows

    def complete(self, table, plan, named):
        """Add the columns to one table; note what it names, and return its rows."""
        root, config = self.env.srcdir, self.env.config
        code, proofs = citations.read(root)
        group = next(table.findall(nodes.tgroup))
        group["cols"] = len(WIDTHS)
        group[:2] = [nodes.colspec(colwidth=width) for width in WIDTHS]
        table["classes"] += ["nn-ledger", "nn-closing"]
        for text in ("nnlib", "test"):
            _head_row(table).append(nodes.entry("", nodes.paragraph("", text)))
        rows = []
        for row in next(table.findall(nodes.tbody)):
            equation, words = row
            items, unknown = items_of(plan, equation)
            for label in unknown:
                self.warn(f"the closing table names {label}, which no source holds", row)
            names, unknown = take_names(words)
            for name in unknown:
                self.warn(f"the closing table names {name}, which nnlib lacks", row)
            keys = [(item.kind, item.key) for item in items]
            named.update(keys)
            found = columns(root, keys, names, code, proofs)
            rows.append((keys, names, _digest(found)))
            for cell in cells(*found, ledger.repository(config)):
                row += nodes.entry("", nodes.paragraph("", "", *cell))
        return rows

    def warn(self, message, node):
        """Say what is wrong, and where."""
        logger.warning(message, location=node, type="nnbook", subtype="closing")


def _head_row(table):
    return next(row for head in table.findall(nodes.thead) for row in head)


def _digest(found):
    places, files = found
    return [place.name for place in places], files


def outdated(app, env, added, changed, removed):
    """Read the chapters again for whose tables nnlib and the tests now say something else."""
    state = citations.state(env.srcdir)
    before, env.nn_citations = getattr(env, "nn_citations", None), state
    if state == before:
        return []
    code, proofs = citations.read(env.srcdir)
    return [
        name
        for name, meta in env.metadata.items()
        for keys, names, digest in meta.get("nn_closing", [])
        if _digest(columns(env.srcdir, keys, names, code, proofs)) != digest
    ]


def setup(app):
    """Register with Sphinx."""
    app.add_transform(ClosingTable)
    app.connect("env-get-outdated", outdated)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
