"""Train the networks whose results `nnlib.search.digit_cells` holds, with their record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digit_cells.py

All 125 cells of `nnlib.models.CellNetwork`, five times with other seeds, some ten minutes of one
core. Each network sees 1,000 digits of 14 x 14 pixels for nine epochs, at a rate that falls
linearly to zero; another 1,000 training digits validate it, and the 2,000 test digits are measured
as well. The best cells of one table are partly the lucky ones: afterwards the twelve of them are
trained with twelve further seeds each.
"""

import json
import multiprocessing
import time
from pathlib import Path

import numpy as np

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import CellNetwork, all_cells

SEEDS, EPOCHS, BATCH, RATE = 5, (1, 3, 9), 25, 0.02
BEST, MORE_SEEDS = 12, 12
FOLDER = Path(__file__).parents[2] / "nnlib" / "search"


def digits():
    """Return 1,000 digits to learn, 1,000 to validate and 2,000 to test, 14 x 14 pixels."""
    data, order = nn.data.mnist(dtype=np.float32), np.random.default_rng(0).permutation(10_000)
    x, test = (
        a.reshape(-1, 14, 2, 14, 2).mean((2, 4)) for a in (data.x_train[order[:2000]], data.x_test)
    )
    y = data.y_train[order[:2000]]
    return (x[:1000], y[:1000]), (x[1000:], y[1000:]), (test, data.y_test)


def train(parts, cell, seed, stop=None):
    """Train one network. Return the right answers after some epochs, in validation and in test.

    Parameters
    ----------
    stop : int, optional
        The number of epochs after which to stop, as `train` of a shorter budget would.
    """
    (x, y), *held_out = parts
    rng = np.random.default_rng(seed)
    net = CellNetwork(cell, rng=rng)
    optimizer = optim.Adam(net.parameters(), lr=RATE)
    per_epoch = len(x) // BATCH
    right = np.zeros((2, len(EPOCHS)), np.uint16)
    for epoch in range(1, (stop or EPOCHS[-1]) + 1):
        net.train()
        for k, batch in enumerate(np.split(rng.permutation(len(x)), per_epoch)):
            optimizer.lr = RATE * (1 - ((epoch - 1) * per_epoch + k) / (EPOCHS[-1] * per_epoch))
            optimizer.zero_grad()
            F.cross_entropy(net(x[batch]), y[batch]).backward()
            optimizer.step()
        if epoch in EPOCHS:
            net.eval()
            with nn.no_grad():
                for row, (a, b) in zip(right, held_out, strict=True):
                    row[EPOCHS.index(epoch)] = (net(a).data.argmax(1) == b).sum()
    return right


def _all_of(cell):
    parts = digits()
    return np.array([train(parts, cell, seed) for seed in range(SEEDS)])


def _of_further_seeds(place):
    parts, cell = digits(), all_cells()[place]
    seeds = range(SEEDS, SEEDS + MORE_SEEDS)
    return [train(parts, cell, seed)[1, -1] for seed in seeds]


def train_best_again(test, pool):
    """Train the best cells with further seeds. Return their places, and the right test digits.

    Parameters
    ----------
    test : ndarray, shape (5, 5, 5, seeds, epochs)
        Right test digits of the table.
    pool : multiprocessing.Pool
    """
    places = (-test[..., -1].mean(-1).ravel().round(6)).argsort(kind="stable")[:BEST]
    right = np.array(pool.map(_of_further_seeds, places, chunksize=1), np.uint16)
    return np.stack(np.unravel_index(places, test.shape[:3]), 1).astype(np.uint8), right


def main():
    """Train everything and store it."""
    start, right = time.perf_counter(), []
    with multiprocessing.Pool(2) as pool:
        for k, part in enumerate(pool.imap(_all_of, all_cells())):
            right.append(part)
            print(f"{k + 1} cells: {time.perf_counter() - start:.0f} s", flush=True)
        right = np.stack(right).reshape(5, 5, 5, SEEDS, 2, len(EPOCHS))
        validation, test = right[..., 0, :], right[..., 1, :]
        best, again = train_best_again(test, pool)
    np.savez_compressed(
        FOLDER / "digit_cells.npz", validation=validation, test=test, best=best, again=again
    )
    record = {
        "seeds": SEEDS,
        "more_seeds": MORE_SEEDS,
        "epochs": EPOCHS,
        "batch": BATCH,
        "rate": RATE,
        "seconds": round(time.perf_counter() - start),
    }
    (FOLDER / "digit_cells.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
