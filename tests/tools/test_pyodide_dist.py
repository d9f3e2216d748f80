"""The tool that gathers Pyodide's files takes no file that differs from the recorded one."""

import json

import pytest

from tools import pyodide_dist


def lock(**changes):
    """Return a lock file as the tool expects it, with changes to its packages."""
    packages = {
        name: {"sha256": sha, "file_name": f"{name}.whl"}
        for name, sha in pyodide_dist.PACKAGES.items()
    }
    return {"info": {"version": pyodide_dist.VERSION}, "packages": packages | changes}


def test_the_lock_names_all_files():
    wanted = pyodide_dist.files(lock())
    assert wanted["numpy.whl"] == pyodide_dist.PACKAGES["numpy"]
    assert wanted["pyodide.js"] == pyodide_dist.CORE["pyodide.js"]
    assert len(wanted) == len(pyodide_dist.PACKAGES) + len(pyodide_dist.CORE)


def test_another_version_or_another_file_is_refused():
    other = lock()
    other["info"]["version"] = "0.0"
    with pytest.raises(ValueError, match=r"Pyodide 0\.0, expected"):
        pyodide_dist.files(other)
    with pytest.raises(ValueError, match="another numpy"):
        pyodide_dist.files(lock(numpy={"sha256": "0", "file_name": "numpy.whl"}))


def test_missing_and_changed_files_are_named(tmp_path):
    wanted = {"a": pyodide_dist.digest(b"a"), "b": pyodide_dist.digest(b"b"), "c": "0"}
    (tmp_path / "a").write_bytes(b"a")
    (tmp_path / "b").write_bytes(b"changed")
    assert pyodide_dist.wrong(tmp_path, wanted) == [
        "b is not the file that was recorded",
        "c is missing",
    ]


def test_verifying_an_incomplete_folder_fails_and_downloads_nothing(tmp_path, monkeypatch):
    monkeypatch.setattr(pyodide_dist, "download", lambda *_: pytest.fail("it downloads"))
    (tmp_path / pyodide_dist.LOCK).write_text(json.dumps(lock()))
    with pytest.raises(SystemExit, match=r"pyodide\.js is missing"):
        pyodide_dist.main([str(tmp_path), "--verify"])
