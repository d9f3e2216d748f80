"""Compare the gradients of any function of tensors with finite differences.

A random cotangent v turns the function into the scalar sum(v * f(x)): a cotangent of ones would
cancel in functions whose outputs have a fixed sum, as softmax, and prove nothing.
"""

import numpy as np

from ..checks import generator
from .tensor import Tensor

__all__ = ["gradcheck", "numerical_gradient"]


def numerical_gradient(function, x, eps=1e-6):
    """Gradient of a scalar function of one float64 array by central differences.

    Parameters
    ----------
    function : callable
        ``function()`` reads `x`, which is changed in place and restored, and returns a float.
    x : ndarray of float64
    eps : float
        Half the distance between the two points; the error is of order ``eps**2`` plus
        rounding of order ``1e-16 / eps``.

    Returns
    -------
    ndarray
        Of the shape of `x`.
    """
    if not isinstance(x, np.ndarray) or x.dtype != np.float64:
        kind = getattr(x, "dtype", type(x).__name__)
        raise TypeError(f"numerical_gradient needs an array of float64, got {kind}")
    gradient = np.empty_like(x)
    for i in np.ndindex(x.shape):
        middle = x[i]
        x[i] = middle + eps
        above = function()
        x[i] = middle - eps
        below = function()
        x[i] = middle
        gradient[i] = (above - below) / (2 * eps)
    return gradient


def gradcheck(function, inputs, *, eps=1e-6, atol=1e-7, rtol=1e-5, rng=0):
    """Assert that the gradient of every input agrees with finite differences.

    Parameters
    ----------
    function : callable
        Takes the inputs as tensors and returns one tensor.
    inputs : sequence of array_like
        float64 arrays; every one of them is checked.
    eps, atol, rtol : float
        Step of the differences and tolerances of the comparison.
    rng : int or numpy.random.Generator
        Draws the cotangent.

    Returns
    -------
    float
        The largest absolute difference analytic.

    Raises
    ------
    AssertionError
        Naming the input, its place and both values where they disagree.
    TypeError
        If an input is not float64: finite differences need its digits.
    """
    rng = generator(rng)
    for k, x in enumerate(inputs):
        if np.asarray(x).dtype != np.float64:
            raise TypeError(f"gradcheck needs float64, input {k} is {np.asarray(x).dtype}")
    tensors = [Tensor(np.array(x), requires_grad=True) for x in inputs]
    out = function(*tensors)
    v = rng.standard_normal(out.shape)
    out.backward(v)

    worst = 0.0
    for k, x in enumerate(tensors):
        numerical = numerical_gradient(
            lambda: float((function(*tensors).data * v).sum()), x.data, eps
        )
        analytic = np.zeros_like(x.data) if x.grad is None else x.grad
        if analytic.dtype != x.dtype or analytic.shape != x.shape:
            raise AssertionError(
                f"input {k} is {x.dtype} of shape {x.shape}, its gradient {analytic.dtype} of "
                f"shape {analytic.shape}"
            )
        error = np.abs(analytic - numerical)
        bad = ~(error <= atol + rtol * np.abs(numerical))  # not >, so that NaN is bad
        if bad.any():
            i = tuple(int(n) for n in np.argwhere(bad)[0])
            raise AssertionError(
                f"gradient of input {k} at {i}: backward says {analytic[i]:.10g}, finite "
                f"differences say {numerical[i]:.10g} ({int(bad.sum())} of {bad.size} elements "
                "disagree)"
            )
        worst = max(worst, float(error.max(initial=0.0)))
    return worst
