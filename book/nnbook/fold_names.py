"""What a collapsed cell is called, on the page and in JupyterLab."""

SOLUTION, CHECK, FIGURE, EXPLORER, IMPORTS, CODE = (
    "Solution",
    "Check",
    "How this figure is drawn",
    "How this explorer is made",
    "Imports",
    "Code",
)
# What draws: a figure of matplotlib, or one of the book's own functions for it.
DRAWING = ("plt.", "show(", "fig,", "ax.", "axes")


def name_of(tags, source):
    """Return what a collapsed cell is called.

    Parameters
    ----------
    tags : collection of str
        Of the cell.
    source : str
        Its code.
    """
    if "solution" in tags:
        return SOLUTION
    if "check" in tags:
        return CHECK
    if "explore(" in source and "def " not in source:
        return EXPLORER
    return FIGURE if any(word in source for word in DRAWING) else CODE
