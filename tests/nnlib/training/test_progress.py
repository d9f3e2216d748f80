"""The progress bar: in a terminal, where it is asked for, and nowhere else."""

import sys

import pytest

from nnlib.training.progress import progress_bar


@pytest.mark.parametrize(
    ("terminal", "show", "shown"),
    [(True, None, True), (False, None, False), (True, False, False), (False, True, True)],
)
def test_the_bar_shows_in_a_terminal_or_where_it_is_wanted(
    terminal, show, shown, monkeypatch, capsys
):
    monkeypatch.setattr(sys.stderr, "isatty", lambda: terminal, raising=False)
    with progress_bar(3, "trial", show) as bar:
        bar.update(2)
        bar.set_postfix({"best": 0.5})
        bar.update()
    assert ("2/3" in capsys.readouterr().err) == shown


def test_a_program_without_stderr_has_no_bar(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with progress_bar(3, "trial") as bar:
        bar.update()
