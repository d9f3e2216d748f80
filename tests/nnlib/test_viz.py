"""Explorers and figures: what they hand to Jupyter and to the book, and what they refuse."""

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

from nnlib import viz
from nnlib.viz import Play, explore, show
from nnlib.viz.explore import MOST_FRAMES
from nnlib.viz.show import encode

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


@pytest.fixture(autouse=True)
def closed():
    """No drawing may leave a figure open."""
    SEEN.clear()
    yield
    assert plt.get_fignums() == []
    plt.close("all")


@pytest.fixture
def frames(monkeypatch):
    monkeypatch.setenv("NNLIB_FRAMES", "1")


@pytest.fixture
def alive(monkeypatch):
    monkeypatch.delenv("NNLIB_FRAMES", raising=False)


def explorer(**options):
    options = {"a": (-2, 2, 1), "kind": ["line", "dash"], "grid": True} | options
    return explore(draw, title="Lines", labels={"a": "slope"}, **options)


# -- the bundle -------------------------------------------------------------------------------


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


# -- the widgets ------------------------------------------------------------------------------


@pytest.mark.usefixtures("alive")
def test_moving_a_widget_changes_the_picture():
    slider, choice, box, image = explorer().widget().children
    assert slider.description == "slope"
    stills = [image.value]
    for widget, value, words in [
        (slider, 2, "slope = 2, kind = line, grid = yes: A line that ends at 2."),
        (choice, "dash", "slope = 2, kind = dash, grid = yes: A dash that ends at 2."),
        (box, False, "slope = 2, kind = dash, grid = no: A dash that ends at 2."),
    ]:
        widget.value = value
        assert f'alt="{words}"' in image.value
        stills.append(image.value)
    sources = [re.search('src="data:image/png;base64,([^"]+)"', s)[1] for s in stills]
    assert len({pixels(s).tobytes() for s in sources}) == 4
    assert 'width="200"' in image.value


@pytest.mark.usefixtures("alive")
def test_play_walks_through_the_slider():
    row, *_ = explorer(a=Play(0, 3, 1, 0)).widget().children
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

    *_, image = explore(quoting, title="T", a=(0, 2, 1)).widget().children
    assert 'alt="a = 1: &quot;1&quot; &lt; 3 &amp; more"' in image.value


