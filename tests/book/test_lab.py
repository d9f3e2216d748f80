"""The chapters in JupyterLab: they look like the book, and their explorers move."""

import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from pathlib import Path

import nbformat
import pytest
from conftest import ROOT
from nnbook import crossrefs
from playwright.sync_api import expect

START = 40  # seconds that the server may take to start on a busy machine
RUN = 60  # seconds that the notebook may take to reach its explorer
CHAPTER = "02_history/02_2_xor_and_the_first_winter.ipynb"
BIN = Path(sys.executable).parent


def test_jupyterlab_takes_its_extensions():
    """JupyterLab refuses an extension that was made for another version of it."""
    listed = subprocess.run(
        [BIN / "jupyter", "labextension", "list"], capture_output=True, text=True, check=True
    )
    lines = (listed.stdout + listed.stderr).splitlines()
    for name in ("jupyterlab-myst", "nnbook"):
        (line,) = [line for line in lines if line.split()[:1] == [name]]
        assert "enabled" in line, line
        assert "OK" in line, line


def first_slider():
    """Return the smallest stored notebook with an explorer that slides, and its cell's number."""
    for path in sorted(ROOT.glob("chapters/*/*.ipynb"), key=lambda path: path.stat().st_size):
        for number, cell in enumerate(nbformat.read(path, 4).cells):
            for output in cell.get("outputs", []):
                if output.get("metadata", {}).get("explorer", {}).get("kind") == "slider":
                    return path.relative_to(ROOT / "chapters").as_posix(), number
    pytest.fail("no stored notebook has an explorer with a slider", pytrace=False)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture(scope="module")
def lab(tmp_path_factory, browser):
    """Run JupyterLab on a copy of the chapters; return its address."""
    tmp_path = tmp_path_factory.mktemp("lab")
    folder = tmp_path / "chapters"
    shutil.copytree(ROOT / "chapters", folder)
    port = free_port()
    command = [sys.executable, "-m", "jupyter", "lab", "--no-browser", "--allow-root"]
    command += [f"--port={port}", "--ServerApp.ip=127.0.0.1", "--ServerApp.port_retries=0"]
    command += ["--IdentityProvider.token=", "--ServerApp.password=", "--LabApp.news_url="]
    command += [f"--ServerApp.root_dir={folder}", "--LabApp.expose_app_in_browser=True"]
    own = {
        name: str(tmp_path / name.lower())
        for name in ("JUPYTER_CONFIG_DIR", "JUPYTER_DATA_DIR", "JUPYTER_RUNTIME_DIR")
    }
    own["JUPYTERLAB_WORKSPACES_DIR"] = own["JUPYTERLAB_SETTINGS_DIR"] = str(tmp_path / "lab")
    environment = {k: v for k, v in os.environ.items() if k != "NNLIB_FRAMES"}
    with open(tmp_path / "lab.log", "w") as log:
        server = subprocess.Popen(
            command,
            env=environment | own,
            stdout=log,
            stderr=log,
            cwd=folder,
            start_new_session=True,
        )
    address = f"http://127.0.0.1:{port}"
    deadline = time.monotonic() + START
    while True:
        try:
            urllib.request.urlopen(f"{address}/api", timeout=2).close()
            break
        except (urllib.error.URLError, OSError):
            if server.poll() is not None or time.monotonic() > deadline:
                server.kill()
                server.wait()
                pytest.fail((tmp_path / "lab.log").read_text()[-2000:], pytrace=False)
            time.sleep(0.3)
    yield address
    server.send_signal(signal.SIGINT)
    server.send_signal(signal.SIGINT)  # the second one is the yes to its question
    try:
        server.wait(10)
    except subprocess.TimeoutExpired:
        os.killpg(server.pid, signal.SIGKILL)
        server.wait()


def state(page):
    """Return the words and the picture of the first explorer's widget."""
    image = page.locator(".jp-OutputArea .widget-vbox img").first
    return image.get_attribute("alt"), image.get_attribute("src")


def wait_for_change(page, before):
    page.wait_for_function(
        """before => {
            const image = document.querySelector(".jp-OutputArea .widget-vbox img");
            return image && image.alt !== before && image.complete && image.naturalWidth > 0;
        }""",
        arg=before[0],
        timeout=15_000,
    )
    after = state(page)
    assert after[1] != before[1], "the picture stayed as it was"
    return after


def open_notebook(context, lab, name):
    """Open a notebook and wait until its kernel is idle."""
    page = context.new_page()
    page.goto(f"{lab}/lab/tree/{name}?reset")
    page.wait_for_function(
        """() => {
            const panel = window.jupyterapp?.shell?.currentWidget;
            return panel?.sessionContext?.session?.kernel?.status === "idle";
        }""",
        timeout=START * 1000,
    )
    return page


