"""Explorers: a figure with controls, from one function that draws it.

In Jupyter `explore` gives ipywidgets. When an author's tool stores a notebook it sets the variable
NNLIB_FRAMES, and the output then also holds one picture for every value of the main control; the
built book shows these, so the figure moves in a page where no Python runs. Everywhere else the
still picture remains. The text of the output is the same in all three.
"""

import inspect
import os
from html import escape
from typing import NamedTuple

import numpy as np
from matplotlib.figure import Figure

from .show import encode
from .sketch import Sketch

__all__ = ["Explorer", "Play", "explore"]

FRAMES_VARIABLE = "NNLIB_FRAMES"
MOST_FRAMES = 41


class Play(NamedTuple):
    """A slider that can also run by itself, for things that happen in time."""

    low: float
    high: float
    step: float
    start: float | None = None


def explore(draw, *, title, main=None, labels=None, colors=128, **controls):
    """Show what `draw` draws, with a control for each of its parameters.

    Parameters
    ----------
    draw : callable
        ``draw(**values)`` returns a matplotlib Figure and a sentence that says what it shows,
        with its numbers. It must give the same figure for the same values.
    title : str
        What is explored; the name of the group of controls for screen readers.
    main : str, optional
        The control along which the figure moves where no Python runs; the first if left out.
    labels : dict of str to str, optional
        What to write beside a control instead of its name.
    colors : int
        Size of the palette of the stored pictures, up to 256.
    **controls
        For each parameter of `draw` a tuple (low, high, step) or (low, high, step, start): a
        slider; `Play` with the same numbers: a slider that can run; a list of choices: a
        dropdown; True or False: a checkbox; a `Sketch`: a curve that the reader draws, given to
        `draw` as a tuple of heights. Whole numbers stay whole.

    Returns
    -------
    Explorer

    Raises
    ------
    TypeError, ValueError
        If a control is none of these, the controls are not the parameters of `draw`, `main` is
        not among them or has more than 41 values, or `draw` returns anything else.

    Examples
    --------
    >>> def parabola(a):
    ...     fig, ax = plt.subplots()
    ...     ax.plot(x, a * x**2)
    ...     return fig, f"A parabola that opens {'upwards' if a > 0 else 'downwards'}."
    >>> explore(parabola, title="A parabola", a=(-2, 2, 0.5, 1))  # doctest: +SKIP
    """
    return Explorer(draw, title, main, labels or {}, colors, controls)


