"""Assemble a folder with the part of Pyodide that live pages need, each file checked by SHA-256.

python tools/pyodide_dist.py FOLDER           downloads what FOLDER lacks from the pinned address
python tools/pyodide_dist.py FOLDER --verify  only checks what is there

Then `make book PYODIDE=FOLDER` builds a book that loads nothing from elsewhere, and
`NN_PYODIDE=FOLDER make test` tests the live pages without a network.
"""

import argparse
import json
import sys
import urllib.request
from pathlib import Path

from nnbook.pyodide import CDN, CORE, LOCK, PACKAGES, VERSION, digest


def files(lock):
    """Return the SHA-256 of each needed file by its name.

    Parameters
    ----------
    lock : dict
        Pyodide's lock file, which must agree with what this program expects.

    Raises
    ------
    ValueError
        If the lock is that of another version, or names another file for a package.
    """
    version = lock["info"]["version"]
    if version != VERSION:
        raise ValueError(f"the lock file is that of Pyodide {version}, expected {VERSION}")
    found = dict(CORE)
    for name, expected in PACKAGES.items():
        entry = lock["packages"][name]
        if entry["sha256"] != expected:
            raise ValueError(f"the lock file names another {name} than expected")
        found[entry["file_name"]] = expected
    return found


def wrong(folder, wanted):
    """Return what is wrong in a folder: a sentence for each file that is missing or differs."""
    said = []
    for name, expected in wanted.items():
        path = Path(folder) / name
        if not path.is_file():
            said.append(f"{name} is missing")
        elif digest(path.read_bytes()) != expected:
            said.append(f"{name} is not the file that was recorded")
    return said


def download(name, folder):
    """Fetch one file of the distribution."""
    print(f"fetching {name}", flush=True)
    with urllib.request.urlopen(CDN + name) as answer:
        data = answer.read()
    (Path(folder) / name).write_bytes(data)


def main(arguments=None):
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("folder", type=Path)
    parser.add_argument("--verify", action="store_true", help="download nothing")
    options = parser.parse_args(arguments)
    options.folder.mkdir(parents=True, exist_ok=True)
    lock = options.folder / LOCK
    if not lock.is_file():
        if options.verify:
            sys.exit(f"{LOCK} is missing")
        download(LOCK, options.folder)
    try:
        wanted = files(json.loads(lock.read_text(encoding="utf-8")))
    except ValueError as error:
        sys.exit(str(error))
    if not options.verify:
        for name in wanted:
            if wrong(options.folder, {name: wanted[name]}):
                download(name, options.folder)
    if said := wrong(options.folder, wanted):
        sys.exit("\n".join(said))
    size = sum((options.folder / name).stat().st_size for name in wanted)
    print(f"{len(wanted)} files are as recorded, {size / 1e6:.1f} MB")


if __name__ == "__main__":
    main()
