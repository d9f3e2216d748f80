"""The directives `{road}` and `{part-contents}`: the plan of the book, drawn and listed.

A chapter that stands is a link. One that is still to come says so and leads nowhere. Both read
book/plan.toml, so that no page has to be changed when a chapter is finished.
"""

import re
from html import escape
from pathlib import Path

from docutils import nodes
from sphinx.util.docutils import SphinxDirective

from . import plan as book_plan
from . import roadmap

COMING = "to come"
SHAPES = {
    "nn-map nn-map-wide": {"columns": 4, "dx": 228, "dy": 188, "margin": 112},
    "nn-map nn-map-tall": {"columns": 2, "dx": 176, "dy": 172, "margin": 98},
}


class Road(nodes.General, nodes.Element):
    """The whole plan, or with `folder` the chapters of one part; written by `_visit`."""


def number(chapter):
    """Return the guide's number of a chapter, such as 2.1.3 for 02_1_3_perceptron."""
    digits = re.match(r"\d+(?:_\d+)*(?=_)", chapter.name).group()
    return ".".join(str(int(n)) for n in digits.split("_"))


def stops(plan, link):
    """Return the parts and their chapters as stops.

    Parameters
    ----------
    plan : nnbook.plan.Plan
    link : callable
        From the name of a document to its address, or None where the book lacks it.

    Returns
    -------
    list of (Stop, list of (Stop, str))
        Each part with its chapters, each chapter with its one line.
    """
    found = []
    for part in plan.parts:
        chapters = [
            (roadmap.Stop(number(c), c.title, link(c.file) if c.done else None), c.one_line)
            for c in plan.chapters_of(part)
        ]
        index = link(f"chapters/{part.folder}/index")
        found.append((roadmap.Stop(str(part.number), part.title, index), chapters))
    return found


def chapter_list(chapters, one_line=True):
    """Return the chapters as an HTML list."""
    rows = []
    for stop, line in chapters:
        head = f'<span class="nn-number">{stop.number}</span> {escape(stop.title)}'
        if stop.link is None:
            head = f'<span class="nn-head">{head}</span> <span class="nn-coming">{COMING}</span>'
        else:
            head = f'<a class="nn-head" href="{escape(stop.link, quote=True)}">{head}</a>'
        text = f'<span class="nn-line">{escape(line)}</span>' if one_line else ""
        rows.append(f'<li class="{"done" if stop.link else "coming"}">{head}{text}</li>')
    return f'<ol class="nn-chapters">{"".join(rows)}</ol>'


def road_html(plan, link):
    """Return the picture of the whole road and the list that says the same in words."""
    parts = stops(plan, link)
    picture = [(part, [stop for stop, _ in chapters]) for part, chapters in parts]
    ready = sum(stop.link is not None for _, chapters in picture for stop in chapters)
    total = sum(len(chapters) for _, chapters in picture)
    maps = "".join(
        roadmap.draw(picture, name=name, flag=("6.4", "Transformer"), **shape)
        for name, shape in SHAPES.items()
    )
    rows = []
    for part, chapters in parts:
        title = f'<span class="nn-number">{part.number}</span> {escape(part.title)}'
        if part.link is not None:
            title = f'<a href="{escape(part.link, quote=True)}">{title}</a>'
        rows.append(
            f'<li class="nn-part"><p class="nn-part-title">{title}</p>'
            f"{chapter_list(chapters, one_line=False)}</li>"
        )
    return (
        f'<nav class="nn-road" aria-label="The road from neuron to Transformer">{maps}'
        f'<p class="nn-key"><span class="nn-bead done"></span> {ready} of {total} chapters stand'
        f' <span class="nn-bead"></span> to come</p>'
        f'<ol class="nn-parts">{"".join(rows)}</ol></nav>'
    )


def part_html(plan, folder, link):
    """Return the chapters of one part, each with its one line."""
    for part, (stop, chapters) in zip(plan.parts, stops(plan, link), strict=True):
        if part.folder == folder:
            label = f"Chapters of part {stop.number}"
            return f'<nav class="nn-contents" aria-label="{label}">{chapter_list(chapters)}</nav>'
    raise ValueError(f"the plan has no part in the folder {folder!r}")


class RoadDirective(SphinxDirective):
    """`{road}`: the picture and the list of all parts."""

    def run(self):
        """Leave a node that is written once all documents are known."""
        plan = Path(self.env.srcdir) / book_plan.PLAN
        self.env.note_dependency(str(plan))
        self.env.metadata[self.env.docname]["nn_road"] = True
        return [Road(folder=self.folder())]

    def folder(self):
        """Return the folder of the part, none for the whole."""
        return None


class PartDirective(RoadDirective):
    """`{part-contents}`: the chapters of the part whose index page holds it."""

    def folder(self):
        """Return the folder that the page lies in."""
        return self.env.docname.split("/")[-2]


def _visit(self, node):
    env, here = self.builder.env, self.builder.current_docname
    plan = book_plan.load(env.srcdir)

    def link(docname):
        known = docname in env.found_docs
        return self.builder.get_relative_uri(here, docname) if known else None

    if node["folder"] is None:
        self.body.append(road_html(plan, link))
    else:
        self.body.append(part_html(plan, node["folder"], link))
    raise nodes.SkipNode


def _skip(self, node):
    raise nodes.SkipNode


def _outdated(app, env, added, changed, removed):
    """Write the pages with a road again whenever a document comes or goes."""
    if not added and not removed:
        return []
    return [name for name, meta in env.metadata.items() if meta.get("nn_road")]


def setup(app):
    """Register with Sphinx."""
    skip = (_skip, None)
    app.add_node(Road, html=(_visit, None), latex=skip, text=skip, man=skip, texinfo=skip)
    app.add_directive("road", RoadDirective)
    app.add_directive("part-contents", PartDirective)
    app.connect("env-get-outdated", _outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
