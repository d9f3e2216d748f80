"""Pages that run their Python in the reader's browser.

Each page with cells tagged `live` gets a button and its cells as data. When the build ends, the
parts of book/nnbook/runtime are joined into one script, and nnlib and ipywidgets are packed beside
it. Nothing of this is loaded before a reader presses the button.
"""

import ast
import base64
import functools
import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
from pathlib import Path

from nnbook import pyodide
from nnbook.explorer import offer_static

SOURCES = Path(__file__).parent / "runtime"
# The order counts: each part may use those before it.
PARTS = [
    "elements",
    "store",
    "files",
    "highlight",
    "editor",
    "widgets",
    "sketch",
    "explorers",
    "formulas",
    "outputs",
    "cells",
    "python",
    "page",
]
KERNEL = "nnkernel"
# Pure Python that Pyodide's distribution lacks; loaded when a cell asks for ipywidgets.
WIDGETS = ["ipywidgets", "comm", "traitlets"]
# What installers call nnlib. The name nnlib belongs to a package of somebody else.
DISTRIBUTION = "from-neuron-to-transformer-nnlib"
# Large files of nnlib travel alone, to pages whose code names them.
DATA = {
    "data/mnist.npz": r"\bmnist\b|\bimport ward\b",  # the ward's networks read digits
    "data/shakespeare.txt": r"\bshakespeare\b",
    "search/digit_table.npz": r"\bdigit_table\b",
    "search/digit_cells.npz": r"\bdigit_cells\b",
    "search/digit_supernets.npz": r"\bdigit_supernets\b",
    "models/digits_vae.npz": r"\bdigits_vae\b",
    "models/digits_vae_plane.npz": r"\bdigits_vae_plane\b",
    "models/digits_cnn.npz": r"\bdigits_cnn\b",
    "models/digits_cnn_marked.npz": r"\bdigits_cnn_marked\b",
    "models/digits_gan.npz": r"\bdigits_gan\b",
    "models/digits_gan_pairs.npz": r"\bdigits_gan_pairs\b",
    "models/induction.npz": r"\binduction\"",
    "models/induction_one_layer.npz": r"\binduction_one_layer\b",
    "models/modular_addition.npz": r"\bmodular_addition\b",
    "models/linear_in_context.npz": r"\blinear_in_context\b",
    "models/shakespeare_gpt.npz": r"\bshakespeare_gpt\b",
    "models/shakespeare_lstm.npz": r"\bshakespeare_lstm\b",
}
CHECK = re.compile(r"""exercises\.check\(\s*["']([^"']+)["']""")
BUTTON = """
<div class="nn-live" data-state="static">
<button type="button" class="nn-live-start" hidden>Make this page live</button>
<span class="nn-live-status" role="status"></span>
</div>
"""


def package_files(name):
    """Yield the name and bytes of every Python file of an installed package, and of records."""
    origin = importlib.util.find_spec(name).origin
    folder = Path(origin).parent
    for path in sorted(folder.rglob("*")):
        wanted = path.suffix in {".py", ".json"} and path.is_file()
        if wanted and "tests" not in path.relative_to(folder).parts:
            yield f"{name}/{path.relative_to(folder).as_posix()}", path.read_bytes()


def nnlib_wheel(data=False):
    """Return the name and bytes of a wheel of nnlib, with or without its large data files.

    A wheel of pure Python is an archive with three texts about itself; so no tool is needed.
    """
    files = list(package_files("nnlib"))
    if data:
        files += [(f"nnlib/{name}", (nnlib_folder() / name).read_bytes()) for name in DATA]
    source = dict(files)["nnlib/__init__.py"].decode()
    version = next(
        ast.literal_eval(node.value)
        for node in ast.parse(source).body
        if isinstance(node, ast.Assign) and node.targets[0].id == "__version__"
    )
    package = DISTRIBUTION.replace("-", "_")
    about = f"{package}-{version}.dist-info"
    files += [
        (f"{about}/METADATA", f"{description(version)}\n".encode()),
        (
            f"{about}/WHEEL",
            b"Wheel-Version: 1.0\nGenerator: nnbook\nRoot-Is-Purelib: true\nTag: py3-none-any\n",
        ),
    ]
    rows = [f"{name},{_record(data)},{len(data)}" for name, data in sorted(files)]
    rows.append(f"{about}/RECORD,,")
    files.append((f"{about}/RECORD", ("\n".join(rows) + "\n").encode()))
    return f"{package}-{version}-py3-none-any.whl", pyodide.packed(files)


