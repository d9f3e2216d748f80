"""One picture of a training run: loss, gradients, activations and predictions, from a Recorder."""

import math

import matplotlib.pyplot as plt
import numpy as np
from matplotlib import colormaps
from matplotlib.ticker import LogLocator, MaxNLocator

from .show import show
from .style import BLUE, GOLD, GREY, INK, VERMILION

__all__ = ["dashboard", "dashboard_figure"]

WIDE = 100  # a loss that spans more than this factor gets a logarithmic axis
LATELY = 20  # recorded steps whose predictions are counted


def dashboard(recorder, title=None, baseline=None, colors=64):
    """Draw what a `Recorder` holds, with an alternative text made from its numbers.

    Four panels, each of one or two pictures:

    - *Loss* of the batches, of training and validation by epochs, and of equal guesses, log C.
    - *Gradients*: their norm in each layer, and the size of the updates beside that of the weights.
      The band from 10⁻⁴ to 10⁻² is shaded; what is exactly 0 is a dot on the lower edge.
    - *Activations*: their spread in each layer, and the share of units that are dead or saturated.
    - *Predictions*: how often each class was predicted lately and how often it was right, and
      confidence beside accuracy. Of a regression, mean and spread of outputs and targets.

    Lines of layers run from light to dark, from the input to the output. A run that broke is drawn
    up to the break, which a dotted line marks.

    Parameters
    ----------
    recorder : diagnostics.Recorder
    title : str, optional
    baseline : float, optional
        Loss of a guess that knows nothing; log C if left out and the targets are classes.
    colors : int
        Size of the palette.

    Returns
    -------
    Picture

    Raises
    ------
    ValueError
        If nothing was recorded.
    """
    return show(*dashboard_figure(recorder, title, baseline), colors)


def dashboard_figure(recorder, title=None, baseline=None):
    """Draw as `dashboard` does, for `explore`: returns the figure and the sentence about it."""
    if not recorder.steps and recorder.broken is None:
        raise ValueError("nothing was recorded: give the recorder to fit(..., recorder=recorder)")
    classes = len(recorder.predicted[-1]) if recorder.predicted else 0
    if baseline is None and classes:
        baseline = math.log(classes)
    fig, axes = plt.subplots(4, 2, figsize=(6.6, 6.0))
    grid = axes[0, 0].get_gridspec()
    axes[0, 0].remove(), axes[1, 0].remove()
    panels = _Panels(recorder)
    sentences = [
        panels.loss(fig.add_subplot(grid[:2, 0]), baseline),
        panels.gradients(axes[0, 1], axes[1, 1]),
        panels.activations(axes[2, 0], axes[3, 0]),
        panels.predictions(axes[2, 1], axes[3, 1]),
    ]
    if title:
        fig.suptitle(title, x=0.01, ha="left", fontweight="bold", color=INK)
    if panels.broken is not None:
        layer = recorder.broken.layer if recorder.broken else None
        first = f"; the first layer that is not finite is {layer or 'the model'!r}"
        sentences.insert(
            0, f"Broken at step {panels.broken}" + (first if layer is not None else "")
        )
    return fig, ". ".join(filter(None, sentences)) + "."


