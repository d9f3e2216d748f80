"""What the button of a built page downloads, and what the notebooks that travel say of it."""

import re

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT
from nnbook import crossrefs, live


def downloads(page):
    """Return the addresses that a page offers to save."""
    soup = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser")
    return [link["href"] for link in soup.select("a[download]")]


def test_the_button_saves_the_source(page_name, built_book):
    page = built_book / page_name
    source = ROOT / page_name
    found = downloads(page)
    if source.with_suffix(".ipynb").exists():
        (address,) = found
        path = (page.parent / address).resolve()
        assert path.parent == built_book / "notebooks"
        assert nbformat.read(path, as_version=4).cells[1].id == "nnlib"
    elif source.with_suffix(".md").exists():
        (address,) = found
        saved = (page.parent / address).read_text(encoding="utf-8")
        assert saved == source.with_suffix(".md").read_text(encoding="utf-8")


def test_the_wheel_stands_beside_the_notebooks(built_book):
    (wheel,) = (built_book / "notebooks").glob("*.whl")
    assert (wheel.name, wheel.read_bytes()) == live.nnlib_wheel(data=True)


@pytest.mark.parametrize("kind", ["theorem", "definition", "algorithm"])
def test_numbers_are_those_of_the_pages(kind, built_book):
    """What JupyterLab and the notebooks that travel call a theorem, the book calls it too."""
    known = {k: t for k, t in crossrefs.index(ROOT)["targets"].items() if t.get("kind") == kind}
    assert known
    for label, target in known.items():
        page = built_book / "chapters" / target["page"].replace(".ipynb", ".html")
        html = page.read_text(encoding="utf-8")
        caption = re.search(rf'id="{label}".*?caption-number">([^<]+)<', html, re.S)
        assert caption[1].strip() == f"{kind.capitalize()} {target['number']}", label
