"""What a change can have touched, and so which proofs it needs.

Each file has a rule below; where none fits, everything is proved. The rules may prove too much, but
must not prove too little: `make test` proves all, and the build server runs that.
"""

import subprocess
from dataclasses import dataclass, field
from pathlib import Path

from tools.imports import ROOT, Imports

CORE = ("nnlib/__init__.py",)  # runs at every import
# How notebooks are run, stored and compared.
RUNNING = ("chapters/conftest.py", "tools/settings.py", "tools/pictures.py", "tools/normal_form.py")
# Texts and programs that neither the book nor a test of the book reads.
ASIDE = ("benchmarks/", "README.md", "CONTRIBUTING.md", "CITATION.cff", "LICENSE", ".gitignore")
BROWSER = {
    "test_browser": "tests/book/test_browser.py",
    "test_exam_browser": "tests/book/test_exam_browser.py",
    "test_lab": "tests/book/test_lab.py",
    "test_live": "tests/book/test_live.py",
    "test_paper": "tests/book/test_paper.py",
}


@dataclass
class Touched:
    """The proofs that a change needs.

    Attributes
    ----------
    tests, notebooks : set of str
        Paths of unit tests and of notebooks.
    pages, live : set of str
        Pages, without their endings, that are opened in the browser, and chapters whose live cells
        run there.
    everything : bool
        Nothing is left out.
    book : bool
        The book is built and its pages are read.
    browser : set of str
        Tests of the browser that run whole.
    """

    tests: set = field(default_factory=set)
    notebooks: set = field(default_factory=set)
    pages: set = field(default_factory=set)
    live: set = field(default_factory=set)
    browser: set = field(default_factory=set)
    book: bool = False
    everything: bool = False


def changed_files(base=None, root=ROOT):
    """Return the files that differ from a commit, those not yet known to git included.

    Parameters
    ----------
    base : str, optional
        By default the last commit that this branch shares with `main`.
    root : Path
    """

    def git(*arguments):
        done = subprocess.run(["git", *arguments], cwd=root, capture_output=True, text=True)
        if done.returncode:
            raise SystemExit(f"git {' '.join(arguments)}: {done.stderr.strip()}")
        return done.stdout.split("\0") if "-z" in arguments else done.stdout.split()

    base = base or git("merge-base", "HEAD", "main")[0]
    # Without looking for renames: the old name of a moved file counts too.
    names = git("diff", "--name-only", "--no-renames", "-z", base)
    names += git("ls-files", "--others", "--exclude-standard", "-z")
    return sorted(filter(None, names))


def of_chapter(path):
    """Return what the notebook at a path from the root needs."""
    page = path.removesuffix(".ipynb")
    return Touched(notebooks={path}, pages={page}, book=True, tests={"tests/book"})


def touched(files, root=ROOT):
    """Return the proofs that a change of these files needs, paths from the root."""
    imports, total = Imports(root), Touched()
    sources = {}  # what may reach nnlib: the files it reaches, by path

    def reaching(path):
        if not sources:
            for pattern in ("chapters/*/*.ipynb", "tests/nnlib/**/test_*.py"):
                for source in root.glob(pattern):
                    found = imports.reached(source)
                    sources[source.relative_to(root).as_posix()] = {
                        f.relative_to(root).as_posix() for f in found
                    }
        if path.endswith(".py") and (root / path).exists() and path not in CORE:
            return {source for source, found in sources.items() if path in found}
        folder = path.rpartition("/")[0] + "/"  # data lie beside the code that loads them
        if path in CORE or folder == "nnlib/":
            return set(sources)
        return {s for s, found in sources.items() if any(f.startswith(folder) for f in found)}

    for path in files:
        _add(total, path, root, reaching)
    total.notebooks = {path for path in total.notebooks if (root / path).exists()}
    total.pages = {
        page
        for page in total.pages
        if (root / f"{page}.ipynb").exists() or (root / f"{page}.md").exists()
    }
    total.tests = {path for path in total.tests if (root / path).exists()}
    return total


def _add(total, path, root, reaching):
    """Add what one file needs."""
    if path.startswith(ASIDE):
        return
    if path.startswith("nnlib/"):
        total.book = True  # the API pages and the listings
        total.tests |= {"tests/test_layers.py", "tests/book"}
        for source in reaching(path):
            if source.startswith("tests/"):
                total.tests.add(source)
            else:
                total.notebooks.add(source)
                total.live.add(source.removesuffix(".ipynb"))
        total.browser.add("nnlib")
    elif path in RUNNING:
        total.notebooks |= {p.relative_to(root).as_posix() for p in root.glob("chapters/*/*.ipynb")}
        total.tests |= {"tests/tools", "tests/book"}
    elif path.startswith("chapters/") and path.endswith(".ipynb"):
        one = of_chapter(path)
        total.notebooks |= one.notebooks
        total.pages |= one.pages
        total.tests |= one.tests
        total.book = True
    elif path.startswith(("chapters/", "book/")) and path.endswith((".md", ".bib")):
        total.pages.add(path.rpartition(".")[0])
        total.tests.add("tests/book")
        total.book = True
    elif path in ("book/plan.toml", "book/guide.toml", "_toc.yml"):
        total.pages |= {"book/index", "book/ledger"}
        total.tests |= {"tests/book", "tests/tools"}
        total.book = True
    elif path in ("book/exam.toml", "tests/book/exam_answers.py"):
        total.pages.add("chapters/12_conclusion/exam")
        total.tests.add("tests/book")
        total.browser.add("test_exam_browser")
    elif path == "book/needs.toml":
        total.pages.add("book/equation_map")
        total.tests.add("tests/book")
        total.book = True
    elif path.startswith("book/nnbook/live"):
        total.browser.add("test_live")
        total.tests.add("tests/book")
        total.book = True
    elif path.startswith("book/nnbook/"):
        total.browser |= {"test_browser", "test_exam_browser", "test_live"}
        total.tests.add("tests/book")
        total.book = True
    elif path.startswith("tests/book/test_html"):
        total.book = True
    elif path.startswith("tests/book/test_") and Path(path).stem in BROWSER:
        total.browser.add(Path(path).stem)
        total.book = True
    elif path.startswith("tests/") and Path(path).name.startswith("test_"):
        total.tests.add(path)
    elif path.startswith("tests/nnlib/"):
        total.tests.add("tests/nnlib")
    elif path.startswith("tools/"):
        total.tests |= {"tests/tools", "tests/book"}
    else:
        total.everything = True
