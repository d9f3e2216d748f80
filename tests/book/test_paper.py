"""The book on paper: light from a dark screen, nothing cut off, solutions at the end."""

import io

import pytest
from pypdf import PdfReader

CHAPTER = "chapters/02_history/02_1_3_perceptron.html"
WIDTH = 665  # of an A4 page without its margins, in pixels


@pytest.fixture(scope="module")
def paper(browser, site):
    """A chapter as the printer sees it, opened in dark mode."""
    page = browser.new_page(color_scheme="dark", viewport={"width": WIDTH, "height": 1000})
    page.goto(f"{site}/{CHAPTER}")
    page.evaluate("document.documentElement.dataset.theme = 'dark'")
    page.emulate_media(media="print")
    yield page
    page.close()


def test_it_is_black_on_white(paper):
    colours = paper.evaluate(
        """() => ["article p", "article h2", "article pre"].map((selector) =>
            getComputedStyle(document.querySelector(selector)).color)"""
    )
    assert set(colours) == {"rgb(0, 0, 0)"}
    behind = paper.evaluate("getComputedStyle(document.body).backgroundColor")
    assert behind == "rgb(255, 255, 255)"


def test_nothing_is_cut_off(paper):
    wide = paper.evaluate(
        """() => [...document.querySelectorAll("article :is(pre, table, img, p, .admonition)")]
            .filter((e) => e.getClientRects().length)
            .filter((e) => e.scrollWidth > e.clientWidth + 1 && e.clientWidth > 0
                || e.getBoundingClientRect().right > innerWidth + 1)
            .map((e) => e.outerHTML.slice(0, 80))"""
    )
    assert wide == []


def test_what_is_for_the_screen_stays_there(paper):
    shown = paper.evaluate(
        """() => [...document.querySelectorAll("article details.hide, button, .nn-controls")]
            .filter((e) => e.getClientRects().length && !e.matches(".nn-fold-solution"))
            .map((e) => e.className)"""
    )
    assert shown == []


def test_solutions_stand_at_the_end_and_go_back(paper):
    order = """() => [...document.querySelectorAll("article :is(h2, details.nn-fold-solution)")]
        .map((e) => e.tagName === "H2" ? e.textContent.trim() : "solution")"""
    before = paper.evaluate(order)
    paper.evaluate("dispatchEvent(new Event('beforeprint'))")
    printed = paper.evaluate(order)
    last = printed.index("Solutions")
    assert set(printed[last + 1 :]) == {"solution"}
    assert "solution" not in printed[:last]
    names = paper.evaluate("[...document.querySelectorAll('article h3')].map((e) => e.textContent)")
    assert "Exercise 1" in " ".join(names)
    paper.evaluate("dispatchEvent(new Event('afterprint'))")
    assert paper.evaluate(order) == before


def test_a_pdf_has_pages_bookmarks_and_its_fonts(paper):
    data = paper.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    reader = PdfReader(io.BytesIO(data))
    assert 8 < len(reader.pages) < 60
    width, height = (float(k) for k in reader.pages[0].mediabox[2:])
    assert (round(width), round(height)) == (595, 842)  # A4
    assert len(reader.outline) > 0
    text = "\n".join(page.extract_text() for page in reader.pages)
    assert "The perceptron" in text
    assert "Solutions" in text
    fonts = [
        font.get_object()
        for page in reader.pages
        for font in page["/Resources"].get("/Font", {}).values()
    ]
    assert fonts
    for font in fonts:
        descendants = font.get("/DescendantFonts")
        inner = descendants[0].get_object() if descendants else font
        if inner.get("/Subtype") == "/Type3":
            continue  # drawn in the file itself
        descriptor = inner["/FontDescriptor"].get_object()
        assert {"/FontFile", "/FontFile2", "/FontFile3"} & set(descriptor), font.get("/BaseFont")


def test_a_checklist_is_one_sheet(browser, site):
    page = browser.new_page()
    page.goto(f"{site}/chapters/10_practice/10_2_debugging.html")
    data = page.pdf(prefer_css_page_size=True, print_background=True)
    page.close()
    sheets = [sheet.extract_text() for sheet in PdfReader(io.BytesIO(data)).pages]
    (sheet,) = (text for text in sheets if "Debugging a network: one page" in text)
    assert "Keep the smallest case that fails" in " ".join(sheet.split())