def nnlib_folder():
    """Return the folder of the package, in which the large files lie, too."""
    return Path(importlib.util.find_spec("nnlib").origin).parent


def description(version):
    """Return what a wheel of nnlib says about itself: its name, and what it needs."""
    needed = importlib.metadata.requires(DISTRIBUTION)
    known = importlib.metadata.metadata(DISTRIBUTION)
    lines = [
        ("Metadata-Version", "2.1"),
        ("Name", DISTRIBUTION),
        ("Version", version),
        ("Requires-Python", known["Requires-Python"]),
        *(("Requires-Dist", line) for line in needed),
        *(("Provides-Extra", name) for name in known.get_all("Provides-Extra")),
    ]
    return "\n".join(f"{key}: {value}" for key, value in lines)


def _record(data):
    digest = base64.urlsafe_b64encode(hashlib.sha256(data).digest()).rstrip(b"=")
    return f"sha256={digest.decode()}"


def runtime():
    """Return the one script that the button loads: the page's parts, the worker, the kernel."""
    storage, *workers = [
        (SOURCES / f"{name}.js").read_text(encoding="utf-8")
        for name in ("storage", "worker", "unpack")
    ]
    texts = {name: storage + text for name, text in zip(("worker", "unpack"), workers, strict=True)}
    kernel = {
        path.name: path.read_text(encoding="utf-8")
        for path in sorted((SOURCES / "kernel").glob("*.py"))
    }
    parts = [(SOURCES / "page" / f"{part}.js").read_text(encoding="utf-8") for part in PARTS]
    head = f"window.nnLive = {{ texts: {_data(texts)}, kernel: {_data(kernel)} }};\n"
    return head + "\n".join(parts)


@functools.cache
def made():
    """Return all that the build adds, by name. The page names them by one digest of all."""
    name, wheel = nnlib_wheel()
    files = {
        "runtime.js": runtime().encode(),
        "live.css": (SOURCES / "live.css").read_bytes(),
        name: wheel,
        "widgets.zip": pyodide.packed(
            pair for package in WIDGETS for pair in package_files(package)
        ),
    }
    return files | {name: (nnlib_folder() / name).read_bytes() for name in DATA}


@functools.cache
def digest():
    """Return a short digest of the runtime, so that no browser mixes two builds."""
    total = hashlib.sha256()
    for name, content in sorted(made().items()):
        total.update(name.encode() + content)
    return total.hexdigest()[:12]


def as_script(name, content):
    """Return a script that hands over a file: a page opened from a disk may not fetch."""
    text = base64.b64encode(content).decode()
    return f"nnLive.deliver({json.dumps(name)}, {json.dumps(text)});\n".encode()


@functools.lru_cache(maxsize=4)
def notebook_cells(path, changed):
    """Return the code cells of a notebook as the page needs them.

    Parameters
    ----------
    path : str
    changed : float
        When the file changed last; part of the cache's key.

    Returns
    -------
    list of dict
        `index` counts all cells of the notebook; `shown` says whether the page has the cell.
    """
    found = []
    for index, cell in enumerate(json.loads(Path(path).read_text(encoding="utf-8"))["cells"]):
        if cell["cell_type"] != "code":
            continue
        tags = set(cell["metadata"].get("tags", []))
        code = "".join(cell["source"])
        if not code.strip():
            continue
        entry = {"index": index, "code": code}
        if "remove-cell" in tags:
            entry["shown"] = False
        for tag in ("live", "heavy", "exercise", "solution"):
            if tag in tags:
                entry[tag] = True
        if "heavy" in tags and "browser_seconds" in cell["metadata"]:
            entry["heavy"] = cell["metadata"]["browser_seconds"]
        if "exercise" in tags and (name := CHECK.search(code)):
            entry["exercise"] = name[1]
        found.append(entry)
    return found


