"""The progress bar of whatever takes long."""

import sys

__all__ = ["progress_bar"]


def progress_bar(total, unit, show=None):
    """Return a progress bar, a context with `update` and `set_postfix`.

    Parameters
    ----------
    total : int or None
    unit : str
        What is counted, such as "epoch".
    show : bool, optional
        Left out: only in a terminal, so that what a notebook stores stays the same from run to run.

    Raises
    ------
    ImportError
        If a bar is wanted and the package tqdm is not there.
    """
    if show is None:
        show = sys.stderr is not None and sys.stderr.isatty()
    if not show:
        return _NoBar()
    try:
        from tqdm.auto import tqdm
    except ImportError:
        raise ImportError("the progress bar needs the package tqdm: pip install tqdm") from None
    return tqdm(total=total, unit=unit, leave=False)


class _NoBar:
    """Stands where no progress bar is wanted, so that nobody need ask."""

    def __enter__(self):
        return self

    def __exit__(self, *exception):
        pass

    def update(self, n=1):
        """Show nothing."""

    def set_postfix(self, values):
        """Show nothing."""
