"""What the search index holds: subjects count, code does not."""

from docutils import nodes
from docutils.utils import new_document
from nnbook.search import prose, subjects


def test_subjects_are_the_words_that_come_again_and_again():
    text = "the rate " * 20 + "momentum " * 15 + "once " * 3
    assert subjects(text) == {"the": 20, "rate": 20, "momentum": 15}


def test_prose_has_no_code_and_no_formulas():
    page = new_document("page")
    page += nodes.paragraph("", "", nodes.Text("Rates and "), nodes.math("", "x_{rate}"))
    page += nodes.literal_block("", "for rate in rates: pass")
    assert prose(page).split() == ["Rates", "and"]
