"""What the training scripts share: the text they read, and where they put weights and record."""

import hashlib
import json
from pathlib import Path

import numpy as np

import nnlib as nn
from nnlib.data import shakespeare

MODELS = Path(nn.models.__file__).parent
LARGEST = 1_000_000  # bytes: a page of the book fetches them


def characters(share=0.9):
    """Return the alphabet of Shakespeare's text, and the text as places in it, cut in two.

    Parameters
    ----------
    share : float
        Part of the text that comes first, to be trained on.
    """
    text = shakespeare()
    alphabet = "".join(sorted(set(text)))
    place = {character: i for i, character in enumerate(alphabet)}
    tokens = np.array([place[character] for character in text])
    return alphabet, *np.split(tokens, [int(share * len(tokens))])


def store(name, model, arguments, folder=MODELS, **run):
    """Write NAME.npz, the weights in half precision, and NAME.json, what is known of the run.

    Parameters
    ----------
    name : str
        Of the script and of its files.
    model : Module
    arguments : dict
        With which the class of the model makes it.
    run : dict
        What else the record shall hold: alphabet, seed, steps, seconds, losses.
    """
    state = {key: np.float16(value) for key, value in model.state_dict().items()}
    path = folder / f"{name}.npz"
    nn.save(state, path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    record = {
        "network": type(model).__name__,
        "arguments": arguments,
        "trained_by": f"tools/train/{name}.py",
        **run,
        "sha256": hashlib.sha256(path.read_bytes()).hexdigest(),
    }
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
