"""The order of the pages follows from the plan and the notebooks, and says when it is stale."""

import pytest

from tools import toc


def test_the_table_of_contents_agrees_with_the_plan():
    assert toc.main(["--check"]) == 0, f"_toc.yml is stale: run {toc.COMMAND}"


@pytest.fixture
def root(tmp_path, monkeypatch):
    monkeypatch.setattr(toc.plans, "load", lambda root: None)
    monkeypatch.setattr(toc, "table", lambda plan: "new\n")
    (tmp_path / "_toc.yml").write_text("old\n")
    return tmp_path


def test_checking_writes_nothing_and_names_the_command(root, capsys):
    assert toc.main(["--check"], root) == 1
    assert toc.COMMAND in capsys.readouterr().err
    assert (root / "_toc.yml").read_text() == "old\n"


def test_it_is_written_once(root, capsys):
    assert toc.main([], root) == 0
    assert (root / "_toc.yml").read_text() == "new\n"
    assert "written" in capsys.readouterr().out
    assert toc.main([], root) == 0
    assert capsys.readouterr().out == ""
