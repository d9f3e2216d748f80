"""Objectives that another process can import."""

import math
import os
import signal
import time

import numpy as np

from nnlib import search

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
