"""Notebooks that travel: plain Markdown, and they run where nobody has heard of the book.

A run proves one chapter, another one after each commit; EVERY_CHAPTER=1 proves all.
"""

import hashlib
import importlib.metadata
import importlib.util
import json
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nnbook import live, portable

INDEX = {
    "pages": {"05_4_adam": "05_optimization/05_4_adam.ipynb"},
    "targets": {
        "eq-29": {"page": "04_learning/04_3_backpropagation.ipynb"},
        "thm-xor": {"page": "02_history/02_2_xor.ipynb", "kind": "theorem", "number": 6},
    },
    "chapters": {
        "5.4": {"title": "Adam", "page": "05_optimization/05_4_adam.ipynb"},
        "6.2": {"title": "Convolutional networks", "page": None},
    },
    "citations": {
        "one": {"authors": ["Hebb"], "year": "1949"},
        "two": {"authors": ["Kingma", "Ba"], "year": "2015"},
        "many": {"authors": ["Choi", "Shallue", "Nado"], "year": "2019"},
    },
}
BOOK = "https://book.example/"
# What a reader without MyST would see as markup.
MARKUP = re.compile(r"\{[\w:]+\}`|^[`:]{3,}\{|^\([\w-]+\)=|^>? ?:\w+:", re.M)


def plain(text, address=""):
    return portable.Page("05_optimization/05_5_x.ipynb", INDEX, address).markdown(text)


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("so {cite:p}`two`.", "so (Kingma & Ba, 2015)."),
        ("so {cite:p}`one, many`.", "so (Hebb, 1949; Choi et al., 2019)."),
        ("{cite:t}`two` say", "Kingma and Ba (2015) say"),
        ("{cite:t}`one,two,many`", "Hebb (1949), Kingma and Ba (2015) and Choi et al. (2019)"),
        ("by {prf:ref}`thm-xor`", "by Theorem 6"),
        ("by {prf:ref}`a theorem <thm-xor>`", "by a theorem"),
        ("[Eq. (29)](eq-29) of [a\nchapter](05_4_adam)", "Eq. (29) of a\nchapter"),
        ("{chapter}`5.4`, {chapter}`6.2`", "Adam (5.4), *Convolutional networks* (6.2, to come)"),
        ("[out](https://a.example/b)", "[out](https://a.example/b)"),
        ("`{cite:p}` and $[0,1](x)$", "`{cite:p}` and $[0,1](x)$"),
        ("(eq-29)=\n$$\na \\tag{29}\n$$", "$$\na \\tag{29}\n$$"),
        ("```\n[a](eq-29)\n```", "```\n[a](eq-29)\n```"),
        (
            "````{prf:theorem} Few\n:label: thm-xor\n\nBy {cite:p}`one`:\n\n```\n(x)=\n```\n````",
            "> **Theorem 6 (Few)**\n>\n> By (Hebb, 1949):\n>\n> ```\n> (x)=\n> ```",
        ),
        ("````{prf:proof}\nClear.\n````\nThen", "> **Proof.**\n>\n> Clear.\nThen"),
        (
            "```{admonition} Why {cite:t}`one`?\n:class: tip\nBecause.\n```",
            "> **Why Hebb (1949)?**\n>\n> Because.",
        ),
    ],
)
def test_plain_markdown(myst, markdown):
    assert plain(myst) == markdown


@pytest.mark.parametrize(
    ("myst", "markdown"),
    [
        ("[Eq. (29)](eq-29)", "[Eq. (29)]({}04_learning/04_3_backpropagation.html#eq-29)"),
        ("[Adam](../05_optimization/05_4_adam)", "[Adam]({}05_optimization/05_4_adam.html)"),
        ("[theory](../09_theory/index)", "[theory]({}09_theory/index.html)"),
        ("{prf:ref}`thm-xor`", "[Theorem 6]({}02_history/02_2_xor.html#thm-xor)"),
        ("{chapter}`5.4`", "[Adam]({}05_optimization/05_4_adam.html) (5.4)"),
    ],
)
def test_links_lead_into_a_book_that_has_an_address(myst, markdown):
    assert plain(myst, BOOK) == markdown.format(f"{BOOK}chapters/")


def test_works_cited_close_the_chapter():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("{cite:t}`two`")])
    index = {**INDEX, "citations": {"two": {**INDEX["citations"]["two"], "markdown": "*Adam*"}}}
    made = portable.portable(notebook, portable.Page("x.ipynb", index), "w.whl")
    assert made.cells[-1].source == "- *Adam*"


