"""Information in bits: entropy, mutual information, the bottleneck, and layers in bins."""

from typing import NamedTuple

import numpy as np

from ..checks import check_count, check_number, real_array

__all__ = [
    "Bottleneck",
    "binned_information",
    "critical_beta",
    "entropy",
    "gaussian_bottleneck",
    "information_bottleneck",
    "mutual_information",
    "noisy_information",
]


def entropy(p):
    """Entropy H = -Σ p log₂ p in bits.

    Parameters
    ----------
    p : array_like
        Probabilities, of any shape, whose sum is 1; a table is one joint distribution.

    Returns
    -------
    float

    Raises
    ------
    ValueError
        If a number is negative or the sum is not 1.

    Examples
    --------
    >>> entropy([0.5, 0.25, 0.25])
    1.5
    """
    p = _probabilities("entropy's p", p)
    p = p[p > 0]
    return float(-(p * np.log2(p)).sum()) + 0.0  # no -0.0


def mutual_information(p_xy):
    """Mutual information I(X;Y) = H(X) + H(Y) - H(X, Y) in bits.

    Parameters
    ----------
    p_xy : array_like, shape (x, y)
        Joint probabilities; their sum is 1.

    Returns
    -------
    float
        Not negative; 0 for independent variables.

    Examples
    --------
    >>> mutual_information([[0.5, 0], [0, 0.5]])
    1.0
    """
    p_xy = _table("mutual_information", p_xy)
    product = np.outer(p_xy.sum(1), p_xy.sum(0))
    some = p_xy > 0
    return max(float((p_xy[some] * np.log2(p_xy[some] / product[some])).sum()), 0.0)


class Bottleneck(NamedTuple):
    """What `information_bottleneck` has found.

    Attributes
    ----------
    encoder : ndarray, shape (x, t)
        q(t|x), rows of sum 1.
    information_x, information_y : float
        I(T;X) and I(T;Y) in bits.
    steps : int
        Iterations made.
    """

    encoder: np.ndarray
    information_x: float
    information_y: float
    steps: int


def information_bottleneck(p_xy, beta, start=None, steps=10_000, tol=1e-9):
    """Climb I(T;Y) - β I(T;X) over encoders q(t|x). Guide Eq. (93).

    The self-consistent equations are repeated, q(t|x) ∝ q(t) exp(-D(p(y|x) || p(y|t)) / β).
    No step lowers the objective. The end depends on the start and need not be the best encoder.

    Parameters
    ----------
    p_xy : array_like, shape (x, y)
        Joint probabilities; every x has some.
    beta : float
        Price of a bit about X in bits about Y, above 0. Tishby's β is 1 / beta.
    start : array_like, shape (x, t), optional
        First encoder, rows of sum 1. Without it every x has a t of its own, almost.
    steps : int
        At most so many iterations.
    tol : float
        Stop when no probability of the encoder changes by more.

    Returns
    -------
    Bottleneck

    References
    ----------
    N. Tishby, F. C. Pereira, W. Bialek, The information bottleneck method, 1999.
    """
    p_xy = _table("information_bottleneck", p_xy)
    check_number("information_bottleneck's beta", beta, 0, above=True)
    check_count("information_bottleneck's steps", steps, 0)
    check_number("information_bottleneck's tol", tol, 0)
    px = p_xy.sum(1)
    if not (px > 0).all():
        raise ValueError("information_bottleneck's p_xy: expected some probability in every row")
    n = len(px)
    if start is None:
        q = np.full((n, n), 1e-3 / n) + (1 - 1e-3) * np.eye(n)
    else:
        q = real_array("information_bottleneck's start", start, np.float64)
        if q.ndim != 2 or len(q) != n or (q < 0).any() or not np.allclose(q.sum(1), 1):
            raise ValueError(
                f"information_bottleneck's start: expected {n} rows of probabilities with sum 1, "
                f"got an array of shape {q.shape}"
            )
    p_y = p_xy / px[:, None]
    negative_entropy = np.where(p_y > 0, p_y * np.log(np.where(p_y > 0, p_y, 1)), 0).sum(1)
    made, change = 0, np.inf
    while made < steps and change > tol:
        weight = px @ q
        used = weight > 1e-300
        centre = np.zeros((q.shape[1], p_xy.shape[1]))
        centre[used] = (q.T @ p_xy)[used] / weight[used, None]
        divergence = negative_entropy[:, None] - p_y @ np.log(np.maximum(centre, 1e-300)).T
        log_q = np.log(np.maximum(weight, 1e-300)) - divergence / beta
        log_q[:, ~used] = -np.inf
        new = np.exp(log_q - log_q.max(1, keepdims=True))
        new /= new.sum(1, keepdims=True)
        change, q, made = np.abs(new - q).max(), new, made + 1
    return Bottleneck(q, mutual_information(px[:, None] * q), mutual_information(q.T @ p_xy), made)


