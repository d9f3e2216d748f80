"""Early stopping: when it stops, what it keeps, and inside `fit`."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import optim


def run(values, **settings):
    """Show the values one after the other; the weight is the number of the epoch."""
    model, history = nn.Linear(1, 1, dtype=np.float64), nn.History()
    stop = nn.EarlyStopping(model, **settings)
    for epoch, value in enumerate(values, 1):
        model.weight.data[...] = epoch
        history.append(val_loss=value)
        if stop(epoch, history):
            break
    return stop, epoch, model


def test_waits_as_long_as_its_patience_and_keeps_the_best():
    stop, last, model = run([5, 3, 4, 2, 6, 7, 8, 1], patience=3)
    assert (last, stop.best_epoch, stop.best) == (7, 4, 2)  # the 1 comes too late
    stop.restore()
    assert model.weight.item() == 4


def test_an_equal_value_is_no_improvement_and_neither_is_nan():
    assert run([2, 2, 2, 1], patience=2)[1] == 3
    assert run([float("nan")] * 5, patience=2)[1] == 2


def test_larger_may_be_better():
    stop, last, _ = run([0.5, 0.7, 0.6, 0.6], patience=2, larger=True)
    assert (last, stop.best_epoch, stop.best) == (4, 2, 0.7)


def test_ends_fit():
    x = np.random.default_rng(0).standard_normal((20, 3))
    y = np.arange(20) % 2  # nothing can be learned
    model = nn.Linear(3, 2, rng=0, dtype=np.float64)
    stop = nn.EarlyStopping(model, patience=4)
    held_out = [(x[10:], y[10:])]
    history = nn.fit(
        model,
        [(x[:10], y[:10])],
        F.cross_entropy,
        optim.SGD(model.parameters(), lr=1.0),
        epochs=500,
        validation=held_out,
        on_epoch=stop,
    )
    assert len(history) == stop.best_epoch + 4 < 500
    stop.restore()
    restored = nn.evaluate(model, held_out, F.cross_entropy)["loss"]
    assert restored == pytest.approx(min(history["val_loss"]))


def test_refuses():
    model = nn.Linear(1, 1)
    with pytest.raises(ValueError, match="patience"):
        nn.EarlyStopping(model, patience=0)
    with pytest.raises(RuntimeError, match="no epoch"):
        nn.EarlyStopping(model).restore()
    with pytest.raises(KeyError, match="val_loss"):
        nn.EarlyStopping(model)(1, nn.History())
