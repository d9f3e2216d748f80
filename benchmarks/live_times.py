"""Measure live pages in Chromium, from the button on.

The built book must bring its own Pyodide (`make book PYODIDE=pyodide`), so that no network is
measured. Each chapter is opened in a fresh browser profile (cold) and twice again in the same
(warm; the faster counts), and each time its button is pressed. Then every slider with an explorer
is moved by the keyboard, and the median is taken of the times to the new picture.

    python benchmarks/live_times.py [02_2_xor_and_the_first_winter ...]
"""

import statistics
import sys

from book_times import HTML, chromium, served
from playwright.sync_api import sync_playwright

CHAPTERS = (
    "02_2_xor_and_the_first_winter",
    "03_3_universal_approximation",
    "04_3_backpropagation",
    "05_2_momentum",
)
WAIT = 120_000  # milliseconds
MOVES = 6
SINCE_CLICK = """(name) => {
    const at = (mark) => performance.getEntriesByName(mark)[0]?.startTime;
    return (at(name) - at("nn-click")) / 1000;
}"""
FINISHED = "() => performance.getEntriesByName('nn-done').length > 0"
KEPT = "() => performance.getEntriesByName('nn-kept').length > 0"
DRAWN = "(box) => box.dataset.drawn ? Number(box.dataset.drawn) : 0"


def make_live(context, address):
    """Open a page and press its button; return it with the seconds to the first and last figure."""
    page = context.new_page()
    page.goto(address, wait_until="networkidle")
    page.locator(".nn-live-start").click()
    page.wait_for_function(FINISHED, timeout=WAIT)
    return page, page.evaluate(SINCE_CLICK, "nn-picture"), page.evaluate(SINCE_CLICK, "nn-done")


def answers(page):
    """Return the milliseconds from a slider to its explorer's new picture, for every move."""
    times = []
    for box in page.locator(".nn-explorer[data-live]").all():
        for slider in box.locator('input[type="range"]').all():
            slider.scroll_into_view_if_needed()
            page.wait_for_timeout(500)  # the picture of an explorer that comes into view
            for move in range(MOVES):
                box.evaluate("(box) => delete box.dataset.drawn")
                slider.press("ArrowRight" if move % 2 else "ArrowLeft")
                page.wait_for_timeout(600)
                times.append(box.evaluate(DRAWN))
    return [time for time in times if time]


def main():
    path = chromium()
    if path is None or not list(HTML.glob("_static/*/pyodide/pyodide.asm.wasm")):
        sys.exit("live pages are measured with Chromium in a book that brings its own Pyodide")
    print(f"{'':32} first figure     all live    slider")
    print(f"{'':32} cold   warm    cold   warm")
    with served() as origin, sync_playwright() as playwright:
        for name in sys.argv[1:] or CHAPTERS:
            (page,) = HTML.glob(f"chapters/*/{name}.html")
            address = f"{origin}/{page.relative_to(HTML).as_posix()}"
            browser = playwright.chromium.launch(executable_path=path, args=["--no-sandbox"])
            context = browser.new_context(viewport={"width": 1300, "height": 900})
            cold, *first = make_live(context, address)
            cold.wait_for_function(KEPT, timeout=WAIT)
            cold.close()
            warm = []
            for _ in range(2):
                page, *times = make_live(context, address)
                warm.append(times)
                if len(warm) == 2:
                    moved = answers(page)
                page.close()
            browser.close()
            again = [min(times) for times in zip(*warm, strict=True)]
            slider = f"{statistics.median(moved):4.0f} ms" if moved else "none"
            columns = "   ".join(f"{a:5.1f}  {b:5.1f}" for a, b in zip(first, again, strict=True))
            print(f"{name:32}{columns}   {slider}", flush=True)


if __name__ == "__main__":
    main()
