"""Live pages: the button runs a page's Python in the browser, and everything around it holds.

NN_PYODIDE names the folder of a Pyodide distribution (tools/pyodide_dist.py makes one); without it
these tests are left out, since the book itself takes Pyodide from a network.
"""

import base64
import contextlib
import functools
import hashlib
import http.server
import json
import os
import re
import shutil
import subprocess
import sys
import threading
from pathlib import Path

import nbformat
import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import ROOT
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook
from nnbook import live
from nnbook.pyodide import packed as pack

FOLDER = os.environ.get("NN_PYODIDE", "")
WAIT = 90_000  # milliseconds; a shared machine can be slow
ALL_TESTS = 300_000  # nnlib's unit tests take about 50 seconds alone, in WebAssembly
MOST_BYTES = 27_000_000  # after the click, with the digits, where nothing is compressed on the way
PIP = [sys.executable, "-m", "pip", "install", "-q", "--no-deps", "--no-index"]
CHAPTER = "chapters/02_history/02_1_3_perceptron"
SAMPLE = 3  # chapters whose own button is pressed


def live_pages():
    """Return the chapters that have a button, without their ending."""
    names = sorted(path.relative_to(ROOT) for path in ROOT.glob("chapters/*/*.ipynb"))
    return [
        name.with_suffix("").as_posix()
        for name in names
        if any("live" in cell for cell in live.notebook_cells(str(ROOT / name), 0.0))
    ]


def pressed_pages():
    """Return the chapters whose own button is pressed: chosen by their cells, or by NN_PRESS.

    The choice changes when cells do. NN_PRESS names chapters, or is "all".
    """
    names = live_pages()
    asked = os.environ.get("NN_PRESS", "")
    if asked == "all":
        return names
    if asked:
        return [name for name in names if Path(name).name in asked.split(",")]

    def digest(name):
        cells = live.notebook_cells(f"{ROOT / name}.ipynb", 0.0)
        return hashlib.sha256(json.dumps(cells).encode()).hexdigest()

    return sorted(sorted(names, key=digest)[:SAMPLE])


# --- What the build adds --------------------------------------------------------------------------


def test_every_chapter_has_live_cells():
    written = {
        p.relative_to(ROOT).with_suffix("").as_posix() for p in ROOT.glob("chapters/*/*.ipynb")
    }
    assert set(live_pages()) == written


def test_equal_sources_give_an_equal_wheel():
    name, wheel = live.nnlib_wheel()
    assert (name, wheel) == live.nnlib_wheel()
    assert name.startswith("from_neuron_to_transformer_nnlib-")
    assert len(wheel) < 450_000


def test_the_wheel_installs(tmp_path):
    name, wheel = live.nnlib_wheel()
    (tmp_path / name).write_bytes(wheel)
    subprocess.run(
        [*PIP, "--target", str(tmp_path / "site"), str(tmp_path / name)],
        check=True,
    )
    assert (tmp_path / "site" / "nnlib" / "autograd" / "tensor.py").exists()


def test_cells_are_told_apart(tmp_path):
    made = new_notebook(
        cells=[
            new_markdown_cell("# Title"),
            new_code_cell("x = 1", metadata={"tags": ["live"]}),
            new_code_cell("y = 1", metadata={"tags": ["heavy"], "browser_seconds": 40}),
            new_code_cell("z = 1", metadata={"tags": ["remove-cell"]}),
            new_code_cell('exercises.check("one", x)', metadata={"tags": ["exercise"]}),
        ]
    )
    path = tmp_path / "made.ipynb"
    nbformat.write(made, path)
    cells = live.notebook_cells(str(path), 1.0)
    assert [cell["index"] for cell in cells] == [1, 2, 3, 4]
    assert cells[0] == {"index": 1, "code": "x = 1", "live": True}
    assert cells[1]["heavy"] == 40
    assert cells[2]["shown"] is False
    assert cells[3]["exercise"] == "one"


# --- A browser ------------------------------------------------------------------------------------


class OtherOrigin(http.server.SimpleHTTPRequestHandler):
    """Serves Pyodide as a CDN does: to pages of any origin. It can be out of order."""

    broken = False

    def do_GET(self):
        if OtherOrigin.broken:
            self.send_error(503)
        else:
            super().do_GET()

    def end_headers(self):
        self.send_header("Access-Control-Allow-Origin", "*")
        super().end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="module")
def pyodide():
    """Return the address of a Pyodide on an origin of its own."""
    if not FOLDER:
        pytest.skip("NN_PYODIDE names no folder with a Pyodide distribution")
    if not (Path(FOLDER) / "pyodide.js").is_file():
        pytest.fail(f"NN_PYODIDE is {FOLDER}, which holds no pyodide.js", pytrace=False)
    handler = functools.partial(OtherOrigin, directory=FOLDER)
    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    yield f"http://127.0.0.1:{server.server_port}/"
    server.shutdown()
    thread.join()
    server.server_close()


