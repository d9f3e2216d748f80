"""nnlib as a package: under a name of its own, whole, and never confused with another's nnlib."""

import re
import subprocess
import sys
import tomllib

from conftest import ROOT
from nnbook import live

OWN = ("pip install nnlib", "nnlib[")  # what an installer would take for the other package


def test_installers_know_nnlib_by_one_name():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    assert project["name"] == live.DISTRIBUTION != "nnlib"
    name, _ = live.nnlib_wheel()
    assert name.startswith(project["name"].replace("-", "_") + "-")


def test_nothing_leads_to_the_package_that_others_call_nnlib():
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True)
    found = [
        (name, word)
        for name in listed.stdout.split()
        if re.search(r"\.(md|py|toml|txt|ipynb|js|yml|cff|html)$|Makefile", name)
        for word in OWN
        if word in (ROOT / name).read_text(encoding="utf-8") and name != "tests/book/test_wheel.py"
    ]
    assert listed.returncode == 0
    assert found == []


def test_the_whole_wheel_brings_the_data(tmp_path):
    name, wheel = live.nnlib_wheel(data=True)
    assert (name, wheel) == live.nnlib_wheel(data=True)
    (tmp_path / name).write_bytes(wheel)
    target = str(tmp_path / "site")
    pip = [sys.executable, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index"]
    subprocess.run([*pip, "--target", target, str(tmp_path / name)], check=True)
    program = (
        "from nnlib import data, models; data.mnist(), data.shakespeare(); "
        "models.pretrained('shakespeare_gpt'); print(data.__file__)"
    )
    done = subprocess.run(
        [sys.executable, "-I", "-c", f"import sys; sys.path.insert(0, {target!r}); {program}"],
        capture_output=True,
        text=True,
        check=True,
    )
    assert done.stdout.startswith(target)
