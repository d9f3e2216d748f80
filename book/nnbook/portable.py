"""Notebooks that travel: each chapter once more in plain Markdown, for readers without the book.

GitHub, Colab and nbviewer know no MyST. What the button of a page downloads holds boxes as
quotations, citations and references as text, the works cited, the outputs without the frames of
explorers, and a cell that finds nnlib or installs it from the wheel beside it.
"""

import copy
import re
from pathlib import Path

import nbformat

from nnbook import crossrefs, live
from nnbook import plan as plans

FOLDER = "notebooks"  # of the built book
FENCE = re.compile(r"^(?P<marks>`{3,}|:{3,})(?:\{(?P<name>[\w:-]+)\}\s*(?P<title>.*))?")
OPTION = re.compile(r"^:(?P<key>[\w-]+):\s*(?P<value>.*)$")
INLINE = re.compile(
    r"\{(?P<role>[\w:-]+)\}`(?P<content>[^`]+)`"
    r"|(?P<kept>(?P<ticks>`+).+?(?P=ticks)|\$\$.+?\$\$|\$[^$]+\$)"
    r"|\[(?P<words>(?:[^\[\]]|\[[^\[\]]*\])*)\]\((?P<url>[^)\s]+)\)",
    re.S,
)
EXPLICIT = re.compile(r"^(?P<words>.+?)\s*<(?P<label>[^>]+)>$", re.S)

SETUP = """\
# This chapter computes with nnlib, the library of the book "From Neuron to Transformer". Where it
# is missing, this cell installs it: from the book's address, or from a copy of it around here.
import importlib.util
import subprocess
import sys
from pathlib import Path

ADDRESS = {address!r}
NAME, WHEEL = {name!r}, {wheel!r}

spec = importlib.util.find_spec("nnlib")
if spec and not Path(spec.origin).with_name("exercises").is_dir():
    raise ImportError("another package is installed as nnlib; uninstall it and run this cell again")
if not spec:
    around = [Path.cwd(), *Path.cwd().parents]
    copies = [folder / WHEEL for folder in around if (folder / WHEEL).is_file()]
    copies += [folder for folder in around if (folder / "nnlib/viz/explore.py").is_file()]
    places = [ADDRESS + WHEEL] if ADDRESS else []
    places += [copy.resolve().as_uri() for copy in copies]
    # Colab shows the widgets of its own version alone; so what it has stays as it is.
    wanted = NAME if "google.colab" in sys.modules else NAME + "[viz]"
    said = []
    for place in places:
        pip = [sys.executable, "-m", "pip", "install", "--quiet", f"{{wanted}} @ {{place}}"]
        done = subprocess.run(pip, capture_output=True, text=True)
        if done.returncode == 0:
            importlib.invalidate_caches()
            break
        said.append(f"\\n\\n{{place}}:\\n{{done.stderr.strip()[-600:]}}")
    else:
        raise ImportError(
            f"nnlib is missing. Take {{WHEEL}} from the folder 'notebooks' of the book, where this "
            "notebook comes from. Put it beside this notebook (in Colab: the folder sign at the "
            "left, then Upload) and run this cell again." + "".join(said)
        )
"""