class Live:
    """One page of the book in the browser, with a Pyodide from `pyodide`."""

    def __init__(self, browser, address, pyodide=None, context=None, origins=()):
        self.own = context is None
        self.context = context or browser.new_context(viewport={"width": 1300, "height": 900})
        self.page = self.context.new_page()
        if pyodide:
            self.page.add_init_script(f"window.nnPyodide = {json.dumps(pyodide)}")
        self.problems, self.requests = [], []
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("console", self._console)
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address, wait_until="load")

    def _console(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text} {message.location.get('url')}")

    def outside(self, *origins):
        """Return the requests that went to none of these origins."""
        allowed = (*origins, "data:", "blob:")
        return [url for url in self.requests if not url.startswith(allowed)]

    def state(self):
        return self.page.locator(".nn-live").get_attribute("data-state")

    def wait(self, *states):
        self.page.wait_for_function(
            "states => states.includes(document.querySelector('.nn-live').dataset.state)",
            arg=list(states),
            timeout=WAIT,
            polling=50,
        )
        return self.page.locator(".nn-live-status").inner_text()

    def start(self):
        self.page.locator(".nn-live-start").click()
        said = self.wait("live", "failed")
        assert self.state() == "live", said
        return self

    def cell(self, text):
        """Return the cell whose editor holds `text`."""
        areas = self.page.locator(".nn-editor textarea")
        values = areas.evaluate_all("areas => areas.map((area) => area.value)")
        found = next(i for i, value in enumerate(values) if text in value)
        cell = areas.nth(found).locator(
            "xpath=ancestor::div[contains(@class, 'tag_') or starts-with(@class, 'cell ')][1]"
        )
        for details in cell.locator("details:not([open])").all():
            details.locator("summary").first.click()
        return cell

    def type_in(self, cell, code, timeout=WAIT):
        """Replace a cell's code and run it from the keyboard; wait until it has ended."""
        area = cell.locator("textarea")
        area.fill(code)
        area.press("Shift+Enter")
        self.ended(cell, timeout)

    def ended(self, cell, timeout=WAIT):
        self.page.wait_for_function(
            "cell => ['ok', 'error'].includes(cell.dataset.nn)"
            " && document.querySelector('.nn-live').dataset.state === 'live'",
            arg=cell.element_handle(),
            timeout=timeout,
            polling=50,
        )

    def pictures_are_drawn(self):
        self.page.wait_for_function(
            "() => [...document.querySelectorAll('.nn-explorer')].every((b) => b.dataset.drawn)",
            timeout=WAIT,
            polling=50,
        )

    def close(self):
        self.page.close()
        if self.own:
            self.context.close()


@pytest.fixture
def open_page(browser):
    opened = []

    def open_(address, *args, **options):
        opened.append(Live(browser, address, *args, **options))
        return opened[-1]

    yield open_
    for one in opened:
        one.close()


def move_slider(page, box, control):
    """Move a control of a live explorer from the keyboard; wait for another picture."""
    picture = box.locator(".nn-picture canvas")
    picture.evaluate("picture => picture.scrollIntoView({block: 'center'})")
    before = picture.evaluate("canvas => canvas.toDataURL()")
    words = box.locator(".nn-words").inner_text()
    if control.evaluate("c => c.tagName") == "SELECT":
        other = 1 if control.evaluate("s => s.selectedIndex") == 0 else 0
        control.select_option(index=other)
    else:
        at_end = control.evaluate("c => c.valueAsNumber === +c.max")
        control.press("Home" if at_end else "End")
    page.wait_for_function(
        "([box, words]) => box.querySelector('.nn-words').innerText !== words",
        arg=[box.element_handle(), words],
        timeout=WAIT,
        polling=20,
    )
    assert picture.evaluate("canvas => canvas.toDataURL()") != before
    sentence = box.locator(".nn-words").inner_text()
    assert picture.get_attribute("aria-label") == sentence


def move_sliders(page, inside):
    """Move every control of the live explorers inside of a locator; all stand above the picture."""
    below = ".nn-picture ~ .nn-controls, .nn-picture ~ * .nn-controls"
    assert inside.locator(below).count() == 0
    for box in inside.locator(".nn-explorer").all():
        for control in box.locator(".nn-controls :is(input[type=range], select)").all():
            move_slider(page, box, control)


@pytest.mark.parametrize("name", pressed_pages())
def test_a_chapter_becomes_live(open_page, site, pyodide, name):
    visit = open_page(f"{site}/{name}.html", pyodide)
    page = visit.page
    page.wait_for_load_state("networkidle")
    assert visit.outside(site) == []
    assert [url for url in visit.requests if "/_static/live/" in url] == []
    visit.start()
    assert page.locator(".nn-error").all_inner_texts() == []
    cells = page.locator("div.cell.tag_live")
    assert cells.evaluate_all("cells => cells.map((cell) => cell.dataset.nn)") == (
        ["ok"] * cells.count()
    )
    visit.pictures_are_drawn()
    move_sliders(page, page.locator("article"))
    assert page.locator(".nn-error").all_inner_texts() == []
    assert visit.problems == []
    assert visit.outside(site, pyodide) == []


FORGET = """
for name in [n for n in globals() if not n.startswith("__") and n not in ("display", "name")]:
    del globals()[name]
import matplotlib

matplotlib.rcdefaults()
del matplotlib, name
"""


