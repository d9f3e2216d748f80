"""What the tests of the book share: the built pages, a server for them, a browser."""

import functools
import http.server
import os
import shutil
import threading
import types
from pathlib import Path

import pytest
from kinds import cover, pieces

ROOT = Path(__file__).resolve().parents[2]
BROWSERS = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable", "chrome")


def html_folder():
    """Return the folder of the built book, whether or not it exists."""
    return Path(os.environ.get("BOOK_HTML", ROOT / "_build" / "html")).resolve()


def pages():
    """Return the pages of the built book as paths relative to its folder, sorted.

    A page that only sends the reader on to another is none.
    """
    folder = html_folder()
    return sorted(
        path.relative_to(folder).as_posix()
        for path in folder.rglob("*.html")
        if "_static" not in path.relative_to(folder).parts
        and 'http-equiv="Refresh"' not in path.read_text(encoding="utf-8")
    )


@functools.cache
def page_pieces():
    """Return what each page of the built book is made of, by its name."""
    folder = html_folder()
    return {name: pieces((folder / name).read_text(encoding="utf-8")) for name in pages()}


@functools.cache
def opened_pages():
    """Return the pages that are opened in the browser: all, but of the listings a few.

    The listings of nnlib's files differ in their text alone: those are opened that hold every
    piece of any listing, and the longest.
    """
    listings = {name: kind for name, kind in page_pieces().items() if name.startswith("_modules/")}
    longest = sorted(listings, key=lambda name: (html_folder() / name).stat().st_size)[-1:]
    some = {*cover(listings), *longest}
    return [name for name in pages() if name not in listings or name in some]


@functools.cache
def dark_pages():
    """Return the pages that hold every piece of any page that is opened."""
    return frozenset(cover({name: page_pieces()[name] for name in opened_pages()}))


def pytest_generate_tests(metafunc):
    """Run a test once for every page of the built book, or for every page that is opened."""
    for fixture, names in (("page_name", pages), ("opened_page", opened_pages)):
        if fixture in metafunc.fixturenames:
            metafunc.parametrize(fixture, names() or ["index.html"], scope="module")


@pytest.fixture(scope="session")
def built_book():
    """Return the folder of the built book."""
    folder = html_folder()
    if not (folder / "index.html").exists():
        pytest.fail(
            f"there is no built book in {folder}: run `make book`, "
            "or let BOOK_HTML name the folder that holds index.html",
            pytrace=False,
        )
    return folder


class QuietHandler(http.server.SimpleHTTPRequestHandler):
    """Serve files without a line for each on stderr, with the headers that a test asks for."""

    headers_sent = types.MappingProxyType({})

    def end_headers(self):
        for name, value in self.headers_sent.items():
            self.send_header(name, value)
        super().end_headers()

    def log_message(self, *args):
        """Say nothing."""


@pytest.fixture(scope="session")
def serve():
    """Return a function that serves a folder on this machine and returns its address."""
    running = []

    def start(folder, **headers):
        sent = {name.replace("_", "-"): value for name, value in headers.items()}
        kind = type("Handler", (QuietHandler,), {"headers_sent": sent})
        handler = functools.partial(kind, directory=str(folder))
        server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler)
        thread = threading.Thread(target=server.serve_forever, daemon=True)
        thread.start()
        running.append((server, thread))
        return f"http://127.0.0.1:{server.server_port}"

    yield start
    for server, thread in running:
        server.shutdown()
        thread.join()
        server.server_close()


@pytest.fixture(scope="session")
def site(built_book, serve):
    """Return the address at which the built book is served."""
    return serve(built_book)


def find_browser():
    """Return the path of a Chromium or Chrome, or None."""
    named = os.environ.get("CHROMIUM")
    return named or next(filter(None, map(shutil.which, BROWSERS)), None)


@pytest.fixture(scope="session")
def browser():
    """Return a running Chromium for the whole session."""
    if os.environ.get("NO_BROWSER") == "1":
        pytest.skip("NO_BROWSER=1 leaves the browser out")
    path = find_browser()
    if path is None:
        pytest.fail(
            "no Chromium or Chrome was found: install one (Debian: apt-get install chromium), "
            "or let CHROMIUM name its program, or leave the browser out with NO_BROWSER=1",
            pytrace=False,
        )
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        chromium = playwright.chromium.launch(
            executable_path=path,
            args=["--no-sandbox", "--disable-gpu", "--disable-dev-shm-usage"],
        )
        yield chromium
        chromium.close()
