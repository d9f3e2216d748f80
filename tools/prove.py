"""Run every proof of the book, each even if one before it failed, and print what came of them.

python tools/prove.py                    everything; NO_BROWSER=1 leaves the browser out
python tools/prove.py lint notebooks     these parts alone
python tools/prove.py changed [commit]   what differs from a commit, by default from `main`
python tools/prove.py chapter NAME       one chapter: its notebook, its page, its live cells

Without NN_PYODIDE the tests of live pages are left out; on a build server, where nobody would
notice, that fails, unless NO_PYODIDE=1 says that it is meant.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

from tools.changes import BROWSER, Touched, changed_files, of_chapter, touched  # noqa: E402

BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "--color=no"]
NONE_RAN = 5  # pytest's code when every test was left out
LONGEST = 40 * 60  # seconds, after which a command hangs: no part takes half of that
# The tests of the built pages come after the build, those with a browser last.
PAGES = sorted(str(path.relative_to(ROOT)) for path in ROOT.glob("tests/book/test_html*.py"))
LATER = [f"--ignore={path}" for path in [*PAGES, *BROWSER.values()]]
NBVAL = [*PYTEST, "--nbval", "-n", "2", "--dist", "loadfile"]
# A browser that hangs, or for a time draws no frames, is asked once more; a test that fails is not.
VAIN = ("crashed while running", "TimeoutError")
BROWSING = [*PYTEST, "-n", "2", "--reruns", "1", *(f"--only-rerun={word}" for word in VAIN)]
# Once in some hundred thousand tests a product of ordinary numbers left the processor's flag for
# invalid values raised, and NumPy warned. What is really invalid is so at the second time, too.
UNIT = [*PYTEST, "-n", "2", "--reruns", "1", "--only-rerun=invalid value encountered in matmul"]
BUILD = [sys.executable, "tools/build.py", "-q", "-W", "-n", "--keep-going"]


PARTS = {
    "lint": [
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "ruff", "check", "."],
    ],
    "unit tests": [[*UNIT, "tests", *LATER]],
    "notebooks": [[*NBVAL, "chapters"]],
    "book": [[*BUILD, "--all"]],
    "pages": [[*PYTEST, *PAGES, "-n", "2"]],
    "browser": [[*BROWSING, *BROWSER.values()]],
}


def unproved(environment):
    """Say why a build server would prove no live page without being told so; None if it would."""
    server = environment.get("CI", "").lower() not in {"", "0", "false"}
    if not server or "1" in {environment.get("NO_PYODIDE"), environment.get("NO_BROWSER")}:
        return None
    folder = environment.get("NN_PYODIDE", "")
    if folder and Path(folder, "pyodide.js").is_file():
        return None
    return (
        f"NN_PYODIDE is {folder!r}, which holds no pyodide.js, so no live page would be tested: "
        "gather Pyodide with tools/pyodide_dist.py, or set NO_PYODIDE=1"
    )


def parts_of(needs):
    """Return the parts and commands that prove what a change has touched."""
    if needs.everything:
        return PARTS
    parts = {"lint": PARTS["lint"]}
    if needs.tests:
        parts["unit tests"] = [[*UNIT, *sorted(needs.tests), *LATER]]
    if needs.notebooks:
        parts["notebooks"] = [[*NBVAL, *sorted(needs.notebooks)]]
    if needs.book:
        parts["book"] = [BUILD]
        parts["pages"] = PARTS["pages"]
    browser = browser_commands(needs)
    if browser:
        parts.setdefault("book", [BUILD])
        parts["browser"] = browser
    return parts


def browser_commands(needs):
    """Return the commands for pages in the browser: some tests whole, others for some pages."""
    whole = sorted(BROWSER[name] for name in needs.browser if name in BROWSER)
    rest = sorted(set(BROWSER.values()) - set(whole) - {BROWSER["test_lab"]})
    wanted = {f"{page}.html" for page in needs.pages}
    wanted |= {f"{page}]" for page in needs.pages | needs.live}
    if "nnlib" in needs.browser:
        wanted.add("test_unit_tests_of_nnlib_pass_in_the_browser")
    commands = [[*BROWSING, *whole]] if whole else []
    if wanted and rest:
        commands.append([*BROWSING, *rest, "-k", " or ".join(sorted(wanted))])
    return commands


def chapter(name):
    """Return the parts that prove one chapter, named by its file or a piece of it."""
    found = [path for path in ROOT.glob("chapters/*/*.ipynb") if name in path.as_posix()]
    if len(found) != 1:
        sys.exit(f"{len(found)} notebooks have {name!r} in their name, wanted one")
    path = found[0].relative_to(ROOT)
    needs = of_chapter(path.as_posix())
    parts = parts_of(needs)
    parts["lint"] = [[BIN / "ruff", *mode, path] for mode in (["format", "--check"], ["check"])]
    only = ["-k", f"{path.stem} or test_equations or test_plan"]
    parts["unit tests"] = [[*PYTEST, "tests/book", "-n", "2", *LATER, *only]]
    parts["pages"] = [[*PYTEST, *PAGES, "-k", path.stem]]
    return parts, needs


def code_of(command, environment):
    """Run one command and return its code; one that hangs is ended and has failed."""
    try:
        return subprocess.run(command, cwd=ROOT, env=environment, timeout=LONGEST).returncode
    except subprocess.TimeoutExpired:
        print(f"ended after {LONGEST} s: {' '.join(map(str, command))}", flush=True)
        return 1


def run(commands, **variables):
    """Run the commands of one part; return whether all passed."""
    # The cores are shared by two workers: one thread each.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"} | variables
    codes = [code_of(command, environment) for command in commands]
    chosen = [code == NONE_RAN and "-k" in c for code, c in zip(codes, commands, strict=True)]
    return all(not code or none for code, none in zip(codes, chosen, strict=True))


def choose(arguments):
    """Return the parts that the command line asks for, and what they need."""
    match arguments:
        case ["changed", *base]:
            files = changed_files(*base)
            needs = touched(files)
            print(f"{len(files)} files differ; {len(needs.notebooks)} notebooks can be touched")
            return parts_of(needs), needs
        case ["chapter", name]:
            return chapter(name)
    chosen = arguments or list(PARTS)
    if unknown := set(chosen) - PARTS.keys():
        sys.exit(f"no such part: {', '.join(sorted(unknown))}; there are: {', '.join(PARTS)}")
    return {name: PARTS[name] for name in chosen}, Touched()


def main():
    parts, needs = choose(sys.argv[1:])
    if "browser" in parts and (said := unproved(os.environ)):
        sys.exit(said)
    # On a page that differs its own button is pressed; else on a sample of all.
    pressed = ",".join(sorted(Path(page).name for page in needs.pages))
    variables = {"NN_PRESS": pressed} if pressed and not needs.everything else {}
    rows = []
    for name, commands in parts.items():
        if name == "browser" and os.environ.get("NO_BROWSER") == "1":
            rows.append((name, 0.0, "left out"))
            continue
        print(f"\n== {name}", flush=True)
        start = time.perf_counter()
        passed = run(commands, **variables)
        rows.append((name, time.perf_counter() - start, "passed" if passed else "FAILED"))
    print()
    for name, seconds, word in rows:
        print(f"{name:12} {seconds:8.1f} s  {word}")
    print(f"{'together':12} {sum(seconds for _, seconds, _ in rows):8.1f} s")
    words = [word for *_, word in rows]
    failed = words.count("FAILED")
    print(f"parts: {words.count('passed')} passed, {failed} failed")
    return 1 if failed else 0


if __name__ == "__main__":
    sys.exit(main())
