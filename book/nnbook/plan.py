"""The plan of the book, put together from the files that each hold one part of it, and checked.

plan.toml names parts and chapters, guide.toml what the guide holds, and the notebooks say which
chapters stand and what they are called. The road, the ledger, the table of contents and the tests
read all of it here.
"""

import json
import re
import tomllib
from collections import Counter
from dataclasses import dataclass, field
from functools import cache, cached_property, lru_cache
from pathlib import Path

PLAN = "book/plan.toml"
GUIDE = "guide"
# Each kind of thing that a source holds, and what it is known by.
KEYS = {
    "heading": "number",
    "equation": "number",
    "algorithm": "number",
    "theorem": "name",
    "definition": "name",
}
KEY = re.compile(r"[A-Z]*[1-9]\d*")  # of an equation or algorithm: 29, or D1 beyond the guide


class PlanError(ValueError):
    """The plan contradicts itself or the notebooks; the message names every contradiction."""


@dataclass(frozen=True)
class Item:
    """One thing that a source holds, such as equation 29; `key` is its number or its name."""

    kind: str
    key: int | str
    title: str
    section: str
    source: str = GUIDE

    @property
    def label(self):
        """The target that stands above it in its chapter, such as eq-29 or eq-d1."""
        short = {"equation": "eq", "algorithm": "alg", "theorem": "thm", "definition": "def"}
        return f"{short[self.kind]}-{self.key}".lower()


@dataclass(frozen=True)
class Chapter:
    """One chapter of the book and what it covers.

    `file` is its path without a suffix, `done` says that its notebook stands, and `flag` is a word
    for the picture of the road.
    """

    file: str
    title: str
    one_line: str
    done: bool
    flag: str | None
    sections: tuple[str, ...]
    equations: tuple[int | str, ...]
    algorithms: tuple[int | str, ...]
    theorems: tuple[str, ...]
    definitions: tuple[str, ...]

    @property
    def name(self):
        """The last part of its path, such as 02_1_3_perceptron."""
        return self.file.split("/")[-1]

    @property
    def number(self):
        """Its number, such as 2.1.3 for 02_1_3_perceptron."""
        digits = re.match(r"\d+(?:_\d+)*(?=_)", self.name).group()
        return ".".join(str(int(n)) for n in digits.split("_"))

    def keys(self, kind):
        """Return what it covers of one kind, such as "equation"."""
        return self.sections if kind == "heading" else getattr(self, kind + "s")


@dataclass(frozen=True)
class Part:
    """One part of the book: its folder below chapters/, its title, its source, its chapters.

    `pages` are further pages of the part, behind its chapters, as pairs of file and title.
    """

    folder: str
    title: str
    source: str
    chapters: tuple[Chapter, ...]
    pages: tuple[tuple[str, str], ...] = ()

    @property
    def number(self):
        """Its number, such as 2 for 02_history."""
        return int(self.folder.split("_")[0])

    @property
    def index(self):
        """The page that opens it."""
        return f"chapters/{self.folder}/index"


@dataclass(frozen=True)
class Plan:
    """The whole plan, in the order of the book.

    `moved` has the old and the new address of every page that has moved, `contents` the pages
    around the chapters as plan.toml has them.
    """

    parts: tuple[Part, ...]
    items: dict[str, dict[int | str, Item]]
    moved: tuple[tuple[str, str], ...] = ()
    contents: dict = field(default_factory=dict)

    @cached_property
    def chapters(self):
        """All chapters, in order."""
        return tuple(chapter for part in self.parts for chapter in part.chapters)

    @cached_property
    def done(self):
        """The chapters that stand."""
        return tuple(chapter for chapter in self.chapters if chapter.done)

    @cached_property
    def _owner(self):
        return {(k, x): c for c in self.chapters for k in KEYS for x in c.keys(k)}

    def chapter_of(self, kind, key):
        """Return the chapter that covers an item, such as ("equation", 29)."""
        return self._owner[kind, key]

    def chapter(self, number):
        """Return the chapter of this number, or else the one that covers the heading."""
        for chapter in self.chapters:
            if chapter.number == number:
                return chapter
        if ("heading", number) in self._owner:
            return self._owner["heading", number]
        raise ValueError(f"the plan has no chapter {number!r}")

    def covered(self, kind):
        """Return the items of a kind that a finished chapter covers."""
        return [i for key, i in self.items[kind].items() if self._owner[kind, key].done]

    def pages(self):
        """Return the pages of the book that stand, in order."""
        around = self.contents
        yield from [around["root"], *around["before"]["pages"]]
        for part in self.parts:
            yield part.index
            yield from (chapter.file for chapter in part.chapters if chapter.done)
            yield from (file for file, _ in part.pages)
        yield from around["after"]["pages"]


