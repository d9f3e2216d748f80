"""Explorers: what they hand to Jupyter and to the book, and what they refuse."""

import base64
import io
import json
import re

import numpy as np
import pytest

pytest.importorskip("matplotlib")
import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from PIL import Image

from nnlib.viz import Play, explore
from nnlib.viz.explore import MOST_FRAMES

SEEN = []


def draw(a, kind="line", grid=False):
    SEEN.append((a, kind, grid))
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.plot([0, 1], [0, a], "-" if kind == "line" else "--")
    ax.set_ylim(-5, 5)
    ax.grid(grid)
    return fig, f"A {kind} that\n  ends at {a}."


def figure():
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.plot([0, 1])
    return fig


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


@pytest.fixture
def frames(monkeypatch):
    monkeypatch.setenv("NNLIB_FRAMES", "1")


@pytest.fixture
def alive(monkeypatch):
    monkeypatch.delenv("NNLIB_FRAMES", raising=False)


def explorer(**options):
    options = {"a": (-2, 2, 1), "kind": ["line", "dash"], "grid": True} | options
    return explore(draw, title="Lines", labels={"a": "slope"}, **options)


@pytest.mark.usefixtures("frames")
def test_bundle_with_frames():
    data, metadata = explorer()._repr_mimebundle_()
    sentence = "slope = 0, kind = line, grid = yes: A line that ends at 0."
    assert data.keys() == {"text/plain", "image/png"}
    assert data["text/plain"] == f'Explorer "Lines" of slope, kind, grid. {sentence}'
    assert metadata["image/png"] == {"width": 200, "height": 100, "alt": sentence}
    told = metadata["explorer"]
    assert {k: v for k, v in told.items() if k != "frames"} == {
        "title": "Lines",
        "main": "a",
        "label": "slope",
        "kind": "slider",
        "range": [-2, 2, 1],
        "play": False,
        "start": 2,
        "others": [["kind", "line"], ["grid", "yes"]],
        "width": 200,
        "height": 100,
    }
    assert [f["value"] for f in told["frames"]] == [-2, -1, 0, 1, 2]
    assert [f["label"] for f in told["frames"]] == ["−2", "−1", "0", "1", "2"]
    assert (
        told["frames"][0]["text"] == "slope = −2, kind = line, grid = yes: A line that ends at -2."
    )
    assert told["frames"][told["start"]]["text"] == sentence
    images = [pixels(f["data"]) for f in told["frames"]]
    assert {image.shape for image in images} == {(200, 400, 3)}  # twice the pixels
    assert len({image.tobytes() for image in images}) == 5
    assert base64.b64decode(told["frames"][0]["data"])[8:12] == b"WEBP"
    assert np.array_equal(images[2], pixels(data["image/png"]))  # the still is the start's frame


@pytest.mark.usefixtures("alive")
def test_bundle_in_jupyter():
    data, metadata = explorer()._repr_mimebundle_()
    assert "application/vnd.jupyter.widget-view+json" in data
    assert "explorer" not in metadata
    assert data["text/plain"].startswith('Explorer "Lines" of slope, kind, grid. slope = 0')
    assert pixels(data["image/png"]).shape == (200, 400, 3)


@pytest.mark.usefixtures("alive")
def test_bundle_where_widgets_have_none_of_their_own(monkeypatch):
    """As in Colab, which brings ipywidgets 7."""
    monkeypatch.delattr(pytest.importorskip("ipywidgets").Widget, "_repr_mimebundle_")
    data, _ = explorer()._repr_mimebundle_()
    assert data["application/vnd.jupyter.widget-view+json"]["model_id"]
    assert data["image/png"]


def test_text_and_still_are_the_same_everywhere(monkeypatch):
    bundles = []
    for value in ("1", ""):
        monkeypatch.setenv("NNLIB_FRAMES", value)
        bundles.append(explorer()._repr_mimebundle_())
    (one, meta_one), (two, meta_two) = bundles
    assert one["text/plain"] == two["text/plain"]
    assert one["image/png"] == two["image/png"]
    assert meta_one["image/png"] == meta_two["image/png"]


@pytest.mark.usefixtures("frames")
def test_bundle_is_the_same_every_time():
    first, second = explorer()._repr_mimebundle_(), explorer()._repr_mimebundle_()
    assert first == second


@pytest.mark.usefixtures("frames")
@pytest.mark.parametrize(
    ("options", "kind", "values", "extra"),
    [
        ({"main": "kind"}, "choice", ["line", "dash"], {"range": None, "start": 0}),
        ({"main": "grid"}, "choice", [False, True], {"range": None, "start": 1}),
        ({"a": Play(0, 3, 1, 0)}, "slider", [0, 1, 2, 3], {"play": True, "start": 0}),
        ({"a": Play(0, 3, 1)}, "slider", [0, 1, 2, 3], {"play": True, "start": 2}),
        ({"a": (0.0, 0.3, 0.1, 0.3)}, "slider", [0.0, 0.1, 0.2, 0.3], {"start": 3}),
        ({"a": [4, 2]}, "choice", [4, 2], {"start": 0}),
    ],
)
def test_kinds_of_controls(options, kind, values, extra):
    told = explorer(**options)._repr_mimebundle_()[1]["explorer"]
    assert told["kind"] == kind
    assert [f["value"] for f in told["frames"]] == values
    assert {k: told[k] for k in extra} == extra


