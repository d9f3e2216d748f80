"""The training loop: what it does in which order, what it remembers, when it stops."""

import io
import sys

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import data, optim
from nnlib.training.fit import History, accuracy, evaluate, fit

X, Y = data.blobs(40, rng=0, std=0.5)
X = X.astype(np.float32)


def setting(lr=0.1, batch=8):
    model = nn.Linear(2, 2, rng=0)
    return (
        model,
        data.DataLoader((X, Y), batch, shuffle=True, rng=1),
        F.cross_entropy,
        optim.SGD(model.parameters(), lr=lr),
    )


class Modes(nn.Module):
    """Remembers in which mode and under which recording it was called."""

    def __init__(self):
        self.layer, self.calls = nn.Linear(2, 2, rng=0), []

    def forward(self, x):
        self.calls.append((self.training, nn.is_grad_enabled()))
        return self.layer(x)


@pytest.mark.equation(17)
def test_mean_loss_of_a_loader_is_the_empirical_risk():
    """Whatever the batches: 40 examples in batches of 12 leave a last one of 4."""
    model = nn.Linear(2, 2, rng=0)
    risk = np.mean([F.cross_entropy(model(X[i : i + 1]), Y[i : i + 1]).item() for i in range(40)])
    for batch in (1, 12, 40):
        found = evaluate(model, data.DataLoader((X, Y), batch), F.cross_entropy)["loss"]
        assert found == pytest.approx(risk, rel=1e-6)


def test_fit_is_the_loop_written_out():
    model, loader, loss, optimizer = setting()
    history = fit(model, loader, loss, optimizer, epochs=3, metrics={"accuracy": accuracy})
    again, loader, loss, optimizer = setting()
    for epoch in range(3):
        total = right = 0.0
        for x, y in loader:
            optimizer.zero_grad()
            out = again(x)
            value = loss(out, y)
            value.backward()
            optimizer.step()
            total += value.item() * len(x)
            right += (out.data.argmax(1) == y).sum()
        assert history["loss"][epoch] == pytest.approx(total / 40, rel=1e-12)
        assert history["accuracy"][epoch] == pytest.approx(right / 40)
    for p, q in zip(model.parameters(), again.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)
    assert len(history) == 3
    assert history["loss"][2] < history["loss"][0]


def test_small_last_batches_count_by_their_size():
    model, _, loss, _ = setting()
    whole = loss(model(X), Y).item()
    for size in (7, 40, 100):
        found = evaluate(model, data.DataLoader((X, Y), size), loss, {"accuracy": accuracy})
        assert found["loss"] == pytest.approx(whole, rel=1e-5)
        assert found["accuracy"] == pytest.approx(accuracy(model(X), Y))
    frozen = fit(*setting(lr=0.0, batch=7), epochs=1)
    assert frozen["loss"][0] == pytest.approx(whole, rel=1e-5)


def test_validation_is_recorded_and_changes_nothing():
    model = Modes()
    loader = data.DataLoader((X, Y), 20)
    held_out = data.DataLoader((X[:10] + 1, Y[:10]), 10)
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    history = fit(
        model,
        loader,
        F.cross_entropy,
        optimizer,
        epochs=2,
        validation=held_out,
        metrics={"accuracy": accuracy},
    )
    assert sorted(history.series) == ["accuracy", "loss", "val_accuracy", "val_loss"]
    assert model.calls == [(True, True), (True, True), (False, False)] * 2
    assert model.training
    assert history["val_loss"][-1] == pytest.approx(
        F.cross_entropy(model.layer(X[:10] + 1), Y[:10]).item(), rel=1e-6
    )


def test_evaluate_restores_the_mode_even_after_an_error():
    model = Modes()
    evaluate(model, [(X, Y)], F.cross_entropy)
    assert model.calls == [(False, False)]
    assert model.training
    model.eval()
    evaluate(model, [(X, Y)], F.cross_entropy)
    assert not model.training
    model.train()
    with pytest.raises(ValueError, match="class numbers"):
        evaluate(model, [(X, Y + 5)], F.cross_entropy)
    assert model.training
    assert nn.is_grad_enabled()


def test_fit_turns_training_on():
    model = Modes()
    model.eval()
    fit(model, [(X, Y)], F.cross_entropy, optim.SGD(model.parameters()), epochs=1)
    assert model.calls == [(True, True)]


def test_on_epoch_sees_the_history_and_stops():
    seen = []

    def stop(epoch, history):
        seen.append((epoch, len(history), history["loss"][-1]))
        return epoch == 2

    history = fit(*setting(), epochs=10, on_epoch=stop)
    assert [s[:2] for s in seen] == [(1, 1), (2, 2)]
    assert len(history) == 2
    assert [s[2] for s in seen] == history["loss"]


