"""The equations of the plan stand in the book once each, under their own numbers."""

import re
from collections import Counter

import pytest
from nnbook import plan

from tools.contents import ROOT, labels, markdown, pages

PLAN = plan.load(ROOT)
SOURCES = {path.relative_to(ROOT).as_posix(): markdown(path) for path in pages()}
PLACED = re.compile(r"^\(eq-([a-z]*\d+)\)=[ \t]*\n(\$\$.*?\$\$)", re.M | re.S)
TARGET = re.compile(r"^\(eq-([a-z]*\d+)\)=", re.M)
TAG = re.compile(r"\\tag\{([A-Z]*\d+)\}")
CITED = re.compile(r"\]\(#?eq-([^)\s]*)\)|\{(?:eq|ref|numref)\}`(?:[^`<]*<)?eq-([^`>]*)>?`")


def found(pattern):
    """Return what a pattern finds in the book as (page, match) pairs."""
    return [
        (name, match)
        for name, pieces in SOURCES.items()
        for piece in pieces
        for match in pattern.finditer(piece)
    ]


def test_each_equation_has_one_place():
    counts = Counter(match[1] for _, match in found(TARGET))
    assert [n for n, count in counts.items() if count > 1] == []


def test_number_printed_is_the_number_of_the_label():
    wrong = [
        (name, match[1], TAG.findall(match[2]))
        for name, match in found(PLACED)
        if [tag.lower() for tag in TAG.findall(match[2])] != [match[1]]
    ]
    assert wrong == []


def test_every_target_stands_directly_above_its_equation():
    targets = Counter((name, match[1]) for name, match in found(TARGET))
    placed = Counter((name, match[1]) for name, match in found(PLACED))
    assert targets == placed


def test_every_number_has_its_target():
    tags = Counter((name, match[1].lower()) for name, match in found(TAG))
    placed = Counter((name, match[1]) for name, match in found(PLACED))
    assert tags == placed


def test_every_equation_cited_exists():
    places = {match[1] for _, match in found(TARGET)}
    missing = [
        (name, match[0]) for name, match in found(CITED) if (match[1] or match[2]) not in places
    ]
    assert missing == []


def test_labels_are_unique_and_start_with_a_letter():
    counts = Counter(
        label for pieces in SOURCES.values() for piece in pieces for label in labels(piece)
    )
    assert [label for label, count in counts.items() if count > 1] == []
    assert [label for label in counts if not label[0].isalpha()] == []


@pytest.mark.parametrize("chapter", PLAN.done, ids=lambda chapter: chapter.name)
def test_chapter_holds_the_equations_it_is_to_hold(chapter):
    name = f"{chapter.file}.ipynb"
    assert name in SOURCES, f"{chapter.file} is called done, but _toc.yml does not name it"
    here = {f"eq-{match[1]}" for page, match in found(TARGET) if page == name}
    assert here == {PLAN.items["equation"][key].label for key in chapter.equations}
