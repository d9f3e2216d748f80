"""The table that closes a chapter is completed from the ledger, and what is wrong in it is said."""

import subprocess
import sys

import pytest
import small_book
from bs4 import BeautifulSoup
from nnbook import citations, closing, plan

CHAPTER = "chapters/13_diffusion/13_1_noise"
TABLE = r"""# Noise, step by step

(eq-d1)=
$$ x = y \tag{D1} $$

| equation | in words |
| --- | --- |
| [Eq. (D1)](eq-d1) | a step |
| a neuron | bends (`momentum`): `F.relu`, `nn.Tensor.backward` |
| a proof | stands above |
| a slip | wrong: `optim.Adan` |
| [Eq. (D9)](eq-d9) | unknown |

| equation | in words | more |
| --- | --- | --- |
| another | table | stays |
"""
CONF = """
extensions = ["myst_nb", "nnbook.ledger", "nnbook.closing", "nnbook.moved"]
myst_enable_extensions = ["dollarmath"]
nb_execution_mode = "off"
root_doc = "book/index"
include_patterns = ["book/**", "chapters/**"]
exclude_patterns = ["html"]
nb_ipywidgets_js = {}
"""


def build(root):
    """Build the small book; return what Sphinx says."""
    command = [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(root), str(root / "html")]
    return subprocess.run(command, capture_output=True, encoding="utf-8", check=True).stderr


@pytest.fixture(scope="module")
def built(tmp_path_factory):
    """Return the folder of a small book, and what was said while it was built."""
    root = small_book.write(tmp_path_factory.mktemp("book"))
    (root / f"{CHAPTER}.ipynb").write_text(small_book.notebook(TABLE), encoding="utf-8")
    (root / "conf.py").write_text(CONF)
    for name in ("index", "how_to_use", "ledger", "api/index", "api/one"):
        (root / "book" / "api").mkdir(exist_ok=True)
        (root / "book" / f"{name}.md").write_text(f"# Page {name}\n")
    with (root / plan.PLAN).open("a") as file:
        file.write(f'\n[[moved]]\nfrom = "chapters/old_name"\nto = "{CHAPTER}"\n')
    return root, build(root)


def rows(root):
    """Return the head and the rows of the tables of the chapter."""
    page = (root / "html" / f"{CHAPTER}.html").read_text(encoding="utf-8")
    for table in BeautifulSoup(page, "html.parser").find_all("table"):
        yield [
            [" ".join(cell.get_text().split()) for cell in row.find_all(["th", "td"])]
            for row in table.find_all("tr")
        ]


def test_the_ledger_adds_two_columns(built):
    closing_table, other = rows(built[0])
    assert closing_table[0] == ["equation", "in words", "nnlib", "test"]
    assert closing_table[1] == ["Eq. (D1)", "a step", "diffusion.step", "test_diffusion.py"]
    assert other[0] == ["equation", "in words", "more"]


def test_what_a_row_names_moves_into_its_column(built):
    closing_table, _ = rows(built[0])
    assert closing_table[2][:3] == ["a neuron", "bends (momentum)", "F.relu, nn.Tensor.backward"]
    assert closing_table[3] == ["a proof", "stands above", "–", "the chapter’s checks"]


@pytest.mark.parametrize(
    "message",
    [
        "the closing table names eq-d9, which no source holds",
        "the closing table names optim.Adan, which nnlib lacks",
        "the closing table has no row for equation D2",
    ],
)
def test_what_is_wrong_is_said(built, message):
    assert message in built[1]
    assert "no row for equation D1" not in built[1]


def test_a_table_is_made_again_when_the_tests_change(built):
    root = built[0]
    again = root / "tests" / "nnlib" / "test_again.py"
    again.write_text(small_book.PROOFS)
    build(root)
    assert next(rows(root))[1][3] == "test_again.py, test_diffusion.py"
    again.unlink()
    build(root)
    assert next(rows(root))[1][3] == "test_diffusion.py"


def test_an_old_address_leads_to_the_new_page(built):
    page = (built[0] / "html" / "chapters" / "old_name.html").read_text(encoding="utf-8")
    found = BeautifulSoup(page, "html.parser")
    assert found.find("link", rel="canonical")["href"] == "13_diffusion/13_1_noise.html"
    assert "url=13_diffusion/13_1_noise.html" in page


@pytest.fixture(scope="module")
def book(tmp_path_factory):
    return plan.load(small_book.write(tmp_path_factory.mktemp("book")))


@pytest.mark.parametrize(
    ("label", "key"),
    [
        ("eq-12", 12),
        ("eq-d1", "D1"),
        ("eq-99", None),
        ("def-noise", "noise-schedule"),
        ("def-noise-schedule", "noise-schedule"),
        ("def-noi", None),
        ("thm-xor", None),
        ("fig-noise", None),
    ],
)
def test_labels_stand_for_items(book, label, key):
    found = closing.item_of(book, label)
    assert (found and found.key) == key


def test_a_thing_is_tested_in_the_file_of_its_name_its_module_or_its_folder(tmp_path):
    folder = tmp_path / "tests" / "nnlib" / "deep"
    folder.mkdir(parents=True)
    for name in ("one", "optim", "lenet1989"):
        (folder / f"test_{name}.py").touch()
    found = {
        place: closing.tested_in(tmp_path, place)
        for place in ("nnlib.one.f", "nnlib.optim.sgd.SGD", "nnlib.x.lenet.LeNet1989", "nnlib.y.f")
    }
    assert list(found.values()) == [
        "tests/nnlib/deep/test_one.py",
        "tests/nnlib/deep/test_optim.py",
        "tests/nnlib/deep/test_lenet1989.py",
        None,
    ]


def test_only_what_a_reader_can_have_is_named_where_there_is_a_choice():
    public, inner = citations.place_of("F.relu"), "nnlib.somewhere.inner"
    code = {("equation", 1): [citations.Place(name, "") for name in (inner, public)]}
    places, _ = closing.columns(".", [("equation", 1)], [], code, {})
    assert [place.name for place in places] == [public]
    code = {("equation", 1): [citations.Place(inner, "")]}
    places, _ = closing.columns(".", [("equation", 1)], [], code, {})
    assert [place.name for place in places] == [inner]
