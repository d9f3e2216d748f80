"""A chapter in JupyterLab: run all, then move an explorer by keyboard and by mouse."""

import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request

import nbformat
import pytest
from conftest import ROOT

START = 40  # seconds that the server may take to start on a busy machine
RUN = 60  # seconds that the notebook may take to reach its explorer


def first_slider():
    """Return the smallest stored notebook with an explorer that slides, and its cell's number."""
    for path in sorted(ROOT.glob("chapters/*/*.ipynb"), key=lambda path: path.stat().st_size):
        for number, cell in enumerate(nbformat.read(path, 4).cells):
            for output in cell.get("outputs", []):
                if output.get("metadata", {}).get("explorer", {}).get("kind") == "slider":
                    return path, number
    pytest.fail("no stored notebook has an explorer with a slider", pytrace=False)


def free_port():
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return found.getsockname()[1]


@pytest.fixture
def lab(tmp_path, browser):
    """Run JupyterLab on a copy of one notebook; return its address and the notebook's name."""
    source, _ = first_slider()
    folder = tmp_path / "notebooks"
    folder.mkdir()
    shutil.copyfile(source, folder / source.name)
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
    yield address, source.name
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


def test_an_explorer_moves_in_jupyterlab(lab, browser):
    address, name = lab
    context = browser.new_context(viewport={"width": 1400, "height": 1000})
    page = context.new_page()
    page.goto(f"{address}/lab/tree/{name}")
    page.wait_for_function(
        """() => {
            const panel = window.jupyterapp?.shell?.currentWidget;
            return panel?.sessionContext?.session?.kernel?.status === "idle";
        }""",
        timeout=START * 1000,
    )
    page.evaluate("() => { window.jupyterapp.commands.execute('notebook:run-all-cells'); }")
    handle = page.locator(".jp-OutputArea .widget-vbox .noUi-handle").first
    number = first_slider()[1]
    page.evaluate(
        "n => window.jupyterapp.shell.currentWidget.content.scrollToItem(n, 'center')", number
    )
    handle.wait_for(state="visible", timeout=RUN * 1000)
    handle.scroll_into_view_if_needed()
    before = state(page)

    handle.focus()
    handle.press("ArrowRight")
    before = wait_for_change(page, before)

    track = page.locator(".jp-OutputArea .widget-vbox .noUi-target").first.bounding_box()
    page.mouse.click(track["x"] + 2, track["y"] + track["height"] / 2)
    wait_for_change(page, before)
    context.close()
