"""The recorder: numbers worked out by hand, runs that break, and runs that must not notice it."""

import math

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import data, models, optim
from nnlib.training.diagnostics import Recorder, update_ratio

RNG = np.random.default_rng(0)
X = RNG.standard_normal((24, 3))
Y = (X[:, :2] > 0).sum(1)


def network(activation=nn.ReLU, seed=0):
    return models.MLP([3, 5, 4, 3], activation, rng=seed, dtype=np.float64)


def train(model, recorder=None, lr=0.1, epochs=2, loss=F.cross_entropy, targets=Y, x=X, **options):
    loader = data.DataLoader((x, targets), 8)
    optimizer = optim.SGD(model.parameters(), lr=lr)
    return nn.fit(model, loader, loss, optimizer, epochs=epochs, recorder=recorder, **options)


def test_numbers_are_those_of_a_loop_written_out():
    model, other, recorder = network(), network(), Recorder()
    train(model, recorder)
    optimizer = optim.SGD(other.parameters(), lr=0.1)
    for step in range(6):
        x, y = X[step % 3 * 8 :][:8], Y[step % 3 * 8 :][:8]
        optimizer.zero_grad()
        hidden = other[:2](x)
        out = other(x)
        loss = F.cross_entropy(out, y)
        loss.backward()
        p = F.softmax(out).data
        assert recorder.loss[step] == pytest.approx(loss.item())
        assert recorder.accuracy[step] == (out.data.argmax(1) == y).mean()
        assert recorder.confidence[step] == pytest.approx(p.max(1).mean())
        assert (recorder.predicted[step] == np.bincount(out.data.argmax(1), minlength=3)).all()
        assert (recorder.target[step] == np.bincount(y, minlength=3)).all()
        assert recorder.mean["1"][step] == pytest.approx(hidden.data.mean())
        assert recorder.std["1"][step] == pytest.approx(hidden.data.std())
        assert recorder.dead["1"][step] == (hidden.data == 0).all(0).mean()
        assert math.isnan(recorder.dead["0"][step])
        assert math.isnan(recorder.saturated["1"][step])
        both = np.append(other[2].weight.grad.ravel(), other[2].bias.grad)
        assert recorder.gradient_norm["2"][step] == pytest.approx(np.linalg.norm(both))
        before = other.state_dict()
        optimizer.step()
        ratio = np.hypot(
            *(np.linalg.norm(p.data - before[f"4.{k}"]) for k, p in other[4].named_parameters())
        ) / np.hypot(*(np.linalg.norm(before[f"4.{k}"]) for k in ("weight", "bias")))
        assert recorder.update_ratio["4"][step] == pytest.approx(ratio)
        assert set(update_ratio(other, before)) == set(before)
    assert recorder.steps == list(range(6))
    assert recorder.taken == 6
    assert recorder.rate == [0.1] * 6
    assert recorder.activations == ["1", "3"]
    assert list(recorder.gradient_norm) == ["0", "2", "4"]
    assert repr(recorder) == "Recorder(6 steps, 5 layers)"


def test_training_does_not_notice():
    plain, watched = network(), network()
    history = train(plain)
    assert train(watched, Recorder()).series == history.series
    assert train(network(), Recorder(4)).series == history.series
    for p, q in zip(plain.parameters(), watched.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)
    assert not watched[0]._hooks[1]  # the hooks are gone


def test_every_tenth_step_and_a_second_fit():
    recorder, model = Recorder(4), network()
    train(model, recorder, epochs=2)
    train(model, recorder, epochs=1)
    assert recorder.steps == [0, 4, 8]
    assert recorder.taken == 9
    lists = [recorder.loss, recorder.rate, recorder.update_ratio["0"], recorder.std["3"]]
    assert [len(v) for v in lists] == [3] * 4
    assert [taken for taken, _ in recorder.epochs] == [3, 6, 9]


def test_validation_is_noted_by_epochs_and_is_not_training():
    recorder = Recorder()
    history = train(network(), recorder, validation=[(X[:8], Y[:8])], metrics={"a": nn.accuracy})
    assert [e["val_loss"] for _, e in recorder.epochs] == history["val_loss"]
    assert [e["a"] for _, e in recorder.epochs] == history["a"]
    assert len(recorder.mean["0"]) == 6


def steps(recorder, model, inputs, between=lambda: None):
    """Take one recorded step for each of the inputs."""
    optimizer = optim.SGD(model.parameters(), lr=0.1)
    with recorder.watching(model, optimizer):
        for x in inputs:
            optimizer.zero_grad()
            loss = F.cross_entropy(out := model(x), Y)
            loss.backward()
            between()
            with recorder.step(loss, out, Y):
                optimizer.step()


def test_a_look_without_gradients_is_not_training():
    recorder, model = Recorder(), network()

    def look():
        with nn.no_grad():
            model(100 * X)

    steps(recorder, model, [X], look)
    assert recorder.std["0"][0] < 5


def test_a_layer_that_is_not_always_called_has_gaps():
    class Sometimes(nn.Module):
        def __init__(self):
            self.main, self.side = network(), nn.Linear(3, 3, rng=1, dtype=np.float64)

        def forward(self, x):
            out = self.main(x)
            return out + self.side(x) if x[0, 0] > 0 else out

    recorder = Recorder()
    steps(recorder, Sometimes(), [-abs(X), abs(X), -abs(X), abs(X)])
    assert [math.isnan(v) for v in recorder.std["side"]] == [True, False, True, False]
    assert [math.isnan(v) for v in recorder.gradient_norm["side"]] == [True, False, True, False]
    assert len(recorder.std["main.1"]) == 4


