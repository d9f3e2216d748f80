"""Single figures: what they hand to Jupyter and to the book, and what they refuse."""

import base64
import io

import numpy as np
import pytest

pytest.importorskip("matplotlib")
import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt
from PIL import Image

from nnlib.viz import show
from nnlib.viz.show import encode


def figure():
    fig, ax = plt.subplots(figsize=(2, 1))
    ax.plot([0, 1])
    return fig


def pixels(data):
    return np.asarray(Image.open(io.BytesIO(base64.b64decode(data))).convert("RGB"))


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


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    yield ax
    plt.close(fig)