def page_cells(app, pagename):
    """Return the cells of a page; none if it is no notebook."""
    path = Path(app.env.doc2path(pagename))
    if path.suffix != ".ipynb":
        return []
    return notebook_cells(str(path), path.stat().st_mtime)


def exercise_counts(app):
    """Return how many exercises each page of the book has."""
    counts = {}
    for name in sorted(app.env.found_docs):
        count = sum("exercise" in cell for cell in page_cells(app, name))
        if count:
            counts[name] = count
    return counts


def with_button(body):
    """Return a page's body with the button below its title."""
    return body.replace("</h1>", f"</h1>{BUTTON}", 1)


def _data(value):
    return json.dumps(value, ensure_ascii=False, separators=(",", ":")).replace("<", "\\u003c")


def settle(app, config):
    """Put into the configuration what pages depend on, so that Sphinx writes them anew on a change.

    The variable PYODIDE goes before the setting.
    """
    config.live_pyodide = os.environ.get("PYODIDE") or config.live_pyodide
    config.live_version = digest()


def _check_source(app):
    source = app.config.live_pyodide
    if not pyodide.is_address(source) and not (Path(app.confdir, source) / "pyodide.js").is_file():
        raise OSError(
            f"{source} holds no pyodide.js: PYODIDE must be an address or the folder of a Pyodide "
            "distribution; tools/pyodide_dist.py makes one"
        )
    app.nn_exercises = None


def _page(app, pagename, templatename, context, doctree):
    if app.builder.format != "html":
        return
    if app.nn_exercises is None:
        app.nn_exercises = exercise_counts(app)
    up = "../" * pagename.count("/")
    about = {"page": pagename, "root": up, "exercises": app.nn_exercises}
    cells = page_cells(app, pagename) if doctree is not None else []
    if any("live" in cell for cell in cells):
        context["body"] = with_button(context["body"])
        source = app.config.live_pyodide
        name = next(n for n in made() if n.endswith(".whl"))
        about |= {
            "pyodide": source.rstrip("/") + "/" if pyodide.is_address(source) else "pyodide/",
            "runtime": f"{up}_static/live/",
            "version": app.config.live_version,
            "packages": list(pyodide.PACKAGES),
            "unused": pyodide.UNUSED,
            "wheel": name,
            "data": DATA,
            "cells": cells,
        }
    script = f'<script type="application/json" id="nn-live">{_data(about)}</script>'
    context["body"] = context.get("body", "") + script


def _write(app, exception):
    if exception is not None or app.builder.format != "html":
        return
    target = Path(app.outdir, "_static", "live")
    target.mkdir(parents=True, exist_ok=True)
    for name, content in made().items():
        files = {name: content}
        if not name.endswith((".js", ".css")):
            files[f"{name}.js"] = as_script(name, content)
        for file, text in files.items():
            path = target / file
            path.parent.mkdir(exist_ok=True)
            if not path.exists() or path.read_bytes() != text:
                path.write_bytes(text)
    source = app.config.live_pyodide
    goal = target / "pyodide"
    if pyodide.is_address(source):
        shutil.rmtree(goal, ignore_errors=True)
        return
    pyodide.copy(Path(app.confdir, source), goal)


def setup(app):
    """Register with Sphinx."""
    app.add_config_value("live_pyodide", pyodide.CDN, "html")
    app.add_config_value("live_version", "", "html")
    app.add_css_file("live.css", priority=910)
    app.add_js_file("live.js", loading_method="defer")
    app.connect("config-inited", offer_static)
    app.connect("config-inited", settle)
    app.connect("builder-inited", _check_source)
    app.connect("html-page-context", _page)
    app.connect("build-finished", _write, priority=950)  # not among the files searched for classes
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": False}
