"""The normal form of notebooks, and that each rule finds what it forbids."""

import nbformat
import pytest
from nbformat.v4 import new_code_cell, new_markdown_cell, new_notebook, new_output

from tools.normal_form import WIDGET, dumps, faults, normalised, torn_formulas


def stream(text, name="stdout"):
    return new_output("stream", name=name, text=text)


def shown(data, **metadata):
    return new_output("display_data", data=data, metadata=metadata)


def cell(*outputs, source="1", count=1, tags=()):
    made = new_code_cell(source, outputs=list(outputs), execution_count=count)
    made.metadata.tags = list(tags)
    return made


def notebook(*cells):
    return new_notebook(cells=list(cells))


def test_same_content_gives_the_same_bytes():
    a = notebook(new_markdown_cell("# Title \n\ntext\n\n"), cell(stream("1\n")))
    b = notebook(new_markdown_cell("# Title\n\ntext"), cell(stream("1"), stream("\n")))
    b.metadata.widgets = {"state": {}}
    b.metadata.kernelspec = {"name": "mine", "display_name": "Mine"}
    b.cells[1].metadata.execution = {"iopub.execute_input": "2020-01-01"}
    b.cells[1].metadata.collapsed = True
    assert a.cells[0].id != b.cells[0].id
    assert dumps(a) == dumps(b)


def test_normal_form_is_kept_by_normalising():
    once = dumps(notebook(new_markdown_cell("x"), cell(stream("1"), tags=["live"])))
    again = nbformat.reads(once, as_version=4)
    assert dumps(again) == once
    assert normalised(again).cells[1].metadata == {"tags": ["live"]}


@pytest.mark.parametrize(
    ("tags", "hidden"),
    [
        (["hide-input", "check"], {"source_hidden": True}),
        (["solution", "hide-cell"], {"source_hidden": True, "outputs_hidden": True}),
        (["hide-output"], {"outputs_hidden": True}),
        (["live"], None),
    ],
)
def test_jupyterlab_collapses_what_the_book_collapses(tags, hidden):
    made = cell(stream("1"), tags=tags)
    made.metadata.jupyter = {"source_hidden": True, "outputs_hidden": True}  # by a reader's hand
    found = normalised(notebook(made)).cells[0].metadata
    assert found == ({"tags": tags, "jupyter": hidden} if hidden else {"tags": tags})


def test_ids_stay_when_another_cell_comes():
    few = normalised(notebook(cell(source="a = 1"), cell(source="b = 2")))
    more = normalised(notebook(cell(source="a = 1"), cell(source="c = 3"), cell(source="b = 2")))
    assert [c.id for c in few.cells] == [more.cells[0].id, more.cells[2].id]


def test_equal_cells_have_different_ids():
    made = normalised(notebook(cell(source="a"), cell(source="a"), new_markdown_cell("a")))
    assert len({c.id for c in made.cells}) == 3
    nbformat.validate(made)


def test_widgets_leave_the_outputs():
    view = shown({WIDGET: {"model_id": "1"}, "text/plain": "Explorer"})
    made = normalised(notebook(cell(view, shown({WIDGET: {"model_id": "2"}}))))
    assert [dict(o.data) for o in made.cells[0].outputs] == [{"text/plain": "Explorer"}]


def test_text_of_outputs_is_left_as_it_is():
    made = normalised(notebook(cell(stream("a  \n\n"))))
    assert made.cells[0].outputs[0].text == "a  \n\n"


def test_good_notebook_has_no_faults():
    frames = [{"value": v, "label": "", "text": "", "data": ""} for v in (0, 1)]
    good = notebook(
        cell(stream("precision/recall, 3/4 and/or a/b; 0x1F; https://example.org/a/b"), count=1),
        cell(shown({"text/html": "<b>1</b>", "text/plain": "1"}), count=2),
        cell(
            shown({"image/png": "", "text/plain": "Figure"}, **{"image/png": {"alt": "a" * 20}}),
            count=3,
        ),
        cell(
            shown({"image/png": "", "text/plain": 'Explorer "x"'}, explorer={"frames": frames}),
            count=4,
        ),
        cell(
            new_output("error", ename="ValueError", evalue="no", traceback=[]),
            count=5,
            tags=["raises-exception"],
        ),
    )
    assert faults(good) == []


@pytest.mark.parametrize(
    ("bad", "rule"),
    [
        (cell(count=None), "executed"),
        (cell(count=2), "executed"),
        (cell(new_output("error", ename="E", evalue="", traceback=[])), "no_errors"),
        (cell(stream("careful", "stderr")), "no_stderr"),
        (cell(stream("in /home/ada/book/x.py")), "no_paths"),
        (cell(stream("~/x")), "no_paths"),
        (cell(stream(r"C:\Users\ada")), "no_paths"),
        (cell(shown({"text/html": 'see "/usr/lib/x"'})), "no_paths"),
        (cell(shown({"text/plain": "<object at 0x7f3a5c0012d0>"})), "no_addresses"),
        (cell(shown({"text/plain": 'Explorer "x" of w.'})), "explorers_have_frames"),
        (cell(shown({"image/png": "", "text/plain": "Figure"})), "pictures_have_words"),
    ],
)
def test_fault_is_found(bad, rule):
    found = faults(notebook(bad))
    assert [message.split(":")[0] for message in found] == [rule]


@pytest.mark.parametrize(
    ("text", "torn"),
    [
        ("gives $z = 6x\n- 2$, which", ["- 2$, which"]),
        ("a unit $max(0, wx\n+ b)$ with", ["+ b)$ with"]),
        ("first $x$\n- an item with $y$\n- another", []),
        ("it costs \\$5\n- an item", []),
        ("$$\nx\n- y\n$$", []),
        ("```python\nx = '$'\n- 3\n```", []),
        ("open $x\n\n- an item", []),
    ],
)
def test_torn_formulas_are_found(text, torn):
    assert torn_formulas(text) == torn
