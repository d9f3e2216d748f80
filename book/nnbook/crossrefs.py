"""What the labels, citations and chapters of the book are called, read from the notebooks alone.

In the book Sphinx resolves references. In JupyterLab, and in a notebook that travels, they are
resolved from what stands here.
"""

import json
import re
from collections import Counter
from functools import lru_cache
from pathlib import Path

from pybtex.backends import html, markdown
from pybtex.database import parse_file
from pybtex.style.formatting.unsrt import Style

from nnbook import plan as plans

TARGET = re.compile(r"^\(([\w-]+)\)=\s*$")
DIRECTIVE = re.compile(r"^[`:]{3,}\{([\w:-]+)\}")
ESCAPED = re.compile(r"\\([.()-])")  # pybtex escapes what inside a line means nothing
LABEL = re.compile(r"^:label:\s*([\w-]+)\s*$")


def index(root):
    """Return what can be referred to; read again only when a file has changed.

    Parameters
    ----------
    root : path-like
        The top of the repository.

    Returns
    -------
    dict
        `pages` maps the name of a chapter's file to its path below chapters/; `targets` a label to
        the page and cell it stands in, with kind and number if it has them; `chapters` the number
        of a heading to the title and page of its chapter; `citations` a key to authors, year, url
        and the whole entry as HTML and Markdown.
    """
    root = Path(root)
    files = [root / "book/references.bib", *plans.files(root)]
    files += sorted(root.glob("chapters/*/*.ipynb"))
    return _index(root, tuple((path, path.stat().st_mtime_ns) for path in files))


@lru_cache(maxsize=2)
def _index(root, state):
    plan = plans.load(root)
    top = root / "chapters"
    notebooks = [root / f"{chapter.file}.ipynb" for chapter in plan.done]
    return {
        "pages": {path.stem: path.relative_to(top).as_posix() for path in notebooks},
        "targets": targets(top, notebooks),
        "chapters": chapters(plan),
        "citations": citations(root / "book/references.bib"),
    }


def prose(path):
    """Return the texts of a notebook as pairs of a cell's id and its Markdown."""
    cells = json.loads(path.read_text(encoding="utf-8"))["cells"]
    return [(c["id"], "".join(c["source"])) for c in cells if c["cell_type"] == "markdown"]


def targets(top, notebooks):
    """Return every label with where it stands; theorems are counted through the book."""
    found, counts = {}, Counter()
    for path in notebooks:
        page = path.relative_to(top).as_posix()
        for cell, text in prose(path):
            kind, place = None, {"page": page, "cell": cell}
            for line in text.splitlines():
                if opened := DIRECTIVE.match(line):
                    kind = opened[1].removeprefix("prf:")
                    if opened[1].startswith("prf:") and kind != "proof":
                        counts[kind] += 1
                elif label := LABEL.match(line):
                    found[label[1]] = {**place, "kind": kind}
                    if counts[kind]:
                        found[label[1]]["number"] = counts[kind]
                elif target := TARGET.match(line):
                    found[target[1]] = place
    return found


def chapters(plan):
    """Return for every heading of the plan the title and the page of the chapter that covers it."""
    found = {}
    for number in [*plan.items["heading"], *(chapter.number for chapter in plan.chapters)]:
        try:
            chapter = plan.chapter(str(number))
        except ValueError:
            continue  # the heading of a whole part
        page = f"{chapter.file.removeprefix('chapters/')}.ipynb" if chapter.done else None
        found[str(number)] = {"title": chapter.title, "page": page}
    return found


def citations(bibliography):
    """Return every entry of a bibliography by its key."""
    data = parse_file(str(bibliography))
    style, page, plain = Style(), html.Backend(), markdown.Backend()
    found = {}
    for key, entry in data.entries.items():
        (formatted,) = style.format_entries([entry])
        doi = entry.fields.get("doi")
        found[key] = {
            "authors": [_last(person) for person in entry.persons["author"]],
            "year": entry.fields["year"],
            "url": f"https://doi.org/{doi}" if doi else entry.fields.get("url"),
            "html": formatted.text.render(page),
            "markdown": ESCAPED.sub(r"\1", " ".join(formatted.text.render(plain).split())),
        }
    return found


def _last(person):
    names = [*person.rich_prelast_names, *person.rich_last_names]
    return " ".join(str(name) for name in names)


def authors(entry, word="and"):
    """Return who wrote an entry, as a text calls them: one, two, or the first and others."""
    first, *others = entry["authors"]
    if not others:
        return first
    return f"{first} {word} {others[0]}" if len(others) == 1 else f"{first} et al."