def page_data(built_book, name):
    """Return the cells that a built page has for its Python, and how many it shows."""
    html = (built_book / f"{name}.html").read_text(encoding="utf-8")
    data = re.search(r'<script type="application/json" id="nn-live">(.*?)</script>', html, re.S)
    return json.loads(data[1])["cells"], len(re.findall(r'<div class="cell[ "]', html))


@pytest.mark.parametrize("name", live_pages())
def test_a_page_has_the_cells_that_its_python_is_told_of(built_book, name):
    cells, shown = page_data(built_book, name)
    assert sum(cell.get("shown", True) for cell in cells) == shown


@pytest.fixture(scope="module")
def bench(browser, site, pyodide):
    """Return a function that gives a live page whose Python has just these of the book's files.

    To start Python takes longer than to run a chapter's cells; so chapters share it.
    """
    started = {}

    @contextlib.contextmanager
    def have(files):
        visit = started.pop(files, None) or Live(browser, f"{site}/{CHAPTER}.html", pyodide).start()
        try:
            yield visit
        except BaseException:  # what failed on this page says nothing about the next chapter
            visit.close()
            raise
        started[files] = visit

    yield have
    for visit in started.values():
        visit.close()


@pytest.mark.parametrize("name", [n for n in live_pages() if n not in pressed_pages()])
def test_the_live_cells_of_a_chapter_run_on_another_page(bench, built_book, name):
    """In one cell, one after the other, with nothing left of the chapters before."""
    codes = [cell["code"] for cell in page_data(built_book, name)[0] if "live" in cell]
    words = {**live.DATA, "widgets": r"\bipywidgets\b"}
    files = frozenset(n for n, word in words.items() if re.search(word, "\n".join(codes)))
    with bench(files) as visit:
        known = len(visit.problems)
        place = visit.page.locator("div.cell.tag_live").nth(1)
        visit.type_in(place, FORGET)
        for code in codes:
            visit.type_in(place, code)
            assert place.locator(".nn-error").all_inner_texts() == []
            assert place.get_attribute("data-nn") == "ok"
            visit.pictures_are_drawn()
            move_sliders(visit.page, place)
            assert place.locator(".nn-error").all_inner_texts() == []
        assert visit.problems[known:] == []