class Control:
    """One control: its kind, the values it takes and where it starts."""

    def __init__(self, name, spec, label):
        self.name, self.label = name, label
        self.play, self.range = isinstance(spec, Play), None
        self.sketch = spec if isinstance(spec, Sketch) else None
        if isinstance(spec, bool):
            self.kind, self.values, self.start = "choice", [False, True], spec
            self.texts = ["no", "yes"]
        elif self.sketch:
            self.kind, self.values, self.texts = "choice", spec.tuples(name), list(spec.curves)
            self.start = self.values[0]
        elif isinstance(spec, list) and spec:
            self.kind, self.values, self.start = "choice", spec, spec[0]
            self.texts = [v if isinstance(v, str) else number(v) for v in spec]
        elif isinstance(spec, tuple) and len(spec) in (3, 4):
            # NumPy's numbers cannot be stored as JSON
            low, high, step = (v.item() if isinstance(v, np.generic) else v for v in spec[:3])
            if not (step > 0 and high > low):
                raise ValueError(f"the slider {name} needs low < high and step > 0, got {spec}")
            count = round((high - low) / step)
            if abs(low + count * step - high) > 1e-9 * max(abs(low), abs(high)):
                raise ValueError(f"the slider {name}: {high} is not a whole number of steps away")
            self.kind, self.range = "slider", [low, high, step]
            self.values = [low + k * step for k in range(count + 1)]
            if not all(isinstance(v, int) for v in (low, high, step)):
                self.values = [round(float(v), 10) for v in self.values]
            middle = self.values[len(self.values) // 2]
            self.start = middle if len(spec) == 3 or spec[3] is None else spec[3]
            self.texts = [number(v) for v in self.values]
        else:
            raise TypeError(
                f"the control {name} must be (low, high, step[, start]), Play(...), a list of "
                f"choices, a bool or a Sketch(...), got {spec!r}"
            )
        if self.start not in self.values:
            raise ValueError(f"the control {name} starts at {self.start}, which it cannot take")
        self.start = self.values[self.values.index(self.start)]

    def text(self, value):
        """The value as it is written for a reader."""
        if self.sketch and value not in self.values:
            return "your own"
        return self.texts[self.values.index(value)]

    def widget(self, w):
        """The control as a widget from the module `w`, ipywidgets."""
        options = list(zip(self.texts, self.values, strict=True))
        if isinstance(self.start, bool):
            return w.Checkbox(value=self.start, description=self.label)
        if self.sketch:
            return self.sketch.widget(w, self.texts, self.values, self.label)
        if self.kind == "choice":
            return w.Dropdown(options=options, value=self.start, description=self.label)
        return w.SelectionSlider(
            options=options,
            value=self.start,
            description=self.label,
            continuous_update=True,
            style={"description_width": "initial"},
            layout={"width": "26rem", "max_width": "100%"},
        )


def number(x):
    """Write a number briefly, with a real minus sign."""
    return f"{x:g}".replace("-", "\N{MINUS SIGN}")


class Explorer:
    """What `explore` returns; Jupyter and the book display it."""

    def __init__(self, draw, title, main, labels, colors, controls):
        if not controls:
            raise TypeError("explore() needs at least one control")
        parameters = inspect.signature(draw).parameters
        wanted = {n for n, p in parameters.items() if p.default is inspect.Parameter.empty}
        if not wanted <= controls.keys() <= parameters.keys():
            raise TypeError(
                f"draw takes the parameters {list(parameters)}, the controls are {list(controls)}"
            )
        self.draw, self.title, self.colors = draw, title, colors
        self.controls = {n: Control(n, s, labels.get(n, n)) for n, s in controls.items()}
        self.main = next(iter(controls)) if main is None else main
        if self.main not in controls:
            raise ValueError(f"main is {main!r}, the controls are {list(controls)}")
        if len(self.controls[self.main].values) > MOST_FRAMES:
            raise ValueError(
                f"the main control {self.main} has {len(self.controls[self.main].values)} values, "
                f"at most {MOST_FRAMES} pictures are stored: take a larger step"
            )
        self.start = {n: c.start for n, c in self.controls.items()}

    def picture(self, values, kind="PNG"):
        """Draw once: the image in base64, its size, and the sentence about it."""
        result = self.draw(**values)
        if not (
            isinstance(result, tuple)
            and len(result) == 2
            and isinstance(result[0], Figure)
            and isinstance(result[1], str)
        ):
            raise TypeError(
                "draw must return (figure, sentence), got "
                + (f"a tuple of {len(result)}" if isinstance(result, tuple) else f"{result!r:.40}")
            )
        figure, sentence = result
        state = ", ".join(f"{c.label} = {c.text(values[n])}" for n, c in self.controls.items())
        return *encode(figure, kind, self.colors), f"{state}: {' '.join(sentence.split())}"

    def frames(self):
        """One picture per value of the main control, the others at their start."""
        main = self.controls[self.main]
        for value in main.values:
            data, _, text = self.picture(self.start | {self.main: value}, "WEBP")
            yield {"value": value, "label": main.text(value), "text": text, "data": data}

    def widget(self):
        """Title, controls, figure and sentence as ipywidgets; every move draws again."""
        import ipywidgets as w

        boxes = {name: control.widget(w) for name, control in self.controls.items()}
        image, sentence = w.HTML(), w.HTML()

        def update(_=None):
            data, (width, _), text = self.picture({n: b.value for n, b in boxes.items()})
            image.value = (
                f'<img alt="{escape(text)}" width="{width}" style="max-width:100%;height:auto;'
                f'background:white" src="data:image/png;base64,{data}">'
            )
            sentence.value = f'<p style="max-width:{width}px;line-height:1.4">{escape(text)}</p>'

        for box in boxes.values():
            box.observe(update, "value")
        update()
        rows = [
            w.HBox([self._player(w, boxes[n]), boxes[n]]) if c.play else boxes[n]
            for n, c in self.controls.items()
        ]
        title = w.HTML(f"<strong>{escape(self.title)}</strong>")
        box = w.VBox([title, *rows, image, sentence])
        box.add_class("nn-explorer-live")  # there JupyterLab says when the kernel is busy
        return box

    @staticmethod
    def _player(w, slider):
        """A play button that walks through the options of a slider."""
        last = len(slider.options) - 1
        play = w.Play(min=0, max=last, interval=400, show_repeat=False)
        play.observe(lambda change: setattr(slider, "index", change["new"]), "value")
        return play

    def _repr_mimebundle_(self, include=None, exclude=None):
        data, (width, height), text = self.picture(self.start)
        names = ", ".join(c.label for c in self.controls.values())
        plain = f'Explorer "{self.title}" of {names}. {text}'
        bundle = {"text/plain": plain, "image/png": data}
        metadata = {"image/png": {"width": width, "height": height, "alt": text}}
        if not os.environ.get(FRAMES_VARIABLE):
            # Written here, since ipywidgets 7, which Colab has, gives no bundle.
            view = {"version_major": 2, "version_minor": 0, "model_id": self.widget().model_id}
            return {"application/vnd.jupyter.widget-view+json": view} | bundle, metadata
        main = self.controls[self.main]
        metadata["explorer"] = {
            "title": self.title,
            "main": self.main,
            "label": main.label,
            "kind": main.kind,
            "range": main.range,
            "play": main.play,
            "start": main.values.index(main.start),
            "others": [
                [c.label, c.text(c.start)] for n, c in self.controls.items() if n != self.main
            ],
            "width": width,
            "height": height,
            "frames": list(self.frames()),
        }
        if main.sketch:
            metadata["explorer"]["sketch"] = True
        return bundle, metadata
