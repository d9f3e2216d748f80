"""A build server that would leave out the live pages fails, unless it was told to."""

import sys

import pytest
import yaml

from tools import prove


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "pyodide.js").touch()
    return str(tmp_path)


@pytest.mark.parametrize("named", [{}, {"NN_PYODIDE": ""}, {"NN_PYODIDE": "/nowhere"}])
def test_a_build_server_without_pyodide_fails(named, monkeypatch):
    for name in ("NN_PYODIDE", "NO_PYODIDE", "NO_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in ({"CI": "true"} | named).items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys, "argv", ["prove.py"])
    monkeypatch.setattr(prove, "run", lambda commands: pytest.fail("it runs all the same"))
    with pytest.raises(SystemExit, match="or set NO_PYODIDE=1"):
        prove.main()


@pytest.mark.parametrize(
    "environment",
    [
        {"CI": "true", "NO_PYODIDE": "1"},
        {"CI": "true", "NO_BROWSER": "1"},
        {"CI": "false"},
        {},
    ],
)
def test_who_says_so_or_works_at_home_proves_the_rest(environment, monkeypatch):
    for name in ("CI", "NN_PYODIDE", "NO_PYODIDE", "NO_BROWSER"):
        monkeypatch.delenv(name, raising=False)
    for name, value in environment.items():
        monkeypatch.setenv(name, value)
    ran = []
    monkeypatch.setattr(sys, "argv", ["prove.py", "browser"])
    monkeypatch.setattr(prove, "run", lambda commands: ran.append(commands) or True)
    assert prove.main() == 0
    assert len(ran) == ("NO_BROWSER" not in environment)


def test_a_build_server_with_pyodide_proves_all(folder):
    assert prove.unproved({"CI": "true", "NN_PYODIDE": folder}) is None


def test_the_workflow_gathers_pyodide_before_it_proves():
    text = (prove.ROOT / ".github/workflows/book.yml").read_text(encoding="utf-8")
    steps = yaml.safe_load(text)["jobs"]["test"]["steps"]
    said = [step.get("run", "") + step.get("with", {}).get("path", "") for step in steps]
    gather = next(i for i, s in enumerate(said) if "pyodide_dist.py ~/.cache/nn-pyodide" in s)
    assert "NN_PYODIDE=$HOME/.cache/nn-pyodide" in said[gather]
    assert "~/.cache/nn-pyodide" in said[:gather]
    assert gather < said.index("bash .ci/run")