def test_a_reader_edits_errs_stops_solves_and_resets(open_page, site, pyodide):
    visit = open_page(f"{site}/{CHAPTER}.html", pyodide)
    page = visit.page
    stored = page.locator("article").inner_html()
    visit.start()

    # Edit and run again, from the keyboard.
    cell = visit.cell("def sign(s)")
    visit.type_in(cell, "print('seven', 3 + 4)\n'last'")
    assert "seven 7" in cell.locator(".cell_output").inner_text()
    assert "'last'" in cell.locator(".cell_output").inner_text()

    # A traceback shows the reader's line and nothing of the runtime.
    visit.type_in(cell, "def f():\n    return 1 / 0\n\nf()")
    said = cell.locator(".nn-error").inner_text()
    assert "ZeroDivisionError" in said
    assert "return 1 / 0" in said
    assert "nnkernel" not in said
    assert "_pyodide" not in said

    # What a page has not says so in a sentence, at the reader's line.
    for code, text in (
        ("x = 1\n%timeit x", "a page runs Python alone"),
        ("input('name? ')", "write the value into the cell"),
        ("import scipy", "It cannot be installed here: a page has NumPy"),
    ):
        visit.type_in(cell, code)
        said = cell.locator(".nn-error").inner_text()
        assert text in said
        assert "nnkernel" not in said
    visit.type_in(cell, "print?")
    assert "Prints the values to a stream" in cell.locator(".cell_output").inner_text()

    # Formulas are set, though the page has no MathJax until then.
    assert page.evaluate("window.MathJax === undefined")
    shown = "display(Latex('$$x^2$$'), Math('y'), Markdown('**bold** $z$ <b>'))"
    visit.type_in(cell, f"from IPython.display import Latex, Markdown, Math, display\n{shown}")
    page.wait_for_function(
        "box => box.querySelectorAll('mjx-container').length === 3",
        arg=cell.locator(".cell_output").element_handle(),
    )
    assert cell.locator(".cell_output strong").inner_text() == "bold"
    assert "<b>" in cell.locator(".cell_output").inner_text()

    # As in a terminal: lines are overwritten, colours shown, long output scrolls.
    visit.type_in(cell, "print('12 %\\r34 %')\nprint('\\x1b[1;31mred\\x1b[0m plain')")
    assert cell.locator(".cell_output pre").inner_text().strip() == "34 %\nred plain"
    assert cell.locator(".nn-ansi-1.nn-bold").inner_text() == "red"
    visit.type_in(cell, "for k in range(2000):\n    print(k)")
    long = cell.locator(".cell_output pre")
    assert long.inner_text().split()[-1] == "1999"
    assert long.evaluate("pre => pre.scrollHeight > 10 * pre.clientHeight && pre.tabIndex === 0")

    # Tab ends a name, says which there are where several fit, and indents elsewhere.
    area = cell.locator("textarea")
    area.fill("np.zeros_l")
    area.press("Tab")
    page.wait_for_function("area => area.value === 'np.zeros_like'", arg=area.element_handle())
    area.fill("np.arg")
    area.press("Tab")
    page.wait_for_function(
        "bar => bar.innerText.includes('argmax, argmin')",
        arg=cell.locator(".nn-cell-bar").element_handle(),
    )
    area.fill("x = ")
    area.press("Tab")
    assert area.input_value() == "x =     "

    # Stop, beside the cell too, ends an endless loop. The output stays, and what had run is there.
    visit.type_in(cell, "kept = 41\nprint('output', kept)")
    stop_here = cell.get_by_role("button", name="Stop this cell")
    assert not stop_here.is_visible()
    area = cell.locator("textarea")
    area.fill("while True:\n    pass")
    area.press("Shift+Enter")
    page.wait_for_timeout(500)
    assert visit.state() == "running"
    stop_here.click()
    visit.wait("live", "failed")
    assert visit.state() == "live"
    assert not stop_here.is_visible()
    assert "output 41" in cell.locator(".cell_output").inner_text()
    visit.type_in(cell, "print('after', kept + 1, rng is not None)")
    assert "after 42 True" in cell.locator(".cell_output").inner_text()

    # An exercise: wrong, then right, then remembered.
    exercise = visit.cell('exercises.check("perceptron on AND"')
    check = 'exercises.check("perceptron on AND", updates_for_and)'
    visit.type_in(exercise, f"updates_for_and = 1\n{check}")
    assert exercise.locator(".nn-verdict.nn-wrong").count() == 1
    assert page.locator(".nn-progress").count() == 0
    solution = "x, y = data.logic_gate('and')\nupdates_for_and = "
    solution += f"Perceptron(eta=0.5).fit(x, 2 * y - 1).updates\n{check}"
    visit.type_in(exercise, solution)
    assert exercise.locator(".nn-verdict.nn-right").count() == 1
    assert page.locator(".nn-progress").first.inner_text().startswith("1/")
    page.reload()
    assert page.locator(".nn-solved").inner_text() == "✓ You have solved this."
    assert page.locator(".nn-solved").is_visible()
    assert page.locator(".nn-progress").first.get_attribute("aria-label").startswith("1 of")
    visit.start()
    exercise = visit.cell('exercises.check("perceptron on AND"')
    assert exercise.locator("textarea").input_value() == solution
    assert exercise.locator(".nn-verdict.nn-right").count() == 1

    # Reset gives the page back as it was built.
    page.get_by_role("button", name="Reset the page").click()
    assert visit.state() == "static"
    page.wait_for_timeout(300)
    assert page.locator(".nn-editor, .nn-cell-bar, .nn-error, .nn-others").count() == 0
    texts = "article => [...article.querySelectorAll('div.cell')].map((c) => c.textContent)"
    now = page.locator("article").evaluate(texts)
    page.reload()
    assert now == page.locator("article").evaluate(texts)
    assert stored.count("nn-explorer") == page.locator("article").inner_html().count("nn-explorer")
    assert visit.problems == []


def test_dragging_shows_the_newest_value(open_page, site, pyodide):
    visit = open_page(f"{site}/{CHAPTER}.html", pyodide).start()
    visit.pictures_are_drawn()
    box = visit.page.locator(".nn-explorer[data-kind=slider]").first
    slider = box.locator("input[type=range]").first
    slider.focus()
    for _ in range(12):
        slider.press("ArrowRight")
    value = box.locator(".nn-value").first.inner_text()
    label = box.locator(".nn-controls label").first.inner_text()
    visit.page.wait_for_function(
        "([box, text]) => box.querySelector('.nn-words').innerText.startsWith(text)",
        arg=[box.element_handle(), f"{label} = {value}"],
        timeout=WAIT,
    )
    assert slider.evaluate("s => s === document.activeElement")
    assert visit.problems == []


def test_two_tabs_of_one_reader(open_page, browser, site, pyodide):
    """Each tab has its own Python; what is solved in one is shown in the other, until forgotten."""
    context = browser.new_context(viewport={"width": 400, "height": 800})
    try:
        one = open_page(f"{site}/{CHAPTER}.html", pyodide, context)
        two = open_page(f"{site}/{CHAPTER}.html", pyodide, context)
        one.start()
        two.start()
        one.type_in(one.cell("def sign(s)"), "shared = 'one'\nshared")
        two.type_in(two.cell("def sign(s)"), "'shared' in globals()")
        assert "False" in two.cell("'shared' in").locator(".cell_output").inner_text()
        exercise = one.cell('exercises.check("perceptron on AND"')
        one.type_in(
            exercise,
            "x, y = data.logic_gate('and')\n"
            "updates_for_and = Perceptron(eta=0.5).fit(x, 2 * y - 1).updates\n"
            'exercises.check("perceptron on AND", updates_for_and)',
        )
        two.page.wait_for_function("document.querySelector('.nn-progress')", timeout=WAIT)

        two.pictures_are_drawn()
        assert one.problems == two.problems == []

        # A live page can be read in both modes and on a phone.
        for mode in ("light", "dark"):
            two.page.evaluate(
                "mode => Object.assign(document.documentElement.dataset, {theme: mode, mode})", mode
            )
            two.page.wait_for_timeout(300)
            found = Axe().run(two.page).response["violations"]
            assert [
                f"{rule['id']}: {node['html'][:160]}"
                for rule in found
                if rule["impact"] in {"serious", "critical"}
                for node in rule["nodes"][:3]
            ] == []
        width = "document.documentElement.scrollWidth - document.documentElement.clientWidth"
        assert two.page.evaluate(width) == 0

        two.page.goto(f"{site}/book/how_it_works.html")
        assert two.page.locator(".nn-progress").count() >= 1
        two.page.locator(".nn-forget").click()
        assert two.page.locator(".nn-progress").count() == 0
        one.page.wait_for_function("!document.querySelector('.nn-progress')", timeout=WAIT)
        assert one.page.evaluate("Object.keys(localStorage).filter(k => k.startsWith('nn-'))") == []
    finally:
        context.close()


