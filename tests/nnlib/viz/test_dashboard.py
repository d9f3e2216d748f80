"""The dashboard: what it draws are the recorder's numbers, of runs that end well and of others."""

import contextlib
import math

import numpy as np
import pytest

pytest.importorskip("matplotlib")
import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

import nnlib as nn
import nnlib.functional as F
from nnlib import viz
from nnlib.training.diagnostics import Recorder

X = np.random.default_rng(0).standard_normal((24, 3))
Y = (X[:, :2] > 0).sum(1)


def run(x=X, y=Y, loss=F.cross_entropy, outputs=3, activation=nn.ReLU, every=1, lr=0.1):
    recorder = Recorder(every)
    model = nn.models.MLP([3, 5, 4, outputs], activation, rng=0, dtype=np.float64)
    loader, optimizer = nn.data.DataLoader((x, y), 8), nn.optim.SGD(model.parameters(), lr=lr)
    with contextlib.suppress(FloatingPointError):
        nn.fit(
            model, loader, loss, optimizer, epochs=2, recorder=recorder, validation=[(X[:8], y[:8])]
        )
    return recorder


def drawn(recorder, **options):
    fig, sentence = viz.dashboard_figure(recorder, **options)
    fig.canvas.draw()
    panels = {ax.get_title(loc="left") or ax.get_title(): ax for ax in fig.axes}
    plt.close(fig)
    return panels, sentence


def test_lines_are_the_recorders_numbers():
    recorder = run()
    panels, sentence = drawn(recorder)
    steps, training, validation, guesses = panels["Loss"].lines
    np.testing.assert_allclose(steps.get_ydata(), recorder.loss)
    np.testing.assert_allclose(training.get_ydata(), [e["loss"] for _, e in recorder.epochs])
    np.testing.assert_allclose(validation.get_ydata(), [e["val_loss"] for _, e in recorder.epochs])
    assert list(training.get_xdata()) == [3, 6]
    assert guesses.get_ydata()[0] == pytest.approx(math.log(3))
    lines = [line.get_ydata() for line in panels["Gradient norm (first layer light)"].lines]
    lines = [line for line in lines if len(line) == 6]
    np.testing.assert_allclose(lines, [recorder.gradient_norm[n] for n in "024"])
    heights = [bar.get_height() for bar in panels["Predictions ▮, targets ◆"].patches]
    np.testing.assert_allclose(heights, np.sum(recorder.predicted, 0) / 48)
    shares = [line.get_ydata() for line in panels["share dead"].lines]
    np.testing.assert_allclose(shares, [recorder.dead[n] for n in "13"])
    assert f"from {recorder.loss[0]:.3g} to {recorder.loss[-1]:.3g}" in sentence
    assert "Broken" not in sentence
    assert sentence.endswith(".")


def test_layers_get_darker_from_input_to_output():
    panels, _ = drawn(run())
    lines = [a for a in panels["update / weights"].lines if len(a.get_xdata()) == 6]
    grey = [np.dot(mpl.colors.to_rgb(line.get_color()), (0.3, 0.6, 0.1)) for line in lines]
    assert grey == sorted(grey, reverse=True)


def test_a_broken_run_is_drawn_up_to_the_break():
    x = X.copy()
    x[17] = np.nan
    recorder = run(x)
    panels, sentence = drawn(recorder)
    assert sentence.startswith("Broken at step 2; the first layer that is not finite is '0'.")
    assert list(panels["Loss"].lines[0].get_xdata()) == [0, 1]
    assert panels["Loss"].lines[-1].get_xdata()[0] == 2  # the dotted line


def test_broken_at_the_first_step():
    panels, sentence = drawn(run(np.full_like(X, np.nan)))
    assert sentence.startswith("Broken at step 0")
    assert len(panels) == 7


def test_a_loop_that_goes_on_through_nan():
    recorder = Recorder()
    model = nn.models.MLP([3, 4, 3], rng=0, dtype=np.float64)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    with recorder.watching(model, optimizer), np.errstate(all="ignore"):
        for k in range(4):
            loss = F.cross_entropy(out := model(X), Y) * (np.nan if k > 1 else 1.0)
            loss.backward()
            with recorder.step(loss, out, Y):
                optimizer.step()
    _, sentence = drawn(recorder)
    assert sentence.startswith("Broken at step 2")


def test_gradients_of_zero_are_dots_on_the_edge():
    recorder = run()
    recorder.gradient_norm["0"] = [0.0] * 6
    ax = drawn(recorder)[0]["Gradient norm (first layer light)"]
    assert ax.get_yscale() == "log"
    dots = [line for line in ax.lines if line.get_marker() == "."]
    assert [len(line.get_xdata()) for line in dots] == [6, 0, 0]


def test_a_narrow_logarithmic_axis_has_a_number():
    recorder = run()
    for values in recorder.gradient_norm.values():
        values[:] = np.linspace(0.2, 0.8, len(values))  # between two powers of ten
    panels, _ = drawn(recorder)
    (axis,) = (ax for title, ax in panels.items() if title.startswith("Gradient norm"))
    low, high = axis.get_ylim()
    assert any(low <= tick <= high for tick in axis.get_yticks())


def test_saturation_of_tanh():
    panels, sentence = drawn(run(activation=nn.Tanh, x=X * 100))
    assert "share saturated" in panels
    assert "hare saturated" in sentence


def test_no_activation_modules():
    recorder = Recorder()
    model = nn.Linear(3, 3, rng=0, dtype=np.float64)
    optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    nn.fit(model, [(X, Y)], F.cross_entropy, optimizer, epochs=1, recorder=recorder)
    panels, sentence = drawn(recorder)
    assert "share dead or saturated" in panels
    assert "model" in sentence


def test_regression():
    recorder = run(y=X[:, :1] + 2, loss=F.mse_loss, outputs=1, lr=0.01)
    panels, sentence = drawn(recorder, baseline=1.0, title="A regression")
    outputs, targets = panels["Predictions: mean (targets dashed)"].lines
    np.testing.assert_allclose(outputs.get_ydata(), recorder.output_mean)
    np.testing.assert_allclose(targets.get_ydata(), recorder.target_mean)
    assert "std of outputs" in sentence
    assert [line.get_ydata()[0] for line in panels["Loss"].lines][-1] == 1.0


def test_a_wide_loss_gets_a_logarithmic_axis():
    assert drawn(run())[0]["Loss"].get_yscale() == "linear"
    assert drawn(run(x=X * 1e4, lr=1e-9))[0]["Loss"].get_yscale() == "log"


def test_the_picture_carries_the_sentence():
    recorder = run(every=2)
    picture = viz.dashboard(recorder, title="A run")
    assert picture.alt == viz.dashboard_figure(recorder)[1]
    assert picture.size == (660, 600)
    plt.close("all")


def test_nothing_recorded():
    with pytest.raises(ValueError, match="nothing was recorded"):
        viz.dashboard(Recorder())