class Page:
    """One chapter, and where its references lead.

    Parameters
    ----------
    name : str
        The chapter's path below chapters/, such as 05_optimization/05_4_adam.ipynb.
    index : dict
        What `crossrefs.index` returns.
    address : str
        Of the book, ending with a slash; empty if it has none.
    """

    def __init__(self, name, index, address=""):
        self.name, self.index, self.address = name, index, address
        self.exercises, self.cited = 0, set()

    def markdown(self, text):
        """Return a cell's MyST as plain Markdown."""
        return "\n".join(self.blocks(text.splitlines())).strip("\n")

    def blocks(self, lines):
        """Return lines in which no directive and no target is left."""
        done, open_text, lines = [], [], list(lines)

        def flush():
            done.extend(self.inline("\n".join(open_text)).split("\n") if open_text else [])
            open_text.clear()

        while lines:
            line = lines.pop(0)
            fence = FENCE.match(line)
            if fence:
                flush()
                marks, body = fence["marks"], []
                while lines and lines[0].rstrip() != marks:
                    body.append(lines.pop(0))
                end = lines.pop(0) if lines else marks
                if fence["name"]:
                    done.extend(self.directive(fence["name"], fence["title"].strip(), body))
                else:
                    done.extend([line, *body, end])
            elif not crossrefs.TARGET.match(line):
                open_text.append(line)
        flush()
        return done

    def directive(self, name, title, body):
        """Return a box, a theorem or an exercise as a quotation with a bold title."""
        options = {}
        while body and (option := OPTION.match(body[0])):
            options[option["key"]] = option["value"]
            body = body[1:]
        while body and not body[0].strip():
            body = body[1:]
        head = self.inline(self.heading(name, title, options.get("label")))
        quoted = [f"**{head}**", "", *self.blocks(body)]
        return [f"> {line}".rstrip() for line in quoted]

    def heading(self, name, title, label):
        """Return what stands above a directive's text."""
        if name == "admonition":
            return title
        if name == "exercise":
            self.exercises += 1
            kind = f"Exercise {self.exercises}"
        elif name.startswith("prf:"):
            number = self.index["targets"].get(label, {}).get("number", "")
            kind = f"{name.removeprefix('prf:').capitalize()} {number}".strip()
        else:
            raise ValueError(f"no plain form is known for the directive {name}")
        return f"{kind} ({title})" if title else f"{kind}."

    def inline(self, text):
        """Return text in which no role is left, and every link leads somewhere or is words."""
        return INLINE.sub(self.span, text)

    def span(self, found):
        """Return what one role or link becomes; code and formulas stay."""
        if found["kept"]:
            return found["kept"]
        if found["role"]:
            return self.role(found["role"], found["content"])
        return self.link(self.inline(found["words"]), found["url"])

    def role(self, name, content):
        """Return a citation, a reference or a chapter's name as text."""
        if name in ("cite:p", "cite:t"):
            keys = [key.strip() for key in content.split(",")]
            entries = [self.index["citations"][key] for key in keys]
            self.cited.update(keys)
            if name == "cite:t":
                said = [f"{crossrefs.authors(entry)} ({entry['year']})" for entry in entries]
                return " and ".join([", ".join(said[:-1]), said[-1]] if said[:-1] else said)
            said = [f"{crossrefs.authors(entry, '&')}, {entry['year']}" for entry in entries]
            return f"({'; '.join(said)})"
        if name == "prf:ref":
            explicit = EXPLICIT.match(content)
            label = explicit["label"] if explicit else content
            target = self.index["targets"][label]
            own = f"{target['kind'].capitalize()} {target['number']}"
            return self.link(explicit["words"] if explicit else own, label)
        if name == "chapter":
            chapter = self.index["chapters"][content]
            if not chapter["page"]:
                return f"*{chapter['title']}* ({content}, to come)"
            return f"{self.link(chapter['title'], '../' + chapter['page'])} ({content})"
        raise ValueError(f"no plain form is known for the role {name}")

    def works(self):
        """Return the list of the works that the chapter has cited so far."""
        known = self.index["citations"]
        keys = sorted(self.cited, key=lambda key: (known[key]["authors"], known[key]["year"]))
        return "\n".join(f"- {known[key]['markdown']}" for key in keys)

    def link(self, words, url):
        """Return a link into the book, or its words where the book has no address."""
        if re.match(r"https?:|mailto:", url):
            return f"[{words}]({url})"
        if not self.address:
            return words
        label = url.removeprefix("#")
        if target := self.index["targets"].get(label):
            page, anchor = target["page"], f"#{label.lower().replace('_', '-')}"
        else:
            stem = label.rsplit("/", 1)[-1].removesuffix(".ipynb")
            page, anchor = self.index["pages"].get(stem, label.removeprefix("../")), ""
        return f"[{words}]({self.address}chapters/{page.removesuffix('.ipynb')}.html{anchor})"


def portable(notebook, page, wheel):
    """Return a chapter that reads and runs without the book; the notebook stays as it is.

    Parameters
    ----------
    notebook : NotebookNode
    page : Page
    wheel : str
        The name of nnlib's wheel.
    """
    made = copy.deepcopy(notebook)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            cell.source = page.markdown(cell.source)
            continue
        for output in cell.get("outputs", []):
            output.get("metadata", {}).pop("explorer", None)
    if page.cited:
        made.cells.append(nbformat.v4.new_markdown_cell(page.works(), id="works"))
    folder = f"{page.address}{FOLDER}/" if page.address else ""
    code = SETUP.format(address=folder, name=live.DISTRIBUTION, wheel=wheel)
    setup = nbformat.v4.new_code_cell(code.rstrip(), id="nnlib", metadata={"tags": ["live"]})
    made.cells.insert(1, setup)
    return made


def write(root, folder, address):
    """Write all chapters and the wheel that they need.

    Parameters
    ----------
    root : path-like
        The top of the repository.
    folder : path-like
        Where the built book goes.
    address : str
        Of the book, or empty.
    """
    index, goal = crossrefs.index(root), Path(folder, FOLDER)
    goal.mkdir(parents=True, exist_ok=True)
    name, wheel = live.nnlib_wheel(data=True)
    (goal / name).write_bytes(wheel)
    for stem, page in index["pages"].items():
        notebook = nbformat.read(Path(root, "chapters", page), as_version=4)
        made = portable(notebook, Page(page, index, address), name)
        nbformat.write(made, goal / f"{stem}.ipynb")


def _offer(app, pagename, templatename, context, doctree):
    """Let the button of a chapter save the notebook that travels."""
    if doctree is None or Path(app.env.doc2path(pagename)).suffix != ".ipynb":
        return
    for group in context["header_buttons"]:
        for button in group.get("buttons", []):
            if button["label"] == "download-source-button":
                target = f"{FOLDER}/{Path(pagename).name}.ipynb"
                button.update(url=context["pathto"](target, 1), tooltip="Download this notebook")


def _finish(app, exception):
    if (
        exception is None
        and app.builder.format == "html"
        and Path(app.srcdir, plans.PLAN).is_file()
    ):
        address = app.config.html_baseurl
        write(app.srcdir, app.outdir, address and f"{address.rstrip('/')}/")


def setup(app):
    """Register with Sphinx."""
    app.connect("html-page-context", _offer, priority=600)  # after the theme has its buttons
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
