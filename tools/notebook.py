"""Run, normalise and check notebooks, and turn them into text for an editor and back.

python tools/notebook.py run chapters/02_history/*.ipynb
python tools/notebook.py check chapters
python tools/notebook.py to-text chapters/02_history/x.ipynb        (writes x.md beside it)
python tools/notebook.py from-text x.md chapters/02_history/x.ipynb
"""

import argparse
import subprocess
import sys
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
# Not this folder but the root is searched: here a file called notebook would hide Jupyter's own.
sys.path[0] = str(ROOT)

import jupytext  # noqa: E402
import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402
from nbclient.exceptions import CellExecutionError  # noqa: E402

from tools.normal_form import code_cells, dumps, faults  # noqa: E402
from tools.settings import set_environment  # noqa: E402


def notebooks(paths):
    """Yield the notebooks that the paths name; a folder stands for all that it holds."""
    for path in map(Path, paths):
        if path.is_dir():
            yield from sorted(
                p for p in path.rglob("*.ipynb") if ".ipynb_checkpoints" not in p.parts
            )
        elif path.exists():
            yield path
        else:
            sys.exit(f"{path}: no such file")


def read(path):
    """Read a notebook with its code formatted by ruff, where ruff can read it."""
    text = dumps(nbformat.read(path, as_version=4))
    return nbformat.reads(formatted(text), as_version=4)


def formatted(text):
    """Return the text of a notebook's file with its code formatted as that of a chapter."""
    name = "chapters/x.ipynb"  # the folder decides how long a line may be
    command = [sys.executable, "-m", "ruff", "format", "--stdin-filename", name, "-"]
    done = subprocess.run(command, input=text, capture_output=True, encoding="utf-8", cwd=ROOT)
    return text if done.returncode else done.stdout


def run(paths):
    """Execute each notebook in its own folder; write it only if its outputs may be stored."""
    set_environment()
    bad = 0
    for path in notebooks(paths):
        notebook = read(path)
        client = NotebookClient(
            notebook,
            timeout=600,
            kernel_name="python3",
            record_timing=False,
            store_widget_state=False,
            resources={"metadata": {"path": str(path.resolve().parent)}},
        )
        start = time.perf_counter()
        try:
            client.execute(stderr=subprocess.DEVNULL)  # the kernel's own notices, not the cells'
        except CellExecutionError as error:
            print(f"{path}: not written, a cell failed\n{error}", file=sys.stderr)
            bad += 1
            continue
        seconds = time.perf_counter() - start
        wrong = faults(notebook)
        if wrong:
            print(f"{path}: not written ({seconds:.1f} s)", *wrong, sep="\n    ", file=sys.stderr)
            bad += 1
            continue
        changed = write(path, dumps(notebook))
        print(f"{path}: {seconds:.1f} s, {'written' if changed else 'unchanged'}", flush=True)
        bad += linted(path)
    return bad


def linted(path):
    """Print what ruff finds in a notebook; return whether it found anything."""
    command = [sys.executable, "-m", "ruff", "check", "--quiet", "--output-format=concise", path]
    return subprocess.run(command).returncode != 0


def normalise(paths):
    """Write each notebook in normal form, its code formatted, without running it."""
    for path in notebooks(paths):
        changed = write(path, dumps(read(path)))
        print(f"{path}: {'written' if changed else 'unchanged'}")
    return 0


def check(paths):
    """Say what keeps each notebook from being stored."""
    bad = 0
    for path in notebooks(paths):
        notebook = nbformat.read(path, as_version=4)
        wrong = faults(notebook)
        if dumps(notebook) != path.read_text(encoding="utf-8"):
            wrong.append("not in normal form: run `python tools/notebook.py normalise` on it")
        print(path, *(wrong or ["may be stored"]), sep="\n    ")
        bad += bool(wrong) | linted(path)
    return bad


def to_text(path, target=None):
    """Write the notebook's cells, without outputs, as MyST Markdown for an editor."""
    target = Path(target) if target else Path(path).with_suffix(".md")
    notebook = nbformat.read(path, as_version=4)
    for cell in notebook.cells:
        cell.metadata.pop("jupyter", None)  # it follows from the tags
    target.write_text(jupytext.writes(notebook, fmt="md:myst"), encoding="utf-8")
    print(f"{target}: {len(notebook.cells)} cells")
    return 0


def from_text(path, target=None):
    """Write a notebook from MyST Markdown; outputs stay if no code changed."""
    target = Path(target) if target else Path(path).with_suffix(".ipynb")
    notebook = jupytext.reads(Path(path).read_text(encoding="utf-8"), fmt="md:myst")
    notebook = nbformat.reads(formatted(dumps(notebook)), as_version=4)
    state = "now run it"
    if target.exists():
        old = code_cells(nbformat.read(target, as_version=4))
        new = code_cells(notebook)
        if [cell.source for cell in old] == [cell.source for cell in new]:
            for before, after in zip(old, new, strict=True):
                after.outputs, after.execution_count = before.outputs, before.execution_count
            state = "no code changed, the outputs are kept"
    target.parent.mkdir(parents=True, exist_ok=True)
    write(target, dumps(notebook))
    print(f"{target}: {len(notebook.cells)} cells; {state}")
    return 0


def write(path, text):
    """Write the text unless the file holds it already; say whether it was written."""
    if path.exists() and path.read_text(encoding="utf-8") == text:
        return False
    path.write_text(text, encoding="utf-8")
    return True


def main():
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    commands = parser.add_subparsers(dest="command", required=True)
    for name, action in (("run", run), ("normalise", normalise), ("check", check)):
        command = commands.add_parser(name, help=action.__doc__)
        command.add_argument("paths", nargs="+", help="notebooks or folders")
        command.set_defaults(act=lambda options, action=action: action(options.paths))
    for name, action in (("to-text", to_text), ("from-text", from_text)):
        command = commands.add_parser(name, help=action.__doc__)
        command.add_argument("source")
        command.add_argument("target", nargs="?")
        command.set_defaults(
            act=lambda options, action=action: action(options.source, options.target)
        )
    options = parser.parse_args()
    return 1 if options.act(options) else 0


if __name__ == "__main__":
    sys.exit(main())
