"""What a live page makes of IPython's commands: a sentence or an answer, and nothing else."""

import importlib.util
from pathlib import Path

import pytest
from nnbook import live

spec = importlib.util.spec_from_file_location(
    "commands", Path(live.SOURCES, "kernel", "commands.py")
)
commands = importlib.util.module_from_spec(spec)
spec.loader.exec_module(commands)


def run(code):
    """Run a cell's code as the kernel does."""
    names = {
        commands.CALL: lambda line: commands.command(line, names),
        "__builtins__": __builtins__,
    }
    names["__builtins__"] = __import__("builtins")
    exec(commands.translate(code), names)
    return names


@pytest.mark.parametrize(
    "code",
    [
        "x = (17\n% 5)",
        "x = 17 \\\n% 5 \\\n - 0",
        "text = '''\n%timeit\n!ls\nwhat?\n'''\nx = 2",
        "x = [\n  17\n  % 5,\n][0]",
        "# what?\nx = 2  # why?",
    ],
)
def test_lines_within_an_expression_or_a_string_are_left_alone(code):
    assert commands.translate(code) == code
    assert run(code)["x"] == 2


@pytest.mark.parametrize(
    ("code", "text"),
    [
        ("x = 1\n%timeit x", "%timeit is a command of Jupyter.*perf_counter"),
        ("!ls -l", "'!ls -l' is a command for a shell"),
        ("%pip install scipy", "nothing can be installed here: a page has NumPy"),
        ("!pip install scipy", "nothing can be installed"),
        ("for k in range(2):\n    %run other.py\n    print(k)", "%run is a command of Jupyter"),
        ("\n%%bash\nfor f in *; do echo $f; done", "%%bash is a command of Jupyter"),
    ],
)
def test_what_a_page_has_not_says_so(code, text):
    with pytest.raises(commands.NotInAPage, match=text):
        run(code)


def test_what_needs_nothing_is_passed_over():
    assert run("%matplotlib inline\n%config X.y = 1\nx = 3")["x"] == 3


def test_the_line_of_an_error_is_that_of_the_reader():
    assert commands.translate("a = 1\n%time a\nb").split("\n")[2] == "b"


def test_a_question_is_answered(capsys):
    run("def f(a, b=2):\n    'Add two.'\n\n\nf?\n?f\nf.missing??\nlen?")
    said = capsys.readouterr().out
    assert said.count("f(a, b=2)\n\nAdd two.") == 2
    assert "f.missing is not defined." in said
    assert "Return the number of items" in said


def test_input_does_not_wait():
    with pytest.raises(commands.NotInAPage, match="write the value into the cell"):
        commands.no_input("your name? ")
