"""The ledger: for everything the guide holds, the chapter, the functions and the tests.

The directive `{ledger} equations` (or algorithms, theorems, definitions, headings, summary) writes
a table from plan.toml, from nnlib's docstrings ("Guide Eq. (29)") and from the marks of the tests
(`@pytest.mark.equation(29)`). Sources are parsed, never imported. What is missing says so.
"""

import ast
import re
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path

from docutils import nodes
from docutils.parsers.rst import Directive
from sphinx import addnodes

from nnbook import plan as plans
from nnbook.explorer import offer_static

# "Guide Eqs. (4), (14)-(16); backward Eqs. (29)-(31)": equations as far as the sentence goes.
_GUIDE = re.compile(
    r"Guide\s+(?=Eqs?\.|Algorithms?|Theorems?)(.*?)(?:(?<!Eq)(?<!Eqs)\.(?:\s|$)|\Z)", re.S
)
_EQUATIONS = re.compile(r"Eqs?\.\s+((?:(?:,|and|\s)*\(\d+\)(?:\s*[-–]\s*\(\d+\))?)+)")
_RANGE = re.compile(r"\((\d+)\)(?:\s*[-–]\s*\((\d+)\))?")
_ALGORITHM = re.compile(r"Algorithm\s+(\d+)")
_THEOREM = re.compile(r"Theorem\s+\(([a-z-]+)\)")
KINDS = {
    "equations": "equation",
    "algorithms": "algorithm",
    "theorems": "theorem",
    "definitions": "definition",
    "headings": "heading",
}


@dataclass(frozen=True)
class Place:
    """Where something is written: a dotted name and a file."""

    name: str
    file: str


def cited(docstring):
    """Find what a docstring cites of the guide.

    Parameters
    ----------
    docstring : str

    Returns
    -------
    set of (kind, key)
        Such as ("equation", 29). Equations of other works do not count: the sentence has to begin
        with the word Guide, and a part after a semicolon with "Eq.", if need be after one word.
    """
    found = set()
    for sentence in _GUIDE.findall(docstring):
        first, *rest = sentence.split(";")
        parts = [first, *(part for part in rest if re.match(r"\s*(\w+\s+)?Eqs?\.", part))]
        for part in parts:
            for listed in _EQUATIONS.findall(part):
                for low, high in _RANGE.findall(listed):
                    found |= {("equation", n) for n in range(int(low), int(high or low) + 1)}
            found |= {("algorithm", int(n)) for n in _ALGORITHM.findall(part)}
            found |= {("theorem", name) for name in _THEOREM.findall(part)}
    return found


def functions(root):
    """Map (kind, key) to the public functions, classes and methods of nnlib that cite it.

    Parameters
    ----------
    root : path-like
        The top of the repository.

    Returns
    -------
    dict of list of Place
    """
    found = defaultdict(list)
    for path in sorted(Path(root, "nnlib").rglob("*.py")):
        file = path.relative_to(root).as_posix()
        module = file.removesuffix(".py").removesuffix("/__init__").replace("/", ".")
        for name, node in _definitions(ast.parse(path.read_text(encoding="utf-8"))):
            for item in cited(ast.get_docstring(node) or ""):
                found[item].append(Place(f"{module}.{name}", file))
    return found


def _definitions(tree, prefix=""):
    for node in tree.body:
        if not isinstance(node, ast.FunctionDef | ast.ClassDef) or node.name.startswith("_"):
            continue
        yield prefix + node.name, node
        if isinstance(node, ast.ClassDef):
            yield from _definitions(node, f"{node.name}.")


def tests(root):
    """Map (kind, key) to the tests that carry its mark.

    Parameters
    ----------
    root : path-like
        The top of the repository.

    Returns
    -------
    dict of list of Place
        A mark on a class or in `pytestmark` counts for that class or file.
    """
    found = defaultdict(list)
    for path in sorted(Path(root, "tests").rglob("test_*.py")):
        file = path.relative_to(root).as_posix()
        tree = ast.parse(path.read_text(encoding="utf-8"))
        for node in tree.body:
            if isinstance(node, ast.Assign) and "pytestmark" in {
                getattr(target, "id", None) for target in node.targets
            }:
                for item in _marks(node.value):
                    found[item].append(Place(path.stem, file))
        for node in ast.walk(tree):
            if isinstance(node, ast.FunctionDef | ast.ClassDef):
                for decorator in node.decorator_list:
                    for item in _marks(decorator):
                        found[item].append(Place(node.name, file))
    return found


