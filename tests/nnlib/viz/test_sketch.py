"""The control that is drawn: what it hands to the figure, its sliders, and what it refuses."""

import json

import numpy as np
import pytest

pytest.importorskip("matplotlib")
import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from nnlib.viz import Sketch, explore

CURVES = {"a hill": [0, 1, 0], "a slope": np.array([0.1, 0.2, 0.3], np.float32)}
SEEN = []


def draw(curve, n=2):
    SEEN.append(curve)
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.plot(curve)
    ax.set_ylim(0, 1)
    return fig, f"The heights add up to {sum(curve):.2f}."


def explorer(spec=None, **options):
    options = {"n": (1, 3, 1)} | options
    return explore(draw, title="Draw", curve=spec or Sketch(CURVES), **options)


def test_frames_show_the_given_curves(monkeypatch):
    monkeypatch.setenv("NNLIB_FRAMES", "1")
    data, metadata = explorer()._repr_mimebundle_()
    told = metadata["explorer"]
    assert told["sketch"] is True
    assert told["kind"] == "choice"
    assert [f["label"] for f in told["frames"]] == ["a hill", "a slope"]
    assert told["frames"][1]["text"].endswith("curve = a slope, n = 2: The heights add up to 0.60.")
    assert json.loads(json.dumps(told))["frames"][0]["value"] == [0, 1, 0]
    assert data["text/plain"].endswith("curve = a hill, n = 2: The heights add up to 1.00.")
    other = explorer(main="n")._repr_mimebundle_()[1]["explorer"]
    assert "sketch" not in other
    assert other["others"] == [["curve", "a hill"]]


def test_the_figure_gets_plain_numbers():
    made = explorer()
    made.picture({"curve": made.controls["curve"].values[1], "n": 1})
    assert type(SEEN[-1]) is tuple
    assert [type(h) for h in SEEN[-1]] == [float] * 3


def test_a_curve_of_ones_own_is_called_so():
    text = explorer().picture({"curve": (0.5, 0.5, 0.5), "n": 1})[2]
    assert text == "curve = your own, n = 1: The heights add up to 1.50."


def test_sliders_and_menu_move_each_other():
    made = explorer()
    _, box, _, image, _ = made.widget().children
    menu, row = box.children
    assert [s.value for s in row.children] == [0, 1, 0]
    assert [s.tooltip for s in row.children] == [
        "height at 0",
        "height at 0.5",
        "height at 1",
    ]
    row.children[2].value = 0.4
    assert menu.value == "your own"
    assert box.value == SEEN[-1] == (0, 1, 0.4)
    assert "curve = your own, n = 2: The heights add up to 1.40." in image.value
    before = len(SEEN)
    menu.value = "a slope"
    np.testing.assert_allclose([s.value for s in row.children], CURVES["a slope"], rtol=1e-6)
    assert len(SEEN) == before + 1  # one picture, not one for every slider
    assert menu.value == "a slope"
    row.children[0].value = 0.9
    menu.value = "a hill"
    assert box.value == (0, 1, 0)


@pytest.mark.parametrize(
    ("spec", "message"),
    [
        (Sketch({}), "needs curves"),
        (Sketch({"a": [0, 1], "b": [0, 1, 0]}), "all of one length"),
        (Sketch({"a": [[0, 1]]}), "needs curves"),
        (Sketch({"a": [1]}), "at least two heights, got 1"),
        (Sketch({"a": [0, 2]}), "curve leaves the heights 0 to 1"),
        (Sketch({"a": [0, np.nan]}), "leaves the heights"),
        (Sketch({"a": [0, 1]}, low=1), "low < high"),
        (Sketch({"a": [0, 1]}, left=1), "left < right"),
        (Sketch({"a": [0, 1]}, step=0), "step > 0"),
    ],
)
def test_sketches_that_do_not_fit(spec, message):
    with pytest.raises(ValueError, match=message):
        explorer(spec)
