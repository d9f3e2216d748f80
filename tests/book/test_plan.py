"""The plan and the ledger: nothing is lost of the guide, and what a chapter covers is proved."""

import re
from collections import Counter
from pathlib import Path

import nbformat
import pytest
from nnbook import citations, plan

ROOT = Path(__file__).resolve().parents[2]
PLAN = plan.load(ROOT)
TEXT = (ROOT / plan.PLAN).read_text(encoding="utf-8")
FUNCTIONS = citations.functions(ROOT)
TESTS = citations.tests(ROOT)
COVERED = [
    (kind, key)
    for kind in ("equation", "algorithm", "theorem", "definition")
    for chapter in PLAN.done
    for key in chapter.keys(kind)
]
TARGET = re.compile(r"^\((eq-[a-z]*\d+)\)=\s*$", re.M)


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


def test_no_number_of_the_guide_is_left_out():
    numbers = [key for key, item in PLAN.items["equation"].items() if item.source == plan.GUIDE]
    assert numbers == list(range(1, len(numbers) + 1))
    headings = [key for key, item in PLAN.items["heading"].items() if item.source == plan.GUIDE]
    for number in headings:
        *above, last = number.split(".")
        assert not above or ".".join(above) in headings
        assert last == "1" or ".".join([*above, str(int(last) - 1)]) in headings


def test_every_notebook_is_planned():
    assert {chapter.file for chapter in PLAN.done} == notebooks()


def test_every_covered_equation_has_one_target_in_its_chapter():
    wanted = {
        (PLAN.items["equation"][key].label, chapter.file): 1
        for chapter in PLAN.done
        for key in chapter.equations
    }
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
def test_nothing_is_cited_that_no_source_holds(found):
    assert [item for item in found if item[1] not in PLAN.items[item[0]]] == []


@pytest.mark.parametrize(
    ("docstring", "equations"),
    [
        ("Sigmoid. Guide Eq. (6).", {6}),
        ("Step.\n\nGuide Eqs. (35), (36): with the\nrate inside.", {35, 36}),
        ("Guide Eqs. (4), (14)-(16); backward Eqs. (29)–(31).", {4, 14, 15, 16, 29, 30, 31}),
        ("Guide Eqs. (65) and (66). Vaswani's Eq. (1).", {65, 66}),
        ("Guide Algorithm 2, Eqs. (47)-(50); Kingma & Ba 2015, Eq. (4).", {47, 48, 49, 50}),
        ("As Kingma's Eq. (4) has it.", set()),
        ("Book Eqs. (D1), (D3)-(D5). Ho's Eq. (4).", {"D1", "D3", "D4", "D5"}),
    ],
)
def test_docstrings_are_read_as_they_are_meant(docstring, equations):
    assert {key for kind, key in citations.cited(docstring) if kind == "equation"} == equations


def test_algorithms_and_theorems_are_read_too():
    assert citations.cited("One example of Guide Algorithm 1: returns w.") == {("algorithm", 1)}
    assert citations.cited("Guide Theorem (perceptron-convergence).") == {
        ("theorem", "perceptron-convergence")
    }
    assert citations.cited("Book Algorithm D2. It is Guide Definition (pac-learnable).") == {
        ("algorithm", "D2"),
        ("definition", "pac-learnable"),
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
        "    @pytest.mark.equation('D1')\n"
        "    @pytest.mark.definition('y')\n"
        "    def test_c(self): pass\n"
    )
    names = {
        item: [place.name for place in found] for item, found in citations.tests(tmp_path).items()
    }
    assert names == {
        ("equation", 1): ["test_a"],
        ("equation", 2): ["TestB"],
        ("equation", 3): ["TestB"],
        ("theorem", "x"): ["test_c"],
        ("equation", "D1"): ["test_c"],
        ("definition", "y"): ["test_c"],
    }


def test_a_mark_of_every_kind_is_registered():
    text = (ROOT / "pyproject.toml").read_text(encoding="utf-8")
    registered = re.findall(r'^    "(\w+)\(\w+\): ', text, re.M)
    assert set(plan.KEYS) - {"heading"} <= set(registered)


@pytest.mark.parametrize(
    "name",
    ["F.relu", "nn.Linear", "optim.Adam", "nn.Tensor.backward", "pioneers.RBM.free_energy"],
)
def test_names_are_those_under_which_a_reader_has_a_thing(name):
    place = citations.place_of(name)
    assert place.startswith("nnlib.")
    assert place.split(".")[-1] == name.split(".")[-1]
    assert citations.public_name(place) == name


def test_words_in_code_are_no_names_and_wrong_names_are_said():
    assert citations.place_of("momentum") is None
    assert citations.place_of('rule="projection"') is None
    with pytest.raises(AttributeError):
        citations.place_of("optim.Adan")
