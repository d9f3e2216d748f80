"""Cross-validation: every example is predicted once by a model that has not seen it.

A splitter says which examples train and which test, fold by fold; the names are scikit-learn's.
"""

from typing import NamedTuple

import numpy as np

from ..autograd.tensor import Tensor
from ..checks import check_count, check_flag, generator, real_array

__all__ = [
    "CrossValidation",
    "GroupKFold",
    "KFold",
    "StratifiedKFold",
    "TimeSeriesSplit",
    "cross_validate",
    "cv_score",
]


def cv_score(fold_losses, fold_sizes=None):
    """Average the losses of the folds. Guide Eq. (94).

    Parameters
    ----------
    fold_losses : array_like (K,)
        For each fold the mean loss of its examples.
    fold_sizes : array_like (K,), optional
        How many examples each fold holds. With them every example counts the same, whatever its
        fold; without them every fold does. For equal folds the two agree.

    Returns
    -------
    float

    Examples
    --------
    >>> cv_score([0.5, 0.25, 0.0], [2, 4, 4])
    0.2
    >>> cv_score([0.5, 0.25, 0.0])
    0.25
    """
    losses = real_array("fold_losses", fold_losses, float)
    if losses.ndim != 1 or not losses.size:
        raise ValueError(f"fold_losses must be one number for each fold, got shape {losses.shape}")
    if fold_sizes is None:
        return float(losses.mean())
    sizes = real_array("fold_sizes", fold_sizes, float)
    if sizes.shape != losses.shape or not (sizes > 0).all():
        raise ValueError(
            f"fold_sizes must be {losses.size} numbers above 0, one for each fold, "
            f"got {fold_sizes!r:.60}"
        )
    return float(sizes @ losses / sizes.sum())


class KFold:
    """Cut the examples into folds; each is tested once, while all others train.

    Parameters
    ----------
    n_splits : int
        The number K of folds, at least 2. With as many folds as examples this is leave-one-out.
    shuffle : bool
        Draw a random order first. Without it the folds are consecutive blocks.
    rng : int or numpy.random.Generator, optional
        Source of the order; used only with `shuffle`. With a seed every call of `split` cuts the
        same folds, so that two recipes meet the same ones; with a generator or None other folds.

    Notes
    -----
    The first n mod K folds hold one example more than the others. `StratifiedKFold` and
    `GroupKFold` differ only in which fold an example goes to.
    """

    def __init__(self, n_splits=5, *, shuffle=False, rng=None):
        self.n_splits = check_count(f"{type(self).__name__}'s n_splits", n_splits, 2)
        self.shuffle, self.rng = check_flag("shuffle", shuffle), rng
        generator(rng)  # refuses now what is no source of random numbers

    def _order(self, n):
        return generator(self.rng).permutation(n) if self.shuffle else np.arange(n)

    def _fold_of(self, n, y, groups):
        """Return for each example the number of the fold that tests it."""
        fold = np.empty(n, int)
        for k, test in enumerate(np.array_split(self._order(n), self.n_splits)):
            fold[test] = k
        return fold

    def split(self, X, y=None, groups=None):
        """Yield for each fold the indices that train and those that test.

        Parameters
        ----------
        X : sequence
            The examples; only their number counts.
        y : array_like, optional
            Their labels; `StratifiedKFold` needs them.
        groups : array_like, optional
            What each example belongs to; `GroupKFold` needs it.

        Yields
        ------
        train, test : ndarray of int
            In increasing order.
        """
        n = len(X)
        if n < self.n_splits:
            raise ValueError(f"{self.n_splits} folds need as many examples, got {n}")
        fold = self._fold_of(n, y, groups)
        for k in range(self.n_splits):
            yield np.flatnonzero(fold != k), np.flatnonzero(fold == k)


class StratifiedKFold(KFold):
    """Folds in which each class has the same share as in all examples, up to one example.

    Parameters
    ----------
    n_splits, shuffle, rng
        As for `KFold`.
    """

    def _fold_of(self, n, y, groups):
        y = _column("StratifiedKFold", "y", y, n)
        order = self._order(n)
        order = order[np.argsort(y[order], kind="stable")]  # class by class
        fold = np.empty(n, int)
        fold[order] = np.arange(n) % self.n_splits  # dealt like cards
        return fold


