"""Figures as images. In a browser the compression of a small file costs more than drawing."""

import base64
import io
import os
import sys

from .outputs import emit

DENSITY = 2  # pixels per CSS pixel, as in the stored figures


def prepare():
    """Choose the backend; matplotlib is imported when it is first needed."""
    os.environ["MPLBACKEND"] = "module://nnkernel.backend"


def is_figure(value):
    """Say whether a value is a figure of matplotlib."""
    module = sys.modules.get("matplotlib.figure")
    return module is not None and isinstance(value, module.Figure)


def png(figure, **options):
    """Return a figure as PNG, quickly made."""
    file = io.BytesIO()
    figure.savefig(file, format="png", pil_kwargs={"compress_level": 1}, **options)
    return file.getvalue()


def encode(figure, kind="PNG", colors=128):
    """Stand in for nnlib.viz's own: the same picture, but a larger file in a third of the time."""
    import matplotlib.pyplot as plt

    made = png(figure, dpi=100 * DENSITY)
    size = tuple(round(100 * inches) for inches in figure.get_size_inches())
    plt.close(figure)
    return base64.b64encode(made).decode(), size


def show_figure(figure):
    """Show a figure in the cell."""
    if not figure.axes and not figure.get_children()[1:]:
        return
    made = png(figure, dpi=figure.dpi * DENSITY, bbox_inches="tight")
    width = int.from_bytes(made[16:20], "big") // DENSITY  # PNG's header holds the size
    height = int.from_bytes(made[20:24], "big") // DENSITY
    emit(
        {
            "output_type": "display_data",
            "data": {"image/png": base64.b64encode(made).decode(), "text/plain": repr(figure)},
            "metadata": {"image/png": {"width": width, "height": height}},
        }
    )


def flush_figures():
    """Show and close all open figures, as happens at the end of a cell."""
    plt = sys.modules.get("matplotlib.pyplot")
    if plt is None:
        return
    for number in plt.get_fignums():
        show_figure(plt.figure(number))
    plt.close("all")