def critical_beta(p_xy):
    """β below which some note is better than none: the squared maximal correlation.

    It is the square of the second singular value of p(x, y) / √(p(x) p(y)). Above it no note pays
    that leans a little on X with every symbol; one that speaks seldom and then says much still
    may. So the price from which on no note at all pays may be higher.

    Parameters
    ----------
    p_xy : array_like, shape (x, y)
        Joint probabilities. Rows and columns without any are left out.

    Returns
    -------
    float
        Between 0 (X and Y independent) and 1.

    References
    ----------
    H. O. Hirschfeld, A connection between correlation and contingency, 1935.
    """
    p_xy = _table("critical_beta", p_xy)
    p_xy = p_xy[p_xy.sum(1) > 0][:, p_xy.sum(0) > 0]
    if min(p_xy.shape) < 2:
        return 0.0
    scaled = p_xy / np.sqrt(np.outer(p_xy.sum(1), p_xy.sum(0)))
    return float(np.linalg.svd(scaled, compute_uv=False)[1] ** 2)


def gaussian_bottleneck(correlations, beta):
    """Best I(T;X) and I(T;Y) for jointly normal X and Y, in bits, in closed form. Guide Eq. (93).

    Parameters
    ----------
    correlations : array_like
        Canonical correlations of X and Y, each in [0, 1); for two numbers their correlation.
    beta : float
        Price of a bit about X, above 0. Tishby's β is 1 / beta.

    Returns
    -------
    information_x, information_y : float

    References
    ----------
    G. Chechik et al., Information bottleneck for Gaussian variables, 2005.
    """
    rho = real_array("gaussian_bottleneck's correlations", correlations, np.float64)
    check_number("gaussian_bottleneck's beta", beta, 0, above=True)
    if not ((rho >= 0) & (rho < 1)).all():
        raise ValueError("gaussian_bottleneck's correlations: expected numbers in [0, 1)")
    rho2 = rho**2
    # T = √s X + noise of variance 1; below, where it pays, s = (ρ² - β) / (β (1 - ρ²))
    s = np.maximum(rho2 - beta, 0) / (beta * (1 - rho2))
    return (
        float(0.5 * np.log2(1 + s).sum()),
        float(0.5 * (np.log2(1 + s) - np.log2(1 + s * (1 - rho2))).sum()),
    )


