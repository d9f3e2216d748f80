"""What the book holds: the pages of _toc.yml, their Markdown and the labels in it."""

import re
from pathlib import Path

import nbformat
import yaml

ROOT = Path(__file__).resolve().parents[1]
SUFFIXES = (".ipynb", ".md")

FENCE = re.compile(r"^[ \t]*(`{3,}|:{3,})(.*)$")
TARGET = re.compile(r"^[ \t]*\(([^)\s]+)\)=[ \t]*$", re.M)
OPTION = re.compile(r"^[ \t]*:(?:label|name):[ \t]*(\S+)[ \t]*$", re.M)


def files(node):
    """Yield every file that a piece of the table of contents names."""
    if isinstance(node, dict):
        for key, value in node.items():
            if key in ("root", "file"):
                yield value
            else:
                yield from files(value)
    elif isinstance(node, list):
        for value in node:
            yield from files(value)


def pages(root=ROOT):
    """Return the sources of all pages, in the order of the book."""
    toc = yaml.safe_load((root / "_toc.yml").read_text(encoding="utf-8"))
    found = []
    for name in files(toc):
        matching = [root / f"{name}{s}" for s in SUFFIXES if (root / f"{name}{s}").exists()]
        if not matching:
            raise FileNotFoundError(f"_toc.yml names {name}, which does not exist")
        found.append(matching[0])
    return found


def chapters(root=ROOT):
    """Return the notebooks of the book in order."""
    return [path for path in pages(root) if path.suffix == ".ipynb"]


def markdown(path):
    """Return the Markdown of a page in pieces, code blocks left out: cells, or the whole file."""
    if path.suffix == ".ipynb":
        cells = nbformat.read(path, as_version=4).cells
        pieces = [cell.source for cell in cells if cell.cell_type == "markdown"]
    else:
        pieces = [path.read_text(encoding="utf-8")]
    return [without_code(piece) for piece in pieces]


def without_code(text):
    """Return Markdown without its blocks of code: a label that is shown there is none."""
    kept, opened = [], []  # opened: the fences that are open, and whether each holds code
    for line in text.splitlines():
        fence = FENCE.match(line)
        in_code = bool(opened) and opened[-1][1]
        if fence and opened and not fence[2].strip() and fence[1].startswith(opened[-1][0]):
            opened.pop()
        elif fence and not in_code:
            opened.append((fence[1], not fence[2].strip().startswith("{")))
            in_code = opened[-1][1]
        if not in_code:
            kept.append(line)
    return "\n".join(kept)


def labels(piece):
    """Return the labels that a piece of Markdown sets."""
    return TARGET.findall(piece) + OPTION.findall(piece)
