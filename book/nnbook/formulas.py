r"""Formulas are set when the book is built, so that a page shows them without any script.

MathJax runs once, in the V8 engine of the package mini-racer, and writes HTML with MathML for
screen readers. A page then needs a style sheet and MathJax's letters, not its 750 kB of code. A
formula that MathJax cannot read is a warning of the build. The engine has a thread of its own: the
formulas of a page are set there while Sphinx reads the next.
"""

import functools
import json
import re
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from docutils import nodes
from py_mini_racer import MiniRacer
from sphinx.util import logging

from .fonts import cache_of
from .letters import cut_letters
from .offline import mathjax_source
from .weight import prune, short, words

logger = logging.getLogger(__name__)

PARTS = [
    "core",
    "adaptors/liteDOM",  # what stands for the browser's document here
    "input/tex-full",  # with all extensions: nothing can be loaded later
    "output/chtml",
    "output/chtml/fonts/tex",
    "a11y/assistive-mml",
]
START = """
var global = globalThis;
globalThis.setTimeout = (f) => { f(); };
globalThis.MathJax = {
  loader: {paths: {mathjax: "."}, load: []},
  startup: {typeset: false, ready() {}},
  chtml: {adaptiveCSS: false, fontURL: "mathjax/output/chtml/fonts/woff-v2"},
  tex: {packages: {"[-]": ["autoload", "require", "noerrors", "noundefined"]}},
};
"""
CONVERT = """
(tex, display) => {
  const size = {display, em: 16, ex: 8, containerWidth: 16 * 44};
  return MathJax.startup.adaptor.outerHTML(MathJax.tex2chtml(tex, size));
}
"""
SHEET = "mathjax.css"
SIGN = 'class="math'
ERROR = re.compile(r'data-mjx-error="([^"]*)"')
# What no page needs of what MathJax writes: in a chapter with many formulas a twentieth of it.
NEEDLESS = [
    re.compile(r' id="mjx-eqn:[^"]*"'),  # the book has targets of its own
    re.compile(r"height: NaNem;"),  # what only a browser can measure
    re.compile(r' style="position: relative;"(?= *>)'),  # the style sheet says it
    re.compile(r' (?:unselectable|texclass|data-mjx-texclass)="[^"]*"'),
    re.compile(r' xmlns="http://www.w3.org/1998/Math/MathML"'),  # HTML knows that math is MathML
]
EXTRA = "mjx-container{position:relative}"
INNER = re.compile(r"\\begin\{(\w+\*?)\}.*?\\end\{\1\}", re.S)


@functools.cache
def engine():
    """MathJax, started."""
    context = MiniRacer()
    context.eval(START)
    context.eval((mathjax_source() / "startup.js").read_text(encoding="utf-8"))
    context.eval(f"MathJax.loader.preLoad(...{json.dumps(PARTS)})")
    for part in PARTS:
        context.eval((mathjax_source() / f"{part}.js").read_text(encoding="utf-8"))
    context.eval("MathJax.config.startup.ready = null; MathJax.startup.defaultReady(); 0")
    context.eval(f"globalThis.convert = {CONVERT}; 0")
    return context


@functools.cache
def thread():
    """The thread that sets formulas, one after the other."""
    return ThreadPoolExecutor(1)


def render(tex, display):
    """Set one formula.

    Parameters
    ----------
    tex : str
    display : bool
        On a line of its own.

    Returns
    -------
    str
        HTML.

    Raises
    ------
    ValueError
        With MathJax's own words, if it cannot read the formula.
    """
    html = engine().eval(f"convert({json.dumps(tex)}, {json.dumps(display)})")
    error = ERROR.search(html)
    if error:
        raise ValueError(f"{error[1]}: {tex.strip()}")
    for needless in NEEDLESS:
        html = needless.sub("", html)
    return html


def lines(tex):
    r"""Let a formula of several lines be one: those with \\ or & outside of any environment."""
    outside = INNER.sub("", tex)
    if r"\\" not in outside and not re.search(r"(?<!\\)&", outside):
        return tex
    tag = re.search(r"\\tag\{[^}]*\}", tex)
    body = tex.replace(tag[0], "") if tag else tex
    return rf"\begin{{aligned}}{body}\end{{aligned}}{tag[0] if tag else ''}"


def stylesheet(known):
    """MathJax's rules for the letters that the pages use; `known` is the set of their classes."""
    css = engine().eval("MathJax.startup.adaptor.textContent(MathJax.chtmlStylesheet())")
    return prune(short(css), known) + EXTRA


@functools.cache
def begin(tex, display):
    """Begin to set a formula; return the future that `render` fills."""
    return thread().submit(render, tex, display)


def _formula(node):
    """Return what `render` takes for a node of a page."""
    tex, display = node.astext(), isinstance(node, nodes.math_block)
    return lines(tex) if display and not node.get("nowrap") else tex, display


def _begin_page(app, doctree):
    if app.builder.format != "html":
        return
    for kind in (nodes.math, nodes.math_block):
        for node in doctree.findall(kind):
            begin(*_formula(node))


def _set(self, node):
    try:
        return begin(*_formula(node)).result()
    except ValueError as error:
        logger.warning("formula: %s", error, location=node)
        return self.encode(node.astext())


def visit_inline(self, node):
    """Write a formula in a line of text."""
    open_tag = self.starttag(node, "span", "", CLASS="math notranslate nohighlight")
    self.body.append(f"{open_tag}{_set(self, node)}</span>")
    raise nodes.SkipNode


def visit_display(self, node):
    """Write a formula on a line of its own."""
    open_tag = self.starttag(node, "div", CLASS="math notranslate nohighlight")
    self.body.append(f"{open_tag}{_set(self, node)}</div>\n")
    raise nodes.SkipNode


def _add_sheet(app, pagename, templatename, context, doctree):
    if SIGN in context.get("body", ""):
        app.add_css_file(SHEET)


def _finish(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    out, static = Path(app.outdir), Path(app.outdir) / "_static"
    pages = [path for path in out.rglob("*.html") if static not in path.parents]
    known = words((path.read_text(encoding="utf-8") for path in pages), ())
    css = cut_letters(stylesheet(known), static, cache_of(app))
    (static / SHEET).write_text(css, encoding="utf-8")


def close():
    """End the engine: its threads would keep some versions of Python from ending."""
    if thread.cache_info().currsize:
        thread().shutdown()
        thread.cache_clear()
        begin.cache_clear()
    if engine.cache_info().currsize:
        engine().close()
        engine.cache_clear()


def setup(app):
    """Register with Sphinx."""
    app.add_html_math_renderer("static", (visit_inline, None), (visit_display, None))
    app.connect(
        "config-inited", lambda app, config: setattr(config, "html_math_renderer", "static")
    )
    app.connect("doctree-read", _begin_page)
    app.connect("html-page-context", _add_sheet, priority=100)  # before others choose the files
    app.connect("build-finished", _finish)
    app.connect("build-finished", lambda app, exception: close(), priority=1000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
