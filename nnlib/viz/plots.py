"""The few pictures that several chapters draw: points of classes, regions, lines, digits."""

import matplotlib.pyplot as plt
import numpy as np

from .style import BLUE, INK, MARKERS, VERMILION

__all__ = ["class_points", "decision_regions", "digit_grid", "half_plane", "line_2d"]

CLASS_COLORS = (VERMILION, BLUE, "#2f855a", "#b7791f", "#6b46c1", "#64748b")


def class_points(ax, x, y, labels=None, **options):
    """Draw points, each class with a colour and a shape of its own.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    x : array_like, shape (n, 2)
    y : array_like, shape (n,)
        Class of each point; the classes are drawn in sorted order.
    labels : sequence of str, optional
        For the legend, one per class.
    **options
        For ``ax.scatter``.
    """
    x, y = np.asarray(x), np.asarray(y)
    options = {"s": 36, "edgecolor": "white", "linewidth": 0.7, "zorder": 3} | options
    for k, c in enumerate(np.unique(y)):
        ax.scatter(
            *x[y == c].T,
            color=CLASS_COLORS[k % len(CLASS_COLORS)],
            marker=MARKERS[k % len(MARKERS)],
            label=f"class {c:g}" if labels is None else labels[k],
            **options,
        )


def decision_regions(ax, function, xlim, ylim, points=201):
    """Shade where a function of the plane is below and above 0, and draw the border.

    Parameters
    ----------
    ax : matplotlib.axes.Axes
    function : callable
        Takes points (n, 2), returns n numbers; their sign decides.
    xlim, ylim : (float, float)
    points : int
        Grid points along each axis.
    """
    X, Y = np.meshgrid(np.linspace(*xlim, points), np.linspace(*ylim, points))
    Z = np.asarray(function(np.column_stack([X.ravel(), Y.ravel()]))).reshape(X.shape)
    ax.contourf(X, Y, Z, levels=[-np.inf, 0, np.inf], colors=["#f7ded8", "#d9e6f2"], zorder=0)
    if Z.min() < 0 < Z.max():
        ax.contour(X, Y, Z, levels=[0], colors=[INK], linewidths=1.8, zorder=2)
    ax.set(xlim=xlim, ylim=ylim)


def line_2d(ax, w, theta, **options):
    """Draw the line w·x = θ across the axes as they are."""
    if not np.any(w):
        return
    options = {"color": INK, "lw": 2, "zorder": 2} | options
    foot = np.asarray(w, float) * theta / np.dot(w, w)
    ax.axline(foot, foot + np.array([-w[1], w[0]]), **options)


def half_plane(ax, w, theta, color="#d9e6f2"):
    """Shade the side of the line w·x = θ on which w·x ≥ θ, as far as the axes reach."""
    (x0, x1), (y0, y1) = ax.get_xlim(), ax.get_ylim()
    w = np.asarray(w, float)
    if not np.any(w):
        if theta <= 0:  # 0 ≥ θ holds everywhere or nowhere
            ax.fill([x0, x1, x1, x0], [y0, y0, y1, y1], color=color, zorder=0)
        return
    w, foot = w / np.hypot(*w), w * theta / (w @ w)
    center = np.array([x0 + x1, y0 + y1]) / 2
    far = 2 * (x1 - x0 + y1 - y0) + np.abs(foot - center).sum()
    along, across = far * np.array([-w[1], w[0]]), far * w
    corners = [foot - along, foot + along, foot + along + across, foot - along + across]
    ax.fill(*np.transpose(corners), color=color, zorder=0)
    ax.set(xlim=(x0, x1), ylim=(y0, y1))


def digit_grid(images, titles=None, columns=10, scale=0.64, vmin=None, vmax=None, cmap="gray_r"):
    """Draw square images side by side; returns the figure.

    Parameters
    ----------
    images : array_like, shape (n, side, side) or (n, side * side)
    titles : sequence of str, optional
        Written above each image.
    columns : int
    scale : float
        Inches per image.
    """
    images = np.asarray(images)
    side = round(np.sqrt(images[0].size))
    columns = min(columns, len(images))
    rows = -(-len(images) // columns)
    extra = 0.28 if titles is not None else 0.06
    fig, axes = plt.subplots(
        rows, columns, figsize=(columns * scale, rows * (scale + extra)), squeeze=False
    )
    for k, ax in enumerate(axes.flat):
        ax.set_axis_off()
        if k < len(images):
            image = images[k].reshape(side, side)
            ax.imshow(image, cmap=cmap, vmin=vmin, vmax=vmax, interpolation="nearest")
            if titles is not None:
                ax.set_title(titles[k], fontsize=9, loc="center", pad=2)
    return fig