def load(root="."):
    """Read and check the plan of the repository at `root`.

    Parameters
    ----------
    root : path-like
        The top of the repository.

    Returns
    -------
    Plan

    Raises
    ------
    PlanError
        Where the plan contradicts itself, its sources or the notebooks.
    """
    text = (Path(root) / PLAN).read_text(encoding="utf-8")
    sources = tuple((path.stem, path.read_text(encoding="utf-8")) for path in files(root)[1:])
    return parse(text, sources, titles(root))


def files(root="."):
    """Return the files that make the plan: plan.toml and the sources that its parts name."""
    plan = Path(root) / PLAN
    parts = tomllib.loads(plan.read_text(encoding="utf-8"))["part"]
    names = dict.fromkeys(part.get("source", GUIDE) for part in parts)
    return [plan, *(plan.with_name(f"{name}.toml") for name in names)]


def titles(root="."):
    """Return the pages below chapters/ with their titles, without numbers, as pairs."""
    top = Path(root)
    found = [*top.glob("chapters/*/*.md"), *top.glob("chapters/*/*.ipynb")]
    return tuple(
        (path.relative_to(top).with_suffix("").as_posix(), _title(path, path.stat().st_mtime_ns))
        for path in sorted(found)
    )


@cache
def _title(path, changed):
    text = path.read_text(encoding="utf-8")
    if path.suffix == ".ipynb":
        prose = (c for c in json.loads(text)["cells"] if c["cell_type"] == "markdown")
        text = "\n".join("".join(cell["source"]) for cell in prose)
    found = re.search(r"^#\s+(?:[\d.]+\s+)?(.+?)\s*$", text, re.M)
    return found[1] if found else ""


@lru_cache(maxsize=32)
def parse(text, sources, titles):
    """Put the plan together and check it.

    Parameters
    ----------
    text : str
        plan.toml.
    sources : tuple of (str, str)
        The name of each source with its TOML text.
    titles : tuple of (str, str)
        The pages that stand below chapters/, with their titles.

    Returns
    -------
    Plan
    """
    raw, titles = tomllib.loads(text), dict(titles)
    rows = [item for name, source in sources for item in _items(name, tomllib.loads(source))]
    parts = tuple(_part(entry, rows, raw["part"], titles) for entry in raw["part"])
    plan = Plan(
        parts=parts,
        items={kind: {i.key: i for i in rows if i.kind == kind} for kind in KEYS},
        moved=tuple((entry["from"], entry["to"]) for entry in raw.get("moved", [])),
        contents=raw["contents"],
    )
    wrong = [*_misspelt(raw), *_titles_wrong(raw, titles), *_contradictions(plan, rows)]
    if wrong:
        raise PlanError("plan.toml contradicts itself:\n  " + "\n  ".join(wrong))
    return plan


def _items(source, raw):
    for kind, known_by in KEYS.items():
        for entry in raw.get(kind, []):
            section = entry["number"] if kind == "heading" else entry["section"]
            yield Item(kind, entry[known_by], entry["title"], section, source)


