"""Objectives that another process can import."""

import math
import os
import signal
import time

import numpy as np

import nnlib as nn
from nnlib import data, optim, search

SPACE = search.Space(
    rate=search.LogUniform(1e-4, 1.0),
    width=search.Integer(8, 256, log=True),
    dropout=search.Uniform(0, 0.5),
    activation=search.Choice("relu", "tanh"),
)


def bowl(trial):
    """A bowl with noise from the trial's own seed."""
    noise = np.random.default_rng(trial.seed).normal()
    return (math.log10(trial["rate"]) + 2) ** 2 + trial["dropout"] + 0.01 * noise


def slow_bowl(trial):
    """The bowl; of two trials the first takes longer, so that they end out of order."""
    time.sleep(0.02 if trial.number % 2 == 0 else 0.001)
    return bowl(trial)


def killed(trial):
    """The bowl, but trial 3 kills the worker that runs it."""
    if trial.number == 3:
        os.kill(os.getpid(), signal.SIGKILL)
    return bowl(trial)


def network(trial):
    """Train a small network; validation after every epoch switches recording off and on."""
    rng = np.random.default_rng(trial.seed)
    x = rng.normal(size=(64, 2)).astype(np.float32)
    y = (x.prod(1) > 0).astype(int)
    width = trial["width"]
    model = nn.Sequential(nn.Linear(2, width, rng=rng), nn.Tanh(), nn.Linear(width, 2, rng=rng))
    history = nn.fit(
        model,
        data.DataLoader((x, y), batch_size=8, shuffle=True, rng=rng),
        nn.CrossEntropyLoss(),
        optim.SGD(model.parameters(), lr=trial["rate"]),
        epochs=4,
        validation=[(x, y)],
    )
    return history["val_loss"][-1]


class Log:
    """The bowl, slowly; its trials write a line when they have ended.

    The trial that is `stuck` says so in a file when it runs for the first time, and then waits to
    be killed.
    """

    def __init__(self, folder, stuck=None):
        self.folder, self.stuck = folder, stuck

    def __call__(self, trial):
        waiting = self.folder / "waiting"
        if trial.number == self.stuck and not waiting.exists():
            (self.folder / "new").write_text(str(os.getpid()))
            (self.folder / "new").rename(waiting)  # a reader sees the whole file or none
            time.sleep(60)
        time.sleep(0.02)
        value = bowl(trial)
        with open(self.folder / "log", "a") as log:
            log.write(f"{trial.number} {os.getpid()}\n")
        return value
