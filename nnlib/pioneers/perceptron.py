"""Rosenblatt's perceptron of 1958, and the margin that bounds its mistakes."""

from typing import NamedTuple

import numpy as np

from ..checks import check_number, generator, real_array

__all__ = ["Perceptron", "PerceptronRun", "max_margin", "perceptron_step"]


class PerceptronRun(NamedTuple):
    """What a run of the perceptron did.

    Attributes
    ----------
    converged : bool
        Whether the last pass was without error.
    passes : int
        Passes over the examples, the last one included.
    updates : int
        Number of weight changes.
    errors : list of int
        Wrong answers in each pass.
    """

    converged: bool
    passes: int
    updates: int
    errors: list


def perceptron_step(w, theta, x, d, eta=1.0):
    """One example of Guide Algorithm 1: returns the new weights and the new threshold.

    Parameters
    ----------
    w : ndarray, shape (n,)
    theta : float
    x : ndarray, shape (n,)
    d : {-1, 1}
        The wanted answer.
    eta : float
        Learning rate η.
    """
    w, x = real_array("w", w), real_array("x", x)
    if w.ndim != 1 or x.shape != w.shape:
        raise ValueError(f"expected w and x of one shape (n,), got {w.shape} and {x.shape}")
    for name, value in (("theta", theta), ("d", d), ("eta", eta)):
        check_number(name, value)
    y = 1 if w @ x - theta >= 0 else -1  # sign, with sign(0) = 1
    e = d - y
    return w + eta * e * x, theta - eta * e


class Perceptron:
    """Rosenblatt's perceptron with the corrected Guide Algorithm 1: repeat until no error.

    Parameters
    ----------
    eta : float
        Learning rate η. From zero weights it only scales the result.
    rng : int or numpy.random.Generator, optional
        If given, weights and threshold start from normal numbers, else from zero.

    Attributes
    ----------
    w : ndarray, shape (n,)
    theta : float
        Set by `fit`.
    """

    def __init__(self, eta=1.0, rng=None):
        check_number("the learning rate", eta, 0, above=True)
        self.eta, self.rng = eta, rng
        self.w, self.theta = None, 0.0

    def fit(self, x, d, max_passes=1000):
        """Learn to answer d for x.

        If the two classes can be separated by a hyperplane, it ends after at most (R/γ)² updates
        from zero weights. Guide Theorem (perceptron-convergence); Novikoff 1962.

        Parameters
        ----------
        x : array_like, shape (N, n)
        d : array_like, shape (N,)
            -1 or 1.
        max_passes : int
            Where to stop if there is no end.

        Returns
        -------
        PerceptronRun

        Raises
        ------
        ValueError
            If shapes do not fit or a label is neither -1 nor 1.
        """
        x, d = _labelled(x, d)
        if max_passes < 1:
            raise ValueError(f"max_passes must be at least 1, got {max_passes}")
        if self.rng is None:
            self.w, self.theta = np.zeros(x.shape[1]), 0.0
        else:
            rng = generator(self.rng)
            self.w, self.theta = rng.standard_normal(x.shape[1]), float(rng.standard_normal())
        errors = []
        while len(errors) < max_passes:
            errors.append(self._one_pass(x, d))
            if errors[-1] == 0:
                break
        return PerceptronRun(errors[-1] == 0, len(errors), sum(errors), errors)

    def _one_pass(self, x, d):
        """Show every example once, in order; returns the number of updates.

        Between two updates the weights do not change, so whole blocks are judged at once.
        """
        updates = start = 0
        while start < len(x):
            block = slice(start, start + 128)
            wrong = np.flatnonzero((x[block] @ self.w >= self.theta) != (d[block] > 0))
            if len(wrong) == 0:
                start += 128
                continue
            i = start + wrong[0]
            self.w, self.theta = perceptron_step(self.w, self.theta, x[i], d[i], self.eta)
            updates, start = updates + 1, i + 1
        return updates

    def decision(self, x):
        """Σ wᵢxᵢ - θ for every row of x, shape (N,)."""
        if self.w is None:
            raise RuntimeError("the perceptron has not learned yet: call fit(x, d) first")
        return np.asarray(x) @ self.w - self.theta

    def predict(self, x):
        """Answers -1 or 1 for every row of x, shape (N,)."""
        return np.where(self.decision(x) >= 0, 1, -1)


def max_margin(x, d, tol=1e-6, max_steps=100_000):
    """Largest margin γ of a hyperplane that separates the examples, and how sure that is.

    The margin is that of the theorem: the smallest dᵢ u·(xᵢ, -1) over the examples, for the best
    unit vector u. It is the distance from the origin to the convex hull of the points
    dᵢ (xᵢ, -1), found by Frank and Wolfe's method with exact line search (Gilbert 1966).

    Parameters
    ----------
    x : array_like, shape (N, n)
    d : array_like, shape (N,)
        -1 or 1.
    tol : float
        Stop when the bounds are relatively that close.
    max_steps : int

    Returns
    -------
    lower, upper : float
        The true γ lies between them; `lower` is negative if no separation was found, and `upper`
        tends to 0 if there is none.
    """
    x, d = _labelled(x, d)
    points = d[:, None] * np.column_stack([x, -np.ones(len(x))])  # (N, n + 1)
    p = points[np.argmin((points * points).sum(1))].copy()
    best = -np.inf
    for _ in range(max_steps):
        upper = np.sqrt(p @ p)
        if upper == 0:
            return 0.0, 0.0
        scores = points @ p
        nearest = int(scores.argmin())
        best = max(best, scores[nearest] / upper)
        if upper - best <= tol * upper:
            break
        step = points[nearest] - p
        p += min(1.0, -(p @ step) / (step @ step)) * step
    return float(best), float(upper)


def _labelled(x, d):
    x, d = real_array("x", x, float), real_array("d", d)
    if x.ndim != 2 or d.shape != (len(x),) or len(x) == 0:
        raise ValueError(
            f"expected x of shape (N, n) and d of shape (N,), got {x.shape}, {d.shape}"
        )
    if not np.isin(d, (-1, 1)).all():
        raise ValueError(f"labels must be -1 or 1, found {d[~np.isin(d, (-1, 1))].flat[0]:g}")
    return x, d
