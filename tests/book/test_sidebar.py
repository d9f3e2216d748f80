"""The side bar's table of contents, resolved once, is what Sphinx resolves for each page."""

import subprocess
import sys

import pytest
from nnbook.sidebar import seen_from

CONTENTS = (
    '<p class="caption"><span>Part</span></p>\n<ul>\n'
    '<li class="toctree-l1"><a class="reference internal" href="a/top.html">Top</a><ul>\n'
    '<li class="toctree-l2"><a class="reference internal" href="a/one.html">One</a></li>\n'
    '</ul>\n</li>\n<li class="toctree-l1"><a class="reference external" href="https://x.org/#y">X</a>'
    "</li>\n</ul>"
)


def test_links_start_at_the_page_and_its_own_entry_is_marked_with_what_it_lies_in():
    assert seen_from(CONTENTS, "a/one.html") == (
        '<p class="caption"><span>Part</span></p>\n<ul class="current">\n'
        '<li class="toctree-l1 current"><a class="reference internal" href="top.html">Top</a>'
        '<ul class="current">\n'
        '<li class="toctree-l2 current"><a class="current reference internal" href="#">One</a>'
        "</li>\n"
        '</ul>\n</li>\n<li class="toctree-l1"><a class="reference external" href="https://x.org/#y">'
        "X</a></li>\n</ul>"
    )


def test_a_page_outside_marks_nothing():
    assert "current" not in seen_from(CONTENTS, "search.html")
    assert 'href="../../a/one.html"' in seen_from(CONTENTS, "b/c/d.html")


@pytest.fixture(scope="module")
def books(tmp_path_factory):
    """Return a small book built by Sphinx alone and with the side bar's extension."""
    source = tmp_path_factory.mktemp("source")
    (source / "part").mkdir()
    (source / "index.rst").write_text(
        "Top\n===\n\n.. toctree::\n   :caption: First\n\n   part/index\n\n"
        ".. toctree::\n   :caption: Second\n\n   last\n   Elsewhere <https://example.org>\n"
    )
    (source / "part" / "index.rst").write_text("Part\n====\n\n.. toctree::\n\n   one\n   two\n")
    (source / "part" / "one.rst").write_text("One & only\n==========\n\nSection\n-------\n\nx\n")
    (source / "part" / "two.rst").write_text("Two\n===\n\nx\n")
    (source / "last.rst").write_text("Last\n====\n\nx\n")
    built = []
    for more in ([], ["nnbook.sidebar"]):
        (source / "conf.py").write_text(
            f'html_theme = "sphinx_book_theme"\nextensions = {more}\n'
            'html_theme_options = {"show_navbar_depth": 1}\n'
        )
        out = source.parent / f"html{len(more)}"
        command = [sys.executable, "-m", "sphinx", "-q", "-E", "-d", f"{out}.trees", source, out]
        subprocess.run(command, check=True)
        built.append(out)
    return built


@pytest.mark.parametrize("page", ["index", "part/index", "part/one", "last", "search", "genindex"])
def test_pages_are_equal_with_and_without(books, page):
    plain, once = ((out / f"{page}.html").read_text() for out in books)
    assert "bd-links" in plain
    assert once == plain