def binned_information(hidden, labels, bins, low=-1.0, high=1.0):
    """What a plot of the information plane shows of a layer: I(X;T), I(T;Y) of T put into bins.

    X is uniform over the rows, which count as different inputs. The bins are a choice, and the
    first number is no more than the entropy of the binned rows.

    Parameters
    ----------
    hidden : array_like, shape (n, units)
        A layer's activations, one input a row.
    labels : array_like of int, shape (n,)
    bins : int
        Equal bins of each unit between `low` and `high`, at most 2^53, which is as finely as
        float64 can tell; values outside go to the outermost.
    low, high : float

    Returns
    -------
    information_x, information_y : float
        In bits.
    """
    hidden = _rows("binned_information", hidden)
    labels = real_array("binned_information's labels", labels)
    labels = np.unique(labels, return_inverse=True)[1]
    check_count("binned_information's bins", bins, 1)
    if bins > 2**53:
        raise ValueError(f"binned_information's bins: expected at most 2^53, got {bins}")
    if labels.shape != (len(hidden),):
        raise ValueError(
            f"binned_information's labels: expected {len(hidden)} of them, got {labels.shape}"
        )
    check_number("binned_information's low", low)
    check_number("binned_information's high", high)
    if not (low < high and np.isfinite(high - low)):
        raise ValueError(
            f"binned_information's low: expected a number less than high {high:g}, got {low:g}"
        )
    cells = np.clip(np.floor((hidden - low) / (high - low) * bins), 0, bins - 1)
    code = np.zeros(len(hidden), np.int64)
    for column in cells.T:  # cells and codes are numbered anew, so that no product overflows
        found, place = np.unique(column, return_inverse=True)
        code = np.unique(code * len(found) + place, return_inverse=True)[1]
    classes = labels.max() + 1
    return _counted(code), _counted(code) + _counted(labels) - _counted(code * classes + labels)


def noisy_information(hidden, sigma, rows=512):
    """Lower and upper bound, in bits, of I(X; T + noise) with normal noise on every unit.

    X is uniform over the rows. The bounds look at distances of pairs alone.

    Parameters
    ----------
    hidden : array_like, shape (n, units)
    sigma : float
        Standard deviation of the noise, above 0.
    rows : int
        Rows taken at a time; changes the memory that is needed, not the result.

    Returns
    -------
    lower, upper : float

    References
    ----------
    A. Kolchinsky, B. D. Tracey, Estimating mixture entropy with pairwise distances, 2017.
    """
    hidden = _rows("noisy_information", hidden)
    check_number("noisy_information's sigma", sigma, 0, above=True)
    check_count("noisy_information's rows", rows, 1)
    bounds = np.zeros(2)
    for k in range(0, len(hidden), rows):
        distance = np.zeros((len(hidden[k : k + rows]), len(hidden)))
        with np.errstate(over="ignore"):  # so far apart that nothing is near
            for unit in hidden.T:  # differences first: squares would cancel far from 0
                distance += (np.subtract.outer(unit[k : k + rows], unit) / sigma) ** 2
        near = np.exp(-distance / 8)
        # Bhattacharyya's distance of two such clouds is d²/8σ², Kullback and Leibler's d²/2σ²
        bounds -= np.log2(near.mean(1)).sum(), np.log2((near**4).mean(1)).sum()
    return tuple(float(b) for b in np.maximum(bounds / len(hidden), 0))


def _counted(code):
    counts = np.unique(code, return_counts=True)[1]
    return entropy(counts / counts.sum())


def _probabilities(name, p):
    p = real_array(name, p, np.float64)
    if (p < 0).any() or not np.isclose(p.sum(), 1):
        raise ValueError(f"{name}: expected probabilities with sum 1, got sum {p.sum():g}")
    return p


def _table(op, p_xy):
    p_xy = _probabilities(f"{op}'s p_xy", p_xy)
    if p_xy.ndim != 2:
        raise ValueError(f"{op}'s p_xy: expected a table of shape (x, y), got shape {p_xy.shape}")
    return p_xy


def _rows(op, hidden):
    hidden = real_array(f"{op}'s hidden", hidden, np.float64)
    if hidden.ndim != 2 or not len(hidden):
        raise ValueError(f"{op}'s hidden: expected one input a row, got shape {hidden.shape}")
    if not np.isfinite(hidden).all():
        raise ValueError(f"{op}'s hidden: expected finite numbers, got NaN or infinity")
    return hidden
