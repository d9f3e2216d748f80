"""Occlusion: how much of a score is lost when a window of an image is covered."""

import numpy as np

from ..checks import check_count, check_number
from .score import example, scores

__all__ = ["occlusion"]


def occlusion(model, x, target=None, *, size=4, stride=1, fill=0.0):
    """Return for each pixel the mean loss of score over all windows that cover it.

    Zeiler & Fergus, "Visualizing and Understanding Convolutional Networks", 2014. The windows reach
    beyond the border, so that every pixel is covered equally often where the stride is 1.

    Parameters
    ----------
    model : callable
        Maps a batch (N, ..., H, W) to scores (N, classes), or to (N,) if there is no target.
    x : array_like, shape (..., H, W)
        One image, without the axis of a batch.
    target : int, optional
        The class whose score is explained.
    size : int
        Side of the window.
    stride : int
        Step from window to window, at most `size`.
    fill : float
        What the window is filled with.

    Returns
    -------
    ndarray, shape (H, W)
        Positive where covering lowers the score.
    """
    x, size, stride = example("x", x), check_count("size", size), check_count("stride", stride)
    fill = check_number("fill", fill)
    if x.ndim < 2:
        raise ValueError(f"occlusion needs an image (..., H, W), got shape {x.shape}")
    if stride > size:
        raise ValueError(f"a stride of {stride} leaves gaps between windows of size {size}")
    height, width = x.shape[-2:]
    rows, columns = np.arange(height)[:, None], np.arange(width)
    windows = np.array(
        [
            (top <= rows) & (rows < top + size) & (left <= columns) & (columns < left + size)
            for top in range(1 - size, height, stride)
            for left in range(1 - size, width, stride)
        ]
    )
    covered = np.empty((len(windows), *x.shape), x.dtype)
    for image, window in zip(covered, windows, strict=True):
        image[...] = np.where(window, np.asarray(fill, x.dtype), x)
    loss = scores(model, x[None], target)[0] - scores(model, covered, target)
    return np.tensordot(loss, windows.astype(loss.dtype), axes=1) / windows.sum(0)
