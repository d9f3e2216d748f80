"""The contents of the book are read as Jupyter Book reads them."""

import pytest

from tools.contents import chapters, files, labels, markdown, pages

TOC = """
format: jb-book
root: start
parts:
  - caption: One
    chapters:
      - file: a
        sections:
          - file: b
"""


@pytest.fixture
def book(tmp_path):
    (tmp_path / "_toc.yml").write_text(TOC)
    for name in ("start.md", "a.md"):
        (tmp_path / name).write_text("# x\n")
    (tmp_path / "b.ipynb").write_text('{"cells": [], "metadata": {}, "nbformat": 4}')
    return tmp_path


def test_pages_come_in_order_with_nested_ones(book):
    assert [path.name for path in pages(book)] == ["start.md", "a.md", "b.ipynb"]
    assert [path.name for path in chapters(book)] == ["b.ipynb"]


def test_missing_page_is_named(book):
    (book / "a.md").unlink()
    with pytest.raises(FileNotFoundError, match="names a, which"):
        pages(book)


def test_captions_are_no_files():
    assert list(files({"caption": "file", "chapters": [{"file": "x"}]})) == ["x"]


def test_labels_are_found_and_those_in_code_are_not(tmp_path):
    page = tmp_path / "x.md"
    page.write_text(
        "(one)=\n## A\n\n````{prf:theorem} T\n:label: two\nText.\n````\n\n"
        "```python\n(three)=\n```\n\n```{figure} x.png\n:name: four\n```\n"
    )
    assert [label for piece in markdown(page) for label in labels(piece)] == ["one", "two", "four"]
