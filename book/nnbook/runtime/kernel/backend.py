"""A backend of matplotlib that shows figures in the page."""

from matplotlib.backend_bases import FigureManagerBase
from matplotlib.backends.backend_agg import FigureCanvasAgg

from .figures import flush_figures

FigureCanvas = FigureCanvasAgg
FigureManager = FigureManagerBase


def show(*args, **kwargs):
    """Show all open figures, as plt.show() does in a notebook."""
    flush_figures()
