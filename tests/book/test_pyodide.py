"""A book that brings its own Pyodide brings only what live pages need, and nothing by halves."""

import io
import json
import zipfile

import pytest
from nnbook import pyodide


def wheel(**files):
    return pyodide.packed((name.replace("__", "/") + ".py", data) for name, data in files.items())


@pytest.fixture
def folder(tmp_path):
    """Return a small distribution, with a package that no page needs."""
    made = tmp_path / "distribution"
    made.mkdir()
    for name in pyodide.CORE:
        (made / name).write_bytes(name.encode())
    packages = {}
    for name in [*pyodide.PACKAGES, "fonttools"]:
        data = wheel(pkg__core=name.encode() * 50, pkg__tests__test_core=bytes(range(256)))
        (made / f"{name}.whl").write_bytes(data)
        packages[name] = {"file_name": f"{name}.whl", "sha256": pyodide.digest(data)}
    (made / pyodide.LOCK).write_text(json.dumps({"info": {"version": "x"}, "packages": packages}))
    return made


def test_the_copy_is_smaller_and_its_lock_agrees(folder, tmp_path):
    goal = tmp_path / "book" / "pyodide"
    pyodide.copy(folder, goal)
    lock = json.loads((goal / pyodide.LOCK).read_text())
    assert set(lock["packages"]) == set(pyodide.PACKAGES)
    assert lock["info"] == {"version": "x"}
    for name, entry in lock["packages"].items():
        data = (goal / entry["file_name"]).read_bytes()
        assert pyodide.digest(data) == entry["sha256"]
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            assert archive.namelist() == ["pkg/core.py"]
            assert archive.read("pkg/core.py") == name.encode() * 50
    for name in pyodide.CORE:
        assert (goal / name).read_bytes() == name.encode()
    assert not (goal / "fonttools.whl").exists()


def test_a_copy_is_made_again_only_when_the_distribution_changed(folder, tmp_path):
    goal = tmp_path / "pyodide"
    pyodide.copy(folder, goal)
    (goal / "six.whl").write_bytes(b"kept")
    pyodide.copy(folder, goal)
    assert (goal / "six.whl").read_bytes() == b"kept"
    (folder / "pyodide.js").write_bytes(b"another version")
    pyodide.copy(folder, goal)
    assert (goal / "pyodide.js").read_bytes() == b"another version"
    assert (goal / "six.whl").read_bytes() != b"kept"


def test_a_distribution_that_lacks_a_file_is_refused(folder, tmp_path):
    (folder / "numpy.whl").unlink()
    with pytest.raises(FileNotFoundError, match=r"numpy\.whl"):
        pyodide.copy(folder, tmp_path / "pyodide")
    assert not (tmp_path / "pyodide" / "made_from.json").exists()
