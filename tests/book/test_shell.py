"""The shell of the book: its letters, its road, its buttons, its mathematics."""

import re
from html.parser import HTMLParser
from io import BytesIO
from pathlib import Path
from types import SimpleNamespace

import pytest
from fontTools.ttLib import TTFont
from nnbook import fonts, offline, plan, repository, road, roadmap, theme, weight

import nnlib as nn

ROOT = Path(__file__).parents[2]


class Links(HTMLParser):
    """Collects the addresses of a page."""

    def __init__(self, html):
        super().__init__()
        self.found = []
        self.feed(html)

    def handle_starttag(self, tag, attrs):
        if tag == "a":
            self.found.append(dict(attrs)["href"])


# --- Letters ---


@pytest.fixture(scope="module")
def serif():
    return fonts.cut(fonts.source("serif-regular"))


def test_a_font_is_cut_to_the_same_bytes_every_time(serif):
    assert fonts.cut(fonts.source("serif-regular")) == serif


def test_a_cut_font_holds_latin_greek_and_punctuation_and_is_small(serif):
    held = TTFont(BytesIO(serif)).getBestCmap()
    missing = [c for c in "AZaz09éöß–—“”’…αβγδεθλμπρστφωΔΣ×−≤≥→" if ord(c) not in held]
    assert not missing
    assert serif[:4] == b"wOF2"
    assert len(serif) < 40_000


def test_a_font_in_the_cache_is_not_cut_again(tmp_path, monkeypatch):
    path = fonts.source("sans-italic")
    made = fonts.cached_cut(path, "x", [65, 66], tmp_path)
    monkeypatch.setattr(fonts, "cut", lambda *_: pytest.fail("it was cut again"))
    assert fonts.cached_cut(path, "x", [65, 66], tmp_path) == made


def test_the_style_sheet_names_exactly_the_fonts_that_are_cut():
    css = (theme.STATIC / "book.css").read_text(encoding="utf-8")
    assert set(re.findall(r"url\(fonts/([\w-]+)\.woff2\)", css)) == set(fonts.FONTS)
    assert css.count("font-display: swap") == len(fonts.FONTS)


# --- The road ---


@pytest.fixture(scope="module")
def book():
    return plan.load(ROOT)


def test_each_finished_chapter_is_a_link_and_each_other_is_not(book):
    found = Links(road.road_html(book, lambda name: f"{name}.html")).found
    for chapter in book.chapters:
        # Twice in the picture (wide and tall), once in the list.
        assert found.count(f"{chapter.file}.html") == (3 if chapter.done else 0), chapter.file
    for part in book.parts:
        assert found.count(f"chapters/{part.folder}/index.html") == 3


def test_a_finished_chapter_that_the_book_lacks_is_no_dead_link(book):
    html = road.road_html(book, lambda name: None)
    assert Links(html).found == []
    assert html.count(road.COMING) >= len(book.chapters)


def test_the_page_of_a_part_lists_its_chapters_with_their_lines(book):
    part = book.parts[1]
    html = road.part_html(book, part.folder, lambda name: name)
    assert Links(html).found == [c.file for c in part.chapters if c.done]
    for chapter in part.chapters:
        assert chapter.one_line.replace("'", "&#x27;") in html


def test_the_page_of_a_part_leads_to_its_further_pages(book):
    part = next(part for part in book.parts if part.pages)
    html = road.part_html(book, part.folder, lambda name: name)
    chapters = [chapter.file for chapter in part.chapters if chapter.done]
    assert Links(html).found == [*chapters, *(page for page, _ in part.pages)]


def test_the_name_of_a_chapter_is_a_link_or_says_that_it_is_to_come(book):
    for chapter in book.chapters:
        html = road.name_html(book, chapter.number, lambda name: name)
        assert ("href" in html) == chapter.done
        assert (road.COMING in html) != chapter.done
    with pytest.raises(ValueError, match="no chapter '99'"):
        road.name_html(book, "99", str)


@pytest.mark.parametrize("shape", road.SHAPES.values(), ids=str)
def test_a_word_beside_a_turn_keeps_clear_of_circles_and_names(shape):
    track = roadmap.Track(**{key: shape[key] for key in ("columns", "dx", "dy")})
    for share in (0.02, 0.1, 0.3, 0.5, 0.7, 0.9, 0.98):
        x, y = track.point(track.row + share * track.turn)
        html = roadmap._flag("Word", x, y, track)
        height = y + float(re.search(r'<text x="[^"]*" y="([^"]*)"', html)[1]) - 5
        assert roadmap.RADIUS + 60 < height < track.dy - roadmap.RADIUS - 12


def test_beads_lie_on_the_road_between_their_stations():
    track = roadmap.Track(columns=4, dx=228, dy=188)
    for k in range(11):
        (x0, y0), (x1, y1) = track.point(track.station(k)), track.point(track.station(k + 1))
        for x, y in roadmap.beads(track, k, 6):
            assert min(y0, y1) - 1e-9 <= y <= max(y0, y1) + 1e-9
            assert (x - x0) ** 2 + (y - y0) ** 2 > (roadmap.RADIUS * 0.9) ** 2
            assert (x - x1) ** 2 + (y - y1) ** 2 > (roadmap.RADIUS * 0.9) ** 2


