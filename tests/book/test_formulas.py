"""Formulas are set by the build: as HTML for the eye and as MathML for the ear."""

import re
from io import BytesIO

import pytest
from fontTools.ttLib import TTFont
from nnbook import formulas, letters


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


def test_fonts_are_cut_to_the_letters_in_use(tmp_path):
    known = {"mjx-c1D465", "mjx-c78", "mjx-c2211", "TEX-I", "TEX-S2", "mjx-c28"}
    css = letters.cut_letters(formulas.stylesheet(known), tmp_path, tmp_path / "cache")
    faces = dict(re.findall(r"font-family: ([\w-]+);\s*src: url\(\"([^\"]+)\"", css))
    assert faces.keys() >= {"MJXZERO", "MJXTEX", "MJXTEX-I", "MJXTEX-S2"}
    assert "MJXTEX-A" not in faces  # no letter comes from there
    for family, letter in {"MJXTEX-I": "x", "MJXTEX": "x", "MJXTEX-S2": "\u2211"}.items():
        file = tmp_path / faces[family]
        cmap = TTFont(BytesIO(file.read_bytes())).getBestCmap()
        assert ord(letter) in cmap
        assert ord("Q") not in cmap
    assert faces["MJXZERO"].endswith("MathJax_Zero.woff")  # it stays as it is


def test_a_formula_holds_nothing_that_no_page_needs():
    html = formulas.render(r"\left(x^{a}\right)", display=True)
    assert not re.search(r"xmlns|unselectable|texclass|position", html)
    assert "mjx-container{position:relative}" in formulas.stylesheet(set())