class GroupKFold(KFold):
    """Folds that never tear a group apart: what belongs together is tested together.

    The largest group goes first, always to the fold with the fewest examples so far.

    Parameters
    ----------
    n_splits : int
        At most the number of groups.
    shuffle, rng
        `shuffle` draws which of several groups of equal size goes first.
    """

    def _fold_of(self, n, y, groups):
        groups = _column("GroupKFold", "groups", groups, n)
        _, group, sizes = np.unique(groups, return_inverse=True, return_counts=True)
        if len(sizes) < self.n_splits:
            raise ValueError(f"{self.n_splits} folds need as many groups, got {len(sizes)}")
        order = self._order(len(sizes))
        filled, fold = np.zeros(self.n_splits, int), np.empty(len(sizes), int)
        for g in order[np.argsort(-sizes[order], kind="stable")]:
            fold[g] = filled.argmin()
            filled[fold[g]] += sizes[g]
        return fold[group]


class TimeSeriesSplit:
    """Train on the past, test on what follows. The examples are in order of time.

    Parameters
    ----------
    n_splits : int
        How many blocks are tested. The first of n_splits + 1 blocks only trains.
    gap : int
        How many examples before each tested block are left out of training.

    Notes
    -----
    All tested blocks hold n // (n_splits + 1) examples; what is left over trains.
    """

    def __init__(self, n_splits=5, *, gap=0):
        self.n_splits = check_count("TimeSeriesSplit's n_splits", n_splits)
        self.gap = check_count("gap", gap, 0)

    def split(self, X, y=None, groups=None):
        """Yield the indices that train and those that test, block by block; as for `KFold`."""
        n = len(X)
        size = n // (self.n_splits + 1)
        start = n - self.n_splits * size
        if not size or start <= self.gap:
            raise ValueError(
                f"{n} examples are too few for {self.n_splits} blocks and a gap of {self.gap}"
            )
        for first in range(start, n, size):
            yield np.arange(first - self.gap), np.arange(first, first + size)


class CrossValidation(NamedTuple):
    """What `cross_validate` returns.

    Attributes
    ----------
    score : float
        Guide Eq. (94), with every tested example counted the same.
    fold_losses : ndarray (K,)
        The mean loss of each fold.
    fold_sizes : ndarray of int (K,)
    losses : ndarray (n,)
        The loss of each example; NaN where no fold has tested it.
    """

    score: float
    fold_losses: np.ndarray
    fold_sizes: np.ndarray
    losses: np.ndarray


def cross_validate(fit, loss, X, y, cv=5, *, groups=None):
    """Train on all folds but one, test on that one, and average. Guide Eq. (94).

    Parameters
    ----------
    fit : callable
        ``fit(X_train, y_train)`` returns a model. Everything that learns from data belongs in
        here: scaling, the choice of columns, augmentation, the choice of hyperparameters.
    loss : callable
        ``loss(model, X_test, y_test)`` returns one loss for each example.
    X, y : array_like
        Examples in rows, and their labels.
    cv : int or splitter
        A number of folds, which are then consecutive blocks, or one of the splitters:
        anything whose ``split(X, y, groups)`` yields pairs of indices, those that train first.
    groups : array_like, optional
        Handed to the splitter.

    Returns
    -------
    CrossValidation

    Examples
    --------
    >>> y = [0.0, 0.0, 6.0, 6.0]
    >>> cross_validate(lambda X, y: y.mean(), lambda m, X, y: (m - y) ** 2, y, y, cv=2).score
    36.0
    """
    splitter = cv if hasattr(cv, "split") else KFold(cv)
    X, y = _rows("X", X), _rows("y", y)
    if X.ndim == 0 or y.ndim == 0 or len(X) != len(y):
        raise ValueError(f"X and y must have equally many rows, got {X.shape} and {y.shape}")
    losses, folds, sizes = np.full(len(X), np.nan), [], []
    for train, test in splitter.split(X, y, groups):
        value = real_array("the losses", loss(fit(X[train], y[train]), X[test], y[test]), float)
        if value.shape != (len(test),):
            raise ValueError(
                f"loss must return one number for each of {len(test)} examples, "
                f"got shape {value.shape}"
            )
        losses[test] = value
        folds.append(value.mean())
        sizes.append(len(test))
    return CrossValidation(cv_score(folds, sizes), np.array(folds), np.array(sizes), losses)


def _rows(name, values):
    try:
        return np.asarray(values.data if isinstance(values, Tensor) else values)
    except (TypeError, ValueError):
        raise TypeError(
            f"{name} must be an array, or lists of equal length, got {values!r:.60}"
        ) from None


def _column(splitter, name, values, n):
    """Return labels or groups as an array of one value for each example."""
    if values is None:
        raise ValueError(f"{splitter} needs {name}, one value for each example")
    column = np.asarray(values)
    if column.shape != (n,):
        raise ValueError(f"{name} must be one value for each of {n} examples, got {column.shape}")
    return column
