"""What the search index holds: subjects count, code does not."""

import json
import os
import time

from docutils import nodes
from docutils.utils import new_document
from nnbook.search import american, prose, subjects
from sphinx.application import Sphinx
from sphinx.util.docutils import docutils_namespace, patch_docutils


def test_subjects_are_the_words_that_come_again_and_again():
    text = "the rate " * 20 + "momentum " * 15 + "once " * 3
    assert subjects(text) == {"the": 20, "rate": 20, "momentum": 15}


def test_prose_has_no_code_and_no_formulas():
    page = new_document("page")
    page += nodes.paragraph("", "", nodes.Text("Rates and "), nodes.math("", "x_{rate}"))
    page += nodes.literal_block("", "for rate in rates: pass")
    assert prose(page).split() == ["Rates", "and"]


def test_either_spelling_finds_the_other():
    spelt = {"normalisation": "normalization", "initialised": "initialized", "noise": "noize"}
    assert {word: american(word) for word in spelt} == spelt
    assert american("regularization") == "regularization"
    assert [american(word) for word in ("bias", "history", "disease")] == [
        "bias",
        "history",
        "disease",
    ]


def counts_after_a_build(source):
    """Build a small book with this extension alone; return its counts of words."""
    settings = {"extensions": ["nnbook.search"], "html_theme": "basic"}
    out, trees = source / "html", source / "trees"
    with patch_docutils(), docutils_namespace():
        Sphinx(source, None, out, trees, "html", settings, status=None).build()
    table = (out / "_static" / "subjects.js").read_text(encoding="utf-8")
    return json.loads(table.removeprefix("window.nnSubjects = ").removesuffix(";\n"))


def test_a_second_build_keeps_the_counts_of_pages_that_it_does_not_write(tmp_path):
    (tmp_path / "index.rst").write_text("Start\n=====\n\n.. toctree::\n\n   one\n   two\n")
    one, two = tmp_path / "one.rst", tmp_path / "two.rst"
    one.write_text("One\n===\n\n" + "gradient " * 9)
    two.write_text("Two\n===\n\n" + "momentum " * 9)
    assert counts_after_a_build(tmp_path) == {"one": {"gradient": 9}, "two": {"momentum": 9}}
    one.write_text("One\n===\n\n" + "gradient " * 12)
    os.utime(one, (time.time() + 5,) * 2)
    assert counts_after_a_build(tmp_path) == {"one": {"gradient": 12}, "two": {"momentum": 9}}
    os.utime(one, (time.time() - 5,) * 2)  # now nothing is out of date, and nothing is written
    assert counts_after_a_build(tmp_path) == {"one": {"gradient": 12}, "two": {"momentum": 9}}
