"""The look of the book's figures: one palette, one size, the same pixels on every machine.

The colours differ in lightness too, so that a grey print still tells them apart, and lines and
points differ in dash and shape, so that colour is never the only sign.
"""

import matplotlib as mpl

__all__ = [
    "BLUE",
    "GOLD",
    "GREEN",
    "GREY",
    "INK",
    "LINESTYLES",
    "MARKERS",
    "VERMILION",
    "VIOLET",
    "use_style",
]

INK = "#1b2a41"
BLUE = "#1f5f99"
VERMILION = "#c8442b"
GREEN = "#2f855a"
GOLD = "#b7791f"
VIOLET = "#6b46c1"
GREY = "#64748b"
LINESTYLES = ("-", "--", "-.", ":")
MARKERS = ("o", "s", "^", "D", "v", "P")

STYLE = {
    "figure.figsize": (6.4, 4.0),
    "figure.dpi": 100,
    "figure.facecolor": "white",
    "figure.constrained_layout.use": True,
    "font.family": "sans-serif",
    "font.sans-serif": ["DejaVu Sans"],  # matplotlib brings it along, so it is there everywhere
    "font.size": 11,
    "text.color": INK,
    "axes.edgecolor": "#8a97a8",
    "axes.labelcolor": INK,
    "axes.titlecolor": INK,
    "axes.titlesize": 12,
    "axes.titleweight": "bold",
    "axes.titlelocation": "left",
    "axes.titlepad": 10,
    "axes.grid": True,
    "axes.axisbelow": True,
    "axes.spines.top": False,
    "axes.spines.right": False,
    "axes.prop_cycle": mpl.cycler(color=[BLUE, VERMILION, GREEN, GOLD, VIOLET, GREY]),
    "grid.color": "#e3e8ef",
    "grid.linewidth": 0.8,
    "xtick.color": "#4a5a70",
    "ytick.color": "#4a5a70",
    "lines.linewidth": 2.0,
    "lines.markersize": 6,
    "legend.frameon": False,
    "image.cmap": "gray_r",
    "svg.hashsalt": "from neuron to transformer",
    "axes.unicode_minus": True,
}


def use_style():
    """Draw all figures from now on in the book's style."""
    mpl.rcParams.update(STYLE)
