"""Whatever the plan holds is drawn and counted: more parts, other sources, keys of their own."""

import re
from types import SimpleNamespace

import pytest
import small_book
import yaml
from docutils import nodes
from nnbook import citations, glyphs, ledger, plan, road, roadmap

from tools import toc


@pytest.fixture
def root(tmp_path):
    return small_book.write(tmp_path)


@pytest.fixture
def book(root):
    return plan.load(root)


def parsed(change):
    """Parse the small plan after a change to its text."""
    text, guide = small_book.texts()
    pages = {f"chapters/{n:02}_part/index": f"Part {n}" for n in range(1, 13)}
    pages |= {"chapters/13_diffusion/index": "Diffusion", "chapters/13_diffusion/13_1_noise": "N"}
    sources = (("guide", guide), ("diffusion", small_book.DIFFUSION))
    return plan.parse(change(text), sources, tuple(pages.items()))


def rows(table):
    return [[cell.astext() for cell in row] for row in next(table.findall(nodes.tbody))]


# --- The plan ---


def test_what_stands_and_what_it_is_called_comes_from_the_notebooks(book):
    assert len(book.parts) == 13
    assert len(book.chapters) == 14
    assert [(c.number, c.title) for c in book.done] == [("13.1", "Noise, step by step")]
    assert book.chapters[-1].title == "And back"
    assert [part.title for part in book.parts[-2:]] == ["Part 12", "Diffusion"]


def test_what_a_chapter_holds_follows_from_its_sections(book):
    assert book.chapter("13.1").equations == ("D1", "D2")
    assert book.chapter("13.1").definitions == ("noise-schedule",)
    assert book.chapter("2").equations == (2,)  # by its heading
    assert book.chapter_of("equation", "D3").name == "13_2_and_back"
    assert [item.label for item in book.covered("equation")] == ["eq-d1", "eq-d2"]


def test_a_chapter_may_take_an_equation_from_the_section_of_another():
    sections = 'sections = ["13.2"]'
    taking = parsed(lambda text: text.replace(sections, f'{sections}\nequations = ["D2"]'))
    assert taking.chapter("13.1").equations == ("D1",)
    assert taking.chapter("13.2").equations == ("D3", "D2")


@pytest.mark.parametrize(
    ("old", "new", "message"),
    [
        ('"13", "13.1"]', '"13"]', "heading 13.1 is covered by 0 chapters"),
        ('["13.2"]', '["13.2", "12.1"]', "heading 12.1 is covered by 2 chapters"),
        ('["13.2"]', '["13.2", "14"]', "covers heading 14, which no source holds"),
        ('flag = "Goal"', 'equations = ["D9"]', "covers equation D9, which no source holds"),
        ('"12", "12.1"]\n', '"12", "12.1", "13.2"]\n', "13.2, which is not in guide.toml"),
        ('flag = "Goal"', "done = true", "13_2_and_back has 'done', which no chapter has"),
        ('title = "And back"\n', "", "neither a notebook nor a title"),
        ('one_line = "Back."\n', "", "13_2_and_back lacks its one line"),
        ('"13_2_and_back"', '"13_1_noise"', "13_1_noise stands 2 times in the plan"),
        ('one_line = "Noise."', 'one_line = "N"\ntitle = "N"', "take `title` out of the plan"),
        ('"13_diffusion"', '"13_other"', "13_other/index.md does not stand"),
        (
            'source = "diffusion"',
            'source = "diffusion"\npages = ["exam"]',
            "exam.md does not stand",
        ),
    ],
)
def test_contradictions_are_named(old, new, message):
    def change(text):
        assert old in text
        return text.replace(old, new)

    with pytest.raises(plan.PlanError, match=re.escape(message)):
        parsed(change)


def test_a_part_has_pages_behind_its_chapters(root):
    path = root / "book/plan.toml"
    text = path.read_text(encoding="utf-8")
    assert text.count('source = "diffusion"') == 1
    source = 'source = "diffusion"\npages = ["exam"]'
    path.write_text(text.replace('source = "diffusion"', source), encoding="utf-8")
    (root / "chapters/13_diffusion/exam.md").write_text("# An exam\n", encoding="utf-8")
    book = plan.load(root)
    page = "chapters/13_diffusion/exam"
    assert book.parts[-1].pages == ((page, "An exam"),)
    pages = list(book.pages())
    assert pages[pages.index(page) - 1] == "chapters/13_diffusion/13_1_noise"
    contents = yaml.safe_load(toc.table(book))["parts"][1]["chapters"][-1]
    assert [inner["file"] for inner in contents["sections"]][-1] == page


def moved(old, new):
    return lambda text: text + f'\n[[moved]]\nfrom = "{old}"\nto = "{new}"\n'


def test_a_page_moves_from_where_none_stands_to_where_one_does():
    noise = "chapters/13_diffusion/13_1_noise"
    assert parsed(moved("chapters/13_1", noise)).moved == (("chapters/13_1", noise),)
    with pytest.raises(plan.PlanError, match="is said to have moved and still stands"):
        parsed(moved(noise, "book/ledger"))
    with pytest.raises(plan.PlanError, match="13_2_and_back, which does not stand"):
        parsed(moved("chapters/13_1", "chapters/13_diffusion/13_2_and_back"))


SECOND = """["12"]

[[part.chapter]]
name = "12_1_second"
title = "Second"
one_line = "More."
sections = ["12.1"]
"""


