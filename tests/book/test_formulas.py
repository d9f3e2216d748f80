"""Formulas are set by the build: as HTML for the eye and as MathML for the ear."""

import re

import pytest
from nnbook import formulas


@pytest.fixture(scope="module", autouse=True)
def engine():
    """End the JavaScript engine after the tests of this file."""
    yield
    formulas.close()


def test_a_formula_becomes_html_and_mathml():
    html = formulas.render(r"\frac{1}{2}", display=False)
    assert html.startswith("<mjx-container")
    assert "<mjx-frac" in html
    assert re.search(r"<math[^>]*><mfrac><mn>1</mn><mn>2</mn></mfrac></math>", html)
    assert "NaN" not in formulas.render(r"x \tag{7}", display=True)


def test_the_guides_number_is_printed_and_leaves_no_id():
    html = formulas.render(r"y = \begin{cases} 1 \\ 0 \end{cases} \tag{1}", display=True)
    assert "<mtext>(1)</mtext>" in html
    assert "id=" not in html


@pytest.mark.parametrize("tex", [r"\frac{1}", r"\nosuchcommand", r"\begin{cases} 1"])
def test_what_cannot_be_read_is_an_error_that_shows_it(tex):
    with pytest.raises(ValueError, match=re.escape(tex)):
        formulas.render(tex, display=True)


def test_only_lines_outside_of_environments_are_aligned():
    inside = r"y = \begin{cases} 1 & a \\ 0 & b \end{cases} \tag{1}"
    assert formulas.lines(inside) == inside
    assert formulas.lines(r"a &= b \\ &= c \tag{2}") == (
        r"\begin{aligned}a &= b \\ &= c \end{aligned}\tag{2}"
    )
    assert formulas.lines(r"50\% \& more") == r"50\% \& more"


def test_the_style_sheet_keeps_the_letters_in_use():
    css = formulas.stylesheet({"mjx-c1D465", "TEX-I"})
    assert "mjx-c1D465.TEX-I" in css
    assert "mjx-c1D466" not in css
    assert "@font-face" in css
    assert "http" not in css
