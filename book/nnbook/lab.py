"""The chapters in JupyterLab: what its server tells the page about the book.

jupyterlab-myst shows boxes, theorems and exercises, but knows one notebook alone and no
bibliography. The script labextension/lab.js gives it the rest, which it asks for here.
"""

import json
from functools import cache
from pathlib import Path

from jupyter_server.base.handlers import JupyterHandler
from jupyter_server.utils import url_path_join
from tornado import web

from nnbook import crossrefs
from nnbook.fold_names import name_of

ROOT = Path(__file__).parents[2]


class IndexHandler(JupyterHandler):
    """Answers with the index of the book that this package presents."""

    @web.authenticated
    def get(self):
        """Write the index as JSON."""
        self.set_header("Content-Type", "application/json")
        self.finish(json.dumps(lab_index(ROOT)))


def lab_index(root):
    """Return the index as the script needs it.

    Citations are as a text calls them, inside brackets and outside; `folds` maps the id of a
    collapsed cell to what it is called.
    """
    found = crossrefs.index(root)
    citations = {
        key: {
            "parenthetical": f"{crossrefs.authors(entry, '&')}, {entry['year']}",
            "narrative": f"{crossrefs.authors(entry)} ({entry['year']})",
            "url": entry["url"],
            "html": entry["html"],
        }
        for key, entry in found["citations"].items()
    }
    paths = [root / "chapters" / page for page in found["pages"].values()]
    names = {k: v for path in paths for k, v in folds(path, path.stat().st_mtime_ns).items()}
    return {**found, "citations": citations, "folds": names}


@cache
def folds(path, changed):
    """Return the names of the collapsed cells of one notebook by their ids."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return {
        cell["id"]: name_of(cell["metadata"]["tags"], "".join(cell["source"]))
        for cell in cells
        if cell["metadata"].get("jupyter", {}).get("source_hidden")
    }


def _jupyter_server_extension_points():
    return [{"module": "nnbook.lab"}]


def _load_jupyter_server_extension(server):
    route = url_path_join(server.web_app.settings["base_url"], "nnbook", "index.json")
    server.web_app.add_handlers(".*$", [(route, IndexHandler)])