def test_a_second_visit_takes_what_the_first_left(open_page, browser, site, pyodide):
    """Packages unpacked and code compiled: nothing of it is fetched or compiled again."""
    context = browser.new_context(viewport={"width": 1300, "height": 900})
    packages = [f"{pyodide}{name}" for name in ("numpy", "matplotlib")]
    compiled = "import nnkernel.bytecode as b\nlen(b.stored) > 400, len(b.fresh)"
    try:
        first = open_page(f"{site}/{CHAPTER}.html", pyodide, context).start()
        assert all(any(url.startswith(name) for url in first.requests) for name in packages)
        kept = "() => performance.getEntriesByName('nn-kept').length > 0"
        first.page.wait_for_function(kept, timeout=WAIT, polling=50)
        cell = first.cell("def sign(s)")
        written = cell.locator("textarea").input_value()
        first.type_in(cell, f"{written}\n{compiled}")
        assert "(True, 0)" in cell.locator(".cell_output").inner_text()

        second = open_page(f"{site}/{CHAPTER}.html", pyodide, context).start()
        assert not [url for url in second.requests if url.startswith(tuple(packages))]
        second.pictures_are_drawn()
        cell = second.cell("def sign(s)")
        second.type_in(cell, compiled)
        assert "(True, 0)" in cell.locator(".cell_output").inner_text()
        second.type_in(cell, "import numpy.polynomial, email.mime.text\nprint(len('all there'))")
        assert "9" in cell.locator(".cell_output").inner_text()
        assert first.problems == second.problems == []

        second.page.goto(f"{site}/book/how_it_works.html")
        second.page.locator(".nn-forget").click()
        third = open_page(f"{site}/{CHAPTER}.html", pyodide, context).start()
        assert all(any(url.startswith(name) for url in third.requests) for name in packages)
    finally:
        context.close()


def test_a_failure_is_said_and_can_be_tried_again(open_page, site, pyodide, monkeypatch):
    visit = open_page(f"{site}/{CHAPTER}.html", pyodide)
    code = visit.page.locator("div.cell pre").all_inner_texts()
    monkeypatch.setattr(OtherOrigin, "broken", True)
    visit.page.locator(".nn-live-start").click()
    said = visit.wait("failed")
    assert pyodide in said
    assert "stays as it is" in said
    assert visit.page.locator("div.cell pre").all_inner_texts() == code
    assert visit.page.locator(".nn-editor").count() == 0
    monkeypatch.setattr(OtherOrigin, "broken", False)
    button = visit.page.locator(".nn-live-start")
    assert button.inner_text() == "Try again"
    button.click()
    visit.wait("live")
    assert visit.page.locator(".nn-error").count() == 0


def test_a_page_from_a_disk_becomes_live(open_page, built_book, pyodide):
    visit = open_page((built_book / f"{CHAPTER}.html").as_uri(), pyodide).start()
    visit.pictures_are_drawn()
    assert visit.page.locator(".nn-error").count() == 0
    cell = visit.cell("def sign(s)")
    visit.type_in(cell, "from nnlib import data\nprint(data.mnist().x_train.shape)")
    assert "(10000, 28, 28)" in cell.locator(".cell_output").inner_text()
    assert visit.problems == []
    assert visit.outside("file://", pyodide) == []


# --- A page of its own: what no chapter has ------------------------------------------------------

