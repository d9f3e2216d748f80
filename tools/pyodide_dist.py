"""Assemble a folder with the part of Pyodide that live pages need, each file checked by SHA-256.

python tools/pyodide_dist.py FOLDER           downloads what FOLDER lacks from the pinned address
python tools/pyodide_dist.py FOLDER --verify  only checks what is there

Then `make book PYODIDE=FOLDER` builds a book that loads nothing from elsewhere, and
`NN_PYODIDE=FOLDER make test` tests the live pages without a network.
"""

import argparse
import hashlib
import json
import sys
import urllib.request
from pathlib import Path

from nnbook.live import CDN

# The core has no lock file of its own: these are the files of Pyodide 0.27.7.
CORE = {
    "pyodide.js": "b4cb23a53aba19c221659b9fb40a2f18281d685691dc06647fb0afd0681baf98",
    "pyodide.asm.js": "6b4c90de5b7172873f04f21884d0e9d2274e305fe32116558fe3e4fbe3618d51",
    "pyodide.asm.wasm": "a50dd1843f805a0b7c45b61037ee0d7b26dfe85efe0e18ef95a34ad24e401f5f",
    "python_stdlib.zip": "16611534726e5d8ac2bd8f926410b2dcb8d6f49aa24913463533b457a2115c16",
}
LOCK = "pyodide-lock.json"
VERSION = "0.27.7"
# What the runtime unpacks (book/nnbook/live/page/python.js).
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


def digest(data):
    """Return the SHA-256 of bytes."""
    return hashlib.sha256(data).hexdigest()


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
