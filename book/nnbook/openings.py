"""A chapter's first picture and a question, where a part or the book opens: `{opening}`.

The argument is the name of a chapter; its first picture is shown, with the words for those who
cannot see it, and leads to the chapter. The content is the question, as caption.
"""

import base64
import json
import os
import re
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from nnbook import plan as plans

# What stands before the words for a picture in the text of a figure and of an explorer.
PREFIX = re.compile(r'^(?:Figure: |Explorer ".*?" of [^.]*\. )', re.S)


def first_picture(path):
    """Return the first picture in a notebook as PNG, and the words for it.

    Parameters
    ----------
    path : path of a notebook with outputs

    Returns
    -------
    png : bytes
    alt : str

    Raises
    ------
    ValueError
        If there is no picture with words.
    """
    for cell in json.loads(Path(path).read_text(encoding="utf-8"))["cells"]:
        for output in cell.get("outputs", []):
            data = output.get("data", {})
            words = "".join(data.get("text/plain", []))
            if "image/png" in data and PREFIX.match(words):
                return base64.b64decode("".join(data["image/png"])), PREFIX.sub("", words)
    raise ValueError(f"{Path(path).name} has no picture with words for it")


class OpeningDirective(SphinxDirective):
    """A chapter's first picture with a question below it."""

    required_arguments = 1
    has_content = True

    def run(self):
        """Store the picture beside the build and return the figure."""
        page = Path(self.env.doc2path(self.env.docname))
        name = self.arguments[0]
        found = [chapter for chapter in plans.load(self.env.srcdir).done if chapter.name == name]
        if not found:
            raise self.error(f"no finished chapter is called {name!r}")
        notebook = Path(self.env.srcdir) / f"{found[0].file}.ipynb"
        self.env.note_dependency(str(notebook))
        try:
            png, alt = first_picture(notebook)
        except ValueError as problem:
            raise self.error(str(problem)) from None
        stored = Path(self.env.doctreedir) / "openings" / f"{name}.png"
        stored.parent.mkdir(parents=True, exist_ok=True)
        stored.write_bytes(png)
        chapter = Path(os.path.relpath(notebook.with_suffix(".html"), page.parent)).as_posix()
        link = nodes.reference(refuri=chapter, internal=True)
        address = Path(os.path.relpath(stored, page.parent)).as_posix()
        link += nodes.image(uri=address, alt=alt)
        caption = nodes.caption()
        paragraph = nodes.Element()
        self.state.nested_parse(self.content, self.content_offset, paragraph)
        for child in paragraph.children:
            caption += child.children
        return [nodes.figure("", link, caption, classes=["nn-opening"])]


def setup(app):
    """Register with Sphinx."""
    app.add_directive("opening", OpeningDirective)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
