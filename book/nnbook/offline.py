"""Everything that a page would fetch from elsewhere is served by the book itself, or left out.

MathJax comes from the pip package django-static-mathjax and is cut down to what the book can
ask for. Jupyter Book always loads sphinx-thebe, whose scripts point to a CDN: they are dropped.
"""

import filecmp
import shutil
from importlib.resources import files
from pathlib import Path

# Below es5/ of MathJax 3. Its one-file build also holds a menu and a speech engine (0.4 MB more).
MATHJAX = [
    "startup.js",
    "core.js",
    "input/tex.js",
    "input/tex/extensions",  # what \boldsymbol, \cancel and the like load on demand
    "output/chtml.js",
    "output/chtml/fonts/tex.js",
    "output/chtml/fonts/woff-v2",
    "a11y/assistive-mml.js",
]
MATHJAX_CONFIG = {
    "loader": {"load": ["core", "input/tex", "output/chtml", "a11y/assistive-mml"]},
}
UNWANTED = "thebe"


def mathjax_source():
    """Return the folder of MathJax's own files."""
    return Path(str(files("mathjax"))) / "static" / "mathjax" / "es5"


def copy_mathjax(target):
    """Copy the needed files of MathJax below `target`; files already there stay untouched."""
    source = mathjax_source()
    for name in MATHJAX:
        found = source / name
        for file in sorted(found.rglob("*")) if found.is_dir() else [found]:
            goal = Path(target) / file.relative_to(source)
            if file.is_dir() or (goal.exists() and filecmp.cmp(file, goal)):
                continue
            goal.parent.mkdir(parents=True, exist_ok=True)
            shutil.copyfile(file, goal)


def wanted(asset):
    """Say whether a script or style sheet belongs to the book: all but sphinx-thebe's do."""
    name = str(getattr(asset, "filename", None) or asset)
    body = str(getattr(asset, "attributes", {}).get("body", ""))
    return UNWANTED not in name.lower() and UNWANTED not in body.lower()


def _configure(app, config):
    config.mathjax_path = "mathjax/startup.js"
    given = config.mathjax3_config or {}
    merged = {key: {**given.get(key, {}), **value} for key, value in MATHJAX_CONFIG.items()}
    config.mathjax3_config = {**given, **merged}


def _filter(app, pagename, templatename, context, doctree):
    for kind in ("script_files", "css_files"):
        context[kind] = [asset for asset in context[kind] if wanted(asset)]


def _finish(app, exception):
    if exception is None and app.builder.format == "html":
        static = Path(app.outdir) / "_static"
        copy_mathjax(static / "mathjax")
        for file in static.glob(f"*{UNWANTED}*"):
            file.unlink()


def setup(app):
    """Register with Sphinx."""
    app.connect("config-inited", _configure)
    app.connect("html-page-context", _filter, priority=900)
    app.connect("build-finished", _finish)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
