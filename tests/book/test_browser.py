"""Every page of the built book in a browser: nothing fails, all is readable, explorers move.

Of the listings of nnlib's files a few stand for all; `opened_pages` in conftest.py chooses them.
"""

import time

import pytest
from axe_playwright_python.sync_playwright import Axe
from conftest import dark_pages, pages

MOST_BYTES = 1_500_000
PHONE = {"width": 400, "height": 800}
DESKTOP = {"width": 1300, "height": 900}
IMPACTS = {"serious", "critical"}
QUIET = 0.1  # seconds without a request after which a page has all that it asks for
LOADED = 60  # seconds after which what a page still waits for is an error
ONLY_VIOLATIONS = {"resultTypes": ["violations"]}
# What the mode changes is colours; so the second mode needs these rules alone.
ONLY_COLOURS = ONLY_VIOLATIONS | {
    "runOnly": {"type": "rule", "values": ["color-contrast", "link-in-text-block"]}
}

PIXELS = """async (image) => {
    await image.decode();
    const canvas = document.createElement("canvas");
    canvas.width = image.naturalWidth;
    canvas.height = image.naturalHeight;
    canvas.getContext("2d").drawImage(image, 0, 0);
    return canvas.toDataURL();
}"""
SETTLED = """async () => {
    await document.fonts.ready;
    if (window.MathJax?.startup?.promise) await window.MathJax.startup.promise;
}"""
READ = """async (step) => {
    // A page that is not in front gets no frames: it must not wait for them for ever.
    const frame = () => new Promise((next) => {
        requestAnimationFrame(() => setTimeout(next));
        setTimeout(next, 500);
    });
    for (let top = 0; top < document.documentElement.scrollHeight; top += step) {
        window.scrollTo(0, top);
        await frame();
        await frame();
    }
}"""
# Most of a chapter's elements are letters of formulas and words of code.
PLAIN = """() => {
    for (const formula of document.querySelectorAll("mjx-container")) formula.replaceWith("x");
    for (const code of document.querySelectorAll("pre")) code.textContent = code.textContent;
}"""
OVERFLOW = """() => {
    const width = document.documentElement.clientWidth;
    if (document.documentElement.scrollWidth <= width) return [];
    const seen = [];
    for (const element of document.querySelectorAll("main *")) {
        const box = element.getBoundingClientRect();
        if (box.right <= width + 1 || box.width === 0) continue;
        let scrolls = false;
        for (let up = element.parentElement; up; up = up.parentElement) {
            scrolls ||= up !== document.body && getComputedStyle(up).overflowX !== "visible";
        }
        if (!scrolls) seen.push(element.outerHTML.slice(0, 120));
    }
    return seen.length ? seen.slice(0, 5) : ["the page is wider than its window"];
}"""

FIGURES = """() => [...document.querySelectorAll("article .nn-scroll > img")]
    .filter((figure) => figure.clientWidth > 0)
    .map((figure) => {
        const box = figure.parentElement;
        const at = box.scrollLeft;
        box.scrollLeft = 9999;
        const seen = box.getBoundingClientRect();
        const ends = seen.right - figure.getBoundingClientRect().right;
        box.scrollLeft = 0;
        const reached = figure.clientWidth <= box.clientWidth || box.tabIndex === 0;
        const scale = figure.clientWidth / Number(figure.getAttribute("width"));
        return {at, scale, ends, reached, fits: seen.right <= innerWidth};
    })"""


