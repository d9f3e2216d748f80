"""Explorers, drawn again for every move of their controls.

The page has the controls; Python gets the place of each among its values and answers with pixels.
"""

import json
import sys

import numpy as np

from .channel import send
from .figures import DENSITY

known = {}
layouts = {}  # where the axes of an explorer stood when it was last drawn with care


class Order:
    """What is drawn now: which explorer, how many pixels per CSS pixel, in haste or not."""

    number, density, hasty = None, DENSITY, False
    window = None  # where the first axes of the figure lie, and their limits


def is_explorer(value):
    """Say whether a value is an explorer of nnlib."""
    module = sys.modules.get("nnlib.viz.explore")
    return module is not None and isinstance(value, module.Explorer)


def pixels(figure, kind="PNG", colors=128):
    """Draw a figure and return its pixels; stands in for nnlib.viz's `encode`."""
    import matplotlib.pyplot as plt

    figure.set_dpi(100 * Order.density)
    boxes = layouts.get(Order.number, ())
    if Order.hasty and len(boxes) == len(figure.axes):
        # To find room for all texts takes as long as to draw; while a slider moves, the axes stay.
        figure.set_layout_engine("none")
        for axes, box in zip(figure.axes, boxes, strict=True):
            axes.set_position(box)
        figure.canvas.draw()
    else:
        figure.canvas.draw()
        layouts[Order.number] = [axes.get_position(original=True) for axes in figure.axes]
    made = np.asarray(figure.canvas.buffer_rgba())
    Order.window = window(figure)
    plt.close(figure)
    return made, tuple(round(n / Order.density) for n in made.shape[1::-1])


def window(figure):
    """Return left, bottom, width, height of the first axes as shares of the figure, and limits."""
    if not figure.axes:
        return None
    axes = figure.axes[0]
    return [float(n) for n in (*axes.get_position().bounds, *axes.get_xlim(), *axes.get_ylim())]


def output(explorer, kind):
    """Return the output that tells the page which controls an explorer has."""
    sys.modules["nnlib.viz.explore"].encode = pixels
    number = len(known)
    known[number] = explorer
    controls = [
        {
            "name": name,
            "label": control.label,
            "kind": control.kind,
            "range": control.range,
            "texts": control.texts,
            "values": control.values if control.kind == "slider" else None,
            "start": control.values.index(control.start),
            "play": control.play,
            "sketch": sketch(control),
        }
        for name, control in explorer.controls.items()
    ]
    spec = {
        "id": number,
        "title": explorer.title,
        "main": explorer.main,
        "controls": controls,
    }
    data = {"application/x-nn-explorer": spec, "text/plain": f'Explorer "{explorer.title}"'}
    return {"output_type": kind, "data": data, "metadata": {}}


def sketch(control):
    """Return what the page needs to let a reader draw, or None for any other control."""
    if not control.sketch:
        return None
    bounds = control.sketch._asdict()
    return {
        "curves": control.values,
        **{name: bounds[name] for name in ("low", "high", "left", "right", "step")},
    }


def value(control, place):
    """Return a control's value: one of those it has, or the heights that a reader drew."""
    return control.sketch.value(place) if isinstance(place, list) else control.values[place]


def draw(number, places, density, hasty):
    """Draw an explorer with the controls at `places` (JSON) and send the picture."""
    explorer = known[number]
    values = {
        name: value(explorer.controls[name], place) for name, place in json.loads(places).items()
    }
    Order.number, Order.density, Order.hasty = number, density, hasty
    made, (width, height), text = explorer.picture(values)
    rows, columns = made.shape[:2]
    send(
        "picture",
        {
            "explorer": number,
            "text": text,
            "width": width,
            "height": height,
            "columns": columns,
            "rows": rows,
            "window": Order.window,
        },
        [made],
    )