WIDGETS = """
import ipywidgets as w

out = w.Output()
slider = w.IntSlider(value=2, min=0, max=10, description="number")
label = w.Label()
box = w.Checkbox(description="twice")
choice = w.Dropdown(options=["plus", "minus"], description="sign")
button = w.Button(description="Count")
play = w.Play(min=0, max=3, interval=50)
w.jslink((play, "value"), (slider, "value"))


def update(_):
    value = slider.value * (2 if box.value else 1) * (1 if choice.value == "plus" else -1)
    label.value = f"value {value}"


for control in (slider, box, choice):
    control.observe(update, "value")


def count(_):
    with out:
        print("pressed")


button.on_click(count)
update(None)
w.VBox([slider, box, choice, button, w.HBox([play, label]), out])
"""
SHOWN = """
from IPython.display import HTML, Latex, display

display(HTML("<table><tr><td>cell of a table</td></tr></table>"))
display(Latex("$$x^2$$"))
print("between")
import matplotlib.pyplot as plt

plt.plot([1, 2])
plt.show()
print("after")
"""
INTERACT = """
from ipywidgets import interact


@interact(n=(0, 5))
def square(n=3):
    print("square", n * n)
"""
SKETCH = """
import matplotlib.pyplot as plt
from nnlib.viz import Sketch, explore


def drawn(curve, n):
    fig = plt.figure(figsize=(4, 4))
    ax = fig.add_axes((0.2, 0.5, 0.6, 0.4))
    ax.plot([0, 0.25, 0.5, 0.75, 1], curve)
    ax.set(xlim=(0, 1), ylim=(0, 1))
    return fig, "heights " + " ".join(f"{h:.2f}" for h in curve)


curves = {"level": [0.5] * 5, "a slope": [0, 0.25, 0.5, 0.75, 1]}
explore(drawn, title="Draw", curve=Sketch(curves), n=(1, 3, 1))
"""


@pytest.fixture(scope="module")
def own_book(tmp_path_factory):
    """Return the folder of a book that brings Pyodide along."""
    if not FOLDER:
        pytest.skip("NN_PYODIDE names no folder with a Pyodide distribution")
    source = tmp_path_factory.mktemp("project")
    cells = [
        new_markdown_cell("# Page\n\nA formula: {math}`x`."),
        new_code_cell("hidden = 5", metadata={"tags": ["live", "remove-cell"]}),
        new_code_cell("print('hidden is', hidden)", metadata={"tags": ["live"]}),
        new_code_cell(SHOWN, metadata={"tags": ["live"]}),
        new_code_cell(WIDGETS, metadata={"tags": ["live"]}),
        new_code_cell(INTERACT, metadata={"tags": ["live"]}),
        new_code_cell(SKETCH, metadata={"tags": ["live"]}),
        new_code_cell(
            "import time\ntime.sleep(2.5)\nprint('heavy')",
            metadata={"tags": ["heavy"], "browser_seconds": 40},
        ),
        new_code_cell("from nnlib import data\nprint(data.mnist().x_train.shape)"),
        new_code_cell("late = 1"),
        new_code_cell("print('late', late)"),
        new_code_cell("import time\nfor _ in range(10**9):\n    time.sleep(0.01)"),
    ]
    (source / "deep").mkdir()
    made = new_notebook(cells=cells)
    made.metadata["kernelspec"] = {
        "name": "python3",
        "display_name": "Python 3",
        "language": "python",
    }
    nbformat.write(made, source / "deep" / "page.ipynb")
    (source / "index.md").write_text("# Top\n\n```{toctree}\ndeep/page\n```\n")
    (source / "conf.py").write_text(
        'extensions = ["myst_nb", "nnbook.explorer", "nnbook.live", "nnbook.offline"]\n'
        'nb_execution_mode = "off"\nhtml_theme = "sphinx_book_theme"\nnb_ipywidgets_js = {}\n'
        f"live_pyodide = {FOLDER!r}\n"
    )
    out = source / "html"
    subprocess.run(
        [sys.executable, "-m", "sphinx", "-q", "-b", "html", str(source), str(out)],
        check=True,
        env=os.environ | {"PYODIDE": ""},
    )
    yield out
    shutil.rmtree(out)


@pytest.fixture
def made(own_book, serve):
    """Return the address of its page."""
    return f"{serve(own_book)}/deep/page.html"