class Visit:
    """One page in the browser and all that happened since it was opened."""

    def __init__(self, browser, address, origin):
        self.context = browser.new_context(viewport=DESKTOP)
        self.page = self.context.new_page()
        self.problems, self.outside, self.responses = [], [], []
        self.pending, self.changed = set(), time.monotonic()
        self.page.on("console", self._console)
        self.page.on("pageerror", lambda error: self.problems.append(f"script error: {error}"))
        self.page.on("requestfailed", self._failed)
        self.page.on("requestfinished", self._ended)
        self.page.on("request", lambda r: self._request(r, origin))
        self.page.on("response", self._response)
        self.page.goto(address, wait_until="load")
        self.page.evaluate(SETTLED)

    def _console(self, message):
        if message.type == "error":
            self.problems.append(f"console: {message.text}")

    def _ended(self, request):
        self.pending.discard(request)
        self.changed = time.monotonic()

    def _failed(self, request):
        self.problems.append(f"request failed: {request.url}")
        self._ended(request)

    def _request(self, request, origin):
        self.pending.add(request)
        self.changed = time.monotonic()
        if not request.url.startswith((origin, "data:", "blob:")):
            self.outside.append(request.url)

    def _response(self, response):
        self.responses.append(response)
        if response.status >= 400:
            self.problems.append(f"{response.status}: {response.url}")

    def read_through(self):
        """Scroll to the end as a reader does; whatever that loads belongs to the page's weight."""
        self.page.evaluate(READ, DESKTOP["height"])
        deadline = time.monotonic() + LOADED
        while self.pending or time.monotonic() - self.changed < QUIET:
            if time.monotonic() > deadline:
                waiting = sorted(request.url for request in self.pending)
                pytest.fail(f"still loading after {LOADED} s: {waiting}", pytrace=False)
            self.page.wait_for_timeout(20)
        self.page.evaluate("window.scrollTo(0, 0)")

    def bytes(self):
        """Return the size of all that was loaded, uncompressed, by address."""
        return {
            response.url: len(response.body())
            for response in self.responses
            if 200 <= response.status < 300
        }

    def turn(self, mode):
        """Show the page in light or dark mode, without transitions."""
        self.page.evaluate(
            """mode => {
                Object.assign(document.documentElement.dataset, {theme: mode, mode: mode});
                document.getAnimations().forEach((animation) => animation.finish());
            }""",
            mode,
        )
        self.page.wait_for_timeout(150)


@pytest.fixture(scope="module")
def visit(browser, site, opened_page):
    made = Visit(browser, f"{site}/{opened_page}", site)
    made.read_through()
    yield made
    made.context.close()


def test_a_page_loads_without_a_complaint(visit):
    assert visit.problems == []
    assert visit.outside == []


def test_a_page_is_light(visit):
    sizes = visit.bytes()
    heaviest = sorted(sizes.items(), key=lambda item: -item[1])[:6]
    assert sum(sizes.values()) <= MOST_BYTES, heaviest


def test_formulas_are_set(visit):
    written = visit.page.locator(".math").count()
    assert visit.page.locator("mjx-container").count() >= written
    assert visit.page.locator("mjx-merror, [data-mjx-error]").count() == 0


def test_formulas_fit_the_column(visit):
    """On a desktop: on a phone a long formula scrolls."""
    cut = """blocks => blocks.filter(block => block.scrollWidth - block.clientWidth > 2)
                             .map(block => block.textContent.trim().slice(0, 60))"""
    assert visit.page.locator("article div.math").evaluate_all(cut) == []


def barriers(page, options):
    """Return what axe finds on a page that keeps somebody from reading it."""
    return [
        f"{rule['id']}: {rule['help']}: {node['html'][:160]}"
        for rule in Axe().run(page, options=options).response["violations"]
        if rule["impact"] in IMPACTS
        for node in rule["nodes"][:3]
    ]


def test_colours_are_readable_in_dark_mode(visit, opened_page):
    """On pages that hold, together, every piece of any page."""
    if opened_page not in dark_pages():
        return
    visit.turn("dark")
    found = barriers(visit.page, ONLY_COLOURS)
    visit.turn("light")
    assert found == []


def test_a_page_fits_a_phone(visit):
    visit.page.set_viewport_size(PHONE)
    wide = visit.page.evaluate(OVERFLOW)
    visit.page.set_viewport_size(DESKTOP)
    assert wide == []


def test_figures_keep_their_letters_on_a_phone(visit):
    """Ten points at 100 dots per inch are 13.9 pixels; 9.5 are left, and all can be seen."""
    visit.page.set_viewport_size({"width": 390, "height": 800})
    visit.page.wait_for_timeout(100)  # the script hears of the new width with the next frame
    figures = visit.page.evaluate(FIGURES)
    wide = visit.page.evaluate("document.documentElement.scrollWidth")
    visit.page.set_viewport_size(DESKTOP)
    assert wide <= 390
    for figure in figures:
        assert figure["scale"] * 10 * 100 / 72 >= 9.45, figure
        assert figure["at"] == 0, figure
        assert figure["ends"] >= -1, figure
        assert figure["fits"], figure
        assert figure["reached"], figure