def test_schedules_and_groups_show_in_the_rate():
    recorder, model = Recorder(), network()
    optimizer = optim.SGD(
        [{"params": model[0].parameters()}, {"params": model[2].parameters(), "lr": 0.5}], lr=0.1
    )
    with recorder.watching(model, optimizer):
        for _ in range(2):
            loss = F.cross_entropy(out := model(X), Y)
            loss.backward()
            with recorder.step(loss, out, Y):
                optimizer.step()
            optimizer.lr = 0.01
    assert math.isnan(recorder.rate[0])
    assert recorder.rate[1] == 0.01
    assert recorder.update_ratio["4"] == [0, 0]  # the optimizer does not have this layer


def test_layers_without_gradients_have_none():
    recorder, model = Recorder(), network()
    for p in model[0].parameters():
        p.requires_grad = False
    optimizer = optim.SGD([p for p in model.parameters() if p.requires_grad], lr=0.1)
    with recorder.watching(model, optimizer):
        loss = F.cross_entropy(out := model(X), Y)
        loss.backward()
        with recorder.step(loss, out, Y):
            optimizer.step()
    assert math.isnan(recorder.gradient_norm["0"][0])
    assert recorder.gradient_norm["2"][0] > 0


def test_saturated_tanh_and_dead_relu():
    model, recorder = network(nn.Tanh), Recorder()
    model[0].weight.data *= 1e4
    train(model, recorder, epochs=1)
    assert recorder.saturated["1"][0] > 0.99
    model, recorder = network(), Recorder()
    model[0].bias.data[:4] = -1e3  # four of five units
    train(model, recorder, epochs=1)
    assert recorder.dead["1"][0] == pytest.approx(0.8, abs=0.21)
    assert recorder.dead["1"][0] >= 0.8


def test_regression_notes_means_and_spreads():
    recorder, model = Recorder(), models.MLP([3, 4, 1], rng=0, dtype=np.float64)
    target = X[:, :1] * 2 + 1
    train(model, recorder, loss=F.mse_loss, targets=target, lr=0.01)
    assert recorder.target_mean[0] == pytest.approx(target[:8].mean())
    assert recorder.target_std[0] == pytest.approx(target[:8].std())
    assert math.isfinite(recorder.output_std[0])
    assert math.isnan(recorder.accuracy[0])
    assert len(recorder.predicted[0]) == 0


def test_a_broken_run_leaves_the_recorder_whole():
    recorder, model = Recorder(), network()
    broken = X.copy()
    broken[17] = np.nan  # in the third batch
    with pytest.raises(FloatingPointError, match="batch 2"):
        train(model, recorder, x=broken)
    assert recorder.broken.step == 2
    assert recorder.broken.layer == "0"
    assert "batch 2" in recorder.broken.error
    assert recorder.steps == [0, 1]
    assert len(recorder.update_ratio["0"]) == len(recorder.std["0"]) == 2
    assert repr(recorder) == "Recorder(2 steps, 5 layers, broken at step 2)"
    train(network(), recorder)  # and it can be used again
    assert recorder.broken is None
    assert recorder.taken == 8


def test_the_first_layer_that_breaks_is_named():
    model, recorder = network(), Recorder()
    model[2].weight.data[0, 0] = np.inf
    with pytest.raises(FloatingPointError), np.errstate(all="ignore"):
        train(model, recorder)
    assert recorder.broken == (0, recorder.broken.error, "2")


def test_other_errors_pass_and_are_no_break():
    recorder, model = Recorder(), network()
    with pytest.raises(ZeroDivisionError), recorder.watching(model, optim.SGD(model.parameters())):
        _ = 1 / 0
    assert recorder.broken is None
    assert not model[0]._hooks[1]


def test_convolutions_recurrent_layers_and_their_units():
    images = RNG.standard_normal((8, 1, 6, 6))
    model = nn.Sequential(
        nn.Conv2d(1, 4, 3, rng=0, dtype=np.float64),
        nn.ReLU(),
        nn.Flatten(),
        nn.Linear(64, 3, rng=0, dtype=np.float64),
    )
    model[0].bias.data[0] = -1e3  # one channel of four
    recorder = Recorder()
    train(model, recorder, x=np.tile(images, (3, 1, 1, 1)), epochs=1)
    assert recorder.dead["1"][0] == 0.25

    class Last(nn.Module):
        def __init__(self):
            self.lstm = nn.LSTM(3, 3, rng=0).double()

        def forward(self, x):
            return self.lstm(x)[0][:, -1]

    recorder = Recorder()
    train(Last(), recorder, x=np.repeat(X[:, None], 4, 1), epochs=1)
    assert list(recorder.std) == ["lstm"]
    assert recorder.gradient_norm["lstm"][0] > 0


def test_targets_to_be_ignored_are_not_counted():
    recorder, y = Recorder(), Y.copy()
    y[:4] = -100
    train(network(), recorder, targets=y, epochs=1)
    assert recorder.target[0].sum() == 4


@pytest.mark.parametrize("every", [0, -1, 1.5, True, "2"])
def test_every_is_a_whole_number(every):
    with pytest.raises(ValueError, match="every must be a whole number"):
        Recorder(every)


def test_what_does_not_fit_is_said():
    model, recorder = network(), Recorder()
    loss = F.cross_entropy(out := model(X), Y)
    with pytest.raises(RuntimeError, match="belongs inside"), recorder.step(loss, out, Y):
        pass
    optimizer = optim.SGD(model.parameters())
    with (
        recorder.watching(model, optimizer),
        pytest.raises(RuntimeError, match="already"),
        recorder.watching(model, optimizer),
    ):
        pass
