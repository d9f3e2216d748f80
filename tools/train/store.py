"""Where a training script puts its weights: beside the networks, with the record of the run."""

import hashlib
import json
from pathlib import Path

import numpy as np

import nnlib as nn

MODELS = Path(nn.models.__file__).parent
LARGEST = 1_000_000  # bytes: a page of the book fetches them


def store(name, model, record, folder=MODELS):
    """Write NAME.npz, the weights in half precision, and NAME.json, what is known of the run."""
    state = {key: np.float16(value) for key, value in model.state_dict().items()}
    path = folder / f"{name}.npz"
    nn.save(state, path)
    if path.stat().st_size > LARGEST:
        raise ValueError(f"{path.name} has {path.stat().st_size:,} bytes, more than {LARGEST:,}")
    record = {**record, "sha256": hashlib.sha256(path.read_bytes()).hexdigest()}
    text = json.dumps(record, indent=1, ensure_ascii=False)
    (folder / f"{name}.json").write_text(text + "\n", encoding="utf-8")
