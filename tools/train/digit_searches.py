"""Train the networks whose results `nnlib.search.digit_table` holds, with their record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digit_searches.py

Every combination of the hyperparameters below, three times with other seeds: 28,800 trainings,
ten minutes on two cores. Each network 196-width-10 sees 500 digits of 14 x 14 pixels for up to
27 epochs; another 1,000 training digits validate it, and the 2,000 test digits are measured as
well.
"""

import itertools
import json
import multiprocessing
import time
from pathlib import Path

import numpy as np

import nnlib as nn
import nnlib.functional as F
from nnlib import optim

LEVELS = {
    "rate": [float(f"{10 ** (k / 4):.3g}") for k in range(-12, 4)],  # 0.001 to 5.62
    "momentum": [0.0, 0.5, 0.8, 0.9, 0.95],
    "decay": [1e-5, 1e-4, 1e-3, 1e-2, 1e-1],
    "dropout": [0.0, 0.2, 0.4, 0.6],
    "width": [4, 8, 16, 32, 64, 128],
}
SEEDS, EPOCHS, BATCH = 3, (1, 3, 9, 27), 50
DIVERGED = 65535  # stands for the errors of a network whose loss was no longer finite
FOLDER = Path(__file__).parents[2] / "nnlib" / "search"


def digits():
    """Return 500 digits to learn, 1,000 to validate and 2,000 to test, in rows of 196 pixels."""
    data, order = nn.data.mnist(dtype=np.float32), np.random.default_rng(0).permutation(10_000)
    x, test = (
        a.reshape(-1, 14, 2, 14, 2).mean((2, 4)).reshape(-1, 196)
        for a in (data.x_train[order[:1500]], data.x_test)
    )
    y = data.y_train[order[:1500]]
    return (x[:500], y[:500]), (x[500:], y[500:]), (test, data.y_test)


def train(parts, seed, *, rate, momentum, decay, dropout, width, epochs=EPOCHS):
    """Train one network. Return the wrong answers after some epochs, in validation and in test."""
    (x, y), *held_out = parts
    rng = np.random.default_rng(seed)
    net = nn.Sequential(
        nn.Linear(196, width, rng=rng),
        nn.ReLU(),
        nn.Dropout(dropout, rng=rng),
        nn.Linear(width, 10, rng=rng),
    )
    optimizer = optim.SGD(net.parameters(), lr=rate, momentum=momentum, weight_decay=decay)
    wrong = np.full((2, len(epochs)), DIVERGED, np.uint16)
    for epoch in range(1, epochs[-1] + 1):
        net.train()
        for batch in np.split(rng.permutation(len(x)), len(x) // BATCH):
            optimizer.zero_grad()
            loss = F.cross_entropy(net(x[batch]), y[batch])
            if not np.isfinite(loss.data):
                return wrong
            loss.backward()
            optimizer.step()
        if epoch in epochs:
            net.eval()
            with nn.no_grad():
                for row, (a, b) in zip(wrong, held_out, strict=True):
                    row[epochs.index(epoch)] = (net(a).data.argmax(1) != b).sum()
    return wrong


def _all_of(rate):
    """Results of everything that has this rate: (M, D, P, W, SEEDS, 2, EPOCHS)."""
    np.seterr(all="ignore")
    parts, rest = digits(), list(LEVELS)[1:]
    shape = [len(LEVELS[name]) for name in rest]
    results = [
        [train(parts, s, rate=rate, **dict(zip(rest, v, strict=True))) for s in range(SEEDS)]
        for v in itertools.product(*(LEVELS[name] for name in rest))
    ]
    return np.array(results, np.uint16).reshape(*shape, SEEDS, 2, len(EPOCHS))


def main():
    """Train everything and store it."""
    start = time.perf_counter()
    with multiprocessing.Pool(2) as pool:
        parts = []
        for rate, part in zip(LEVELS["rate"], pool.imap(_all_of, LEVELS["rate"]), strict=True):
            parts.append(part)
            print(f"rate {rate}: {time.perf_counter() - start:.0f} s", flush=True)
    wrong = np.stack(parts)
    np.savez_compressed(
        FOLDER / "digit_table.npz",
        validation=wrong[..., 0, :],
        test=wrong[..., 1, -1],
    )
    record = {
        "levels": LEVELS,
        "seeds": SEEDS,
        "epochs": EPOCHS,
        "seconds": round(time.perf_counter() - start),
    }
    (FOLDER / "digit_table.json").write_text(json.dumps(record, indent=1) + "\n")


if __name__ == "__main__":
    main()
