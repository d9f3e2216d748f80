"""A figure that carries its description: alternative text for those who cannot see it.

The description is also what is compared when the book's outputs are tested, so it should hold
the numbers that matter.
"""

import base64
import io

import matplotlib.pyplot as plt
import numpy as np
from matplotlib.figure import Figure

__all__ = ["Picture", "encode", "show"]

DENSITY = 2  # pixels stored per CSS pixel; a whole number keeps lines sharp and files small


def encode(figure, kind="PNG", colors=128):
    """Turn a figure into a compact image and close it.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    kind : {"PNG", "WEBP"}
    colors : int
        Size of the palette: 128 do for lines and areas, 256 for photographs and heat maps.

    Returns
    -------
    data : str
        The file in base64. It holds no date and no version, so equal pixels give equal text.
    size : (int, int)
        Width and height in CSS pixels.
    """
    from PIL import Image

    figure.set_dpi(100 * DENSITY)
    figure.canvas.draw()
    pixels = np.asarray(figure.canvas.buffer_rgba())[..., :3]
    plt.close(figure)
    image = Image.fromarray(np.ascontiguousarray(pixels))
    image = image.quantize(colors, method=Image.Quantize.MEDIANCUT, dither=Image.Dither.NONE)
    file = io.BytesIO()
    if kind == "PNG":
        image.save(file, kind, optimize=True)
    else:
        image.convert("RGB").save(file, kind, lossless=True, quality=80, method=4)
    return base64.b64encode(file.getvalue()).decode(), tuple(n // DENSITY for n in image.size)


class Picture:
    """What `show` returns: Jupyter displays it as an image with alternative text."""

    def __init__(self, data, size, alt):
        self.data, self.size, self.alt = data, size, alt

    def __repr__(self):
        return f"Figure: {self.alt}"

    def _repr_mimebundle_(self, include=None, exclude=None):
        width, height = self.size
        return (
            {"text/plain": repr(self), "image/png": self.data},
            {"image/png": {"width": width, "height": height, "alt": self.alt}},
        )


def show(figure, alt, colors=128):
    """Finish a figure and describe it; the last line of a cell.

    Parameters
    ----------
    figure : matplotlib.figure.Figure
    alt : str
        One or two sentences that say what is seen, with its numbers, rounded.
    colors : int
        Size of the palette, up to 256.

    Returns
    -------
    Picture
    """
    if not isinstance(figure, Figure):
        raise TypeError(f"show() expects a matplotlib Figure, got {type(figure).__name__}")
    if not isinstance(alt, str) or not alt.strip():
        raise ValueError("show() needs alt, a sentence that says what the figure shows")
    return Picture(*encode(figure, "PNG", colors), " ".join(alt.split()))
