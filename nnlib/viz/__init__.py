"""Pictures of networks: the book's plot style, figures with alternative text, explorers.

Needs matplotlib and, for explorers in Jupyter, ipywidgets: the extra ``viz``, as in
``pip install ".[viz]"``. Nothing else in nnlib imports this package.
"""

from .dashboard import dashboard, dashboard_figure
from .explore import Explorer, Play, explore
from .plots import class_points, decision_regions, digit_grid, half_plane, line_2d
from .show import Picture, show
from .sketch import Sketch
from .style import BLUE, GOLD, GREEN, GREY, INK, LINESTYLES, MARKERS, VERMILION, VIOLET, use_style

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
    "Explorer",
    "Picture",
    "Play",
    "Sketch",
    "class_points",
    "dashboard",
    "dashboard_figure",
    "decision_regions",
    "digit_grid",
    "explore",
    "half_plane",
    "line_2d",
    "show",
    "use_style",
]
