"""The built pages, read without a browser: links, words for pictures, ids, origins, frames."""

import functools
import json
import re
from collections import Counter
from html import unescape
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

import nbformat
import pytest
from bs4 import BeautifulSoup
from conftest import ROOT, pages
from fontTools.ttLib import TTFont
from nnbook import fold_names, fonts, plan

# What a browser fetches by itself; a plain link to another site is the reader's choice.
FETCHED = {
    "script": ("src",),
    "img": ("src", "srcset"),
    "source": ("src", "srcset"),
    "iframe": ("src",),
    "object": ("data",),
    "embed": ("src",),
    "video": ("src", "poster"),
    "audio": ("src",),
    "track": ("src",),
    "use": ("href", "xlink:href"),
    "image": ("href", "xlink:href"),
}
LINKS_NOT_FETCHED = {
    "canonical",
    "next",
    "prev",
    "author",
    "license",
    "alternate",
    "index",
    "search",
}
CSS_ADDRESS = re.compile(r"""url\(\s*["']?([^"')]+)|@import\s+["']([^"']+)""")
EXPLORER = 'Explorer "'


class Page(HTMLParser):
    """One page: its elements, ids, plain output texts and the frames of its explorers."""

    def __init__(self, text):
        super().__init__()
        self.elements, self.ids, self.styles, self.frames = [], Counter(), [], []
        self.inside = None
        self.feed(text)

    def handle_starttag(self, tag, attrs):
        attributes = {name: value or "" for name, value in attrs}
        self.elements.append((tag, attributes))
        if "id" in attributes:
            self.ids[attributes["id"]] += 1
        if tag == "style":
            self.inside = self.styles
        elif "nn-frames" in attributes.get("class", ""):
            self.inside = self.frames

    def handle_endtag(self, tag):
        if tag in {"style", "script"}:
            self.inside = None

    def handle_data(self, data):
        if self.inside is not None:
            self.inside.append(data)

    def fetched(self):
        """Return the addresses that a browser fetches when it shows the page."""
        for tag, attributes in self.elements:
            names = FETCHED.get(tag, ())
            if tag == "link" and not set(attributes.get("rel", "").split()) & LINKS_NOT_FETCHED:
                names = ("href",)
            for name in names:
                if attributes.get(name):
                    for part in attributes[name].split(","):
                        yield part.split()[0] if name == "srcset" else attributes[name]
        for style in self.styles:
            yield from css_addresses(style)


def css_addresses(text):
    """Return what a style sheet fetches."""
    return [a or b for a, b in CSS_ADDRESS.findall(re.sub(r"/\*.*?\*/", "", text, flags=re.S))]


def leaves(address):
    """Say whether an address lies on another origin."""
    parts = urlsplit(address)
    return bool(parts.netloc) or parts.scheme in {"http", "https", "ftp", "ws", "wss"}


@functools.cache
def read(path):
    """Read a page once."""
    return Page(Path(path).read_text(encoding="utf-8"))


@pytest.fixture
def parsed(built_book, page_name):
    return read(built_book / page_name)


def broken(folder, page_name, address):
    """Say what is wrong with an address on a page, or return None."""
    parts = urlsplit(address)
    if leaves(address) or parts.scheme in {"mailto", "data", "javascript", "tel"}:
        return None
    if parts.path.startswith("/"):
        return f"{address} begins at the top of the server"
    target = (folder / page_name).parent / unquote(parts.path) if parts.path else folder / page_name
    if target.is_dir():
        target /= "index.html"
    if not target.exists():
        return f"{address} leads nowhere"
    fragment = unquote(parts.fragment)
    if fragment and target.suffix == ".html" and fragment not in read(target.resolve()).ids:
        return f"{address} names a place that is not there"
    return None


def test_links_lead_somewhere(built_book, page_name, parsed):
    addresses = {a["href"] for tag, a in parsed.elements if tag == "a" and a.get("href")}
    addresses |= set(parsed.fetched())
    wrong = [broken(built_book, page_name, address) for address in sorted(addresses)]
    assert list(filter(None, wrong)) == []


