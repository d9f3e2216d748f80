"""Says what a collapsed cell holds, and collapses a chapter's imports.

myst-nb calls every fold "Show code cell source". Here it is called what it is: the solution of an
exercise, a check of what the text says, the way a figure is drawn. The name is the text of the
fold's summary, so that screen readers say it too.
"""

import ast
from html import escape

from docutils import nodes
from myst_nb.sphinx_ import HideCodeCellNode, depart_HideCellInput

from nnbook.fold_names import IMPORTS, name_of

EARLY = 100  # before others choose among a page's files


def prepares(source):
    """Tell whether code only imports, names constants, loads data, scales, shrinks or orders it."""
    try:
        body = ast.parse(source).body
    except SyntaxError:
        return False

    def harmless(statement):
        if isinstance(statement, ast.Import | ast.ImportFrom):
            return True
        if isinstance(statement, ast.Expr):
            return ast.unparse(statement) == "use_style()"
        if not isinstance(statement, ast.Assign):
            return False
        calls = [ast.unparse(c.func) for c in ast.walk(statement.value) if isinstance(c, ast.Call)]
        loads = ("data.", "nn.data.", "nn.models.pretrained", "pretrained", "search.digit_")
        shapes = (".mean", ".std", ".astype", ".reshape", ".permutation", ".all")
        shapes += ("np.concatenate", "np.indices")
        computes = any(not (c.startswith(loads) or c.endswith(shapes)) for c in calls)
        return ast.unparse(statement.targets[0]) == "rng" or not computes

    return any(isinstance(s, ast.Import | ast.ImportFrom) for s in body) and all(
        map(harmless, body)
    )


def _code_cells(doctree):
    return (c for c in doctree.findall(nodes.container) if c.get("nb_element") == "cell_code")


def _source(cell):
    block = next(iter(cell.findall(nodes.literal_block)), None)
    return block.astext() if block is not None else ""


def _name_folds(app, doctree):
    for k, cell in enumerate(_code_cells(doctree)):
        source = _source(cell)
        if k == 0 and "hide_mode" not in cell and prepares(source):
            cell["hide_mode"] = "input"
            cell["prompt_show"] = cell["prompt_hide"] = IMPORTS
        elif "hide_mode" in cell:
            tags = (cell.get("cell_metadata") or {}).get("tags", ())
            cell["prompt_show"] = cell["prompt_hide"] = name_of(tags, source)


def _print_solutions_last(app, pagename, templatename, context, doctree):
    if "nn-fold-solution" in (context.get("body") or ""):
        app.add_js_file("paper.js", loading_method="defer")


def _open_fold(translator, node):
    classes = " ".join(node["classes"])
    kind = node["prompt_show"].split()[-1].lower()
    translator.body.append(
        f'<details class="admonition hide {classes} nn-fold-{kind}">\n<summary>'
        f'<p class="admonition-title">{escape(node["prompt_show"])}</p></summary>\n'
    )


def setup(app):
    """Register with Sphinx."""
    app.connect("doctree-read", _name_folds)
    app.connect("html-page-context", _print_solutions_last, priority=EARLY)
    # myst-nb's own visitor gives every summary the name "Toggle hidden content".
    app.add_node(HideCodeCellNode, override=True, html=(_open_fold, depart_HideCellInput))
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
