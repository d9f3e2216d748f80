"""The plan of the book, loaded from plan.toml and checked.

It names what the guide holds (headings, equations, algorithms, theorems, definitions) and which
chapter covers each of them. The road on the landing page, the ledger and the tests read it here.
"""

import tomllib
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path

PLAN = "book/plan.toml"
TOTALS = {"heading": 123, "equation": 96, "algorithm": 2, "theorem": 2, "definition": 3}
KEYS = {
    "heading": "number",
    "equation": "number",
    "algorithm": "number",
    "theorem": "name",
    "definition": "name",
}
CHAPTERS = 39


class PlanError(ValueError):
    """The plan contradicts itself; the message names every contradiction."""


@dataclass(frozen=True)
class Part:
    """One part of the book: its number, title and folder below chapters/."""

    number: int
    title: str
    folder: str


@dataclass(frozen=True)
class Item:
    """One thing that the guide holds, such as equation 29; `key` is its number or its name."""

    kind: str
    key: int | str
    title: str
    section: str


@dataclass(frozen=True)
class Chapter:
    """One chapter of the book and what it covers; `file` is its path without a suffix."""

    file: str
    title: str
    one_line: str
    sections: tuple[str, ...]
    equations: tuple[int, ...]
    algorithms: tuple[int, ...]
    theorems: tuple[str, ...]
    definitions: tuple[str, ...]
    done: bool

    @property
    def folder(self):
        """The folder of its part, such as 02_history."""
        return self.file.split("/")[-2]

    @property
    def name(self):
        """The last part of its path, such as 02_1_3_perceptron."""
        return self.file.split("/")[-1]

    def keys(self, kind):
        """Return what it covers of one kind, such as "equation"."""
        return self.sections if kind == "heading" else getattr(self, kind + "s")


@dataclass(frozen=True)
class Plan:
    """The whole plan, in the order of the guide."""

    parts: tuple[Part, ...]
    chapters: tuple[Chapter, ...]
    items: dict[str, dict[int | str, Item]]
    missing: dict[str, frozenset]

    @cached_property
    def _owner(self):
        return {(k, x): c for c in self.chapters for k in KEYS for x in c.keys(k)}

    def chapter_of(self, kind, key):
        """Return the chapter that covers an item, such as ("equation", 29)."""
        return self._owner[kind, key]

    def chapters_of(self, part):
        """Return the chapters of a part, in order."""
        return [c for c in self.chapters if c.folder == part.folder]

    @property
    def done(self):
        """The chapters that stand."""
        return [c for c in self.chapters if c.done]


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
        Where the plan contradicts itself.
    """
    return parse((Path(root) / PLAN).read_text(encoding="utf-8"))


def parse(text):
    """Read and check a plan given as TOML text."""
    raw = tomllib.loads(text)
    many = ("sections", "equations", "algorithms", "theorems", "definitions")
    chapters = tuple(
        Chapter(**{k: tuple(v) if k in many else v for k, v in entry.items()})
        for entry in raw["chapter"]
    )
    rows = {
        kind: [
            Item(kind, e[key], e["title"], e["number"] if kind == "heading" else e["section"])
            for e in raw[kind]
        ]
        for kind, key in KEYS.items()
    }
    plan = Plan(
        parts=tuple(Part(**entry) for entry in raw["part"]),
        chapters=chapters,
        items={kind: {item.key: item for item in found} for kind, found in rows.items()},
        missing={kind: frozenset(raw["missing"][kind + "s"]) for kind in KEYS},
    )
    wrong = list(_contradictions(plan, rows))
    if wrong:
        raise PlanError("plan.toml contradicts itself:\n  " + "\n  ".join(wrong))
    return plan


def _contradictions(plan, rows):
    if len(plan.chapters) != CHAPTERS:
        yield f"there are {len(plan.chapters)} chapters, expected {CHAPTERS}"
    folders = {part.folder for part in plan.parts}
    for chapter in plan.chapters:
        if chapter.folder not in folders:
            yield f"{chapter.file} lies in no part"
        if not chapter.one_line or not chapter.title:
            yield f"{chapter.file} lacks a title or its one line"
    for kind, items in plan.items.items():
        if len(rows[kind]) != TOTALS[kind] or len(items) != TOTALS[kind]:
            yield f"{len(items)} different {kind}s in {len(rows[kind])} rows, not {TOTALS[kind]}"
        owners = [key for chapter in plan.chapters for key in chapter.keys(kind)]
        for key in items:
            if owners.count(key) != 1:
                yield f"{kind} {key} is covered by {owners.count(key)} chapters, not by one"
        for key in set(owners) - items.keys():
            yield f"a chapter covers {kind} {key}, which the guide does not hold"
        for item in items.values():
            if item.section not in plan.items["heading"]:
                yield f"{kind} {item.key} stands in section {item.section}, which does not exist"
        covered = {key for chapter in plan.done for key in chapter.keys(kind)}
        for key in covered & plan.missing[kind]:
            yield f"{kind} {key} is covered and still stands in [missing]"
        for key in items.keys() - covered - plan.missing[kind]:
            yield f"{kind} {key} is neither covered by a finished chapter nor in [missing]"
        for key in plan.missing[kind] - items.keys():
            yield f"[missing] names {kind} {key}, which the guide does not hold"
