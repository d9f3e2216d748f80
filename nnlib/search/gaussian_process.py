"""Gaussian process regression: a guess with error bars for every point, from a few that are known.

References
----------
C. E. Rasmussen and C. K. I. Williams (2006). Gaussian Processes for Machine Learning, chapters 2
and 5. MIT Press.
"""

import math

import numpy as np

from ..checks import check_count, check_flag, check_number, check_word, generator, real_array
from ..layers.module import Parameter
from ..optim import Adam

__all__ = ["GaussianProcess"]

FARTHEST = 100  # logarithm of a scale beyond which none is followed
JITTER = 1e-10  # times the signal's variance, on the diagonal: what rounding may cost


class GaussianProcess:
    """A prior over functions, conditioned on values that were observed with noise.

    The prior has mean zero and the covariance ``signal**2 * k(r)`` between two points, where r is
    their distance after each coordinate was divided by its length scale. Observed values carry
    independent normal noise of the deviation `noise`. The values are used as they are: subtract
    their mean first.

    Parameters
    ----------
    lengthscale : float or array_like, shape (d,)
        How far one must go until the function is another one; one for all coordinates, or one for
        each.
    signal, noise : float
        Standard deviations, of the function and of the noise.
    kernel : {"rbf", "matern52"}
        ``exp(-r²/2)``, whose functions are infinitely smooth, or
        ``(1 + √5 r + 5r²/3) exp(-√5 r)``, whose functions have two derivatives.

    Attributes
    ----------
    X, y : ndarray, shapes (n, d) and (n,)
        What it was conditioned on; None before `condition`.

    Examples
    --------
    >>> gp = GaussianProcess(lengthscale=0.3, noise=0.01)
    >>> gp = gp.condition([[0.0], [1.0]], [1.0, -1.0])
    >>> mean, std = gp.predict([[0.0], [0.5]])
    >>> bool(abs(mean[0] - 1) < 0.01 and std[0] < 0.02 and std[1] > 0.8)
    True
    """

    def __init__(self, lengthscale=1.0, signal=1.0, noise=0.1, kernel="rbf"):
        self.lengthscale = np.array(real_array("the length scale", lengthscale, np.float64))
        if self.lengthscale.ndim > 1 or not (self.lengthscale > 0).all():
            raise ValueError(f"length scales must be positive numbers, got {lengthscale!r:.60}")
        check_number("the deviation of the signal", signal, 0, above=True)
        check_number("the deviation of the noise", noise, 0)
        check_word("kernel", kernel, ("rbf", "matern52"))
        self.signal, self.noise, self.kernel = float(signal), float(noise), kernel
        self.X = self.y = None

    def __repr__(self):
        scales = np.array2string(self.lengthscale, precision=3)
        return (
            f"GaussianProcess(lengthscale={scales}, signal={self.signal:.3g}, "
            f"noise={self.noise:.3g}, kernel={self.kernel!r})"
        )

    def covariance(self, A, B):
        """Prior covariance between the function at the rows of `A` and at those of `B`.

        Parameters
        ----------
        A, B : array_like, shapes (n, d) and (m, d)

        Returns
        -------
        ndarray, shape (n, m)
        """
        squared = self._squared(self._rows("A", A), self._rows("B", B)).sum(-1)
        return self.signal**2 * self._profile(squared)[0]

    def condition(self, X, y):
        """Return this prior conditioned on ``y[i]`` having been seen at ``X[i]``.

        Parameters
        ----------
        X : array_like, shape (n, d)
        y : array_like, shape (n,)

        Returns
        -------
        GaussianProcess
            A new one, with the same length scale, signal and noise.

        Raises
        ------
        ValueError
            If the shapes do not fit, or the covariances are too close to singular because points
            lie on top of each other and there is no noise.
        """
        new = GaussianProcess(self.lengthscale, self.signal, self.noise, self.kernel)
        X, y = self._rows("X", X), real_array("y", y, np.float64)
        if y.shape != X.shape[:1]:
            raise ValueError(f"X {X.shape} and y {y.shape} must have as many rows")
        new.X, new.y = X, y
        K = new.covariance(X, X)
        K[np.diag_indices_from(K)] += self.noise**2 + JITTER * self.signal**2
        try:
            new._factor = np.linalg.cholesky(K)
        except np.linalg.LinAlgError:
            raise ValueError(
                f"the covariances of the {len(X)} points are not positive definite: points that "
                f"(nearly) coincide need noise, which is {self.noise:g}"
            ) from None
        new._weights = _solve(new._factor, y)
        return new

    def predict(self, X):
        """Mean and standard deviation of the function, without noise, at the rows of `X`.

        Parameters
        ----------
        X : array_like, shape (m, d)

        Returns
        -------
        mean, std : ndarray, shape (m,)
        """
        X = self._rows("X", X)
        if self.X is None:
            return np.zeros(len(X)), np.full(len(X), self.signal)
        cross = self.covariance(self.X, X)
        half = np.linalg.solve(self._factor, cross)
        variance = self.signal**2 - (half**2).sum(0)
        return cross.T @ self._weights, np.sqrt(np.maximum(variance, 0))

    def sample(self, X, size=1, rng=None):
        """Draw functions and return their values at the rows of `X`.

        Parameters
        ----------
        X : array_like, shape (m, d)
        size : int
            How many functions.
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        ndarray, shape (size, m)
        """
        X, rng = self._rows("X", X), generator(rng)
        K, mean = self.covariance(X, X), np.zeros(len(X))
        if self.X is not None:
            cross = self.covariance(self.X, X)
            half = np.linalg.solve(self._factor, cross)
            K, mean = K - half.T @ half, cross.T @ self._weights
        draws = rng.standard_normal((check_count("size", size), len(X)))
        return mean + draws @ _root(K, self.signal).T

    def log_marginal_likelihood(self):
        """Log density that the prior gave to the observed values before they were seen.

        Raises
        ------
        ValueError
            If nothing was observed.
        """
        if self.X is None:
            raise ValueError("nothing was observed: call condition(X, y) first")
        return float(
            -0.5 * self.y @ self._weights
            - np.log(np.diag(self._factor)).sum()
            - 0.5 * len(self.y) * math.log(2 * math.pi)
        )

    def likelihood_gradient(self):
        """Gradient of the log marginal likelihood by the logarithms of all scales.

        Returns
        -------
        ndarray, shape (d + 2,) or (3,)
            By the logarithm of each length scale (of the single one), of `signal` and of `noise`:
            for each, ``½ trace((w wᵀ − K⁻¹) dK)`` with ``w = K⁻¹ y``.
        """
        if self.X is None:
            raise ValueError("nothing was observed: call condition(X, y) first")
        inverse = _solve(self._factor, np.eye(len(self.y)))
        outer = np.outer(self._weights, self._weights) - inverse
        squared = self._squared(self.X, self.X)
        profile, slope = self._profile(squared.sum(-1))
        by_scale = (self.signal**2 * outer * slope)[..., None] * squared
        by_scale = 0.5 * by_scale.sum((0, 1))
        if self.lengthscale.ndim == 0:
            by_scale = by_scale.sum(keepdims=True)
        by_signal = (outer * self.signal**2 * profile).sum()
        by_noise = self.noise**2 * np.trace(outer)
        return np.append(by_scale, (by_signal, by_noise))

    def fit(self, X, y, *, steps=60, lr=0.1, prior=True):
        """Condition on observations, and choose the scales under which they are most likely.

        Ascends the log marginal likelihood by Adam, from the present scales.

        Parameters
        ----------
        X : array_like, shape (n, d)
        y : array_like, shape (n,)
        steps : int
        lr : float
            Of the logarithms of the scales.
        prior : bool
            Whether to add the log density of a prior over the scales, normal in their logarithms
            around the present ones with deviation 1 (2 for the noise). A handful of points says
            little about their own length scales, and the likelihood alone may run away.

        Returns
        -------
        GaussianProcess
        """
        steps, prior = check_count("steps", steps, 0), check_flag("prior", prior)
        check_number("lr", lr, 0, above=True)
        d, noisy = self.lengthscale.size, self.noise > 0
        X = self._rows("X", X)
        scales = np.append(self.lengthscale, (self.signal, self.noise if noisy else 1.0))
        start = np.log(scales)
        width = np.append(np.ones(d + 1), 2.0)
        parameter = Parameter(start.copy())
        theta, optimizer = parameter.data, Adam([parameter], lr=lr, betas=(0.9, 0.99))
        best, best_value = None, -math.inf
        for _ in range(steps + 1):
            gp = GaussianProcess(
                np.exp(theta[:d]).reshape(self.lengthscale.shape),
                math.exp(theta[d]),
                math.exp(theta[d + 1]) if noisy else 0.0,
                self.kernel,
            ).condition(X, y)
            off = (theta - start) / width
            value = gp.log_marginal_likelihood() - prior * 0.5 * (off**2).sum()
            if value > best_value:
                best, best_value = gp, value
            parameter.grad = prior * off / width - gp.likelihood_gradient()  # Adam descends
            optimizer.step()
            if not (np.abs(theta) < FARTHEST).all():
                break  # the likelihood has no maximum within reach
        return best

    def _rows(self, name, X):
        X = real_array(name, X, np.float64)
        d = self.lengthscale.size if self.lengthscale.ndim else None
        if X.ndim != 2 or d not in (None, X.shape[1]):
            raise ValueError(f"{name} must have the shape (n, {d or 'd'}), got {X.shape}")
        if not np.isfinite(X).all():
            raise ValueError(f"{name} must be finite numbers")
        return X

    def _squared(self, A, B):
        """Squared differences of all pairs of rows, in length scales: shape (n, m, d)."""
        return ((A[:, None] - B[None]) / self.lengthscale) ** 2

    def _profile(self, squared):
        """Return k at squared distances, and ``-2 dk/d(r²)``, by which length scales enter."""
        if self.kernel == "rbf":
            k = np.exp(-0.5 * squared)
            return k, k
        r = np.sqrt(5 * squared)
        decay = np.exp(-r)
        return (1 + r + r**2 / 3) * decay, 5 / 3 * (1 + r) * decay


def _solve(factor, b):
    """K⁻¹ b from the Cholesky factor of K."""
    return np.linalg.solve(factor.T, np.linalg.solve(factor, b))


def _root(K, signal):
    """Cholesky factor of a covariance that may be singular, with as little added as it takes.

    (The root by eigenvectors needs nothing added, but their signs depend on the machine, and with
    them what is drawn.)
    """
    for power in range(-8, 0):
        try:
            return np.linalg.cholesky(K + 10.0**power * signal**2 * np.eye(len(K)))
        except np.linalg.LinAlgError:
            continue
    raise ValueError("the covariance of the points is not positive definite")
