"""Train the supernets whose choices `nnlib.search.digit_supernets` holds, with their record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digit_supernets.py

DARTS on the digits of digit_cells.py, first order, second order and three times as long, and, for
comparison, supernets that train one cell drawn at random in each step. Ten seeds each, some six
minutes of one core. Afterwards every cell is tried with the weights that it finds there.
"""

import json
import multiprocessing
import time

import numpy as np
from digit_cells import BATCH, FOLDER, RATE, digits

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import CELL_OPERATIONS, SuperNetwork, all_cells
from nnlib.search import darts

SEEDS = 10
KINDS = {  # epochs, ξ
    "first": (9, 0.0),
    "second": (9, RATE),
    "long": (27, 0.0),
    "sampled": (27, None),
}
ALPHA_RATE = 0.01
ONE_HOT = {
    name: row for name, row in zip(CELL_OPERATIONS, np.eye(5, dtype=np.float32), strict=True)
}


def mixture(cell):
    """Return the mixture, zeros and ones, that is one cell."""
    return np.stack([ONE_HOT[name] for name in cell])


def train_sampled(network, train, epochs, rng):
    """Train a supernet by one cell drawn at random in each step, the weights shared."""
    x, y = train
    optimizer, steps = optim.Adam(network.parameters(), lr=RATE), len(x) // BATCH
    cells = all_cells()
    network.train()
    for epoch in range(epochs):
        for k, batch in enumerate(np.split(rng.permutation(len(x)), steps)):
            optimizer.lr = RATE * (1 - (epoch * steps + k) / (epochs * steps))
            optimizer.zero_grad()
            mix = mixture(cells[rng.integers(len(cells))])
            F.cross_entropy(network(x[batch], mix), y[batch]).backward()
            optimizer.step()


def train(parts, kind, seed):
    """Train one supernet. Return α by epochs, and right answers: mixed, and of every cell.

    Batch normalisation takes the statistics of the validation digits themselves, so that a cell is
    not measured by those of the mixture.
    """
    (x, y), validation, _ = parts
    epochs, xi = KINDS[kind]
    network, rng = SuperNetwork(rng=seed), np.random.default_rng(seed)
    path = np.zeros((epochs + 1, 3, 5), np.float32)
    if xi is None:
        train_sampled(network, (x, y), epochs, rng)
    else:
        path = darts(
            network,
            (x, y),
            validation,
            epochs=epochs,
            batch=BATCH,
            lr=RATE,
            alpha_lr=ALPHA_RATE,
            xi=xi,
            rng=rng,
        )

    def right(mix):
        with nn.no_grad():
            return (network(validation[0], mix).data.argmax(1) == validation[1]).sum()

    mixed = right(F.softmax(nn.Tensor(path[-1]), 1))
    return path, mixed, [right(mixture(cell)) for cell in all_cells()]


def _one(job):
    return train(digits(), *job)


def main():
    """Train all and store them."""
    start, stored = time.perf_counter(), {}
    with multiprocessing.Pool(2) as pool:
        for kind in KINDS:
            runs = pool.map(_one, [(kind, seed) for seed in range(SEEDS)], chunksize=1)
            path, mixed, cells = zip(*runs, strict=True)
            if kind != "sampled":
                stored[f"{kind}_alpha"] = np.array(path, np.float32)
                stored[f"{kind}_mixed"] = np.array(mixed, np.uint16)
            stored[f"{kind}_cells"] = np.array(cells, np.uint16).reshape(SEEDS, 5, 5, 5)
            print(f"{kind}: {time.perf_counter() - start:.0f} s", flush=True)
    np.savez_compressed(FOLDER / "digit_supernets.npz", **stored)
    record = {
        "seeds": SEEDS,
        "kinds": {kind: {"epochs": epochs, "xi": xi} for kind, (epochs, xi) in KINDS.items()},
        "rate": RATE,
        "alpha_rate": ALPHA_RATE,
        "batch": BATCH,
        "seconds": round(time.perf_counter() - start),
    }
    (FOLDER / "digit_supernets.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