def test_printed_tables_keep_their_letters_on_a_phone(visit):
    """A table that is too wide for letters of nine pixels scrolls in its box, by keys too."""
    visit.page.set_viewport_size({"width": 390, "height": 800})
    visit.page.wait_for_timeout(100)
    printed = visit.page.evaluate(
        """() => [...document.querySelectorAll(".cell_output pre")]
            .filter((pre) => pre.offsetParent)
            .map((pre) => [parseFloat(getComputedStyle(pre).fontSize),
                pre.scrollWidth > pre.clientWidth, pre.tabIndex, pre.innerText.slice(0, 60)])"""
    )
    visit.page.set_viewport_size(DESKTOP)
    for size, scrolls, reached, text in printed:
        assert size >= 9, text
        assert not scrolls or reached == 0, text


def moved(box, act):
    """Do something with an explorer; return its picture and words before and after."""
    image = box.locator(".nn-picture img")
    image.evaluate("image => image.scrollIntoView({block: 'center'})")
    before = image.evaluate(PIXELS), image.get_attribute("alt")
    act()
    changed = "([image, alt]) => image.alt !== alt && image.complete && image.naturalWidth > 0"
    box.page.wait_for_function(
        changed, arg=[image.element_handle(), before[1]], timeout=5000, polling=20
    )
    return before, (image.evaluate(PIXELS), image.get_attribute("alt"))


def check_moved(box, act):
    before, after = moved(box, act)
    assert before[0] != after[0], "the picture stayed as it was"
    assert before[1] != after[1], "the words stayed as they were"


def click_at(page, slider, share):
    """Click a slider at a share of its length."""
    slider.evaluate("slider => slider.scrollIntoView({block: 'center'})")
    page.wait_for_timeout(200)  # the theme moves its header after a scroll
    box = slider.bounding_box()
    page.mouse.click(box["x"] + 8 + share * (box["width"] - 16), box["y"] + box["height"] / 2)


def move_every_explorer(page):
    """Move each explorer of a page by keyboard, and the first slider by mouse too."""
    clicked = False
    for box in page.locator(".nn-explorer").all():
        for details in box.locator("xpath=ancestor::details[not(@open)]").all():
            details.locator("summary").first.click()
        if box.get_attribute("data-kind") == "choice":
            select = box.locator("select")
            other = 1 if select.evaluate("s => s.selectedIndex") == 0 else 0
            check_moved(box, lambda s=select, i=other: s.select_option(index=i))
            continue
        slider = box.locator("input[type=range]")
        low, high = (float(slider.get_attribute(name)) for name in ("min", "max"))
        at_end = float(slider.input_value()) == high
        check_moved(box, lambda s=slider, e=at_end: s.press("Home" if e else "End"))
        if not clicked:
            check_moved(box, lambda s=slider, e=at_end: click_at(page, s, 1.0 if e else 0.0))
            assert float(slider.input_value()) == (high if at_end else low)
        clicked = True


def test_explorers_move(visit):
    known = len(visit.problems)
    move_every_explorer(visit.page)
    assert visit.problems[known:] == []


def test_a_page_is_accessible(visit, opened_page):
    """Last, since it leaves most pages without the insides of their formulas and code.

    These are tried where they were tried in the dark.
    """
    if opened_page not in dark_pages():
        visit.page.evaluate(PLAIN)
    visit.turn("light")
    assert barriers(visit.page, ONLY_VIOLATIONS) == []


def test_the_book_works_from_files(browser, built_book):
    texts = {name: (built_book / name).read_text(encoding="utf-8") for name in pages()}
    name = next((name for name, text in texts.items() if "nn-frames" in text), "book/index.html")
    address = (built_book / name).as_uri()
    visit = Visit(browser, address, "file://")
    visit.read_through()
    for box in visit.page.locator(".nn-explorer").all():
        words = box.locator("img").get_attribute("alt")
        control = box.locator("input[type=range], select")
        control.focus()
        control.press("ArrowRight")
        visit.page.wait_for_function(
            "([box, words]) => box.querySelector('img').alt !== words",
            arg=[box.element_handle(), words],
        )
    assert visit.page.locator("mjx-container").count() >= visit.page.locator(".math").count()
    assert visit.problems == []
    assert visit.outside == []
    visit.context.close()


def test_either_spelling_finds_the_chapter(browser, site):
    for word in ("batch normalization", "batch normalisation"):
        visit = Visit(browser, f"{site}/search.html?q={word}", site)
        visit.page.wait_for_selector("#search-results li a")
        links = visit.page.locator("#search-results ul.search > li > a").all()
        found = [link.get_attribute("href") for link in links[:2]]
        assert any("07_3_normalization" in address for address in found), (word, found)
        visit.context.close()