def test_the_top_page_leads_to_the_book(built_book):
    text = (built_book / "index.html").read_text(encoding="utf-8")
    sent_on = re.search(r"url=([^\"]+)", text)
    assert sent_on is None or (built_book / sent_on.group(1)).exists()


def test_pictures_have_words(parsed):
    def decorative(attributes):
        return attributes.get("role") in {"presentation", "none"} or (
            attributes.get("aria-hidden") == "true"
        )

    silent = [
        a.get("src")
        for tag, a in parsed.elements
        if tag == "img" and not a.get("alt", "").strip() and not decorative(a)
    ]
    assert silent == []


def test_nothing_comes_from_elsewhere(parsed):
    assert [address for address in parsed.fetched() if leaves(address)] == []


def test_style_sheets_fetch_nothing_from_elsewhere(built_book):
    outside = [
        f"{path.relative_to(built_book)}: {address}"
        for path in sorted(built_book.rglob("*.css"))
        for address in css_addresses(path.read_text(encoding="utf-8"))
        if leaves(address)
    ]
    assert outside == []


def test_ids_are_unique_on_a_page(parsed):
    assert [name for name, count in parsed.ids.items() if count > 1] == []


def test_equation_targets_are_unique_in_the_book(built_book):
    found = Counter(
        name
        for page_name in pages()
        for name in read(built_book / page_name).ids
        if re.fullmatch(r"eq-[a-z]*\d+", name)
    )
    assert [name for name, count in found.items() if count > 1] == []


def stored_explorers():
    """Return every explorer in the notebooks: the notebook, the cell, the output."""
    return [
        (path.relative_to(ROOT).as_posix(), cell.id, output)
        for path in sorted(ROOT.glob("chapters/*/*.ipynb"))
        for cell in nbformat.read(path, 4).cells
        for output in cell.get("outputs", [])
        if output.get("data", {}).get("text/plain", "").startswith(EXPLORER)
    ]


@pytest.mark.parametrize(
    "stored", stored_explorers(), ids=lambda found: f"{Path(found[0]).stem}-{found[1]}"
)
def test_a_stored_explorer_holds_its_frames(stored):
    found = stored[2].metadata.get("explorer")
    assert found, "no frames: execute the notebook with tools/notebook.py, not from Jupyter"
    assert len(found["frames"]) > 1
    assert len({frame["data"] for frame in found["frames"]}) > 1
    assert all(frame["text"].strip() for frame in found["frames"])


def test_every_stored_explorer_is_in_its_page(built_book):
    stored = Counter(re.sub(r"ipynb$", "html", name) for name, _, _ in stored_explorers())
    shown = Counter({name: len(read(built_book / name).frames) for name in pages()})
    assert +shown == stored


def test_frames_stand_beside_the_page(built_book, page_name, parsed):
    for frames in parsed.frames:
        for _, label, text, file in json.loads(frames):
            assert label
            assert text
            assert ((built_book / page_name).parent / file).exists(), file


FOLDS = {
    fold_names.SOLUTION,
    fold_names.CHECK,
    fold_names.FIGURE,
    fold_names.EXPLORER,
    fold_names.IMPORTS,
    fold_names.CODE,
}
LEFTOVER = re.compile(r"\$|\\\\[a-zA-Z]{2,}|\{(?:cite|prf|eq|ref|term|doc|chapter|numref)\b")


def test_no_markup_is_left_in_the_text(built_book, page_name):
    """A formula or a role that was not understood would stand there as it was written."""
    if page_name.startswith(("_modules/", "genindex")):
        pytest.skip("code")
    soup = BeautifulSoup((built_book / page_name).read_text(encoding="utf-8"), "html.parser")
    for code in soup.select("pre, code, mjx-container, dt.sig, script, style"):
        code.extract()
    text = soup.get_text(" ")
    found = [text[max(0, m.start() - 30) : m.end() + 30] for m in LEFTOVER.finditer(text)]
    assert found == []


