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
    plt.close(figure)
    return made, tuple(round(n / Order.density) for n in made.shape[1::-1])


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


def draw(number, places, density, hasty):
    """Draw an explorer with the controls at `places` (JSON) and send the picture."""
    explorer = known[number]
    values = {
        name: explorer.controls[name].values[place] for name, place in json.loads(places).items()
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
        },
        [made],
    )
