"""Puts its number before a chapter's title, and counts exercises within their chapter."""

from docutils import nodes

from nnbook import plan as plans

EARLY = 100  # before Sphinx takes titles up for tables of contents, search and links


def _number_title(app, doctree):
    chapter = app.nn_numbers.get(app.env.docname)
    title = next(iter(doctree.findall(nodes.title)), None)
    if chapter and title is not None and not title.get("nn_number"):
        title["nn_number"] = chapter
        title.insert(0, [nodes.inline("", chapter, classes=["nn-number"]), nodes.Text(" ")])


def _read_plan(app):
    app.nn_numbers = {c.file: c.number for c in plans.load(app.srcdir).done}


def _count_exercises(app, env):
    """Sphinx counts them through the whole book, so that one new exercise renumbers all behind."""
    for numbers in env.toc_fignumbers.values():
        exercises = numbers.get("exercise", {})
        for k, name in enumerate(sorted(exercises, key=exercises.get), 1):
            exercises[name] = (k,)


def setup(app):
    """Register with Sphinx."""
    app.connect("builder-inited", _read_plan)
    app.connect("doctree-read", _number_title, priority=EARLY)
    app.connect("env-check-consistency", _count_exercises)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