@pytest.mark.parametrize(
    ("spec", "kind"),
    [
        ((0, 4, 2), int),
        (Play(1, 3, 1), int),
        ([1, 2], int),
        ((np.int64(0), np.int64(4), np.int64(2)), int),
        ((0, 4, 0.5), float),
        ((0.0, 4.0, 2.0), float),
    ],
)
def test_whole_numbers_stay_whole(spec, kind):
    explorer(a=spec).picture(explorer(a=spec).start)
    assert type(SEEN[-1][0]) is kind


@pytest.mark.usefixtures("frames")
def test_metadata_can_be_stored_whatever_the_numbers_were():
    spec = tuple(np.array([0, 2, 1, 1]))
    told = explorer(a=spec)._repr_mimebundle_()[1]
    assert json.loads(json.dumps(told)) == told
    assert told == explorer(a=(0, 2, 1, 1))._repr_mimebundle_()[1]


def test_decimal_steps_have_no_dust():
    values = explorer(a=(-1, 1, 0.1)).controls["a"].values
    assert values == [round(-1 + k / 10, 1) for k in range(21)]
    assert 0.0 in values


def test_parameters_with_defaults_need_no_control():
    data, _ = explore(draw, title="T", a=(0, 1, 1))._repr_mimebundle_()
    assert data["text/plain"].startswith('Explorer "T" of a. a = 1: A line')


@pytest.mark.usefixtures("alive")
def test_moving_a_widget_changes_the_picture():
    title, slider, choice, box, image, sentence = explorer().widget().children
    assert explorer().title in title.value
    assert slider.description == "slope"
    stills = [image.value]
    for widget, value, words in [
        (slider, 2, "slope = 2, kind = line, grid = yes: A line that ends at 2."),
        (choice, "dash", "slope = 2, kind = dash, grid = yes: A dash that ends at 2."),
        (box, False, "slope = 2, kind = dash, grid = no: A dash that ends at 2."),
    ]:
        widget.value = value
        assert f'alt="{words}"' in image.value
        assert words in sentence.value
        stills.append(image.value)
    sources = [re.search('src="data:image/png;base64,([^"]+)"', s)[1] for s in stills]
    assert len({pixels(s).tobytes() for s in sources}) == 4
    assert 'width="200"' in image.value


@pytest.mark.usefixtures("alive")
def test_play_walks_through_the_slider():
    _, row, *_ = explorer(a=Play(0, 3, 1, 0)).widget().children
    player, slider = row.children
    assert (player.min, player.max) == (0, 3)
    for step in (1, 2, 3):
        player.value = step
        assert slider.value == step
        assert SEEN[-1][0] == step


@pytest.mark.usefixtures("alive")
def test_alternative_text_is_escaped():
    def quoting(a):
        return figure(), f'"{a}" < 3 & more'

    *_, image, _ = explore(quoting, title="T", a=(0, 2, 1)).widget().children
    assert 'alt="a = 1: &quot;1&quot; &lt; 3 &amp; more"' in image.value


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"a": 3}, TypeError, r"control a must be .* got 3"),
        ({"a": (0, 1)}, TypeError, r"must be \(low, high, step"),
        ({"a": []}, TypeError, r"choices, a bool or a Sketch.*, got \[\]"),
        ({"a": (1, 0, 1)}, ValueError, r"low < high and step > 0, got \(1, 0, 1\)"),
        ({"a": (0, 1, 0)}, ValueError, "step > 0"),
        ({"a": (0, 1, 0.3)}, ValueError, "1 is not a whole number of steps away"),
        ({"a": (0, 4, 1, 9)}, ValueError, "a starts at 9, which it cannot take"),
        ({"a": (0, 1, 1), "b": True}, TypeError, r"parameters \['a', .*controls are \['a', .*'b'"),
        ({"main": "b"}, ValueError, "main is 'b', the controls are"),
        (
            {"a": (0, MOST_FRAMES, 1)},
            ValueError,
            rf"a has {MOST_FRAMES + 1} values, at most {MOST_FRAMES}",
        ),
    ],
)
def test_controls_that_do_not_fit(options, error, message):
    with pytest.raises(error, match=message):
        explorer(**options)


def test_controls_must_be_there():
    with pytest.raises(TypeError, match="at least one control"):
        explore(draw, title="T")
    with pytest.raises(TypeError, match=r"draw takes the parameters \['a', 'kind', 'grid'\]"):
        explore(draw, title="T", kind=["line"])


def test_many_values_may_stand_beside_the_main_control():
    fine = explorer(a=(0, 200, 1), main="grid")
    assert len(fine.controls["a"].values) == 201
    assert len(explorer(a=(1, MOST_FRAMES, 1)).controls["a"].values) == MOST_FRAMES


@pytest.mark.parametrize(
    ("result", "message"),
    [
        (lambda: figure(), r"must return \(figure, sentence\), got <Figure|got .*Figure"),
        (lambda: (figure(), "x", 1), "got a tuple of 3"),
        (lambda: (figure(), 1), "got a tuple of 2"),
        (lambda: None, "got None"),
    ],
)
def test_draw_must_return_figure_and_sentence(result, message):
    with pytest.raises(TypeError, match=message):
        explore(lambda a: result(), title="T", a=(0, 1, 1)).picture({"a": 0})
    plt.close("all")


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    yield ax
    plt.close(fig)
