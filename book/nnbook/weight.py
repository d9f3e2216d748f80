"""What others' style sheets bring and no page uses is left out: rules, icons, source maps.

The theme's style sheet knows two thousand icons and all of Bootstrap. Once the pages are written,
every rule is dropped whose selector names a class that occurs in no page and in no script. Sphinx
copies all sheets anew in each build, so that none misses what a new page needs.
"""

import re
import shutil
from pathlib import Path

import pydata_sphinx_theme

from . import fonts

CSS = "styles/pydata-sphinx-theme.css"
ICON_FONT = "vendor/fontawesome/webfonts/fa-solid-900.woff2"
# The theme also draws its icons by a script of 1.5 MB. The style sheet does it without.
ICON_SCRIPT = "scripts/fontawesome.js"
ICON_STUB = "// The icons come from the style sheet.\n"
SOURCE = Path(pydata_sphinx_theme.__file__).parent / "theme/pydata_sphinx_theme/static"
# A file whose name holds the first is of use where the page holds the second.
SIGNS = {"mathjax": 'class="math', "design": "sd-"}
CLASS = re.compile(r"\.(-?[a-zA-Z_][\w-]*)")
ASIDE = re.compile(r"\s+|/\*!.*?\*/|@(?:charset|import|layer)[^;{]*;", re.S)
STRING = r"\"(?:\\.|[^\"\\])*\"|'(?:\\.|[^'\\])*'"
# Those that begin with an exclamation mark are licences.
COMMENT = re.compile(rf"({STRING}|url\((?:{STRING}|[^)]*)\))|/\*(?!!).*?\*/", re.S)
WORD = re.compile(r"[a-zA-Z_][\w-]*")
NOT = re.compile(r":not\([^()]*\)")
ICON = re.compile(r"\"(?:\\(f[0-9a-f]{3})|([\uf000-\uf8ff]))\"")  # escaped, or as it is


def words(pages, scripts):
    """Return every word that can be the name of a class: in an attribute or in a script."""
    found = set()
    for page in pages:
        for value in set(re.findall(r"class=\"([^\"]*)\"", page)):
            found.update(value.split())
    for script in scripts:
        found.update(WORD.findall(script))
    return found


def short(css):
    """Return a style sheet without comments and line breaks; licences stay."""
    css = COMMENT.sub(lambda found: found[1] or "", css)
    css = re.sub(r";?\s*\n\s*\}", "}", css)
    css = re.sub(r"([{};])\s*\n\s*", r"\1", css)
    return re.sub(r"\s*\n\s*", " ", css)


def prune(css, known):
    """Return the style sheet without the selectors that need an unknown class.

    Parameters
    ----------
    css : str
        A style sheet as `short` returns it.
    known : set of str
        The classes that can occur.

    Returns
    -------
    str
        Blocks left without a rule are gone as well.
    """
    out, at = [], 0
    while at < len(css):
        aside = ASIDE.match(css, at)
        if aside:
            out.append(aside[0].strip())
            at = aside.end()
            continue
        brace = css.find("{", at)
        if brace < 0:
            out.append(css[at:])
            break
        head, end = css[at:brace], _closing(css, brace)
        body = css[brace + 1 : end]
        if head.lstrip().startswith(("@media", "@supports", "@layer", "@container")):
            body = prune(body, known)
            if body.strip():
                out.append(f"{head}{{{body}}}")
        elif head.lstrip().startswith("@"):
            out.append(css[at : end + 1])
        else:
            kept = [s for s in _selectors(head) if _possible(s, known)]
            if kept:
                out.append(f"{','.join(kept)}{{{body}}}")
        at = end + 1
    return "".join(out)


def _closing(css, brace):
    """Return the place of the brace that closes the one at `brace`; strings may hold braces."""
    depth, at = 0, brace
    for match in re.compile(rf"{STRING}|[{{}}]").finditer(css, at):
        depth += {"{": 1, "}": -1}.get(match[0], 0)
        if depth == 0:
            return match.start()
    raise ValueError("a brace of the style sheet is never closed")


def _selectors(head):
    """Split a list of selectors at the commas that stand outside parentheses."""
    return re.split(r",(?![^()]*\))(?![^\[]*\])", head)


def _possible(selector, known):
    if re.search(r":(?:is|where|has)\(", selector):
        return True  # alternatives: leave them to the browser
    return set(CLASS.findall(NOT.sub("", selector))) <= known


def code_points(*sheets):
    """Return the characters of the icon font that style sheets ask for."""
    found = {match for css in sheets for match in ICON.findall(css)}
    return sorted(int(code, 16) if code else ord(letter) for code, letter in found)


def _drop_unused(app, pagename, templatename, context, doctree):
    """Leave MathJax and sphinx-design to the pages that use them."""
    body = context.get("body", "")
    unused = [name for name, sign in SIGNS.items() if sign not in body]
    for kind in ("script_files", "css_files"):
        context[kind] = [
            file for file in context[kind] if not any(n in str(_name(file)) for n in unused)
        ]


def _name(file):
    return getattr(file, "filename", None) or file


def _read(paths):
    return [path.read_text(encoding="utf-8", errors="ignore") for path in sorted(paths)]


def _finish(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out, static = Path(app.outdir), Path(app.outdir) / "_static"
    for unused in static.rglob("*.map"):
        unused.unlink()
    (static / ICON_SCRIPT).write_text(ICON_STUB, encoding="utf-8")
    pages = [path for path in out.rglob("*.html") if static not in path.parents]
    # What live pages load is there from an earlier build or not yet; it brings rules of its own.
    scripts = [p for p in static.rglob("*.js") if not {"mathjax", "live"} & set(p.parts)]
    known = words(_read(pages), _read(scripts))
    own = {path.name for path in (Path(__file__).parent / "static").glob("*.css")}
    shutil.copyfile(SOURCE / CSS, static / CSS)
    for path in [*static.glob("*.css"), *static.glob("styles/*.css")]:
        css = short(path.read_text(encoding="utf-8"))
        path.write_text(css if path.name in own else prune(css, known), encoding="utf-8")
    icons = code_points(*_read(static.rglob("*.css")))
    small = fonts.cached_cut(SOURCE / ICON_FONT, "icons", icons, fonts.cache_of(app))
    (static / ICON_FONT).write_bytes(small.read_bytes())


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _drop_unused, priority=950)
    app.connect("build-finished", _finish, priority=900)  # all other files stand by then
    return {"parallel_read_safe": True, "parallel_write_safe": True}
