"""Measure the book: from a clone to its pages, the builds after it, each notebook, each page.

What is cloned is the last commit. Packages come from the caches of this machine, if they are
there. `clone`, `notebooks` or `pages` on the command line measures that alone.
"""

import contextlib
import functools
import http.server
import os
import shutil
import subprocess
import sys
import tempfile
import threading
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))

import nbformat  # noqa: E402
from nbclient import NotebookClient  # noqa: E402

from tools.contents import chapters  # noqa: E402
from tools.settings import set_environment  # noqa: E402

HTML = ROOT / "_build" / "html"
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


def seconds(*command, cwd):
    """Run a command quietly; return how long it took, or end with what it said."""
    start = time.perf_counter()
    done = subprocess.run(command, cwd=cwd, capture_output=True, text=True)
    if done.returncode:
        sys.exit(f"{' '.join(command)} failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return time.perf_counter() - start


def touch(path):
    """Add a sentence to a notebook."""
    notebook = nbformat.read(path, as_version=4)
    notebook.cells[0].source += "\n\nOne sentence more.\n"
    nbformat.write(notebook, path)


def measure_clone():
    """Yield the times of a clone, of the first build in it and of those that follow."""
    with tempfile.TemporaryDirectory() as folder:
        clone = Path(folder, "book")
        yield "git clone", f"{seconds('git', 'clone', '-q', ROOT, clone, cwd=folder):6.1f} s"
        yield "make book, fresh", f"{seconds('make', 'book', cwd=clone):6.1f} s"
        yield "make book, unchanged", f"{seconds('make', 'book', cwd=clone):6.1f} s"
        touch(chapters(clone)[0])
        yield "make book, one chapter touched", f"{seconds('make', 'book', cwd=clone):6.1f} s"


def measure_notebooks():
    """Yield the time of each notebook on one thread, the start of the kernel included."""
    set_environment()
    for path in chapters():
        start = time.perf_counter()
        NotebookClient(
            nbformat.read(path, as_version=4),
            timeout=600,
            kernel_name="python3",
            resources={"metadata": {"path": str(path.parent)}},
        ).execute(stderr=subprocess.DEVNULL)
        yield path.stem, f"{time.perf_counter() - start:6.1f} s"


class Handler(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each."""

    def log_message(self, *args):
        """Say nothing."""


def chromium():
    """Return the path of Chromium or Chrome: CHROMIUM, or what is installed, or None."""
    return os.environ.get("CHROMIUM") or next(filter(None, map(shutil.which, BROWSERS)), None)


@contextlib.contextmanager
def served():
    """Serve the built book; yield its address."""
    handler = functools.partial(Handler, directory=str(HTML))
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    yield f"http://127.0.0.1:{server.server_port}"
    server.shutdown()
    server.server_close()


def weigh(browser, address):
    """Return what a reader's browser loads for one page read to its end: bytes and requests."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    page = context.new_page()
    responses = []
    page.on("response", lambda response: responses.append(response))
    page.goto(address, wait_until="networkidle")
    height = page.evaluate("document.documentElement.scrollHeight")
    for top in range(0, height, 900):
        page.evaluate("top => window.scrollTo(0, top)", top)
        page.wait_for_timeout(20)
    page.wait_for_load_state("networkidle")
    total = sum(int(r.headers.get("content-length", 0)) for r in responses if r.ok)
    context.close()
    return total, len(responses)


def measure_pages():
    """Yield the weight of each page of the built book, uncompressed."""
    path = chromium()
    if path is None or not (HTML / "index.html").exists():
        yield "pages", "left out: they need a built book and Chromium"
        return
    from playwright.sync_api import sync_playwright

    with served() as origin, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        for page in sorted(HTML.rglob("*.html")):
            name = page.relative_to(HTML).as_posix()
            if name.startswith("_static"):
                continue
            total, requests = weigh(browser, f"{origin}/{name}")
            yield name, f"{total / 1e6:6.2f} MB in {requests} requests"
        browser.close()


def main():
    measures = {"clone": measure_clone, "notebooks": measure_notebooks, "pages": measure_pages}
    for name in sys.argv[1:] or measures:
        print(f"\n{name}")
        for what, value in measures[name]():
            print(f"  {what:48} {value}", flush=True)


if __name__ == "__main__":
    main()