# -- what is refused --------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("options", "error", "message"),
    [
        ({"a": 3}, TypeError, r"control a must be .* got 3"),
        ({"a": (0, 1)}, TypeError, r"must be \(low, high, step"),
        ({"a": []}, TypeError, r"choices or a bool, got \[\]"),
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


# -- single figures ---------------------------------------------------------------------------


def test_show():
    picture = show(figure(), "A line\n   that rises from 0 to 1.")
    assert repr(picture) == "Figure: A line that rises from 0 to 1."
    data, metadata = picture._repr_mimebundle_()
    assert data["text/plain"] == repr(picture)
    assert pixels(data["image/png"]).shape == (200, 400, 3)
    assert metadata["image/png"] == {
        "width": 200,
        "height": 100,
        "alt": "A line that rises from 0 to 1.",
    }


def test_show_refuses():
    with pytest.raises(TypeError, match="expects a matplotlib Figure, got int"):
        show(1, "A number.")
    fig = figure()
    for alt in ("", "  ", None):
        with pytest.raises(ValueError, match="needs alt, a sentence"):
            show(fig, alt)
    plt.close(fig)


@pytest.mark.parametrize("kind", ["PNG", "WEBP"])
def test_encoding_is_deterministic_and_holds_no_date(kind):
    one, two = encode(figure(), kind), encode(figure(), kind)
    assert one == two
    content = base64.b64decode(one[0])
    assert one[1] == (200, 100)
    for word in (b"tEXt", b"tIME", b"iTXt", b"EXIF", b"XMP", b"Matplotlib"):
        assert word not in content


def test_more_colours_are_closer_to_the_drawing():
    def heat():
        fig = plt.figure(figsize=(2, 1))
        fig.add_axes([0, 0, 1, 1]).imshow(
            np.arange(800).reshape(20, 40), cmap="viridis", aspect="auto"
        )
        return fig

    few, many = (pixels(encode(heat(), "PNG", n)[0]) for n in (8, 256))
    assert len(np.unique(few.reshape(-1, 3), axis=0)) <= 8
    assert 100 < len(np.unique(many.reshape(-1, 3), axis=0)) <= 256


def test_style():
    with mpl.rc_context():
        viz.use_style()
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"][0] == viz.BLUE
        assert mpl.rcParams["figure.facecolor"] == "white"


# -- the common pictures ----------------------------------------------------------------------


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    yield ax
    plt.close(fig)


def test_class_points_differ_in_colour_and_shape(ax):
    x = np.array([[0, 0], [1, 1], [0, 1], [1, 0]])
    viz.class_points(ax, x, [1, 0, 1, 0])
    first, second = ax.collections
    assert first.get_label() == "class 0"
    assert np.array_equal(first.get_offsets(), x[[1, 3]])
    assert np.array_equal(second.get_offsets(), x[[0, 2]])
    assert not np.array_equal(first.get_facecolor(), second.get_facecolor())
    assert len(first.get_paths()[0].vertices) != len(second.get_paths()[0].vertices)
    viz.class_points(ax, x, [1, 0, 1, 0], labels=["no", "yes"])
    assert [c.get_label() for c in ax.collections[2:]] == ["no", "yes"]


def test_decision_regions_have_a_border_where_the_sign_changes(ax):
    viz.decision_regions(ax, lambda p: p[:, 0] - 0.25, (-1, 1), (-2, 2))
    assert ax.get_xlim() == (-1, 1)
    assert ax.get_ylim() == (-2, 2)
    border = ax.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 0], 0.25, atol=1e-9)
    count = len(ax.collections)
    viz.decision_regions(ax, lambda p: np.ones(len(p)), (-1, 1), (-1, 1))
    assert len(ax.collections) == count + 1  # no border where there is none


def test_line_is_where_the_sum_is_the_threshold(ax):
    viz.line_2d(ax, [3.0, 4.0], 2.0)
    (line,) = ax.lines
    one, two = line.get_xy1(), line.get_xy2()
    for point in (one, two):
        assert np.dot([3, 4], point) == pytest.approx(2)
    assert tuple(one) != tuple(two)
    viz.line_2d(ax, [0, 0], 1.0)  # no weights, no line
    assert len(ax.lines) == 1


@pytest.mark.parametrize(("w", "theta"), [((1.0, 2.0), 0.5), ((-3.0, 0.1), 1.0), ((0.0, 2.0), -9)])
def test_half_plane_covers_its_side(ax, w, theta):
    viz.half_plane(ax, w, theta)
    (patch,) = ax.patches
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (200, 2))
    z = points @ w - theta
    inside = [patch.get_path().contains_point(p) for p in points]
    clear = np.abs(z) > 1e-6
    assert np.array_equal(np.array(inside)[clear], (z >= 0)[clear])
    assert ax.get_xlim() == ax.get_ylim() == (-1, 1)


@pytest.mark.parametrize(("theta", "patches"), [(0.5, 0), (0, 1), (-1, 1)])
def test_half_plane_without_weights_is_all_or_nothing(ax, theta, patches):
    viz.half_plane(ax, [0, 0], theta)
    assert len(ax.patches) == patches


def test_digit_grid():
    images = np.random.default_rng(0).random((7, 16))
    fig = viz.digit_grid(images, titles=list("abcdefg"), columns=3)
    assert len(fig.axes) == 9
    for k, ax in enumerate(fig.axes):
        assert len(ax.images) == (k < 7)
        if k < 7:
            assert ax.get_title() == "abcdefg"[k]
            assert np.array_equal(ax.images[0].get_array(), images[k].reshape(4, 4))
    plt.close(fig)
