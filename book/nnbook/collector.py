"""Collects garbage once for every few pages instead of all the time.

A page is a tree whose nodes know their parents. While hundreds of thousands of such nodes are made,
Python's collector runs over all that stand, again and again, and finds little: a third of a build's
time. So it is held while the book is built, and called when some pages are done.
"""

import gc

PAGES = 24  # between two collections


def _begin(app):
    app.nn_pages = 0


def _count(app, *_):
    app.nn_pages += 1
    if app.nn_pages % PAGES == 0:
        gc.collect()


def _end(app, exception):
    gc.freeze()  # else the end of the program looks at everything once more
    gc.enable()


def setup(app):
    """Register with Sphinx; what is loaded before the pages is already spared."""
    gc.disable()
    app.connect("builder-inited", _begin)
    app.connect("doctree-read", _count)
    app.connect("html-page-context", _count)
    app.connect("build-finished", _end, priority=1000)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
