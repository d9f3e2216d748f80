"""The repairs to what theme and extensions write, each on the smallest piece that needs it."""

from bs4 import BeautifulSoup
from docutils import nodes
from docutils.utils import new_document
from nnbook.code_weight import drop_terminal_colours, lighten
from nnbook.repairs import name_folds, number_doubled_ids


def test_code_keeps_its_text_and_its_colours():
    block = (
        '<span class="n">out</span><div class="highlight"><pre><span></span>'
        '<span class="n">x</span><span class="w"> </span><span class="o">=</span>'
        '<span class="w"> </span><span class="mi">1</span></pre></div>'
    )
    light = lighten(block)
    assert light == (
        '<span class="n">out</span><div class="highlight"><pre><span></span>'
        'x <span class="o">=</span> <span class="mi">1</span></pre></div>'
    )
    assert BeautifulSoup(light, "html.parser").text == BeautifulSoup(block, "html.parser").text


def test_only_the_colours_of_a_terminal_are_dropped():
    css = "a{color: red}\ndiv.highlight .-Color[class*=-C9] { color: #f00 }\n.cell{margin: 0}"
    assert drop_terminal_colours(css) == "a{color: red}\n.cell{margin: 0}"


def test_exercises_and_proofs_get_ids_of_their_own():
    document = new_document("page")
    names = ["exercise-content", "proof-content", "exercise-content", "mine"]
    document += [nodes.section(ids=[name]) for name in names]
    document += [nodes.admonition(ids=["proof"]), nodes.admonition(ids=["proof"])]
    number_doubled_ids(document)
    found = [node["ids"][0] for node in document]
    assert found[:4] == ["exercise-content-1", "proof-content-1", "exercise-content-2", "mine"]
    assert found[4:] == ["proof-1", "proof-2"]


def test_a_fold_is_named_after_its_part():
    tree = '<li><a href="x">2 History</a><details><summary><i></i></summary></details></li>'
    soup = name_folds(BeautifulSoup(tree, "html.parser"))
    assert soup.summary["aria-label"] == "Chapters of 2 History"