@pytest.fixture(scope="module")
def chapter(lab, browser):
    """Open one chapter, of which no cell is run."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    yield open_notebook(context, lab, CHAPTER)
    context.close()


def scroll_to(page, words):
    """Bring the first cell into view whose source holds these words; return it."""
    number = page.evaluate(
        """async (words) => {
            const { content } = window.jupyterapp.shell.currentWidget;
            const found = (cell) => cell.model.sharedModel.getSource().includes(words);
            const number = content.widgets.findIndex(found);
            await content.scrollToItem(number, "center");
            return number;
        }""",
        words,
    )
    assert number >= 0, words
    cell = page.locator(f'.jp-Notebook [data-windowed-list-index="{number}"]')
    cell.wait_for(state="visible")
    return cell


def test_a_chapter_looks_like_the_book(chapter):
    known = crossrefs.index(ROOT)

    box = scroll_to(chapter, "{admonition} Predict")
    expect(box.locator(".myst-admonition-header")).to_have_text("Predict before you read on")

    proved = scroll_to(chapter, ":label: thm-parity")
    number = known["targets"]["thm-parity"]["number"]
    titles = proved.locator(".myst-proof-title")
    expect(titles).to_have_text([f"Theorem {number} (Parity has order n)", "Proof"])
    expect(proved).to_contain_text("(Any function")
    expect(proved.locator("cite")).to_have_text("Minsky & Papert, 1969")

    exercise = scroll_to(chapter, ":label: xor-ex-relu")
    expect(exercise.locator(".myst-exercise-title")).to_have_text("Exercise 2")

    references = scroll_to(chapter, "## References")
    expect(references).to_contain_text("Minsky and Papert (1969) is still worth reading")
    references.get_by_text("Hamey (1998)").hover()
    chapter.get_by_text("XOR has no local minima").wait_for()


def test_a_notebook_is_called_changed_by_changes_alone(lab, browser):
    """Not by the version of Python, which JupyterLab writes into it when the kernel starts."""
    context = browser.new_context(viewport={"width": 1300, "height": 1000})
    page = open_notebook(context, lab, CHAPTER)
    version = (
        "() => window.jupyterapp.shell.currentWidget.model.getMetadata('language_info').version"
    )
    page.wait_for_function(version)
    page.wait_for_timeout(300)
    dirty = "() => window.jupyterapp.shell.currentWidget.model.dirty"
    assert not page.evaluate(dirty)
    page.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets[0]
            .model.sharedModel.setSource("# Changed")"""
    )
    page.wait_for_function(dirty)
    context.close()


def test_formulas_bear_no_numbers_but_the_guides(chapter):
    scroll_to(chapter, "By algebra").locator(".katex-display").wait_for()
    assert chapter.get_by_title("Link to this Equation").count() == 0


def test_a_solution_is_closed_and_called_so(chapter):
    states = chapter.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets
            .filter((cell) => (cell.model.getMetadata("tags") ?? []).includes("solution"))
            .map((cell) => [cell.inputHidden, cell.outputHidden, cell.node.dataset.nnFold])"""
    )
    assert len(states) > 2
    assert {tuple(state) for state in states} == {(True, True, "Solution")}
    source = chapter.evaluate(
        """() => window.jupyterapp.shell.currentWidget.content.widgets
            .find((cell) => (cell.model.getMetadata("tags") ?? []).includes("solution"))
            .model.sharedModel.getSource()"""
    )
    shown = scroll_to(chapter, source).locator(".jp-PlaceholderText").first
    said = shown.evaluate("node => getComputedStyle(node, '::before').content")
    assert said == '"Solution"'


def test_a_stored_explorer_moves_before_anything_has_run(chapter):
    scroll_to(chapter, "explore(")
    explorer = chapter.locator(".nn-explorer").first
    image, slider = explorer.locator("img"), explorer.locator("input[type=range]")
    before = image.get_attribute("alt"), image.get_attribute("src")
    slider.focus()
    slider.press("ArrowRight")
    after = image.get_attribute("alt"), image.get_attribute("src")
    assert before[0] != after[0]
    assert before[1] != after[1]
    expect(explorer).to_contain_text(after[0])
    expect(explorer).to_contain_text(explorer.get_attribute("aria-label"))
    expect(explorer).to_contain_text("Run the cells of this notebook")


def test_links_lead_to_other_chapters(chapter):
    link = scroll_to(chapter, "<thm-boolean>").get_by_role("link", name="every Boolean function")
    expect(link).to_have_attribute("href", re.compile("/files/"))  # JupyterLab has taken it over
    link.click()
    chapter.wait_for_function(
        """() => window.jupyterapp.shell.currentWidget?.context?.path ===
            "02_history/02_1_1_mcculloch_pitts.ipynb" """
    )


def test_a_live_explorer_moves_and_says_when_it_waits(lab, browser):
    name, number = first_slider()
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = open_notebook(context, lab, name)
    page.evaluate(
        """() => {
            window.jupyterapp.commands.execute("notebook:run-all-cells");
            const { kernel } = window.jupyterapp.shell.currentWidget.sessionContext.session;
            kernel.requestExecute({ code: "import time; time.sleep(5)" });
        }"""
    )
    handle = page.locator(".jp-OutputArea .widget-vbox .noUi-handle").first
    page.evaluate(
        "n => window.jupyterapp.shell.currentWidget.content.scrollToItem(n, 'center')", number
    )
    handle.wait_for(state="visible", timeout=RUN * 1000)
    waits = """wanted => {
        const explorer = document.querySelector(".nn-explorer-live");
        return wanted === getComputedStyle(explorer, "::before").content.includes("is busy");
    }"""
    page.wait_for_function(waits, arg=True, timeout=RUN * 1000)
    page.wait_for_function(waits, arg=False, timeout=RUN * 1000)
    handle.scroll_into_view_if_needed()
    before = state(page)

    handle.focus()
    handle.press("ArrowRight")
    before = wait_for_change(page, before)
    expect(page.locator(".jp-OutputArea .nn-explorer-live").first).to_contain_text(before[0])

    track = page.locator(".jp-OutputArea .widget-vbox .noUi-target").first.bounding_box()
    page.mouse.click(track["x"] + 2, track["y"] + track["height"] / 2)
    wait_for_change(page, before)
    context.close()
