"""The exam on its page: `{exam}` writes all questions of book/exam.toml, a section for each part.

Question, hints and solution are Markdown, so that formulas are set while the book is built. What
static/exam.js needs to mark an answer lies beside the questions as JSON. Without a script the page
is a sheet of questions whose solutions can be opened.
"""

import json
from html import escape

from docutils import nodes
from docutils.statemachine import StringList
from sphinx.util.docutils import SphinxDirective

from . import exam, plan
from .explorer import offer_static

SIGN = "nn-exam"


def number(value):
    """Write a number as a reader would: 0.25, 100."""
    return f"{value:.10g}"


def exactness(question):
    """Return the words beside the field of a number."""
    if question.tolerance == 0:
        return "exactly"
    return f"to within {number(question.tolerance)}"


def marking(questions):
    """Return what the script needs to know of each question, by name."""
    known = {}
    for q in questions:
        entry = {"part": q.part, "kind": q.kind, "asks": q.asks}
        if q.asks in {"number", "line"}:
            entry |= {"answer": q.answer, "hints": [hint.value for hint in q.hints]}
            entry |= {"tolerance": q.tolerance, "unit": q.unit}
        elif q.asks == "order":
            entry["answer"] = [list(q.shown).index(i) for i in range(len(q.steps))]
        else:
            entry["answer"] = q.right
        known[q.name] = entry
    return known


class ExamDirective(SphinxDirective):
    """All questions, with a score board above them."""

    def run(self):
        """Return the board, the sections of the parts, and what the script needs."""
        book = plan.load(self.env.srcdir)
        for path in (*plan.files(self.env.srcdir), f"{self.env.srcdir}/{exam.EXAM}"):
            self.env.note_dependency(str(path))
        chapters = {chapter.name: chapter for chapter in book.done}
        try:
            questions = exam.load(self.env.srcdir, chapters)
        except exam.ExamError as error:
            raise self.error(str(error)) from None
        parts = [
            (part, [q for q in questions if q.part == part.number])
            for part in book.parts
            if any(q.part == part.number for q in questions)
        ]
        made = [_raw(board(parts, questions))]
        for part, own in parts:
            section = nodes.section(ids=[f"exam-part-{part.number}"], names=[])
            section += nodes.title("", f"{part.number} {part.title}")
            for place, question in enumerate(own, 1):
                section += self.question(question, f"{part.number}.{place}", chapters)
            made.append(section)
        data = json.dumps(marking(questions), sort_keys=True).replace("</", "<\\/")
        made.append(_raw(f'<script type="application/json" class="nn-exam-data">{data}</script>'))
        return made

    def parsed(self, text):
        """Return the nodes of a piece of Markdown."""
        box = nodes.Element()
        lines = StringList(text.strip().split("\n"), source=exam.EXAM)
        self.state.nested_parse(lines, self.content_offset, box)
        return box.children

    def inline(self, text):
        """Return the nodes inside the one paragraph of a piece of Markdown."""
        return [child for block in self.parsed(text) for child in block.children]

    def question(self, q, place, chapters):
        """Return the nodes of one question."""
        made = [
            _raw(
                f'<div class="nn-question" id="exam-{q.name}" data-name="{q.name}">'
                f'<form novalidate><fieldset><legend><span class="nn-place">{place}</span> '
                f"{exam.KINDS[q.kind]}</legend>"
            ),
            *self.parsed(q.text),
            *self.field(q),
        ]
        if q.kind == "predict":
            made.append(_raw(_sure(q.name)))
        made.append(
            _raw(
                '<p class="nn-check"><button type="submit" hidden>Check</button></p></fieldset>'
                '</form><div class="nn-feedback" role="status" aria-live="polite"></div>'
            )
        )
        for key, text in self.hints(q):
            made += [
                _raw(f'<div class="nn-hint" data-hint="{key}" hidden>'),
                *self.parsed(text),
                _raw("</div>"),
            ]
        chapter = chapters[q.chapter]
        made += [
            _raw('<details class="nn-exam-solution"><summary>Solution</summary>'),
            *self.parsed(q.solution),
            _raw("</details>"),
            _raw('<div class="nn-taught">'),
            *self.parsed(_taught(q, chapter)),
            _raw('</div><button type="button" class="nn-again" hidden>Try again</button></div>'),
        ]
        return made

    def field(self, q):
        """Return the nodes in which the reader answers."""
        if q.asks == "number":
            unit = f'<span class="nn-unit">{escape(q.unit)}</span> ' if q.unit else ""
            return [
                _raw(
                    f'<p class="nn-field"><label>Answer <input type="text" name="answer" '
                    f'autocomplete="off" spellcheck="false" size="10"></label> '
                    f'{unit}<span class="nn-exact">({exactness(q)})</span></p>'
                )
            ]
        if q.asks == "line":
            text = "\n".join(q.lines)
            code = nodes.literal_block(text, text, language="python", linenos=True)
            rows = "".join(
                f'<label><input type="radio" name="answer" value="{i}"> {i}</label> '
                for i in range(1, len(q.lines) + 1)
            )
            group = f'<p class="nn-lines" role="group" aria-label="Line">Line {rows}</p>'
            return [code, _raw(group)]
        if q.asks == "order":
            return self.order(q)
        kind = "radio" if q.asks == "one" else "checkbox"
        made = [_raw('<p class="nn-several">More than one may be right.</p>')] * (kind != "radio")
        for i, option in enumerate(q.options):
            open_tag = f'<label><input type="{kind}" name="answer" value="{i}"> <span>'
            made += self.choice(open_tag, option.text)
        return made

    def order(self, q):
        """Return the steps, each with a list of places to choose from."""
        places = "".join(f"<option>{i}</option>" for i in range(1, len(q.steps) + 1))
        made = []
        for i in q.shown:
            open_tag = (
                f'<label><select name="answer" aria-label="Place of this step">'
                f'<option value="">–</option>{places}</select> <span>'
            )
            made += self.choice(open_tag, q.steps[i])
        return made

    def choice(self, open_tag, text):
        """Return one line that can be chosen."""
        paragraph = nodes.paragraph(classes=["nn-option"])
        paragraph += _raw(open_tag)
        paragraph += self.inline(text)
        paragraph += _raw("</span></label>")
        return [paragraph]

    def hints(self, q):
        """Yield the key and the text of each hint."""
        for i, hint in enumerate(q.hints):
            yield i, hint.text
        for i, option in enumerate(q.options):
            if option.hint:
                yield i, option.hint
        if q.general:
            yield "general", q.general


