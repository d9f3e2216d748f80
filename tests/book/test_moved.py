"""A redirect is written only where it leads from nowhere to somewhere."""

import pytest
from conftest import pages
from nnbook import moved
from sphinx.errors import ExtensionError


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "b").mkdir()
    (tmp_path / "b" / "new.html").write_text("new")
    return tmp_path


def test_a_redirect_is_no_page_of_the_book_and_is_written_again(folder, monkeypatch):
    for _ in range(2):
        moved.write([("a/deep/old", "b/new")], folder, {"b/new"})
    assert 'content="0; url=../../b/new.html"' in (folder / "a/deep/old.html").read_text()
    monkeypatch.setenv("BOOK_HTML", str(folder))
    assert pages() == ["b/new.html"]


def test_what_an_earlier_build_left_is_written_over(folder):
    (folder / "old.html").write_text("the page before it moved")
    moved.write([("old", "b/new")], folder, {"b/new"})
    assert "b/new.html" in (folder / "old.html").read_text()


def test_a_page_that_stands_is_not_written_over(folder):
    (folder / "old.html").write_text("a page")
    with pytest.raises(ExtensionError, match="a page stands there"):
        moved.write([("old", "b/new")], folder, {"old", "b/new"})
    assert (folder / "old.html").read_text() == "a page"


def test_a_redirect_to_nowhere_is_refused(folder):
    with pytest.raises(ExtensionError, match="which does not stand"):
        moved.write([("old", "b/gone")], folder, {"b/new"})
    assert not (folder / "old.html").exists()
