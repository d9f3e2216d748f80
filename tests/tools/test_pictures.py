"""The comparison of pictures: what must pass and what must fail."""

import base64
import copy
import io

import numpy as np
import pytest
from PIL import Image, ImageDraw

from tools.pictures import compare_outputs, difference

SIZE = (1280, 800)
X = np.linspace(60, 1220, 800)


def encoded(picture, kind="PNG"):
    out = io.BytesIO()
    picture.save(out, kind, **({"lossless": True} if kind == "WEBP" else {}))
    return base64.b64encode(out.getvalue()).decode()


def curve(up=0.0, right=0.0, dot=None, ink="#1f5f99"):
    """Draw a sine 4 pixels wide, antialiased by drawing at four times the size."""
    big = Image.new("RGB", (SIZE[0] * 4, SIZE[1] * 4), "white")
    draw = ImageDraw.Draw(big)
    y = 400 - up + 250 * np.sin((X - right) / 120)
    draw.line([(4 * a, 4 * b) for a, b in zip(X, y, strict=True)], fill=ink, width=16)
    if dot:
        draw.ellipse([4 * (dot[0] - 8), 4 * (dot[1] - 8), 4 * (dot[0] + 8), 4 * (dot[1] + 8)], ink)
    return big.resize(SIZE, Image.Resampling.BOX)


def heat(levels=0):
    y, x = np.mgrid[0 : SIZE[1], 0 : SIZE[0]]
    values = 100 + 60 * np.sin(x / 90) * np.cos(y / 70) + levels
    return Image.fromarray(np.repeat(values.astype(np.uint8)[..., None], 3, axis=2))


def shaken(picture, rng, edge=20):
    """Change the shade of every pixel that is neither ink nor paper, as another rasteriser may."""
    a = np.asarray(picture).astype(int)
    edges = (a.min(axis=2) < 250) & (a.min(axis=2) > 40)
    a[edges] += rng.integers(-edge, edge + 1, (edges.sum(), 1))
    return Image.fromarray(a.clip(0, 255).astype(np.uint8))


def test_same_pixels_in_other_bytes_pass():
    a, b = encoded(curve()), encoded(curve(), "WEBP")
    assert a != b
    assert difference(a, b) is None


def test_antialiasing_noise_passes():
    assert difference(encoded(curve()), encoded(shaken(curve(), np.random.default_rng(0)))) is None


def test_coordinates_in_their_last_digits_pass():
    assert difference(encoded(curve()), encoded(curve(up=1e-6, right=-1e-6))) is None


def test_another_palette_passes():
    palette = curve().quantize(16, dither=Image.Dither.NONE)
    assert difference(encoded(curve()), encoded(palette)) is None


@pytest.mark.parametrize("move", [{"up": 1}, {"up": -2}, {"right": 2}, {"up": 10}])
def test_moved_curve_fails(move):
    assert "pixels changed" in difference(encoded(curve()), encoded(curve(**move)))


def test_moved_dot_fails():
    a, b = curve(dot=(640, 100)), curve(dot=(656, 100))
    assert difference(encoded(a), encoded(b))


def test_missing_curve_fails():
    assert difference(encoded(curve()), encoded(Image.new("RGB", SIZE, "white")))


def test_other_colour_fails():
    assert difference(encoded(curve()), encoded(curve(ink="#c8442b")))


def test_heat_map_one_level_brighter_fails():
    assert difference(encoded(heat()), encoded(heat())) is None
    assert "mean difference" in difference(encoded(heat()), encoded(heat(1)))


def test_single_pixel_of_a_small_picture_fails():
    a = Image.new("L", (28, 28), 0)
    b = a.copy()
    b.putpixel((3, 3), 255)
    assert difference(encoded(a), encoded(b))


def test_other_size_fails():
    small = curve().resize((640, 400))
    assert difference(encoded(curve()), encoded(small)).startswith("stored 1280 x 800")


@pytest.fixture(scope="module")
def explorer():
    """Outputs of a cell that holds an explorer of three frames."""
    pictures = [curve(up=10 * k) for k in range(3)]
    frames = [
        {"value": k, "label": str(k), "text": f"b = {k}", "data": encoded(p, "WEBP")}
        for k, p in enumerate(pictures)
    ]
    metadata = {
        "image/png": {"width": 640, "height": 400},
        "explorer": {"title": "Lines", "start": 0, "frames": frames},
    }
    return [
        {"output_type": "stream", "name": "stdout", "text": "1"},
        {"output_type": "display_data", "data": {"image/png": encoded(pictures[0])}}
        | {"metadata": metadata},
    ]


def test_same_explorer_passes(explorer):
    assert list(compare_outputs(explorer, copy.deepcopy(explorer))) == []


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda m: m["explorer"]["frames"].pop(), "3 frames stored, 2 fresh"),
        (lambda m: m["explorer"]["frames"][1].update(text="b = 7"), "frame 1, text"),
        (lambda m: m["explorer"]["frames"][1].update(value=1.5), "frame 1, value"),
        (lambda m: m["explorer"]["frames"][2].update(label="x"), "frame 2, label"),
        (lambda m: m["explorer"].update(title="Curves"), "explorer's title"),
        (lambda m: m.pop("explorer"), "explorer's"),
        (lambda m: m["image/png"].update(alt="another"), "alt text"),
        (
            lambda m: m["explorer"]["frames"][1].update(data=m["explorer"]["frames"][0]["data"]),
            "frame 1 (1): mean difference",
        ),
    ],
)
def test_changed_explorer_fails(explorer, change, words):
    fresh = copy.deepcopy(explorer)
    change(fresh[1]["metadata"])
    found = list(compare_outputs(explorer, fresh))
    assert found
    assert words in found[0]


def test_missing_picture_fails(explorer):
    assert list(compare_outputs(explorer, explorer[:1])) == ["1 pictures stored, 0 fresh"]
