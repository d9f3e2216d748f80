"""A proof that leaves out the live pages says so; one that hangs ends."""

import subprocess
import sys
import tomllib

import pytest
import yaml

from tools import prove

SETTINGS = tomllib.loads((prove.ROOT / "pyproject.toml").read_text(encoding="utf-8"))
METHOD = SETTINGS["tool"]["pytest"]["ini_options"]["timeout_method"]


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


def test_a_command_that_hangs_is_ended_and_has_failed(monkeypatch, capsys):
    monkeypatch.setattr(prove, "LONGEST", 0.3)
    assert not prove.run([[sys.executable, "-c", "import time; time.sleep(60)"]])
    assert "ended after 0.3 s" in capsys.readouterr().out


HANGS = """
import time
from pathlib import Path

BEEN = Path(__file__).with_name("been")

def count(name):
    with BEEN.open("a") as file:
        file.write(name + " ")

def test_hangs_once():
    count("hangs")
    if BEEN.read_text().count("hangs") == 1:
        time.sleep(60)

def test_fails():
    count("fails")
    assert False
"""


def test_in_the_browser_what_hangs_is_tried_once_more_and_what_fails_is_not(tmp_path):
    (tmp_path / "test_two.py").write_text(HANGS)
    limits = ["-o", "timeout=2", "-o", f"timeout_method={METHOD}"]
    config = ["-c", tmp_path / "pytest.ini", "-p", "no:cacheprovider"]
    (tmp_path / "pytest.ini").write_text("[pytest]\n")
    done = subprocess.run(
        [*prove.BROWSING, *config, *limits, tmp_path], capture_output=True, text=True
    )
    assert "1 failed, 1 passed, 1 rerun" in done.stdout
    assert sorted((tmp_path / "been").read_text().split()) == ["fails", "hangs", "hangs"]