def _sure(name):
    rows = "".join(
        f'<label><input type="radio" name="sure" value="{share}"> {share} %</label> '
        for share in exam.SURE
    )
    return f'<p class="nn-sure" role="group" aria-label="How sure you are">How sure? {rows}</p>'


def _taught(q, chapter):
    page = f"{chapter.number} {chapter.title}"
    if not q.target:
        return f"Taught in [{page}](/{chapter.file})."
    if q.target.startswith("eq-"):
        equation = f"[Eq. ({q.target[3:].upper()})]({q.target})"
        return f"Taught in [{page}](/{chapter.file}), {equation}."
    return f"Taught in [{page}]({q.target})."


def board(parts, questions):
    """Return the score board as HTML: the points of each part, and the buttons."""
    rows = "".join(
        f'<li data-part="{part.number}"><a href="#exam-part-{part.number}">'
        f'<span class="nn-place">{part.number}</span> {escape(part.title)}</a> '
        f'<span class="nn-points">0 of {len(own)}</span></li>'
        for part, own in parts
    )
    guessed = round(sum(question.guessed for question in questions))
    return (
        f'<div class="{SIGN}" data-parts="{len(parts)}">'
        f'<p class="nn-total"><strong><span class="nn-points">0 of {len(questions)}</span> '
        f'points</strong><span class="nn-answered"></span>. '
        '<span class="nn-advice" role="status">Start with part 1.</span></p>'
        f"<ol>{rows}</ol>"
        f'<p class="nn-guess">Guessing, with both attempts and 50 % on predictions, gets about '
        f"{guessed} of {len(questions)} points.</p>"
        '<p class="nn-tools" hidden><button type="button" class="nn-mixed" aria-pressed="false">'
        'Mixed order</button> <button type="button" class="nn-missed" aria-pressed="false">'
        "Only what I missed</button> "
        '<button type="button" class="nn-reset">Forget my answers</button></p>'
        '<p class="nn-none" role="status" hidden>So far you have missed nothing.</p></div>'
    )


def _raw(html):
    return nodes.raw("", html, format="html")


def add_files(app, pagename, templatename, context, doctree):
    """Load style and script on the page of the exam alone."""
    if SIGN in context.get("body", ""):
        app.add_css_file("exam.css")
        app.add_js_file("exam.js", loading_method="defer")


def setup(app):
    """Register with Sphinx."""
    app.add_directive("exam", ExamDirective)
    app.connect("config-inited", offer_static)
    app.connect("html-page-context", add_files, priority=100)  # before others choose among them
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
