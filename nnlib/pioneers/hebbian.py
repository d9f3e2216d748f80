"""Hebb's rule of 1949, and the two rules that keep it from exploding: Oja's and Sanger's."""

import numpy as np

from ..checks import check_number, real_array

__all__ = ["hebb", "oja_step", "sanger_step"]


def hebb(pre, post, eta=1):
    """Change of all weights by Hebb's rule: Δw_ij = η a_i a_j. Guide Eq. (2).

    The unit i is the one that receives, j the one that sends. Several examples are added up, as
    if all were shown before any weight changes. Whole numbers stay whole.

    Parameters
    ----------
    pre : array_like, shape (n,) or (N, n)
        Activities a_j of the sending units.
    post : array_like, shape (m,) or (N, m)
        Activities a_i of the receiving units.
    eta : float
        Learning rate η.

    Returns
    -------
    ndarray, shape (m, n)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    pre, post = real_array("pre", pre), real_array("post", post)
    check_number("eta", eta)
    if (
        pre.ndim not in (1, 2)
        or pre.ndim != post.ndim
        or len(np.atleast_2d(pre)) != len(np.atleast_2d(post))
    ):
        raise ValueError(
            f"expected pre (n,) and post (m,), or pre (N, n) and post (N, m), got {pre.shape} "
            f"and {post.shape}"
        )
    return eta * (np.atleast_2d(post).T @ np.atleast_2d(pre))


def oja_step(w, x, eta):
    """One example of Oja's rule for a linear unit: w + η y (x - y w) with y = w·x.

    Guide Eq. (2) with a term that holds the length at 1. Source: Oja (1982).

    Parameters
    ----------
    w : ndarray, shape (n,)
    x : ndarray, shape (n,)
    eta : float
        Learning rate η.

    Returns
    -------
    ndarray, shape (n,)

    Raises
    ------
    ValueError
        If w and x are not two vectors of one length.
    """
    w, x = real_array("w", w), real_array("x", x)
    check_number("eta", eta)
    if w.ndim != 1 or x.shape != w.shape:
        raise ValueError(f"expected w and x of one shape (n,), got {w.shape} and {x.shape}")
    y = w @ x
    return w + eta * y * (x - y * w)


def sanger_step(W, x, eta):
    """One example of Sanger's rule, the generalized Hebbian algorithm, for k linear units.

    Unit i learns by Oja's rule from what the units before it leave unexplained:
    Δw_i = η y_i (x - Σ_{j ≤ i} y_j w_j) with y = W x. Source: Sanger (1989).

    Parameters
    ----------
    W : ndarray, shape (k, n)
        One unit a row.
    x : ndarray, shape (n,)
    eta : float
        Learning rate η.

    Returns
    -------
    ndarray, shape (k, n)

    Raises
    ------
    ValueError
        If the shapes do not fit.
    """
    W, x = real_array("W", W), real_array("x", x)
    check_number("eta", eta)
    if W.ndim != 2 or x.shape != W.shape[1:]:
        raise ValueError(f"expected W of shape (k, n) and x (n,), got {W.shape} and {x.shape}")
    y = W @ x
    return W + eta * (np.outer(y, x) - np.tril(np.outer(y, y)) @ W)
