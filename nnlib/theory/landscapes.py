"""Functions of two variables on which one can watch an optimizer walk, and the walk itself.

They are called with arrays or with tensors, so that one formula gives contours and gradients.
"""

import math

import numpy as np

from ..autograd.tensor import Tensor
from ..checks import generator

__all__ = ["Quadratic", "Ravine", "walk"]


class Quadratic:
    """A bowl, f(x) = ½ xᵀA x, with curvatures 1 and κ along two perpendicular directions.

    Its gradient is A x, its Hessian A, its only minimum 0 at the origin.

    Parameters
    ----------
    condition : float
        κ ≥ 1, the larger curvature: L = κ, μ = 1.
    angle : float
        Radians by which the directions are turned against the axes. A method that scales each
        coordinate by itself profits from 0.

    Attributes
    ----------
    hessian_matrix : ndarray, shape (2, 2)
        A.
    start : ndarray, shape (2,)
        Where runs begin: 10 along the flat direction, 1 along the steep one.
    """

    def __init__(self, condition=25.0, angle=0.0):
        if not condition >= 1:
            raise ValueError(f"the condition number must be at least 1, got {condition}")
        # Written out: products of matrices would be rounded differently on other processors.
        c, s = math.cos(angle), math.sin(angle)
        self.condition = k = float(condition)
        self.hessian_matrix = np.array(
            [[c * c + k * s * s, (1 - k) * c * s], [(1 - k) * c * s, s * s + k * c * c]]
        )
        self.start = np.array([10 * c - s, 10 * s + c])
        self.minima = np.zeros((1, 2))

    def __call__(self, x):
        """Value at x of shape (..., 2), an array or a Tensor."""
        (a, b), (_, d) = self.hessian_matrix
        return 0.5 * a * x[..., 0] ** 2 + b * (x[..., 0] * x[..., 1]) + 0.5 * d * x[..., 1] ** 2

    def gradient(self, x):
        """Gradient A x at x of shape (..., 2)."""
        return np.asarray(x) @ self.hessian_matrix

    def hessian(self, x):
        """Second derivatives, the same everywhere; x is not used."""
        return self.hessian_matrix


class Ravine:
    """A curved ravine with a saddle between two minima.

    f(x, y) = ¼ (x² - 1)² + ½ c (y - ½x²)². The floor of the ravine is the parabola y = ½x². On it
    lie the minima (±1, ½) of value 0 and between them the saddle (0, 0) of value ¼, where the
    curvature is -1 along the ravine and c across it.

    Parameters
    ----------
    steepness : float
        c > 0, the curvature across the ravine at the saddle.

    Attributes
    ----------
    start : ndarray, shape (2,)
        Where runs begin: high on one wall, left of the saddle's axis.
    saddle : ndarray, shape (2,)
    minima : ndarray, shape (2, 2)
    """

    def __init__(self, steepness=20.0):
        if not steepness > 0:
            raise ValueError(f"the steepness must be above 0, got {steepness}")
        self.steepness = float(steepness)
        self.start = np.array([-0.1, 1.5])
        self.saddle = np.zeros(2)
        self.minima = np.array([[-1.0, 0.5], [1.0, 0.5]])

    def __call__(self, x):
        """Value at x of shape (..., 2), an array or a Tensor."""
        across = x[..., 1] - 0.5 * x[..., 0] ** 2
        return 0.25 * (x[..., 0] ** 2 - 1) ** 2 + 0.5 * self.steepness * across**2

    def gradient(self, x):
        """Gradient at x of shape (..., 2)."""
        x = np.asarray(x)
        u, v = x[..., 0], x[..., 1]
        across = self.steepness * (v - 0.5 * u**2)
        return np.stack([u * (u**2 - 1) - across * u, across], axis=-1)

    def hessian(self, x):
        """Second derivatives at one point, shape (2, 2)."""
        u, v = x
        c = self.steepness
        return np.array([[3 * u**2 - 1 - c * (v - 1.5 * u**2), -c * u], [-c * u, c]])


def walk(landscape, make_optimizer, steps, start=None, noise=0.0, rng=None, schedule=None):
    """Run an optimizer of `nnlib.optim` on a landscape and return where it has been.

    Parameters
    ----------
    landscape : Quadratic, Ravine or callable
        A function of a Tensor of shape (2,) that returns a scalar Tensor.
    make_optimizer : callable
        Takes the list of parameters and returns the optimizer:
        ``lambda params: optim.SGD(params, lr=0.1)``.
    steps : int
    start : array_like, shape (2,), optional
        Default: the landscape's.
    noise : float
        Standard deviation of normal noise added to each gradient, as mini-batches add it.
    rng : int or numpy.random.Generator, optional
        For the noise.
    schedule : callable, optional
        Takes the optimizer and returns a schedule whose ``step()`` follows every update.

    Returns
    -------
    ndarray, shape (steps + 1, 2)
        The start and the point after every step. From a point that is not finite on, the walk
        repeats that point: it has diverged.
    """
    rng = generator(rng)
    x = Tensor(np.array(landscape.start if start is None else start, float), requires_grad=True)
    optimizer = make_optimizer([x])
    plan = schedule(optimizer) if schedule else None
    path = [x.data.copy()]
    with np.errstate(over="ignore", invalid="ignore"):
        for _ in range(steps):
            if np.isfinite(path[-1]).all():
                optimizer.zero_grad()
                landscape(x).backward()
                if noise:
                    x.grad = x.grad + noise * rng.standard_normal(2)
                optimizer.step()
                if plan:
                    plan.step()
            path.append(x.data.copy())
    return np.array(path)
