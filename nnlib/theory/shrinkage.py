"""Ridge regression and early stopping as filters: what they leave of each direction."""

import numpy as np

from ..checks import check_count, check_number, real_array

__all__ = ["effective_parameters", "ridge", "ridge_filter", "stopping_filter"]


def ridge(X, Y, weight_decay):
    """Weights of least squares with an L2 penalty, exactly. Guide Eq. (76).

    They minimise ``((Y - X @ W)**2).sum() / (2 * n) + weight_decay / 2 * (W**2).sum()``. At
    weight_decay = 0 they are the smallest of all weights with the least squared error.

    Parameters
    ----------
    X : array_like, shape (n, d)
        One example a row. For an intercept, take the means off X and Y first.
    Y : array_like, shape (n,) or (n, k)
    weight_decay : float
        λ, at least 0.

    Returns
    -------
    ndarray, shape (d,) or (d, k)

    Examples
    --------
    >>> ridge([[1.0], [1.0]], [3.0, 5.0], 1.0)  # half of the mean, since H = 1
    array([2.])
    """
    X, Y = _rows("ridge", X), real_array("ridge's Y", Y, np.float64)
    check_number("ridge's weight_decay", weight_decay, 0)
    if Y.ndim not in (1, 2) or len(Y) != len(X):
        raise ValueError(f"ridge got X {X.shape} and Y {Y.shape}: they need equally many rows")
    U, s, Vt = np.linalg.svd(X, full_matrices=False)
    s[s <= s.max(initial=0) * max(X.shape) * np.finfo(float).eps] = 0  # directions without data
    safe = np.where(s > 0, s, 1)
    share = np.where(s > 0, ridge_filter(safe**2 / len(X), weight_decay) / safe, 0)
    return (Vt.T * share) @ (U.T @ Y)


def ridge_filter(eigenvalues, weight_decay):
    """Share h / (h + λ) that an L2 penalty leaves of a direction of curvature h.

    Parameters
    ----------
    eigenvalues : array_like
        Curvatures h, not negative: eigenvalues of the Hessian.
    weight_decay : float
        λ, at least 0.

    Returns
    -------
    ndarray
        Where h = λ = 0 the share is 0: data says nothing about this direction.
    """
    h = _curvatures("ridge_filter", eigenvalues)
    check_number("ridge_filter's weight_decay", weight_decay, 0)
    total = h + weight_decay
    return np.divide(h, total, out=np.zeros_like(h), where=total > 0)


def stopping_filter(eigenvalues, lr, steps):
    """Share 1 - (1 - ηh)^t that t steps of descent from 0 reach in a direction of curvature h.

    Parameters
    ----------
    eigenvalues : array_like
        Curvatures h, not negative.
    lr : float
        η, above 0.
    steps : int
        t, at least 0.

    Returns
    -------
    ndarray
    """
    h = _curvatures("stopping_filter", eigenvalues)
    check_number("stopping_filter's lr", lr, 0, above=True)
    return 1 - (1 - lr * h) ** check_count("stopping_filter's steps", steps, 0)


def effective_parameters(eigenvalues, weight_decay):
    """Sum of the shares h / (h + λ): how many directions an L2 penalty leaves to the data.

    Parameters
    ----------
    eigenvalues : array_like
        Curvatures h, not negative: for ridge regression those of ``X.T @ X / n``.
    weight_decay : float
        λ, at least 0.

    Returns
    -------
    float
    """
    return float(ridge_filter(eigenvalues, weight_decay).sum())


def _rows(op, X):
    X = real_array(f"{op}'s X", X, np.float64)
    if X.ndim != 2 or not len(X):
        raise ValueError(f"{op} needs one example a row, got an array of shape {X.shape}")
    return X


def _curvatures(op, h):
    h = real_array(f"{op}'s eigenvalues", h, np.float64)
    if (h < 0).any():
        raise ValueError(f"{op} needs curvatures that are not negative, got {h.min():g}")
    return h
