"""Pyodide's files: where they come from, which of them a live page needs, and a smaller copy.

A book that brings its own Pyodide leaves out what no figure needs: tests, sample data, fonts that
are not used. A browser loads 2 MB less then than from the delivery network.
"""

import hashlib
import io
import json
import re
import zipfile
from pathlib import Path

VERSION = "0.27.7"
CDN = f"https://cdn.jsdelivr.net/pyodide/v{VERSION}/full/"
LOCK = "pyodide-lock.json"
# The core has no lock file of its own: these are the SHA-256 of its files.
CORE = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
# What the runtime unpacks. matplotlib also names fonttools, which only its PDF needs.
PACKAGES = {
    "numpy": "ebb61241d962b98b21597d7ce43b67668a6d5bab3acec4fbe958657320d7cd08",
    "matplotlib": "50d4641b32e84ecb0a2c271728d4be73b1e0a0f5f29aa7dd6ea280f888b91340",
    "contourpy": "f6ca0437a039c40691be53ff5bd3c9774868add8d5c2d032167495c6ff1f1c4b",
    "cycler": "e33687b4269fe3eda13c2d38006f9a5daa602c95f5c4f8d0576aff0717d001a6",
    "kiwisolver": "d7652d88b3390d9d1d0175d6c79da675b42bac2cd748cc9b5766a3235da4b762",
    "packaging": "fbf6a5ace596eb8e28fe0089ecfc0bca2eb3930563e9ca06acb98ea5302b99f7",
    "pillow": "43eab147a9355385a99eeac18fb577d4af2fe4bd0bbd23d3ba3ddb92e72c2815",
    "pyparsing": "9070866557845375d8180e9236021fdecb2b93be75a7c8de48841f1465133a60",
    "python-dateutil": "02811ea3714f6697d639c07dc5ec63f5774dc7a688e4e1cbbe9beb2f33c3e6c9",
    "six": "f61235bc3a15086f0369585e5071ae9ba0bd244a111d12b37f683862e6850c0a",
}
# Entries of the packages that are not unpacked; read by Python and by JavaScript.
UNUSED = r"/tests/|\.(?:pyi|afm|h|a|pxd|svg|c|rst)$|/sample_data/|\.dist-info/|/DejaVuSerif"
EPOCH = (1980, 1, 1, 0, 0, 0)  # equal input gives equal archives


def digest(data):
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


def is_address(source):
    """Say whether Pyodide comes from an address and not from a folder."""
    return source.startswith(("http://", "https://"))


def packed(files):
    """Return a zip archive of `files`, pairs of a name and bytes, with no date in it."""
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED, compresslevel=9) as archive:
        for name, data in sorted(files):
            archive.writestr(zipfile.ZipInfo(name, EPOCH), data, zipfile.ZIP_DEFLATED)
    return out.getvalue()


def reduced(wheel):
    """Return a wheel without the entries that are not unpacked."""
    with zipfile.ZipFile(io.BytesIO(wheel)) as archive:
        names = [name for name in archive.namelist() if not re.search(UNUSED, name)]
        return packed((name, archive.read(name)) for name in names if not name.endswith("/"))


def copy(source, goal):
    """Copy what live pages need from the folder of a distribution, packages reduced.

    Parameters
    ----------
    source, goal : path
        Folder of the distribution; folder in the book. What is there already stays, if it was made
        from the same files.

    Raises
    ------
    FileNotFoundError
        If the distribution lacks a file.
    """
    source, goal = Path(source), Path(goal)
    lock = json.loads((source / LOCK).read_text(encoding="utf-8"))
    entries = {name: lock["packages"][name] for name in PACKAGES}
    made_from = {e["file_name"]: e["sha256"] for e in entries.values()}
    made_from |= {name: (source / name).stat().st_size for name in CORE}
    made_from["unused"] = UNUSED
    record = goal / "made_from.json"
    if record.is_file() and json.loads(record.read_text(encoding="utf-8")) == made_from:
        return
    goal.mkdir(parents=True, exist_ok=True)
    for name in CORE:
        (goal / name).write_bytes((source / name).read_bytes())
    for entry in entries.values():
        wheel = reduced((source / entry["file_name"]).read_bytes())
        (goal / entry["file_name"]).write_bytes(wheel)
        entry["sha256"] = digest(wheel)
    (goal / LOCK).write_text(json.dumps(lock | {"packages": entries}), encoding="utf-8")
    record.write_text(json.dumps(made_from), encoding="utf-8")
