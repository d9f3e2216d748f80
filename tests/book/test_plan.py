"""The plan and the ledger: nothing of the guide is lost, and what a chapter covers is proved."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nnbook import ledger, plan

ROOT = Path(__file__).resolve().parents[2]
PLAN = plan.load(ROOT)
TEXT = (ROOT / plan.PLAN).read_text(encoding="utf-8")
FUNCTIONS = ledger.functions(ROOT)
TESTS = ledger.tests(ROOT)
COVERED = [
    (kind, key)
    for kind in ("equation", "algorithm", "theorem")
    for chapter in PLAN.done
    for key in chapter.keys(kind)
]
TARGET = re.compile(r"^\((eq-\d+)\)=\s*$", re.M)


def notebooks():
    """Return the notebooks that stand, as the plan names them."""
    return {
        path.relative_to(ROOT).as_posix().removesuffix(".ipynb")
        for path in ROOT.glob("chapters/*/*.ipynb")
    }


def prose(file):
    """Return the text of a notebook's Markdown cells."""
    made = nbformat.read(ROOT / f"{file}.ipynb", 4)
    return "\n".join(cell.source for cell in made.cells if cell.cell_type == "markdown")


def targets():
    """Count in which notebook each equation target stands."""
    return Counter(
        (found, file) for file in sorted(notebooks()) for found in TARGET.findall(prose(file))
    )


def test_the_whole_guide_is_planned():
    sizes = {kind: len(items) for kind, items in PLAN.items.items()}
    assert sizes == {
        "heading": 123,
        "equation": 96,
        "algorithm": 2,
        "theorem": 2,
        "definition": 3,
    }
    assert list(PLAN.items["equation"]) == list(range(1, 97))
    assert (len(PLAN.parts), len(PLAN.chapters)) == (12, 39)


def test_a_chapter_is_done_when_its_notebook_stands():
    assert {chapter.file for chapter in PLAN.done} == notebooks()


@pytest.mark.parametrize("chapter", PLAN.done, ids=lambda chapter: chapter.name)
def test_a_chapter_has_the_title_of_the_plan(chapter):
    found = re.search(r"^# (.+)$", prose(chapter.file), re.M).group(1)
    assert re.sub(r"^[\d.]+\s+", "", found) == chapter.title


def test_every_covered_equation_has_one_target_in_its_chapter():
    wanted = {(f"eq-{n}", c.file): 1 for c in PLAN.done for n in c.equations}
    assert targets() == wanted


@pytest.mark.parametrize(
    "item",
    [item for item in COVERED if item[0] != "theorem"],  # a theorem is proved, not computed
    ids=lambda item: f"{item[0]}-{item[1]}",
)
def test_what_is_covered_has_a_function(item):
    assert FUNCTIONS[item], f"no docstring of nnlib says 'Guide ... {item[1]}'"


@pytest.mark.parametrize("item", COVERED, ids=lambda item: f"{item[0]}-{item[1]}")
def test_what_is_covered_has_a_test(item):
    assert TESTS[item], f"no test carries @pytest.mark.{item[0]}({item[1]!r})"


@pytest.mark.parametrize("found", [FUNCTIONS, TESTS], ids=["nnlib", "tests"])
def test_nothing_is_cited_that_the_guide_does_not_hold(found):
    assert [item for item in found if item[1] not in PLAN.items[item[0]]] == []


def test_a_covered_item_may_not_stand_in_missing():
    finished = TEXT.replace("done = false", "done = true", 1)
    with pytest.raises(plan.PlanError, match="is covered and still stands in"):
        plan.parse(finished)


def test_an_open_item_may_not_leave_missing():
    with pytest.raises(plan.PlanError, match="equation 96 is neither covered"):
        plan.parse(re.sub(r"96,\s*\](?=\nalgorithms)", "]", TEXT))


def test_an_equation_may_not_have_two_chapters():
    with pytest.raises(plan.PlanError, match="equation 87 is covered by 2 chapters"):
        plan.parse(TEXT.replace("equations = [88]", "equations = [87, 88]"))


@pytest.mark.parametrize(
    ("docstring", "equations"),
    [
        ("Sigmoid. Guide Eq. (6).", {6}),
        ("Step.\n\nGuide Eqs. (35), (36): with the\nrate inside.", {35, 36}),
        ("Guide Eqs. (4), (14)-(16); backward Eqs. (29)–(31).", {4, 14, 15, 16, 29, 30, 31}),
        ("Guide Eqs. (65) and (66). Vaswani's Eq. (1).", {65, 66}),
        ("Guide Algorithm 2, Eqs. (47)-(50); Kingma & Ba 2015, Eq. (4).", {47, 48, 49, 50}),
        ("As Kingma's Eq. (4) has it.", set()),
    ],
)
def test_docstrings_are_read_as_they_are_meant(docstring, equations):
    assert {key for kind, key in ledger.cited(docstring) if kind == "equation"} == equations


def test_algorithms_and_theorems_are_read_too():
    assert ledger.cited("One example of Guide Algorithm 1: returns w.") == {("algorithm", 1)}
    assert ledger.cited("Guide Theorem (perceptron-convergence).") == {
        ("theorem", "perceptron-convergence")
    }


def test_marks_are_found_on_functions_classes_and_files(tmp_path):
    folder = tmp_path / "tests"
    folder.mkdir()
    (folder / "test_a.py").write_text(
        "import pytest\n"
        "pytestmark = pytest.mark.equation(1)\n"
        "@pytest.mark.equation(2, 3)\n"
        "class TestB:\n"
        "    @pytest.mark.theorem('x')\n"
        "    def test_c(self): pass\n"
    )
    names = {
        item: [place.name for place in found] for item, found in ledger.tests(tmp_path).items()
    }
    assert names == {
        ("equation", 1): ["test_a"],
        ("equation", 2): ["TestB"],
        ("equation", 3): ["TestB"],
        ("theorem", "x"): ["test_c"],
    }