@pytest.mark.parametrize("bad", [np.nan, np.inf])
def test_a_loss_that_is_no_number_is_an_error_at_once(bad):
    model, _, loss, optimizer = setting()
    before = [p.data.copy() for p in model.parameters()]
    x = X[:4].copy()
    x[2, 1] = bad

    def batches():
        yield x, Y[:4]

    with (
        np.errstate(invalid="ignore"),
        pytest.raises(FloatingPointError, match="loss is nan in epoch 1, batch 0: the learning"),
    ):
        fit(model, batches(), loss, optimizer, epochs=1)
    for p, q in zip(model.parameters(), before, strict=True):
        assert np.array_equal(p.data, q)  # the step was not made


def test_place_of_the_error_is_named():
    def loss(out, y):
        return F.mse_loss(out, np.full(out.shape, np.nan if y[0] == 2 else 0, out.dtype))

    model = nn.Linear(2, 1, rng=0)
    loader = [(X[:3], [0]), (X[:3], [1]), (X[:3], [2])]
    with pytest.raises(FloatingPointError, match="epoch 1, batch 2"):
        fit(model, loader, loss, optim.SGD(model.parameters()), epochs=1)


def test_settings_that_train_nothing_are_refused():
    model, _, loss, optimizer = setting()
    with pytest.raises(ValueError, match="epochs must be at least 1, got 0"):
        fit(model, [(X, Y)], loss, optimizer, epochs=0)
    none = data.DataLoader((X, Y), 64, drop_last=True)
    with pytest.raises(ValueError, match="no batch in epoch 1"):
        fit(model, none, loss, optimizer, epochs=1)
    with pytest.raises(ValueError, match="no batch: there is nothing to evaluate"):
        evaluate(model, none, loss)


# -- the progress bar -------------------------------------------------------------------------


class Terminal(io.StringIO):
    """A stream that says it is a terminal."""

    def isatty(self):
        return True


def test_bar_shows_epochs_and_numbers(monkeypatch):
    monkeypatch.setattr(sys, "stderr", Terminal())
    fit(*setting(), epochs=3, progress=True)
    shown = sys.stderr.getvalue()
    assert "/3" in shown
    assert "loss=" in shown


def test_bar_comes_by_itself_only_in_a_terminal(monkeypatch):
    for stream, expected in ((Terminal(), True), (io.StringIO(), False)):
        monkeypatch.setattr(sys, "stderr", stream)
        fit(*setting(), epochs=1)
        assert bool(stream.getvalue()) == expected
    monkeypatch.setattr(sys, "stderr", Terminal())
    fit(*setting(), epochs=1, progress=False)
    assert sys.stderr.getvalue() == ""
    monkeypatch.setattr(sys, "stderr", None)  # as under pythonw
    fit(*setting(), epochs=1)


def test_bar_without_tqdm_says_what_to_install(monkeypatch):
    monkeypatch.setitem(sys.modules, "tqdm", None)
    monkeypatch.setitem(sys.modules, "tqdm.auto", None)
    with pytest.raises(ImportError, match="needs the package tqdm: pip install tqdm"):
        fit(*setting(), epochs=1, progress=True)
    fit(*setting(), epochs=1, progress=False)  # without the bar it is not missed


# -- what is remembered -----------------------------------------------------------------------


def test_history():
    history = History()
    assert len(history) == 0
    assert "loss" not in history
    history.append(loss=np.float32(0.5), accuracy=1)
    history.append(loss=0.25)
    assert history["loss"] == [0.5, 0.25]
    assert all(type(v) is float for v in history["loss"] + history["accuracy"])
    assert "loss" in history
    assert len(history) == 2
    assert repr(history) == "History(2 epochs; last: loss 0.25, accuracy 1)"
    with pytest.raises(KeyError, match=r"'val_loss' was not recorded; .*\['accuracy', 'loss'\]"):
        history["val_loss"]


def test_accuracy():
    logits = np.array([[1.0, 2], [3, 1], [0, 1], [5, 4]])
    assert accuracy(logits, [1, 0, 0, 1]) == 0.5
    assert accuracy(nn.Tensor(logits), np.array([1, 0, 1, 0])) == 1.0
    with pytest.raises(ValueError, match=r"outputs \(4, 2\) and targets \(3,\)"):
        accuracy(logits, [1, 0, 1])


def test_a_network_learns_xor():
    x, y = data.logic_gate("xor")
    model = nn.Sequential(nn.Linear(2, 8, rng=0), nn.Tanh(), nn.Linear(8, 2, rng=1))
    history = fit(
        model,
        [(x.astype(np.float32), y)],
        F.cross_entropy,
        optim.Adam(model.parameters(), lr=0.05),
        epochs=200,
        metrics={"accuracy": accuracy},
    )
    assert history["accuracy"][-1] == 1
    assert history["loss"][-1] < 0.05