def _part(entry, rows, everything, titles):
    folder = entry["folder"]
    taken = {  # what a chapter takes from sections of another
        (kind, key)
        for part in everything
        for chapter in part.get("chapter", [])
        for kind in KEYS
        for key in chapter.get(kind + "s", [])
    }

    def keys(chapter, kind):
        own = [
            item.key
            for item in rows
            if item.kind == kind
            and item.section in chapter["sections"]
            and (kind, item.key) not in taken
        ]
        return tuple([*own, *chapter.get(kind + "s", [])])

    chapters = []
    for chapter in entry.get("chapter", []):
        file = f"chapters/{folder}/{chapter['name']}"
        chapters.append(
            Chapter(
                file=file,
                title=titles.get(file, chapter.get("title", "")),
                one_line=chapter.get("one_line", ""),
                done=file in titles,
                flag=chapter.get("flag"),
                sections=tuple(chapter["sections"]),
                **{kind + "s": keys(chapter, kind) for kind in KEYS if kind != "heading"},
            )
        )
    title = titles.get(f"chapters/{folder}/index", "")
    pages = [f"chapters/{folder}/{name}" for name in entry.get("pages", [])]
    return Part(
        folder,
        title,
        entry.get("source", GUIDE),
        tuple(chapters),
        tuple((page, titles.get(page, "")) for page in pages),
    )


PART = {"folder", "source", "chapter", "pages"}
CHAPTER = {"name", "title", "one_line", "flag", "sections"} | {k + "s" for k in KEYS} - {"headings"}


def _misspelt(raw):
    for part in raw["part"]:
        for key in sorted(part.keys() - PART):
            yield f"part {part['folder']} has {key!r}, which no part has"
        for chapter in part.get("chapter", []):
            for key in sorted(chapter.keys() - CHAPTER):
                yield f"{chapter['name']} has {key!r}, which no chapter has"


def _titles_wrong(raw, titles):
    for part in raw["part"]:
        index = f"chapters/{part['folder']}/index"
        if not titles.get(index):
            yield f"{index}.md does not stand or has no title"
        for name in part.get("pages", []):
            page = f"chapters/{part['folder']}/{name}"
            if not titles.get(page):
                yield f"{page}.md does not stand or has no title"
        for chapter in part.get("chapter", []):
            file = f"chapters/{part['folder']}/{chapter['name']}"
            if file not in titles and not chapter.get("title"):
                yield f"{file} has neither a notebook nor a title in the plan"
            if file in titles and not titles[file]:
                yield f"the notebook {file} has no title"
            if file in titles and "title" in chapter:
                yield f"{file} stands and has its own title: take `title` out of the plan"
            if not chapter.get("one_line"):
                yield f"{file} lacks its one line"


def _contradictions(plan, rows):
    for name, count in Counter(chapter.file for chapter in plan.chapters).items():
        if count > 1:
            yield f"{name} stands {count} times in the plan"
    for (kind, key), count in Counter((item.kind, item.key) for item in rows).items():
        if count > 1:
            yield f"{kind} {key} stands {count} times in the sources"
    sections = {(item.source, item.key) for item in rows if item.kind == "heading"}
    for item in rows:
        if (item.source, item.section) not in sections:
            yield f"{item.kind} {item.key} stands in section {item.section}, which does not exist"
        if item.kind in {"equation", "algorithm"} and not KEY.fullmatch(str(item.key)):
            yield f"{item.kind} {item.key}: a key is a number, if need be after capital letters"
    for kind, items in plan.items.items():
        owners = Counter(key for chapter in plan.chapters for key in chapter.keys(kind))
        for key in items:
            if owners[key] != 1:
                yield f"{kind} {key} is covered by {owners[key]} chapters, not by one"
        for key in owners.keys() - items.keys():
            yield f"a chapter covers {kind} {key}, which no source holds"
    for part in plan.parts:
        for chapter in part.chapters:
            for key in chapter.sections:
                if (part.source, key) not in sections and key in plan.items["heading"]:
                    yield f"{chapter.file} covers heading {key}, which is not in {part.source}.toml"
    pages = set(plan.pages())
    for old, new in plan.moved:
        if old in pages:
            yield f"{old} is said to have moved and still stands"
        if new not in pages:
            yield f"{old} is said to have moved to {new}, which does not stand"