def test_exercises_are_counted():
    page = portable.Page("x.ipynb", INDEX)
    text = "```{exercise}\n:label: a\n\nTry.\n```"
    assert page.markdown(text) == "> **Exercise 1.**\n>\n> Try."
    assert page.markdown(text).startswith("> **Exercise 2.**")


@pytest.mark.parametrize("text", ["{math}`x`", "```{figure} x.png\n```"])
def test_what_has_no_plain_form_is_refused(text):
    with pytest.raises(ValueError, match="no plain form"):
        plain(text)


@pytest.fixture(scope="module")
def written(tmp_path_factory):
    """Write all notebooks that travel, of a book without an address."""
    folder = tmp_path_factory.mktemp("html")
    portable.write(ROOT, folder, "")
    return folder / portable.FOLDER


def chapters():
    return sorted(ROOT.glob("chapters/*/*.ipynb"))


@pytest.mark.parametrize("path", chapters(), ids=lambda path: path.stem)
def test_a_chapter_travels_whole(path, written):
    stored = nbformat.read(path, as_version=4)
    made = nbformat.read(written / path.name, as_version=4)
    nbformat.validate(made)
    for cell in made.cells:
        if cell.cell_type == "markdown":
            code_left_out = re.sub(r"^(> )?```.*?```|`[^`\n]+`", "", cell.source, flags=re.S | re.M)
            assert not MARKUP.search(code_left_out), cell.source
    code = [cell for cell in made.cells if cell.cell_type == "code"]
    assert code[0].id == "nnlib"
    originals = [cell for cell in stored.cells if cell.cell_type == "code"]
    for before, after in zip(originals, code[1:], strict=True):
        assert after.source == before.source
        assert [o.get("data") for o in after.outputs] == [o.get("data") for o in before.outputs]
        assert not any("explorer" in o.get("metadata", {}) for o in after.outputs)


def test_the_address_of_the_book_is_where_nnlib_comes_from():
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# T")])
    made = portable.portable(notebook, portable.Page("x.ipynb", INDEX, BOOK), "w.whl")
    assert f"ADDRESS = '{BOOK}notebooks/'" in made.cells[1].source
    assert live.DISTRIBUTION in made.cells[1].source


def setup_cell(address=""):
    """Return the code of the cell that installs nnlib."""
    notebook = nbformat.v4.new_notebook(cells=[nbformat.v4.new_markdown_cell("# T")])
    return portable.portable(notebook, portable.Page("x.ipynb", INDEX, address), "w.whl")["cells"][
        1
    ].source


@pytest.fixture
def install(monkeypatch, tmp_path):
    """Return a function that runs the cell where nnlib is missing and tells what pip was asked."""

    def run(address="", works=lambda place: True):
        asked = []

        def pip(command, **options):
            asked.append(command[-1])
            failed = not works(command[-1])
            return subprocess.CompletedProcess(command, int(failed), "", "no route to host")

        monkeypatch.chdir(tmp_path)
        monkeypatch.setattr(importlib.util, "find_spec", lambda name: None)
        monkeypatch.setattr(subprocess, "run", pip)
        exec(setup_cell(address), {})
        return asked

    return run


def test_nnlib_comes_from_the_address_of_the_book(install):
    assert install(BOOK) == [f"{live.DISTRIBUTION}[viz] @ {BOOK}notebooks/w.whl"]


def test_a_copy_beside_the_notebook_helps_where_the_address_fails(install, tmp_path):
    (tmp_path / "w.whl").touch()
    asked = install(BOOK, works=lambda place: "file:" in place)
    assert [place.split(" @ ")[1] for place in asked] == [
        f"{BOOK}notebooks/w.whl",
        (tmp_path / "w.whl").as_uri(),
    ]


@pytest.mark.parametrize("address", ["", BOOK])
def test_who_gets_no_nnlib_is_told_what_to_do(install, address):
    with pytest.raises(ImportError, match=r"Take w\.whl from the folder") as caught:
        install(address, works=lambda place: False)
    assert "Colab" in str(caught.value)
    assert ("no route to host" in str(caught.value)) == bool(address)
    assert (BOOK in str(caught.value)) == bool(address)


def test_in_colab_the_widgets_stay_those_of_colab(install, monkeypatch):
    """It shows those of ipywidgets 7, which it brings, and none of 8."""
    monkeypatch.setitem(sys.modules, "google.colab", object())
    assert install(BOOK) == [f"{live.DISTRIBUTION} @ {BOOK}notebooks/w.whl"]