def test_widgets_and_outputs_of_a_page_that_brings_its_own_pyodide(open_page, made):
    visit = open_page(made)
    page = visit.page
    visit.start()
    assert page.locator(".nn-error").all_inner_texts() == []
    origin = made.removesuffix("/deep/page.html")
    assert visit.outside(origin) == []

    said = visit.cell("print('hidden is'").locator(".cell_output").inner_text()
    assert said.strip() == "hidden is 5"

    # Outputs in their order: table, formula, text, picture, text.
    output = visit.cell("cell of a table").locator(".cell_output")
    output.locator("mjx-container").wait_for(timeout=WAIT)
    kinds = output.locator(":scope > .output").evaluate_all(
        "boxes => boxes.map((b) => b.querySelector('table, mjx-container, img, pre').tagName)"
    )
    assert kinds == ["TABLE", "MJX-CONTAINER", "PRE", "IMG", "PRE"]

    # ipywidgets: a slider, a checkbox, a dropdown, a button, an Output, play.
    box = visit.cell("import ipywidgets as w").locator(".cell_output")
    label = box.locator(".nn-words-widget")

    def says(text):
        page.wait_for_function(
            "([label, text]) => label.innerText === text",
            arg=[label.element_handle(), text],
            timeout=WAIT,
        )

    says("value 0")  # the slider is linked to the play button, which starts at 0
    box.get_by_label("number").press("ArrowRight")
    says("value 1")
    box.get_by_label("twice").check()
    says("value 2")
    box.get_by_label("sign").select_option("minus")
    says("value -2")
    box.get_by_role("button", name="Count").click()
    box.locator(".nn-output pre").wait_for(timeout=WAIT)
    assert box.locator(".nn-output").inner_text().strip() == "pressed"
    box.get_by_role("button", name="Play").click()
    says("value -6")  # it goes on to 3

    result = visit.cell("import interact").locator(".nn-output")
    assert result.inner_text().strip() == "square 9"
    visit.cell("import interact").get_by_label("n").press("End")
    page.wait_for_function(
        "box => box.innerText.trim() === 'square 25'", arg=result.element_handle(), timeout=WAIT
    )

    # A heavy cell says how long it takes on this machine, does not run by itself, counts down.
    heavy = visit.cell("print('heavy')")
    assert heavy.get_attribute("data-nn") is None
    run = heavy.get_by_role("button", name="Run (about")
    promised = int(re.fullmatch(r"Run \(about (\d+) s\)", run.inner_text())[1])
    run.click()
    page.wait_for_function(
        "cell => /^\\d+ s left$/.test(cell.querySelector('.nn-cell-left').innerText)",
        arg=heavy.element_handle(),
    )
    assert 0 < int(heavy.locator(".nn-cell-left").inner_text().split()[0]) < promised
    visit.ended(heavy)
    assert heavy.locator(".nn-cell-left").inner_text() == ""
    assert "heavy" in heavy.locator(".cell_output").inner_text()

    # A cell that needs others says so and offers to run them.
    late = visit.cell("print('late'")
    late.get_by_role("button", name="Run", exact=True).click()
    visit.ended(late)
    assert "NameError" in late.locator(".nn-error").inner_text()
    late.get_by_role("button", name="Run the cells above first").click()
    page.wait_for_function(
        "cell => cell.dataset.nn === 'ok'", arg=late.element_handle(), timeout=WAIT
    )
    assert "late 1" in late.locator(".cell_output").inner_text()

    # Going on and coming back: the page is as it was built, and can become live again.
    page.goto(f"{origin}/index.html")
    page.go_back()
    assert visit.state() in {"static", "live"}  # the browser may have kept the live page
    assert [said for said in visit.problems if said.startswith("script error")] == []


def test_a_reader_draws_a_curve_on_the_picture(open_page, made):
    visit = open_page(made)
    page = visit.page
    visit.start()
    visit.pictures_are_drawn()
    cell = visit.cell("Sketch(curves)")
    box = cell.locator(".nn-explorer")
    canvas, sliders = box.locator("canvas"), box.locator(".nn-sketch input")
    menu = box.get_by_label("curve", exact=True)

    def heights(state, *wanted):
        """Wait until the picture says that it shows these heights, to two digits."""
        page.wait_for_function(
            """([box, state, wanted]) => {
                const words = box.querySelector('.nn-words').innerText;
                const found = words.split('heights ').at(-1).split(' ').map(Number);
                return words.startsWith(`curve = ${state}`)
                    && wanted.every((height, i) => Math.abs(height - found[i]) < 0.03);
            }""",
            arg=[box.element_handle(), state, wanted],
            timeout=WAIT,
        )

    def at(x, y):
        """Return the pixel of a point of the axes."""
        found = canvas.bounding_box()
        across, up = 0.2 + 0.6 * x, 0.5 + 0.4 * y
        return found["x"] + across * found["width"], found["y"] + (1 - up) * found["height"]

    heights("level", 0.5, 0.5, 0.5, 0.5, 0.5)
    assert canvas.evaluate("c => getComputedStyle(c).touchAction") == "none"

    # A fast pointer: two events only, yet all places between them get their heights.
    canvas.evaluate("canvas => canvas.scrollIntoView({block: 'center'})")
    page.mouse.move(*at(0, 0.1))
    page.mouse.down()
    page.mouse.move(*at(0.75, 0.7))
    page.mouse.up()
    page.mouse.move(*at(1, 1))
    heights("your own", 0.1, 0.3, 0.5, 0.7, 0.5)
    assert menu.evaluate("m => m.selectedOptions[0].text") == "your own"
    assert float(sliders.nth(1).input_value()) == pytest.approx(0.3, abs=0.03)

    # The keyboard, another control, and the cell run again: the curve stays.
    sliders.nth(4).press("End")
    heights("your own", 0.1, 0.3, 0.5, 0.7, 1)
    box.get_by_label("n", exact=True).press("End")
    heights("your own, n = 3", 0.1, 0.3, 0.5, 0.7, 1)
    area = cell.locator("textarea")
    area.press("Shift+Enter")
    visit.ended(cell)
    heights("your own, n = 3", 0.1, 0.3, 0.5, 0.7, 1)
    assert box.locator(".nn-sketch").count() == 1

    menu.select_option(label="a slope")
    heights("a slope", 0, 0.25, 0.5, 0.75, 1)
    assert [float(s.input_value()) for s in sliders.all()] == [0, 0.25, 0.5, 0.75, 1]
    assert menu.locator("option").all_inner_texts() == ["level", "a slope"]
    assert page.locator(".nn-error").all_inner_texts() == []


ISOLATED = {
    "Cross_Origin_Opener_Policy": "same-origin",
    "Cross_Origin_Embedder_Policy": "require-corp",
}


