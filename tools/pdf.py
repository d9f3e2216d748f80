"""Print the built book on paper: every chapter as a PDF, and the whole as one with bookmarks.

python tools/pdf.py _build/html _build/pdf

It is what a reader gets from the browser's own print command, by the style sheet print.css.
"""

import io
import os
import shutil
import sys
from pathlib import Path

from playwright.sync_api import sync_playwright
from pypdf import PdfReader, PdfWriter

ROOT = Path(__file__).resolve().parents[1]
sys.path.insert(0, str(ROOT))  # when run as a program

from tools.contents import pages  # noqa: E402

CHROMIUMS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"]


def chromium():
    """Return the path of the Chromium or Chrome to print with."""
    named = os.environ.get("CHROMIUM")
    found = named or next((path for path in map(shutil.which, CHROMIUMS) if path), None)
    if found is None:
        sys.exit("printing needs Chromium or Chrome; on Debian: apt-get install chromium")
    return found


def printed(browser, address):
    """Return one page of the book as the bytes of a PDF."""
    page = browser.new_page()
    page.goto(address)
    page.evaluate("document.fonts.ready.then(() => true)")
    data = page.pdf(prefer_css_page_size=True, print_background=True, outline=True, tagged=True)
    page.close()
    return data


def main(html="_build/html", out="_build/pdf"):
    html, out = Path(html).resolve(), Path(out).resolve()
    out.mkdir(parents=True, exist_ok=True)
    book = PdfWriter()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=chromium(), args=ARGUMENTS)
        for source in pages(ROOT):
            name = source.relative_to(ROOT).with_suffix("")
            data = printed(browser, (html / name).with_suffix(".html").as_uri())
            reader = PdfReader(io.BytesIO(data))
            title = (reader.metadata.title or name.name).split(" — ")[0]
            book.append(reader, outline_item=title)
            if source.suffix == ".ipynb":
                (out / f"{name.name}.pdf").write_bytes(data)
        browser.close()
    path = out / "from-neuron-to-transformer.pdf"
    with path.open("wb") as file:
        book.write(file)
    print(f"{path}: {len(book.pages)} pages")


if __name__ == "__main__":
    main(*sys.argv[1:])
