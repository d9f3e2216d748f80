"""Time a newcomer's path as one: from a clone to a live figure in the page, and in JupyterLab.

What is cloned is the last commit. Packages come from the caches of this machine, if they are
there; NN_PYODIDE names a folder with Pyodide, so that no network is measured. Each line gives the
seconds of one step and those since the start.

    NN_PYODIDE=pyodide python benchmarks/newcomer.py
"""

import contextlib
import os
import re
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

from book_times import ROOT, chromium, seconds
from playwright.sync_api import sync_playwright

WAIT = 120_000  # milliseconds
PICTURE = "() => performance.getEntriesByName('nn-picture').length > 0"
DRAWN = "() => document.querySelector('.nn-explorer').dataset.drawn"
IDLE = """() => window.jupyterapp?.shell?.currentWidget?.sessionContext?.session?.kernel?.status
    === 'idle'"""


class Clock:
    """Prints each step with its seconds."""

    def __init__(self):
        self.start = self.last = time.perf_counter()

    def step(self, what):
        now = time.perf_counter()
        print(f"{what:52}{now - self.last:7.1f} s{now - self.start:7.1f} s", flush=True)
        self.last = time.perf_counter()


@contextlib.contextmanager
def running(*command, cwd, until):
    """Start a program; yield what first matches `until` in its output, and end it afterwards."""
    program = subprocess.Popen(
        command,
        cwd=cwd,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,
    )
    try:
        for line in program.stdout:
            found = re.search(until, line)
            if found:
                yield found[0]
                break
        else:
            sys.exit(f"{' '.join(command)} ended before it was ready")
    finally:
        os.killpg(program.pid, signal.SIGKILL)
        program.wait()


def read(clock, browser, origin):
    """Open the book, start reading, make the page live, move a slider."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(origin)
    clock.step("the landing page is there")
    page.locator(".nn-start a").first.click()
    page.locator(".nn-live-start").wait_for()
    page.wait_for_load_state("load")
    clock.step("its button leads to the first chapter")
    page.locator(".nn-live-start").click()
    page.wait_for_function(PICTURE, timeout=WAIT)
    clock.step("made live: the first figure is drawn")
    page.wait_for_function("() => performance.getEntriesByName('nn-done').length", timeout=WAIT)
    clock.step("all is live")
    box = page.locator(".nn-explorer").first
    slider = box.locator("input[type=range]").first
    slider.scroll_into_view_if_needed()
    page.wait_for_timeout(1000)
    clock.step("(a second to find the slider)")
    box.evaluate("box => delete box.dataset.drawn")
    slider.press("ArrowLeft")
    page.wait_for_function(DRAWN, timeout=WAIT, polling=10)
    clock.step("a slider was moved: the new figure is there")
    address = page.url
    page.close()
    return Path(address).stem


def work(clock, browser, address, notebook):
    """Open the same chapter in JupyterLab and run it to its end."""
    page = browser.new_page(viewport={"width": 1300, "height": 900})
    page.goto(f"{address}/lab/tree/{notebook}?reset")
    page.wait_for_function(IDLE, timeout=WAIT)
    page.locator(".nn-explorer").first.wait_for(timeout=WAIT)
    clock.step("the chapter is there, its explorer moves")
    page.evaluate("() => window.jupyterapp.commands.execute('notebook:run-all-cells')")
    page.locator(".jp-OutputArea .widget-vbox img").first.wait_for(timeout=WAIT)
    page.wait_for_function(IDLE, timeout=WAIT)
    clock.step("Run All: all cells have run, the figures are live")
    page.close()


def main():
    path = chromium()
    if path is None:
        sys.exit("a newcomer has a browser: Chromium or Chrome was not found")
    with tempfile.TemporaryDirectory() as folder, sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
        clone = Path(folder, "book")
        pyodide = os.environ.get("NN_PYODIDE")
        bring = [f"PYODIDE={Path(pyodide).resolve()}"] if pyodide else []
        clock = Clock()
        seconds("git", "clone", "-q", ROOT, clone, cwd=folder)
        clock.step("git clone")
        seconds("make", "book", *bring, cwd=clone)
        clock.step("make book")
        with running("make", "serve", *bring, cwd=clone, until=r"http://[\d.:]+/") as origin:
            clock.step("make serve")
            chapter = read(clock, browser, origin)
        (notebook,) = clone.glob(f"chapters/*/{chapter}.ipynb")
        with socket.socket() as free:
            free.bind(("127.0.0.1", 0))
            port = free.getsockname()[1]
        lab = [".venv/bin/jupyter", "lab", "chapters", "--no-browser", f"--port={port}"]
        lab += ["--allow-root", "--IdentityProvider.token=", "--LabApp.expose_app_in_browser=True"]
        with running(*lab, cwd=clone, until=rf"http://localhost:{port}/lab"):
            clock.step("make lab")
            name = notebook.relative_to(clone / "chapters").as_posix()
            work(clock, browser, f"http://127.0.0.1:{port}", name)
        browser.close()


if __name__ == "__main__":
    main()