class _Panels:
    """The parts of one dashboard; each method draws one and returns a sentence about it."""

    def __init__(self, recorder):
        self.recorder = recorder
        self.steps = np.array(recorder.steps, float)
        wrong = np.flatnonzero(~np.isfinite(recorder.loss))
        if recorder.broken is not None:
            self.broken = recorder.broken.step
        else:
            self.broken = int(self.steps[wrong[0]]) if len(wrong) else None
        self.end = max(recorder.taken, 1)

    def _axis(self, ax, title, below=True):
        ax.set_title(title, fontsize=10 if len(title) < 36 else 9, pad=4)
        ax.set_xlim(0, self.end)
        ax.tick_params(labelsize=9, labelbottom=below)
        ax.xaxis.set_major_locator(MaxNLocator(4, integer=True))
        if below:
            ax.set_xlabel("step", fontsize=9, labelpad=1)
        if self.broken is not None:
            ax.axvline(self.broken, color=VERMILION, lw=1.5, ls=":")

    def _layers(self, ax, series, names, log):
        """Draw one line a layer, from light to dark; returns the last finite value of each."""
        last = {}
        shades = colormaps["viridis_r"](np.linspace(0.15, 1, max(len(names), 2)))
        for name, color in zip(names, shades, strict=False):
            values = np.array(series[name], float)
            steps = self.steps[: len(values)]
            fine = np.isfinite(values)
            if fine.any():
                last[name] = float(values[fine][-1])
            if log:  # zeros have no place on the axis, so they become dots on its edge
                zero = steps[values == 0]
                edge = ax.get_xaxis_transform()
                (dots,) = ax.plot(zero, 0 * zero, ".", color=color, ms=3, transform=edge)
                dots.set(clip_on=False, in_layout=False)
                fine &= values > 0
            marker = "o" if fine.sum() < 3 else None
            line = np.where(fine, values, math.nan)
            ax.plot(steps, line, color=color, lw=1.3, marker=marker, ms=3)
        if log and any(v > 0 for n in names for v in series[n]):
            ax.set_yscale("log")
            low, high = (math.log10(end) for end in ax.get_ylim())
            if high - low < 2:  # else there may be no power of ten to be named
                ax.set_ylim(10 ** math.floor(low), 10 ** math.ceil(high))
            ax.yaxis.set_major_locator(LogLocator(numticks=5))
            ax.minorticks_off()
        return last

    def loss(self, ax, baseline):
        """Loss by steps and by epochs."""
        r, said = self.recorder, []
        values = np.array(r.loss, float)
        fine = np.isfinite(values)
        few = "o" if fine.sum() < 3 else None
        ax.plot(self.steps, np.where(fine, values, math.nan), color="#8fa6c2", marker=few, lw=0.9)
        everything = list(values[fine])
        if fine.any():
            said.append(f"loss of the batches from {_n(values[fine][0])} to {_n(values[fine][-1])}")
        for key, words, color, marker in (
            ("loss", "training", BLUE, "o"),
            ("val_loss", "validation", VERMILION, "s"),
        ):
            points = [(step, e[key]) for step, e in r.epochs if math.isfinite(e.get(key, math.nan))]
            if points:
                x, y = np.transpose(points)
                ax.plot(x, y, color=color, marker=marker, ms=3.5, lw=1.5, label=words)
                everything += list(y)
                said.append(f"{words} {_n(y[-1])} at the end")
        if baseline is not None:
            ax.axhline(baseline, color=GREY, ls="--", lw=1.2, label=f"equal guesses {baseline:.2f}")
            everything.append(baseline)
        positive = [v for v in everything if v > 0]
        rates = [rate for rate in r.rate if math.isfinite(rate)]
        changes = rates and max(rates) > 1.01 * min(rates)
        self._axis(ax, f"Loss (rate {rates[0]:.2g} to {rates[-1]:.2g})" if changes else "Loss")
        wide = (
            positive and len(positive) == len(everything) and max(positive) / min(positive) > WIDE
        )
        if wide:
            ax.set_yscale("log")
        elif everything:
            low, high = min(0, *everything), max(everything)
            ax.set_ylim(low, low + 1.45 * (high - low) or 1)
        if wide:
            room = (max(positive) / min(positive)) ** 0.4  # for the legend
            ax.set_ylim(min(positive) / 1.5, max(positive) * room)
        if ax.get_legend_handles_labels()[0]:
            ax.legend(fontsize=8.5, loc="upper right", borderpad=0.1, labelspacing=0.2)
        return _sentence(said)

    def gradients(self, above, below):
        """Norms of gradients, and updates beside weights, layer by layer."""
        r = self.recorder
        names = list(r.gradient_norm)
        norms = self._layers(above, r.gradient_norm, names, log=True)
        self._axis(above, "Gradient norm (first layer light)", below=False)
        below.axhspan(1e-4, 1e-2, color="#e8eef5", zorder=0)
        ratios = self._layers(below, r.update_ratio, names, log=True)
        self._axis(below, "update / weights", below=True)
        _no_values(above, norms)
        _no_values(below, ratios)
        return _sentence(
            [_by_layer("gradient norms at the end", norms), _by_layer("updates / weights", ratios)]
        )

    def activations(self, above, below):
        """Spread of activations, and how many are dead or saturated."""
        r = self.recorder
        names = [n for n in r.std if n in r.activations] or list(r.std)
        spread = self._layers(above, r.std, names, log=_wide(r.std, names))
        self._axis(above, "Activation spread (first light)", below=False)
        if above.get_yscale() == "linear":
            above.set_ylim(bottom=0)
        lost = {}
        for kind in ("dead", "saturated"):
            series = getattr(r, kind)
            some = [n for n in names if np.isfinite(series[n]).any()]
            last = self._layers(below, series, some, log=False)
            if last:
                lost[kind] = last
        self._axis(below, f"share {' or '.join(lost) or 'dead or saturated'}")
        below.set_ylim(-0.03, 1.03)
        _no_values(below, lost)
        said = [_by_layer("spread of activations", spread)]
        return _sentence(said + [_by_layer(f"share {kind}", v) for kind, v in lost.items()])

    def predictions(self, above, below):
        """Which classes are predicted, and how sure the network is of them."""
        r = self.recorder
        if not r.predicted or not len(r.predicted[-1]):
            return self._regression(above, below)
        width = len(r.predicted[-1])
        lately = [(p, t) for p, t in zip(r.predicted, r.target, strict=True) if len(p) == width]
        predicted, target = (np.sum(c, 0) for c in zip(*lately[-LATELY:], strict=True))
        predicted, target = (c / max(c.sum(), 1) for c in (predicted, target))
        above.bar(range(width), predicted, color=BLUE, width=0.8)
        above.plot(range(width), target, color=GOLD, ls="none", marker="D", ms=3.5)
        above.set_title("Predictions ▮, targets ◆", fontsize=10, pad=4)
        above.tick_params(labelsize=9)
        above.xaxis.set_major_locator(MaxNLocator(10, integer=True))
        above.set_ylim(0, 1.1 * max(predicted.max(), target.max()))
        above.grid(axis="x", visible=False)
        last = {}
        for values, color, style, name in (
            (r.confidence, BLUE, "-", "confidence"),
            (r.accuracy, GOLD, "--", "accuracy"),
        ):
            smooth = _smooth(values)
            below.plot(self.steps, smooth, color=color, ls=style, lw=1.4)
            if np.isfinite(smooth).any():
                last[name] = smooth[np.isfinite(smooth)][-1]
        points = [(t, e["val_accuracy"]) for t, e in r.epochs if "val_accuracy" in e]
        if points:
            below.plot(*np.transpose(points), color=VERMILION, marker="s", ms=3.5, ls="none")
            last["validation accuracy"] = points[-1][1]
        squares = ", validation ■" if points else ""
        self._axis(below, f"confidence ━, accuracy ╍{squares}")
        below.set_ylim(-0.03, 1.03)
        most = int(predicted.argmax())
        said = [f"class {most} is predicted most, in {predicted[most]:.0%} of cases"]
        return _sentence([*said, *(f"{name} {value:.2f}" for name, value in last.items())])

    def _regression(self, above, below):
        r, said = self.recorder, []
        for ax, kind, words in (
            (above, "mean", "Predictions: mean"),
            (below, "std", "their spread"),
        ):
            last = []
            for what, color, style in (("output", BLUE, "-"), ("target", GOLD, "--")):
                values = np.array(getattr(r, f"{what}_{kind}"), float)
                fine = np.isfinite(values)
                ax.plot(self.steps[fine], values[fine], color=color, ls=style, lw=1.4)
                if fine.any():
                    last.append(f"{what}s {_n(values[fine][-1])}")
            self._axis(ax, words + " (targets dashed)", below=ax is below)
            said.append(f"{kind} of {', of '.join(last)}" if last else "")
        return _sentence(said)


def _wide(series, names):
    values = [v for n in names for v in series[n] if math.isfinite(v) and v > 0]
    return bool(values) and max(values) / min(values) > WIDE


def _smooth(values, window=9):
    """Mean of the last few values; batches are small, and their accuracy jumps."""
    values = np.array(values, float)
    return np.array([values[max(0, k - window + 1) : k + 1].mean() for k in range(len(values))])


def _no_values(ax, found):
    if not found:
        ax.text(0.5, 0.5, "none", transform=ax.transAxes, ha="center", color=GREY, fontsize=9)


def _n(value):
    return f"{value:.3g}"


def _by_layer(words, values):
    if not values:
        return ""
    names = list(values)
    chosen = names if len(names) <= 4 else [names[0], names[len(names) // 2], names[-1]]
    return f"{words}: " + ", ".join(
        f"{f'layer {n}' if n else 'model'} {_n(values[n])}" for n in chosen
    )


def _sentence(parts):
    words = "; ".join(filter(None, parts))
    return words[:1].upper() + words[1:]