# --- Elsewhere ---


def sampled():
    """Return the chapters to run: all, or one that the last commit decides."""
    found = chapters()
    if os.environ.get("EVERY_CHAPTER") == "1":
        return found
    git = ["git", "rev-parse", "HEAD"]
    commit = subprocess.run(git, cwd=ROOT, capture_output=True).stdout
    return [found[int(hashlib.sha256(commit).hexdigest(), 16) % len(found)]]


@pytest.fixture(scope="session")
def elsewhere(tmp_path_factory):
    """Make an environment that has Jupyter's converter and no nnlib; return its Python."""
    folder = tmp_path_factory.mktemp("elsewhere") / "env"
    needed = ["numpy", "matplotlib", "ipywidgets", "pillow", "ipykernel", "nbconvert"]
    pinned = [f"{name}=={importlib.metadata.version(name)}" for name in needed]
    python = folder / "bin" / "python"
    uv = shutil.which("uv", path=Path(sys.executable).parent) or shutil.which("uv")
    if uv:
        subprocess.run([uv, "venv", "-q", "--seed", "-p", sys.executable, folder], check=True)
        subprocess.run([uv, "pip", "install", "-q", "-p", python, *pinned], check=True)
    else:
        subprocess.run([sys.executable, "-m", "venv", folder], check=True)
        subprocess.run([python, "-m", "pip", "install", "-q", *pinned], check=True)
    return python


def without(*names, **changes):
    """Return this process's environment without some variables and with others."""
    return {name: value for name, value in os.environ.items() if name not in names} | changes


def cheap(notebook):
    """Return the notebook with those cells alone that a reader's browser runs by itself."""
    kept = [c for c in notebook.cells if "live" in c.metadata.get("tags", [])]
    return nbformat.v4.new_notebook(cells=kept, metadata=notebook.metadata)


@pytest.mark.parametrize("path", sampled(), ids=lambda path: path.stem)
def test_a_chapter_runs_elsewhere(path, written, elsewhere, tmp_path):
    """Its first cell installs nnlib from the wheel beside it, and asks no registry for it."""
    (wheel,) = written.glob("*.whl")
    shutil.copyfile(wheel, tmp_path / wheel.name)
    nbformat.write(cheap(nbformat.read(written / path.name, as_version=4)), tmp_path / "x.ipynb")
    subprocess.run([elsewhere, "-m", "pip", "uninstall", "-q", "-y", live.DISTRIBUTION], check=True)
    own = without("PYTHONPATH", PIP_NO_INDEX="1", JUPYTER_PREFER_ENV_PATH="1", PYTHONNOUSERSITE="1")
    command = ["-m", "nbconvert", "--to", "notebook", "--execute", "--output", "done", "x.ipynb"]
    done = subprocess.run(
        [elsewhere, *command],
        cwd=tmp_path,
        env=own,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stderr[-3000:]
    cells = json.loads((tmp_path / "done.ipynb").read_text(encoding="utf-8"))["cells"]
    assert all(c["execution_count"] for c in cells if c["cell_type"] == "code")
    asked = "import nnlib; print(nnlib.__file__)"
    found = subprocess.run(
        [elsewhere, "-c", asked], cwd=tmp_path, env=own, capture_output=True, text=True
    )
    assert "site-packages" in found.stdout


def test_nnlib_is_installed_from_an_address(tmp_path, elsewhere, serve):
    """As in Colab: with no clone and no file around, by the book's address alone."""
    book, here = tmp_path / "book", tmp_path / "here"
    here.mkdir()
    portable.write(ROOT, book, f"{serve(book)}/")
    notebook = nbformat.read(book / portable.FOLDER / "02_2_xor_and_the_first_winter.ipynb", 4)
    code = [cell for cell in notebook.cells if cell.cell_type == "code"]
    assert code[0].id == "nnlib"
    (here / "first.py").write_text(code[0].source + "\nimport nnlib\nprint(nnlib.__file__)\n")
    subprocess.run([elsewhere, "-m", "pip", "uninstall", "-q", "-y", live.DISTRIBUTION], check=True)
    own = without("PYTHONPATH", PIP_NO_INDEX="1", PYTHONNOUSERSITE="1")
    command = [elsewhere, "first.py"]
    done = subprocess.run(command, cwd=here, env=own, capture_output=True, text=True)
    assert done.returncode == 0, done.stderr[-3000:]
    assert "site-packages" in done.stdout