def test_to_split_a_chapter_is_to_edit_the_plan():
    split = parsed(lambda text: text.replace('["12", "12.1"]\n', SECOND))
    assert [chapter.name for chapter in split.parts[11].chapters] == ["12_1_first", "12_1_second"]
    assert split.chapter_of("equation", 12).title == "Second"


# --- The road ---


def test_the_road_has_a_station_for_each_part_and_a_bead_for_each_chapter(book):
    html = road.road_html(book, lambda name: f"{name}.html")
    maps = re.findall(r"<svg.*?</svg>", html, re.S)
    assert len(maps) == 2
    for svg in maps:
        assert svg.count('class="station') == 13
        assert svg.count('class="bead') == 14
        assert svg.count(glyphs.NEUTRAL) == 1
        assert svg.count(">Goal<") == 1
    assert "1 of 14 chapters" in html
    assert road.count(book, "equations") == 15
    assert road.count(book, "chapters") == 14


@pytest.mark.parametrize("count", range(1, 17))
def test_the_road_ends_at_its_last_station_and_stays_in_the_picture(count):
    stops = [roadmap.Stop(str(n), f"Part {n}", None) for n in range(1, count + 1)]
    parts = [
        (stop, [roadmap.Stop(f"{stop.number}.{i}", "C", None) for i in (1, 2)]) for stop in stops
    ]
    for name, shape in road.SHAPES.items():
        svg = roadmap.draw(parts, name=name, **shape)
        left, _, width, height = map(float, re.search(r'viewBox="([^"]+)"', svg)[1].split())
        end = re.search(r'class="road onward" d="M(\S+) (\S+)h(\S+)"', svg).groups()
        x, y, onward = map(float, end)
        track = roadmap.Track(shape["columns"], shape["dx"], shape["dy"])
        assert (x, y) == pytest.approx(track.point(track.station(count - 1)), abs=1e-3)
        assert left <= x + onward <= left + width
        path = re.search(r'class="road" d="([^"]+)"', svg)[1]
        assert float(re.findall(r"H([\d.]+)", path)[-1]) == pytest.approx(x, abs=1e-3)
        places = [
            (float(a), float(b)) for a, b in re.findall(r'<circle cx="(\S+)" cy="(\S+)" r="5', svg)
        ]
        assert len(places) == len(set(places)) == 2 * count
        assert all(left < a < left + width and b < height for a, b in places)


def test_the_road_is_drawn_again_when_a_chapter_has_another_title(root):
    env = SimpleNamespace(srcdir=root, metadata={"index": {"nn_road": True}, "other": {}})
    assert road.outdated(None, env, set(), set(), set()) == ["index"]
    assert road.outdated(None, env, set(), set(), set()) == []
    assert road.outdated(None, env, {"new"}, set(), set()) == ["index"]
    path = root / "chapters/13_diffusion/13_1_noise.ipynb"
    path.write_text(small_book.notebook("# Another title\n"), encoding="utf-8")
    assert road.outdated(None, env, set(), {"chapters/13_1"}, set()) == ["index"]


# --- The ledger and the table of contents ---


def test_the_ledger_counts_and_lists_what_other_sources_hold(root, book):
    code, proofs = citations.read(root)
    listed = rows(ledger.table(book, "equations", code, proofs))
    assert [row[0] for row in listed[-3:]] == ["(D1)", "(D2)", "(D3)"]
    assert [row[3] for row in listed[-3:]] == ["diffusion.step", "diffusion.step", "missing"]
    assert [row[4] for row in listed[-3:]] == ["test_step", "missing", "missing"]
    assert "to come" in listed[-1][2]
    (schedule,) = rows(ledger.table(book, "definitions", code, proofs))
    assert schedule[3:] == ["diffusion.step", "test_step"]
    summary = rows(ledger.table(book, "summary", code, proofs))
    assert summary[0] == ["Equations", "15", "2", "2", "1"]


def test_tests_are_links_once_the_repository_has_an_address(root, book):
    table = ledger.table(book, "equations", *citations.read(root), "https://x.org/blob/main")
    (link,) = table.findall(nodes.reference)
    assert link["refuri"] == "https://x.org/blob/main/tests/nnlib/test_diffusion.py"


def test_the_table_of_contents_has_what_stands(book):
    made = yaml.safe_load(toc.table(book))
    begin, road_part, beside = made["parts"]
    assert made["root"] == "book/index"
    assert begin["chapters"] == [{"file": "book/how_to_use"}]
    assert road_part["chapters"][0] == {"file": "chapters/01_part/index"}
    assert road_part["chapters"][-1] == {
        "file": "chapters/13_diffusion/index",
        "sections": [
            {"file": "chapters/13_diffusion/13_1_noise", "title": "13.1 Noise, step by step"}
        ],
    }
    assert beside["chapters"][-1] == {
        "file": "book/api/index",
        "sections": [{"file": "book/api/one"}],
    }


def test_theorems_are_found_in_the_text_of_a_notebook():
    text = '"````{prf:theorem} Pythagoras\\n",\n    ":label: a\\n", "```{prf:theorem}  Two\\n"'
    assert ledger.theorems(text) == ["Pythagoras", "Two"]
    assert ledger.theorems('"{prf:ref}`a` and {prf:proof}\\n"') == []
