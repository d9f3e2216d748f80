"""The stored notebooks: their form, their outputs, and the parts that every chapter has.

Nothing is run here. nbval runs every notebook and compares (`make test`); these tests say what
may be stored at all.
"""

import re

import nbformat
import pytest

from tools.contents import ROOT, chapters
from tools.normal_form import RULES, code_cells, dumps, tags

PATHS = chapters()
TAGS = {
    "check",
    "exercise",
    "heavy",
    "hide-cell",
    "hide-input",
    "hide-output",
    "live",
    "nbval-ignore-output",
    "raises-exception",
    "remove-cell",
    "remove-input",
    "remove-output",
    "solution",
}
# Lines of a cell: of what a reader sees, and of what is collapsed because it only draws.
LONGEST = 35
LONGEST_HIDDEN = 110
WIDEST = 88  # letters of a line of code in the column of a page at 1300 pixels
CHECK = re.compile(r"exercises\.check\(\s*[\"']([^\"']+)[\"']")


@pytest.fixture(scope="module", params=PATHS, ids=lambda path: path.stem)
def path(request):
    return request.param


@pytest.fixture(scope="module")
def notebook(path):
    return nbformat.read(path, as_version=4)


def answers(cell):
    """Return the verdicts that a cell shows, as text."""
    return [
        output.data["text/plain"]
        for output in cell.outputs
        if output.get("data", {}).get("text/plain", "").startswith(("right", "not "))
    ]


def prose(notebook):
    return "\n\n".join(cell.source for cell in notebook.cells if cell.cell_type == "markdown")


def test_every_notebook_is_in_the_book():
    stored = {
        p for p in (ROOT / "chapters").rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts
    }
    assert stored == set(PATHS)


def test_no_exercise_is_used_twice():
    names = [
        name
        for path in PATHS
        for cell in code_cells(nbformat.read(path, as_version=4))
        if "exercise" in tags(cell)
        for name in CHECK.findall(cell.source)
    ]
    assert sorted(names) == sorted(set(names))


# What is stored


def test_is_normalised(path, notebook):
    stored = path.read_text(encoding="utf-8")
    assert stored == dumps(notebook), "run `python tools/notebook.py normalise` on it"


@pytest.mark.parametrize("rule", RULES, ids=lambda rule: rule.__name__)
def test_may_be_stored(notebook, rule):
    assert list(rule(notebook)) == [], rule.__doc__


def test_tags_are_known(notebook):
    assert {tag for cell in notebook.cells for tag in tags(cell)} <= TAGS


def test_outputs_left_uncompared_say_why(notebook):
    for cell in code_cells(notebook):
        if "nbval-ignore-output" in tags(cell):
            assert re.search(r"^\s*# .{15,}", cell.source, re.M), cell.source
    skipped = [c.source for c in code_cells(notebook) if re.search(r"#\s*NBVAL", c.source)]
    assert skipped == [], "use the tag, with a comment that says why"
    assert not any("nbval-skip" in tags(cell) for cell in notebook.cells)


def test_heavy_cells_say_how_long_they_take(notebook):
    for cell in code_cells(notebook):
        seconds = cell.metadata.get("browser_seconds")
        assert isinstance(seconds, int) == ("heavy" in tags(cell)), cell.source.split("\n")[0]


def test_cells_are_short(notebook):
    for cell in code_cells(notebook):
        hidden = {"hide-input", "hide-cell"} & set(tags(cell))
        lines = len(cell.source.splitlines())
        assert lines <= (LONGEST_HIDDEN if hidden else LONGEST), cell.source.split("\n")[0]


def test_visible_code_fits_its_column(notebook):
    wide = [
        line
        for cell in code_cells(notebook)
        if not {"hide-input", "hide-cell"} & set(tags(cell))
        for line in cell.source.splitlines()
        if len(line) > WIDEST
    ]
    assert wide == []


def test_only_plots_are_hidden(notebook):
    """Mathematics is never collapsed: hidden input draws, checks or solves."""
    for cell in code_cells(notebook):
        if "hide-input" in tags(cell) and "check" not in tags(cell):
            assert re.search(r"\b(?:viz|plt|ax|axes|fig|show|explore|draw)\b", cell.source), (
                cell.source
            )


# What every chapter has


def test_begins_with_one_title_and_a_line_about_itself(notebook):
    lines = [line for line in notebook.cells[0].source.splitlines() if line.strip()]
    assert lines[0].startswith("# ")
    assert len(re.findall(r"^# ", prose(notebook), re.M)) == 1
    header = " ".join(lines[1:])
    assert re.search(r"[Gg]uide.{0,20}\d+(?:\.\d+)*", header), "the section of the guide"
    assert re.search(r"\bmin", header), "minutes to read"
    assert re.search(r"\b(?:s|seconds?)\b", header), "seconds to run"


def test_randomness_is_seeded(notebook):
    code = "\n".join(cell.source for cell in code_cells(notebook))
    assert "rng = np.random.default_rng(0)" in code
    assert not re.search(r"default_rng\(\s*\)", code), "a generator without a seed"
    legacy = re.findall(r"np\.random\.(?!default_rng|Generator|SeedSequence)\w+", code)
    assert legacy == [], "the global generator"


def test_has_an_explorer(notebook):
    shown = [
        output.data["text/plain"]
        for cell in code_cells(notebook)
        for output in cell.outputs
        if "explorer" in output.get("metadata", {})
    ]
    assert shown
    assert all(text.startswith('Explorer "') for text in shown)


def test_has_three_exercises_that_wait_and_solutions_that_are_right(notebook):
    exercises = len(re.findall(r"^(?:`{3,}|:{3,})\{exercise", prose(notebook), re.M))
    assert exercises >= 3
    stubs, solved = {}, {}
    for cell in code_cells(notebook):
        if "exercise" in tags(cell):
            stubs.update(dict.fromkeys(CHECK.findall(cell.source), answers(cell)))
        if "solution" in tags(cell):
            solved.update(dict.fromkeys(CHECK.findall(cell.source), answers(cell)))
            assert {"hide-cell", "hide-input"} & set(tags(cell)), "a solution is collapsed"
    assert stubs, "one exercise has an instant check"
    assert stubs.keys() == solved.keys()
    for name in stubs:
        assert stubs[name], f"{name}: the stub shows no verdict"
        assert all(text.startswith("not attempted yet") for text in stubs[name])
        assert solved[name], f"{name}: the solution shows no verdict"
        assert all(text.startswith("right") for text in solved[name])


def test_claims_are_checked(notebook):
    checks = [cell for cell in code_cells(notebook) if "check" in tags(cell)]
    assert checks
    for cell in checks:
        assert re.search(r"\bassert|assert_\w+\(", cell.source), cell.source
        assert {"hide-cell", "hide-input"} & set(tags(cell)), "a check is collapsed"


def test_has_a_cell_for_the_live_page(notebook):
    live = [cell for cell in code_cells(notebook) if "live" in tags(cell)]
    assert live
    assert "import numpy as np" in live[0].source


def test_ends_with_the_table_and_the_references(notebook):
    text = prose(notebook)
    # The book adds two columns to this table, and says which rows it lacks.
    assert re.search(r"^\| equation \| in words \|$", text, re.M)
    assert re.search(r"^## References", text, re.M)
    assert re.search(r"\{(?:bibliography|cite)", text)
    assert text.index("## References") > text.lower().index("in words")
