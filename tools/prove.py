"""Run every proof of the book, each even if one before it failed, and print what came of them.

NO_BROWSER=1 leaves out the part that needs Chromium or Chrome. Without NN_PYODIDE the tests of live
pages are left out; on a build server, where nobody would notice, that fails, unless NO_PYODIDE=1
says that it is meant. Names given on the command line run these parts alone:
`python tools/prove.py lint notebooks`.
"""

import os
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
BIN = Path(sys.executable).parent
PYTEST = [sys.executable, "-m", "pytest", "-q", "--color=no"]
# The tests of the built pages come after the build, those with a browser last.
PAGES = sorted(map(str, ROOT.glob("tests/book/test_html*.py")))
BROWSER = sorted(
    str(path)
    for kind in ("browser", "lab", "live")
    for path in ROOT.glob(f"tests/book/test_{kind}*.py")
)

PARTS = {
    "lint": [
        [BIN / "ruff", "format", "--check", "."],
        [BIN / "ruff", "check", "."],
    ],
    "unit tests": [
        [*PYTEST, "tests", "-n", "2", *(f"--ignore={path}" for path in PAGES + BROWSER)],
    ],
    "notebooks": [
        [*PYTEST, "--nbval", "chapters", "-n", "2", "--dist", "loadfile"],
    ],
    "book": [
        [BIN / "jupyter-book", "build", ".", "--all", "-q", "-W", "-n", "--keep-going"],
    ],
    "pages": [[*PYTEST, *PAGES, "-n", "2"]],
    "browser": [[*PYTEST, *BROWSER, "-n", "2"]],
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


def run(commands):
    """Run the commands of one part; return whether all passed."""
    # The cores are shared by two workers: one thread each.
    environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    codes = [subprocess.run(c, cwd=ROOT, env=environment).returncode for c in commands]
    return not any(codes)


def main():
    chosen = sys.argv[1:] or list(PARTS)
    if unknown := set(chosen) - PARTS.keys():
        sys.exit(f"no such part: {', '.join(unknown)}; there are: {', '.join(PARTS)}")
    if "browser" in chosen and (said := unproved(os.environ)):
        sys.exit(said)
    rows = []
    for name in chosen:
        if name == "browser" and os.environ.get("NO_BROWSER") == "1":
            rows.append((name, 0.0, "left out"))
            continue
        print(f"\n== {name}", flush=True)
        start = time.perf_counter()
        passed = run(PARTS[name])
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
