"""The plan of the book on its pages: `{road}`, `{part-contents}`, `{chapter}` and `{count}`.

A chapter that stands is a link. One that is still to come says so and leads nowhere. All read the
plan, so that no page has to be changed when a chapter is finished.
"""

from html import escape

from docutils import nodes
from sphinx.util.docutils import SphinxDirective, SphinxRole

from . import plan as book_plan
from . import roadmap

COMING = "to come"
SHAPES = {
    "nn-map nn-map-wide": {"columns": 4, "dx": 228, "dy": 188, "margin": 112},
    "nn-map nn-map-tall": {"columns": 2, "dx": 176, "dy": 172, "margin": 98},
}


class Road(nodes.General, nodes.Element):
    """The whole plan, or with `folder` the chapters of one part; written by `_visit`."""


class ChapterName(nodes.Inline, nodes.Element):
    """The title of the chapter with a given `number`, as a link once the chapter stands."""


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
            (roadmap.Stop(c.number, c.title, link(c.file) if c.done else None, c.flag), c.one_line)
            for c in part.chapters
        ]
        found.append((roadmap.Stop(str(part.number), part.title, link(part.index)), chapters))
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
    maps = "".join(roadmap.draw(picture, name=name, **shape) for name, shape in SHAPES.items())
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
        f"{_key(ready, total)}"
        f'<ol class="nn-parts">{"".join(rows)}</ol></nav>'
    )


def _key(ready, total):
    """Return what the beads mean; a finished book needs no words for it."""
    if ready == total:
        return ""
    return (
        f'<p class="nn-key"><span class="nn-bead done"></span> {ready} of {total} chapters'
        f' <span class="nn-bead"></span> to come</p>'
    )


def part_html(plan, folder, link):
    """Return the chapters of one part, each with its one line, and its further pages."""
    for part, (stop, chapters) in zip(plan.parts, stops(plan, link), strict=True):
        if part.folder == folder:
            label = f"Chapters of part {stop.number}"
            further = "".join(
                f'<p><a href="{escape(link(page), quote=True)}">{escape(title)}</a></p>'
                for page, title in part.pages
            )
            listed = chapter_list(chapters) + further
            return f'<nav class="nn-contents" aria-label="{label}">{listed}</nav>'
    raise ValueError(f"the plan has no part in the folder {folder!r}")


def name_html(plan, wanted, link):
    """Return title and number of the chapter with this number or heading, linked or to come."""
    chapter = plan.chapter(wanted)
    address = link(chapter.file) if chapter.done else None
    if address is None:
        return f"<em>{escape(chapter.title)}</em> ({wanted}, {COMING})"
    return f'<a href="{escape(address, quote=True)}">{escape(chapter.title)}</a> ({wanted})'


def count(plan, what):
    """Return how many parts, chapters or things of one kind, such as equations, the plan holds."""
    if what in {"parts", "chapters"}:
        return len(getattr(plan, what))
    return len(plan.items[what.removesuffix("s")])


class ChapterRole(SphinxRole):
    """`{chapter}`: the chapter with this number, or the one that covers this heading."""

    def run(self):
        """Leave a node that is written once all documents are known."""
        _note_plan(self.env)
        return [ChapterName(number=self.text)], []


class CountRole(SphinxRole):
    """`{count}`: how many of these, such as equations, the plan holds."""

    def run(self):
        """Return the number as text."""
        _note_plan(self.env)
        return [nodes.Text(str(count(book_plan.load(self.env.srcdir), self.text)))], []


class RoadDirective(SphinxDirective):
    """`{road}`: the picture and the list of all parts."""

    def run(self):
        """Leave a node that is written once all documents are known."""
        _note_plan(self.env)
        return [Road(folder=self.folder())]

    def folder(self):
        """Return the folder of the part, none for the whole."""
        return None


class PartDirective(RoadDirective):
    """`{part-contents}`: the chapters of the part whose index page holds it."""

    def folder(self):
        """Return the folder that the page lies in."""
        return self.env.docname.split("/")[-2]


def _note_plan(env):
    for path in book_plan.files(env.srcdir):
        env.note_dependency(str(path))
    env.metadata[env.docname]["nn_road"] = True


def _linker(builder):
    """Return the function that finds the address of a document, seen from the current page."""

    def link(docname):
        known = docname in builder.env.found_docs
        return builder.get_relative_uri(builder.current_docname, docname) if known else None

    return link


def _visit(self, node):
    plan, link = book_plan.load(self.builder.env.srcdir), _linker(self.builder)
    if node["folder"] is None:
        self.body.append(road_html(plan, link))
    else:
        self.body.append(part_html(plan, node["folder"], link))
    raise nodes.SkipNode


def _visit_name(self, node):
    plan = book_plan.load(self.builder.env.srcdir)
    self.body.append(name_html(plan, node["number"], _linker(self.builder)))
    raise nodes.SkipNode


def _skip(self, node):
    raise nodes.SkipNode


def outdated(app, env, added, changed, removed):
    """Write the pages with a road again when a document comes or goes or has another title."""
    titles = book_plan.titles(env.srcdir)
    before, env.nn_titles = getattr(env, "nn_titles", None), titles
    if not added and not removed and titles == before:
        return []
    return [name for name, meta in env.metadata.items() if meta.get("nn_road")]


def setup(app):
    """Register with Sphinx."""
    skip = (_skip, None)
    app.add_node(Road, html=(_visit, None), latex=skip, text=skip, man=skip, texinfo=skip)
    app.add_node(ChapterName, html=(_visit_name, None), latex=skip, text=skip, man=skip)
    app.add_role("chapter", ChapterRole())
    app.add_role("count", CountRole())
    app.add_directive("road", RoadDirective)
    app.add_directive("part-contents", PartDirective)
    app.connect("env-get-outdated", outdated)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
