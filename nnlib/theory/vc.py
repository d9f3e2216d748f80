"""Labellings that a class can give to points: counted by computer, and a bound on their number."""

from itertools import combinations, product
from math import comb

import numpy as np

from ..checks import check_count, real_array

__all__ = ["box_labellings", "half_plane_labellings", "half_space_count", "sauer_bound", "shatters"]


def box_labellings(points):
    """All ways in which boxes with sides along the axes can cut a set of points in two.

    Parameters
    ----------
    points : array_like, shape (n, d)
        In one dimension a box is an interval, in two a rectangle.

    Returns
    -------
    ndarray of bool, shape (k, n)
        One labelling a row, each once; True is inside the box.

    Examples
    --------
    >>> len(box_labellings([[1], [2], [3]]))  # all but the one with a hole
    7
    """
    points = _points("box_labellings", points)
    rows = np.ones((1, len(points)), bool)
    for column in points.T:
        values = np.unique(column)
        sides = [np.zeros(len(points), bool)]
        for low, high in product(values, values):
            if low <= high:
                sides.append((low <= column) & (column <= high))
        rows = np.unique((rows[:, None] & np.array(sides)).reshape(-1, len(points)), axis=0)
    return rows


def half_plane_labellings(points):
    """All ways in which a line can cut points of the plane in two.

    Parameters
    ----------
    points : array_like, shape (n, 2)
        No three of them on a line. Whole numbers below 2**30 keep this exact.

    Returns
    -------
    ndarray of bool, shape (k, n)
        One labelling a row, each once.

    Notes
    -----
    A line that separates the points can be moved until it goes through two of them, without
    crossing any other. So it is enough to try the lines through two points, with all four ways of
    turning them off these two.
    """
    points = _points("half_plane_labellings", points)
    n = len(points)
    if points.shape[1] != 2:
        raise ValueError(f"half_plane_labellings needs points of the plane, got {points.shape}")
    if n <= 2:
        if len(np.unique(points, axis=0)) < n:
            raise ValueError("half_plane_labellings got the same point twice")
        return np.array(list(product((False, True), repeat=n)))
    rows = []
    for i, j in combinations(range(n), 2):
        along, to = points[j] - points[i], points - points[i]
        side = along[0] * to[:, 1] - along[1] * to[:, 0]
        if (np.delete(side, (i, j)) == 0).any():
            raise ValueError(f"half_plane_labellings got three points on a line, {i} and {j} on it")
        for pair in product((False, True), repeat=2):
            row = side > 0
            row[[i, j]] = pair
            rows += [row, ~row]
    return np.unique(rows, axis=0)


def half_space_count(n, d):
    """Labellings of n points in general position in d dimensions by half-spaces (Cover 1965).

    ``2 * sum(comb(n - 1, i) for i in range(d + 1))``; no set of n points has more.

    Parameters
    ----------
    n, d : int

    Returns
    -------
    int
    """
    n, d = check_count("half_space_count's n", n), check_count("half_space_count's d", d)
    return 2 * sum(comb(n - 1, i) for i in range(d + 1))


def sauer_bound(n, dimension):
    """Most labellings of n points that a class of this VC dimension can have.

    Parameters
    ----------
    n : int
    dimension : int
        VC dimension, at least 0.

    Returns
    -------
    int

    Examples
    --------
    >>> sauer_bound(5, 3), 2**5
    (26, 32)
    """
    n = check_count("sauer_bound's n", n)
    dimension = check_count("sauer_bound's dimension", dimension, 0)
    return sum(comb(n, i) for i in range(dimension + 1))


def shatters(labellings):
    """Whether all labellings occur among the rows.

    Parameters
    ----------
    labellings : array_like of bool, shape (k, n)

    Returns
    -------
    bool
    """
    rows = real_array("shatters' labellings", labellings)
    if rows.ndim != 2:
        raise ValueError(f"shatters needs one labelling a row, got an array of shape {rows.shape}")
    return len(np.unique(rows > 0, axis=0)) == 2 ** rows.shape[1]


def _points(op, points):
    points = real_array(f"{op}'s points", points)
    if points.dtype.kind in "bui":
        points = points.astype(np.int64)  # differences of small or unsigned ones would wrap
    if not np.isfinite(points).all():
        raise ValueError(f"{op} needs finite points, got {points[~np.isfinite(points)][0]}")
    if points.ndim != 2 or not points.size:
        raise ValueError(f"{op} needs one point a row, got an array of shape {points.shape}")
    return points
