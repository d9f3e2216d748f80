"""Search that finds what is explained before what is merely used.

Sphinx's index counts a word of a program like one of a sentence, and does not know how often a
page speaks of something. Here code is left out of the index, and the counts of each page's frequent
words go into a file of their own, by which static/scorer.js puts the pages in order. Either
spelling, "normalization" or "normalisation", finds the other. What the results show, and where they
lead, is in static/search.js.
"""

import json
import re
from collections import Counter
from pathlib import Path

from docutils import nodes
from sphinx.search import IndexBuilder, WordCollector

WORD = re.compile(r"[^\W\d_]{3,}")
SUBJECTS = 60  # words of a page that are taken for its subjects,
OFTEN = 8  # if it has each at least so often
HEAD = "window.nnSubjects = "
# One spelling for the index and for what is sought; static/search.js does the same.
BRITISH = re.compile(r"is(?=(?:e[drs]?|ers|ing|ations?)$)")


def subjects(text, stem=str):
    """Count the words, in small letters and stemmed, that a text speaks of most."""
    counts = Counter(stem(word.lower()) for word in WORD.findall(text))
    return {word: n for word, n in counts.most_common(SUBJECTS) if n >= OFTEN}


def prose(doctree):
    """Return the text of a page without its code and what that printed."""
    return " ".join(
        text.astext()
        for text in doctree.findall(nodes.Text)
        if not isinstance(text.parent, nodes.literal_block | nodes.literal | nodes.math)
    )


def _without_code(visit):
    def dispatch(self, node):
        if isinstance(node, nodes.literal_block):
            raise nodes.SkipNode
        visit(self, node)

    return dispatch


def american(word):
    """Return a word with -ize for -ise, so that either spelling finds the other."""
    return BRITISH.sub("iz", word)


def _with_subjects(feed):
    def extended(self, docname, filename, title, doctree):
        if "stem" not in vars(self.lang):
            plain = self.lang.stem
            self.lang.stem = lambda word: plain(american(word))
        feed(self, docname, filename, title, doctree)
        counts = subjects(prose(doctree), lambda word: self.lang.stem(word).lower())
        known = vars(self).setdefault("nn_subjects", {})
        known[docname] = {w: n for w, n in counts.items() if self.lang.word_filter(w)}

    return extended


def _add_scripts(app, pagename, templatename, context, doctree):
    if pagename == "search":
        app.add_js_file("subjects.js")
        app.add_js_file("search.js", loading_method="defer")


def _weigh(app, config):
    config.html_search_scorer = str(Path(__file__).parent / "static" / "scorer.js")


def _read(path):
    """Return what the last build wrote: a page that has not changed is not written again."""
    if not path.exists():
        return {}
    return json.loads(path.read_text(encoding="utf-8").removeprefix(HEAD).rstrip(";\n"))


def _finish(app, exception):
    indexer = getattr(app.builder, "indexer", None)  # it exists only if a page was written
    if exception is None and indexer is not None:
        path = Path(app.outdir, "_static", "subjects.js")
        known = _read(path) | vars(indexer).get("nn_subjects", {})  # pages written now
        known = {name: known[name] for name in sorted(app.env.all_docs) if known.get(name)}
        path.write_text(f"{HEAD}{json.dumps(known, ensure_ascii=False)};\n", encoding="utf-8")


def setup(app):
    """Register with Sphinx."""
    if not hasattr(WordCollector.dispatch_visit, "__wrapped__"):
        for owner, name, wrap in (
            (WordCollector, "dispatch_visit", _without_code),
            (IndexBuilder, "feed", _with_subjects),
        ):
            plain = getattr(owner, name)
            wrapped = wrap(plain)
            wrapped.__wrapped__ = plain
            setattr(owner, name, wrapped)
    app.connect("config-inited", _weigh)
    app.connect("html-page-context", _add_scripts, priority=100)
    app.connect("build-finished", _finish)
    return {"version": "1", "parallel_read_safe": True, "parallel_write_safe": True}