def test_chapters_bear_their_numbers_and_count_their_exercises(built_book):
    for chapter in plan.load(ROOT).done:
        text = (built_book / f"{chapter.file}.html").read_text(encoding="utf-8")
        soup = BeautifulSoup(text, "html.parser")
        assert soup.select_one("article h1 .nn-number").get_text() == chapter.number
        counted = re.findall(r'caption-number">Exercise (\d+)', text)
        assert counted == [str(k) for k in range(1, len(counted) + 1)]
        assert len(counted) >= 3


def test_folds_say_what_they_hold(built_book):
    for chapter in plan.load(ROOT).done:
        text = (built_book / f"{chapter.file}.html").read_text(encoding="utf-8")
        details = BeautifulSoup(text, "html.parser").select("article div.cell details.hide")
        names = [fold.summary.get_text(strip=True) for fold in details]
        assert names[0] == "Imports"
        assert set(names) <= FOLDS


def test_the_search_gets_the_counts_of_words(built_book):
    table = (built_book / "_static" / "subjects.js").read_text(encoding="utf-8")
    counts = json.loads(table.removeprefix("window.nnSubjects = ").removesuffix(";\n"))
    name = next(name for name in counts if name.endswith("05_2_momentum"))
    assert counts[name]["momentum"] > 20
    assert "the" not in counts[name]


def test_the_ledger_lists_the_theorems_of_the_chapters(built_book):
    soup = BeautifulSoup(
        (built_book / "book/ledger.html").read_text(encoding="utf-8"), "html.parser"
    )
    rows = {tuple(td.get_text(strip=True) for td in tr.select("td")) for tr in soup.select("tr")}
    assert ("PAC-Bayes", "Generalisation") in rows
    assert ("Perceptron convergence", "The perceptron") in rows


def test_the_book_and_every_part_open_with_a_picture_and_a_question(built_book):
    parts = [part.index for part in plan.load(ROOT).parts if part.chapters[0].done]
    for name in ["book/index", *parts]:
        page = built_book / f"{name}.html"
        openings = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select("figure")
        assert openings
        for opening in openings:
            assert len(opening.img["alt"]) > 40
            assert opening.figcaption.get_text().strip().rstrip("#").strip().endswith("?")
            assert (page.parent / opening.a["href"]).is_file()
            assert (page.parent / opening.img["src"]).is_file()


def test_the_map_of_equations_can_be_walked(built_book):
    page = (built_book / "book/equation_map.html").read_text(encoding="utf-8")
    soup = BeautifulSoup(page, "html.parser")
    cards = {card["id"]: card for card in soup.select(".nn-need")}
    assert len(cards) == len(plan.load(ROOT).items["equation"])
    for name, card in cards.items():
        where = card.select_one(".nn-need-name a")["href"]
        assert where.endswith(f"#{name.replace('needs', 'eq')}")
        for link in card.select(".nn-need-before a"):
            other = cards[link["href"].removeprefix("#")]
            assert other.select_one(f'.nn-need-behind a[href="#{name}"]')
    assert "needs.js" in page


def test_every_part_opens_with_a_picture_and_a_question(built_book):
    for part in plan.load(ROOT).parts:
        if not part.chapters[0].done:
            continue
        page = built_book / f"{part.index}.html"
        opening = BeautifulSoup(page.read_text(encoding="utf-8"), "html.parser").select_one(
            "figure"
        )
        assert len(opening.img["alt"]) > 40
        assert opening.figcaption.get_text().strip().rstrip("#").strip().endswith("?")
        assert (page.parent / opening.a["href"]).is_file()
        assert (page.parent / opening.img["src"]).is_file()


def test_the_books_letters_hold_every_character_that_the_pages_need(built_book):
    """What the whole font has and a page shows must not be cut away; Cyrillic titles are few."""
    cmap = {c for name in fonts.FONTS for c in TTFont(fonts.source(name)).getBestCmap()}
    other = re.compile(r"<(mjx-container|style|pre)\b.*?</\1>", re.S)  # have fonts of their own
    missing = {}
    for name in pages():
        text = unescape(other.sub("", (built_book / name).read_text(encoding="utf-8")))
        shown = set(map(ord, text)) & cmap - set(fonts.CODES)
        for code in shown - set(range(0x0400, 0x0500)) - {0x0A}:
            missing.setdefault(chr(code), name)
    assert missing == {}