def test_an_isolated_page_stops_in_place_and_is_light(open_page, own_book, serve):
    visit = open_page(f"{serve(own_book, **ISOLATED)}/deep/page.html")
    page = visit.page
    loaded = []
    page.on("response", lambda answer: loaded.append(answer))
    assert page.evaluate("window.crossOriginIsolated")
    visit.start()
    digits = visit.cell("data.mnist()")
    digits.get_by_role("button", name="Run", exact=True).click()
    visit.ended(digits)
    assert "(10000, 28, 28)" in digits.locator(".cell_output").inner_text()
    sizes = {a.url: int(a.headers["content-length"]) for a in loaded if a.url.startswith("http")}
    assert sum(sizes.values()) <= MOST_BYTES, sizes

    # The cell sleeps for hours. Stop interrupts it, and what was set before is still there.
    visit.type_in(visit.cell("late = 1"), "late = id(open)")
    before = page.evaluate("performance.getEntriesByName('nn-ready').length")
    endless = visit.cell("range(10**9)")
    area = endless.locator("textarea")
    area.fill("late += 1\nkept = late\nwhile True:\n    pass")
    area.press("Shift+Enter")
    page.wait_for_timeout(500)
    assert visit.state() == "running"
    page.get_by_role("button", name="Stop", exact=True).click()
    visit.wait("live", "failed")
    visit.type_in(visit.cell("late = id(open)"), "print('kept', kept == id(open) + 1)")
    assert "kept True" in visit.cell("'kept'").locator(".cell_output").inner_text()
    assert page.evaluate("performance.getEntriesByName('nn-ready').length") == before
    assert [said for said in visit.problems if said.startswith("script error")] == []


# --- nnlib in the browser -------------------------------------------------------------------------

TOOLS = ("pytest", "_pytest", "pluggy", "iniconfig", "pygments")
TESTS = ROOT / "tests" / "nnlib"
# Not there: those of viz, since the page draws and sends figures in its own way; those of
# re-exports, of differences and the fuzz, since the book's pages and other tests are not there;
# the progress bar, since there is no terminal; what asks for more than a browser does in seconds.
BOOK = ["test_reexports.py", "test_pytorch_differences.py", "test_fuzz.py"]
LEFT_OUT = ["--ignore=viz", *(f"--ignore={name}" for name in BOOK), "-k", "not bar and not slow"]
# The core of Hypothesis is compiled. Under its name comes a module that skips its tests.
NO_HYPOTHESIS = b"""
import sys

import pytest


class Anything:
    __path__ = []
    __spec__ = None

    def __call__(self, *args, **options):
        return self

    def __getattr__(self, name):
        return self

    def __or__(self, other):
        return self


def given(*args, **options):
    return pytest.mark.skip("needs Hypothesis")


class settings:
    def __init__(self, *args, **options):
        pass

    def __call__(self, test):
        return test

    register_profile = load_profile = staticmethod(lambda *args, **options: None)


anything = assume = Anything()
for name in ("strategies", "extra", "extra.numpy"):
    sys.modules[f"hypothesis.{name}"] = anything
strategies = anything
"""
RUN_TESTS = f"""
import os
import pytest

os.chdir("/lib/python3.12/site-packages/nntests")
options = ["-q", "--tb=short", "--import-mode=importlib", "--capture=sys"]
options += ["-p", "no:cacheprovider", "-p", "no:faulthandler"]
print("code", int(pytest.main([*options, *{LEFT_OUT!r}])))
"""


@pytest.mark.timeout(2 * ALL_TESTS / 1000)
def test_unit_tests_of_nnlib_pass_in_the_browser(open_page, site, pyodide):
    """The same tests in WebAssembly, with NumPy 2.0 and integers of 32 bits."""
    import py

    visit = open_page(f"{site}/{CHAPTER}.html", pyodide).start()
    files = [file for package in TOOLS for file in live.package_files(package)]
    files += [
        (f"nntests/{path.relative_to(TESTS)}", path.read_bytes())
        for path in TESTS.rglob("*")
        if path.suffix in {".py", ".npz"}
    ]
    marks = "".join(f"    {mark}\n" for mark in ("equation", "algorithm", "theorem", "definition"))
    ini = f"[pytest]\nmarkers =\n{marks}"
    files += [
        ("py.py", Path(py.__file__).read_bytes()),
        ("hypothesis.py", NO_HYPOTHESIS),
        ("nntests/pytest.ini", ini.encode()),
    ]
    for name in live.DATA:
        visit.page.evaluate(
            "async name => nnLive.post({type: 'file', name, bytes: await nnLive.file(name)})", name
        )
    visit.page.evaluate(
        "text => nnLive.post({type: 'file', name: 'tests.zip', "
        "bytes: Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))})",
        base64.b64encode(pack(files)).decode(),
    )
    cell = visit.cell("def sign(s)")
    visit.type_in(cell, RUN_TESTS, ALL_TESTS)
    said = cell.locator(".cell_output").inner_text()
    assert "code 0" in said, said[-3000:]
    assert int(re.search(r"(\d+) passed", said)[1]) > 1000