def _marks(expression):
    for node in ast.walk(expression):
        if (
            isinstance(node, ast.Call)
            and isinstance(node.func, ast.Attribute)
            and node.func.attr in {"equation", "algorithm", "theorem", "definition"}
            and ast.unparse(node.func.value).endswith("mark")
        ):
            for argument in node.args:
                yield node.func.attr, ast.literal_eval(argument)


class Ledger(Directive):
    """Write one table of the ledger."""

    required_arguments = 1

    def run(self):
        """Return the table, with links that Sphinx resolves later."""
        app = self.state.document.settings.env.app
        root = Path(app.srcdir)
        what = self.arguments[0]
        if what not in {*KINDS, "summary"}:
            raise self.error(f"ledger knows {', '.join([*KINDS, 'summary'])}; not {what!r}")
        env = self.state.document.settings.env
        for source in [root / plans.PLAN, *root.glob("nnlib/**/*.py"), *root.glob("tests/**/*.py")]:
            env.note_dependency(str(source))
        if "ledger" not in env.temp_data:  # read once for all tables of the page
            env.temp_data["ledger"] = plans.load(root), functions(root), tests(root)
        plan, code, proofs = env.temp_data["ledger"]
        if what == "summary":
            return [_summary(plan, code, proofs)]
        kind = KINDS[what]
        if kind in {"heading", "definition"}:
            return [_places(plan, kind)]
        return [_items(plan, kind, code, proofs)]


def _items(plan, kind, code, proofs):
    word = {"equation": "Eq.", "algorithm": "Alg."}.get(kind)
    rows = []
    for item in plan.items[kind].values():
        chapter = plan.chapter_of(kind, item.key)
        number = f"({item.key})" if kind == "equation" else str(item.key)
        if word and chapter.done and kind == "equation":
            name = [_target(f"eq-{item.key}", number)]
        else:
            name = [nodes.Text(number if word else item.section)]
        rows.append(
            [
                name,
                [nodes.Text(item.title)],
                _chapter(chapter),
                _listed(code.get((kind, item.key), []), _function),
                _listed(proofs.get((kind, item.key), []), _test),
            ]
        )
    return _table([word or "§", "In words", "Chapter", "nnlib", "Tests"], rows, [7, 27, 24, 21, 21])


def _places(plan, kind):
    rows = [
        [[nodes.Text(item.section)], [nodes.Text(item.title)], _chapter(plan.chapter_of(kind, key))]
        for key, item in plan.items[kind].items()
    ]
    return _table(["§", f"{kind.capitalize()} of the guide", "Chapter"], rows, [10, 50, 40])


def _summary(plan, code, proofs):
    rows = []
    for what, kind in KINDS.items():
        keys = plan.items[kind]
        covered = [key for key in keys if key not in plan.missing[kind]]
        cells = [what.capitalize(), str(len(keys)), str(len(covered))]
        if kind in {"heading", "definition"}:
            cells += ["–", "–"]
        else:
            cells += [str(sum((kind, key) in found for key in keys)) for found in (code, proofs)]
        rows.append([[nodes.Text(cell)] for cell in cells])
    head = ["", "In the guide", "In a chapter", "In nnlib", "Under test"]
    return _table(head, rows, [24, 19, 19, 19, 19])


def _chapter(chapter):
    if chapter.done:
        return [_page(chapter.file, chapter.title)]
    return [nodes.inline(text=chapter.title), nodes.Text(" "), _missing("to come")]


def _missing(text="missing"):
    return nodes.inline(text=text, classes=["nn-missing"])


def _listed(places, write):
    if not places:
        return [_missing()]
    unique = sorted({(place.name, place.file): place for place in places}.values(), key=str)
    found = []
    for place in unique:
        found += [nodes.Text(", ")] * bool(found) + [write(place)]
    return found


def _function(place):
    """Link a function to its page in the reference, or to nothing where it has none."""
    node = nodes.literal(text=place.name.removeprefix("nnlib."), classes=["nn-name"])
    return addnodes.pending_xref(
        "",
        node,
        refdomain="py",
        reftype="obj",
        reftarget=place.name,
        refexplicit=True,
        refspecific=False,
        refwarn=False,
        nn_plain=True,
    )


def _test(place):
    return nodes.literal(text=place.name, classes=["nn-name"])


def _target(label, text):
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


def leave_plain(app, env, node, contnode):
    """Show a function that the reference does not hold without a link, and without a warning."""
    return contnode if node.get("nn_plain") else None


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
    app.connect("missing-reference", leave_plain)
    app.connect("html-page-context", add_style, priority=100)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
