"""Which hidden unit of one network does the work of which unit of another: best matchings."""

import numpy as np

from ..checks import real_array

__all__ = ["assignment"]


def assignment(score):
    """Match rows and columns one to one so that the sum of the matched scores is largest.

    The Hungarian algorithm, with shortest augmenting paths: n³ operations for n rows.

    Parameters
    ----------
    score : array_like, shape (n, n)
        How well row i and column j fit.

    Returns
    -------
    ndarray of int, shape (n,)
        The column of each row.

    Raises
    ------
    ValueError
        If `score` is no square matrix of finite numbers.

    Notes
    -----
    Every row i and column j gets a price, u[i] and v[j], such that u[i] + v[j] <= cost[i, j], with
    equality for matched pairs. Any matching costs at least the sum of all prices, so a complete one
    that pays them exactly is the cheapest. Kuhn, "The Hungarian Method for the Assignment Problem",
    Naval Research Logistics Quarterly 2, 1955.
    """
    score = real_array("score", score, float)
    if score.ndim != 2 or score.shape[0] != score.shape[1] or not len(score):
        raise ValueError(f"score: expected a square matrix, got shape {score.shape}")
    if not np.isfinite(score).all():
        raise ValueError("score: expected finite numbers, got infinite ones or NaN")
    n, cost = len(score), -score
    u, v = np.zeros(n), np.zeros(n + 1)
    row = np.full(n + 1, -1)  # the row of each column; the last column is a place to start from
    for i in range(n):
        row[n], j = i, n
        slack, came_from = np.full(n, np.inf), np.full(n, n)
        visited = np.zeros(n + 1, bool)
        while row[j] >= 0:  # until a column is reached that is free
            visited[j] = True
            free = ~visited[:n]
            reduced = cost[row[j]] - u[row[j]] - v[:n]
            better = free & (reduced < slack)
            slack[better], came_from[better] = reduced[better], j
            nearest = int(np.argmin(np.where(free, slack, np.inf)))
            delta = slack[nearest]
            u[row[visited]] += delta
            v[visited] -= delta
            slack[free] -= delta
            j = nearest
        while j != n:  # hand every column on the path to the row before it
            row[j] = row[came_from[j]]
            j = came_from[j]
    columns = np.empty(n, int)
    columns[row[:n]] = np.arange(n)
    return columns
