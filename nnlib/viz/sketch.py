"""A control that is drawn: heights above evenly spaced places, the values of a function.

A reader of the live page draws on the picture with finger or mouse, or moves a row of upright
sliders; in Jupyter the row of sliders is there. Where no Python runs, the given curves remain.
"""

from typing import NamedTuple

import numpy as np

__all__ = ["Sketch"]


class Sketch(NamedTuple):
    """A control whose value is a tuple of heights.

    The curve stands in the first axes of the figure, its heights above evenly spaced places.

    Attributes
    ----------
    curves : dict of str to sequence of float
        What there is to begin with, by name, all of one length; the first is the start.
    low, high : float
        Bounds of the heights.
    left, right : float
        The first and the last place.
    step : float
        Of the sliders.
    """

    curves: dict
    low: float = 0.0
    high: float = 1.0
    left: float = 0.0
    right: float = 1.0
    step: float = 0.01

    def tuples(self, name):
        """The curves as tuples of plain numbers.

        Raises
        ------
        ValueError
            If there is none, they differ in length, one has fewer than two heights or leaves the
            bounds, or the bounds or places are out of order.
        """
        if not (self.low < self.high and self.left < self.right and self.step > 0):
            raise ValueError(f"the sketch {name} needs low < high, left < right and step > 0")
        curves = [np.asarray(heights, float) for heights in self.curves.values()]
        if not curves or any(c.shape != curves[0].shape or c.ndim != 1 for c in curves):
            raise ValueError(f"the sketch {name} needs curves, all of one length")
        if len(curves[0]) < 2:
            raise ValueError(f"the sketch {name} needs at least two heights, got {len(curves[0])}")
        return [self.value(c, name) for c in curves]

    def value(self, heights, name="heights"):
        """A tuple of plain numbers from heights, all of which must be within the bounds."""
        heights = np.asarray(heights, float)
        if not ((heights >= self.low) & (heights <= self.high)).all():
            raise ValueError(f"the sketch {name} leaves the heights {self.low:g} to {self.high:g}")
        return tuple(round(h, 10) for h in heights.tolist())

    def widget(self, w, names, values, label):
        """A menu of the given curves above a row of upright sliders, one for each height.

        Parameters
        ----------
        w : module
            ipywidgets.
        names : list of str
        values : list of tuple
        label : str

        Returns
        -------
        ipywidgets.VBox
            Its trait `value` is the tuple of heights.
        """
        from traitlets import Any

        drawn = "your own"
        menu = w.Dropdown(options=[*names, drawn], description=label)
        sliders = [
            w.FloatSlider(
                value=height,
                min=self.low,
                max=self.high,
                step=self.step,
                orientation="vertical",
                readout=False,
                layout={"width": "1.4rem", "height": "7rem", "margin": "0"},
            )
            for height in values[0]
        ]
        for place, slider in zip(
            np.linspace(self.left, self.right, len(sliders)), sliders, strict=True
        ):
            slider.tooltip = f"height at {place:.3g}"
        box = w.VBox([menu, w.HBox(sliders)])
        box.add_traits(value=Any(values[0]))

        moving = []  # while a given curve sets all sliders, which then are not the reader's

        def pick(change):
            if change["new"] == drawn:
                return
            moving.append(True)
            box.value = values[names.index(change["new"])]  # one picture for all sliders
            for slider, height in zip(sliders, box.value, strict=True):
                slider.value = height
            moving.clear()

        def draw(_):
            if not moving:
                menu.value = drawn
                box.value = self.value([slider.value for slider in sliders])

        menu.observe(pick, "value")
        for slider in sliders:
            slider.observe(draw, "value")
        return box