# --- Buttons ---


def test_no_address_means_no_button():
    options = repository.theme_options({"repository_url": "", "launch_buttons": {"thebe": False}})
    assert not any(options[button] for button in repository.BUTTONS)
    assert not set(options["launch_buttons"]) & set(repository.SERVICES)


def test_an_address_brings_all_buttons():
    options = repository.theme_options({"repository_url": "https://github.com/a/b/"})
    assert all(options[button] for button in repository.BUTTONS)
    assert options["repository_url"] == "https://github.com/a/b"
    assert options["launch_buttons"] == repository.SERVICES


def test_elsewhere_than_on_github_there_is_no_colab():
    options = repository.theme_options({"repository_url": "https://gitlab.com/a/b"})
    assert options["use_edit_page_button"]
    assert options["launch_buttons"] == {}


# --- Nothing from outside, nothing that is not used ---


def test_mathjax_is_copied_from_the_package(tmp_path):
    offline.copy_mathjax(tmp_path)
    for name in ["startup.js", "core.js", "input/tex.js", "output/chtml.js"]:
        assert (tmp_path / name).stat().st_size > 10_000
    assert list((tmp_path / "output/chtml/fonts/woff-v2").glob("*.woff"))
    assert (tmp_path / "input/tex/extensions/boldsymbol.js").exists()


def test_mathjax_is_told_to_load_only_what_is_there(tmp_path):
    offline.copy_mathjax(tmp_path)
    for name in offline.MATHJAX_CONFIG["loader"]["load"]:
        assert (tmp_path / f"{name}.js").exists(), name


def test_the_scripts_of_thebe_are_dropped_and_no_others():
    loader = SimpleNamespace(filename=None, attributes={"body": "const THEBE_JS_URL = 'x'"})
    mathjax = SimpleNamespace(filename="_static/mathjax/startup.js", attributes={})
    assert not offline.wanted("_static/sphinx-thebe.js")
    assert not offline.wanted(loader)
    assert offline.wanted(mathjax)


def test_a_style_sheet_loses_comments_and_lines_but_no_strings_and_licences():
    css = (
        "/*! a licence */\n/* it's said */\na {\n  x: 1;\n  y: 'a /* b */ { ';\n}\n\n"
        "b {\n  grid-template-areas:\n    'a b'\n    'c d';\n}\n"
        'c{d:url("data:image/svg+xml,(/* \' */)")}\n/* end */'
    )
    assert weight.short(css).strip() == (
        "/*! a licence */ a {x: 1;y: 'a /* b */ { '}"
        "b {grid-template-areas: 'a b' 'c d'}"
        'c{d:url("data:image/svg+xml,(/* \' */)")}'
    )


def test_rules_are_dropped_only_where_a_class_is_unknown():
    css = (
        "/* a.comment */ .known{x:1}.unknown{x:2}.known .unknown{x:3}p,.unknown{x:4}"
        "@media print{.unknown{x:5}}@media print{a.known{x:6}}"
        '.known:before{content:"}{"}.known:not(.unknown){x:7}@font-face{src:url(a.woff2)}'
    )
    pruned = weight.prune(weight.short(css), {"known"})
    assert re.findall(r"x:(\d)", pruned) == ["1", "4", "6", "7"]
    assert 'content:"}{"' in pruned
    assert "@font-face{src:url(a.woff2)}" in pruned
    assert pruned.count("@media") == 1


def test_icons_are_found_escaped_or_as_they_are():
    assert weight.code_points('a{content:"\\f0c9"}', '--icon:"\uf05a";b{content:"x"}') == [
        0xF05A,
        0xF0C9,
    ]


# --- What the shell says of itself ---


def test_the_licence_of_the_text_is_the_same_everywhere():
    assert "Creative Commons Attribution 4.0 International" in " ".join(
        (ROOT / "LICENSE-TEXT").read_text(encoding="utf-8").split()
    )
    for place, sentence in {
        "_config.yml": "Text: CC BY 4.0.",
        "README.md": "Text and figures: [CC BY 4.0](LICENSE-TEXT)",
        "book/how_to_cite.md": "The text and figures are licensed under CC BY 4.0",
    }.items():
        assert sentence in (ROOT / place).read_text(encoding="utf-8"), place


def test_the_commands_that_are_named_exist():
    targets = set(re.findall(r"^([a-z-]+):", (ROOT / "Makefile").read_text("utf-8"), re.M))
    for place in ["README.md", "CONTRIBUTING.md", "book/how_to_use.md"]:
        text = (ROOT / place).read_text(encoding="utf-8")
        named = set(re.findall(r"(?:`|^ *|=1 )make ([a-z-]+)", text, re.M))
        assert named, place
        assert named <= targets, place


def test_every_name_that_the_page_on_pytorch_gives_to_nnlib_exists():
    text = (ROOT / "book/pytorch.md").read_text(encoding="utf-8")
    rows = [line.split("|")[1] for line in text.splitlines() if line.startswith("| `")]
    spaces = {"nn": nn, "F": nn.functional, "optim": nn.optim, "data": nn.data}
    named = re.findall(r"`(nn|F|optim|data)\.(\w+)", " ".join(rows))
    assert len(named) > 30
    assert [name for space, name in named if not hasattr(spaces[space], name)] == []
