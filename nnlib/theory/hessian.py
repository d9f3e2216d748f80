"""The curvature of a loss in all its weights: products with the Hessian, and its spectrum."""

import numpy as np

from ..autograd import func
from ..checks import check_count, check_number, generator, real_array
from ..layers.module import Module

__all__ = ["hessian_product", "lanczos", "spectral_density"]


def hessian_product(model, x, loss):
    """Return the function that multiplies a vector by the Hessian of a loss, without the matrix.

    Parameters
    ----------
    model : Module
        Its present weights are the point at which the loss is expanded; they are not changed, and
        the returned function does not follow when they are. Call ``model.eval()`` before
        if it has Dropout or batch normalisation: with a new random mask in every product there is
        no one Hessian, and statistics that change cannot be differentiated here.
    x : array_like
        Inputs of the model.
    loss : callable
        Takes the output of the model and returns a tensor of one element:
        ``lambda out: F.cross_entropy(out, y)``.

    Returns
    -------
    callable
        Takes an ndarray of shape (P,), one number for each weight in the order of
        ``model.parameters()``, and returns an ndarray of shape (P,). Its attribute ``size`` is P.

    Notes
    -----
    Pearlmutter, "Fast Exact Multiplication by the Hessian", Neural Computation 6, 1994.
    """
    if not isinstance(model, Module):
        raise TypeError(f"model: expected a Module, got {model!r:.60}")
    if not callable(loss):
        raise TypeError(f"loss: expected a function, got {loss!r:.60}")
    state = {name: p.data.copy() for name, p in model.named_parameters()}
    if not state:
        raise ValueError(f"model: expected one with parameters, {type(model).__name__} has none")
    ends = np.cumsum([value.size for value in state.values()])

    def value(weights):
        return loss(func.functional_call(model, weights, (x,)))

    def product(v):
        v = real_array("v", v)
        if v.shape != (ends[-1],):
            raise ValueError(f"v: expected shape ({ends[-1]},), got {v.shape}")
        parts = zip(state.items(), np.split(v, ends[:-1]), strict=True)
        direction = {n: part.reshape(w.shape).astype(w.dtype) for (n, w), part in parts}
        bent = func.hvp(value, (state,), (direction,))
        return np.concatenate([bent[name].data.ravel() for name in state])

    product.size = int(ends[-1])
    return product


def lanczos(product, size, steps, rng=None):
    """Approximate the spectrum of a symmetric matrix from products with vectors.

    Parameters
    ----------
    product : callable
        ``product(v)`` is A v, for v of shape (size,).
    size : int
    steps : int
        Products to spend, from 1 to `size`. It ends earlier where a product leads nowhere new.
    rng : int or numpy.random.Generator, optional
        For the direction to start from.

    Returns
    -------
    values : ndarray, shape (k,), k <= steps
        Ascending. The outermost are close to eigenvalues of A, from within.
    weights : ndarray, shape (k,)
        Not negative, with sum 1: the share of the spectrum that each of them represents, as seen
        from the random start.
    vectors : ndarray, shape (size, k)
        Orthonormal; the approximate eigenvectors.

    Notes
    -----
    The start and its images A v, A² v, ... are made orthonormal, every new vector against all
    others. In this basis A is a tridiagonal matrix, whose eigenvalues are returned. The weights are
    those of Gauss quadrature: for every polynomial p of degree at most 2k - 1 the weighted sum of p
    over the values is exactly vᵀ p(A) v. Lanczos, Journal of Research of the National Bureau of
    Standards 45, 1950; Golub and Welsch, Mathematics of Computation 23, 1969.
    """
    if not callable(product):
        raise TypeError(f"product: expected a function, got {product!r:.60}")
    size, steps = check_count("size", size), check_count("steps", steps)
    if steps > size:
        raise ValueError(f"steps: expected 1 to {size}, the size of the matrix, got {steps}")
    q = generator(rng).standard_normal(size)
    basis = np.zeros((steps, size))
    diagonal, beside = [], []
    length = np.linalg.norm(q)
    for k in range(steps):
        basis[k] = q / length
        # A product that works in place spoils a copy only.
        q = real_array("product", product(basis[k].copy()), float)
        if q.shape != (size,):
            raise ValueError(f"product: expected shape ({size},), got {q.shape}")
        if not np.isfinite(q).all():
            raise ValueError("product: expected finite numbers, got infinite ones or NaN")
        diagonal.append(basis[k] @ q)
        scale = np.linalg.norm(q)
        for _ in range(2):  # once leaves rounding errors that grow
            q = q - basis[: k + 1].T @ (basis[: k + 1] @ q)
        length = np.linalg.norm(q)
        if length <= 1e-12 * max(scale, 1e-300):
            break
        beside.append(length)
    k = len(diagonal)
    T = np.diag(diagonal) + np.diag(beside[: k - 1], 1) + np.diag(beside[: k - 1], -1)
    values, turns = np.linalg.eigh(T)
    return values, turns[0] ** 2, basis[:k].T @ turns


def spectral_density(values, weights, grid, width):
    """Blur weighted values into a density: a bell of a given width on each.

    Parameters
    ----------
    values, weights : array_like, shape (k,)
        As from `lanczos`, or all eigenvalues of a matrix with equal weights.
    grid : array_like, shape (m,)
        Where the density is asked for.
    width : float
        Standard deviation of the bells, above 0.

    Returns
    -------
    ndarray, shape (m,)
        Its integral is the sum of the weights.
    """
    named = {"values": values, "weights": weights, "grid": grid}
    values, weights, grid = (real_array(name, a, float) for name, a in named.items())
    if values.ndim != 1 or values.shape != weights.shape:
        raise ValueError(
            f"weights: expected as many as values, got shapes {values.shape} and {weights.shape}"
        )
    check_number("width", width, 0, above=True)
    away = (grid[..., None] - values) / width
    return (np.exp(-0.5 * away**2) @ weights) / (width * np.sqrt(2 * np.pi))
