"""Formulas in text break behind relations, and nowhere else; punctuation stays beside them."""

import re

import pytest
from nnbook.formulas import render
from nnbook.line_breaks import chunks, let_break

SPAN = '<span class="math notranslate nohighlight">{}</span>'


def page(tex, after=""):
    return let_break(f"<p>so {SPAN.format(render(tex, False))}{after}</p>")


@pytest.mark.parametrize(
    ("tex", "count"),
    [
        ("x", 0),
        ("a + b", 0),
        ("x = 1", 2),
        ("a = b = c", 3),
        (r"\frac{a = b}{c}", 0),  # a relation inside of a fraction is none of the line
        (r"0 \le x < 1", 3),
        (r"f: X \to Y", 3),
    ],
)
def test_pieces(tex, count):
    assert page(tex).count("nn-chunk") == count


def test_nothing_is_lost():
    html = render("a = b + c", False)
    shown = re.sub(r'</?span[^>]*>| nn-breaks"', "", page("a = b + c"))
    assert len(re.findall("<mjx-c ", shown)) == len(re.findall("<mjx-c ", html)) == 5


def test_pieces_are_whole_elements():
    math = re.search(r"<mjx-math[^>]*>(.*)</mjx-math>", render("a = (b)", False))[1]
    assert "".join(chunks(math)) == math


def test_punctuation_stays():
    assert re.search(
        r'<span class="nn-stay">.*</span></span>\.</span></p>$|\.</span></p>$', page("x", ".")
    )
    assert "nn-stay" not in page("x", " and")
    assert page("x", "), so").endswith(")</span>, so</p>") or page("x", "), so").endswith(
        "),</span> so</p>"
    )
