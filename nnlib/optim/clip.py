"""Keep gradients from being too large, between ``backward()`` and ``step()``."""

import math

import numpy as np

from ..autograd.tensor import Tensor
from ..checks import check_flag, check_number

__all__ = ["clip_grad_norm_", "clip_grad_value_"]


def clip_grad_norm_(parameters, max_norm, norm_type=2.0, error_if_nonfinite=False):
    """Scale all gradients together so that their norm is at most max_norm (Pascanu et al. 2013).

    With N the norm of all gradients taken as one vector, each is multiplied by
    min(1, max_norm / (N + 1e-6)): the direction stays.

    Parameters
    ----------
    parameters : iterable of Tensor, or Tensor
        Those without a gradient are passed over.
    max_norm : float
    norm_type : float
        p of the norm; inf is the largest absolute value.
    error_if_nonfinite : bool
        Raise if the norm is NaN or infinite. Otherwise the gradients become NaN or 0.

    Returns
    -------
    float
        The norm before.

    Raises
    ------
    ValueError
        If max_norm is negative or the norm's p is not above 0.
    FloatingPointError
        If asked to, before any gradient is changed; names the first parameter.

    Notes
    -----
    PyTorch raises RuntimeError instead of FloatingPointError, which is what `fit` raises too.
    """
    gradients = _gradients(parameters)
    check_number("max_norm", max_norm, 0)
    norm_type = float(check_number("norm_type", norm_type, 0, above=True))
    norm = _norm(gradients, norm_type)
    if check_flag("error_if_nonfinite", error_if_nonfinite) and not math.isfinite(norm):
        bad = next((k for k, g in gradients if not np.isfinite(g).all()), "none, but their sum")
        raise FloatingPointError(
            f"the norm of the gradients is {norm}; the first that is not finite: parameter {bad}"
        )
    scale = max_norm / (norm + 1e-6)
    if not scale >= 1:  # NaN too, as in PyTorch
        with np.errstate(invalid="ignore"):  # inf · 0
            for _, g in gradients:
                g *= scale
    return norm


def clip_grad_value_(parameters, clip_value):
    """Set every number of the gradients beyond ±clip_value to that bound.

    Parameters
    ----------
    parameters : iterable of Tensor, or Tensor
    clip_value : float

    Raises
    ------
    ValueError
        If clip_value is negative.
    """
    check_number("clip_value", clip_value, 0)
    for _, g in _gradients(parameters):
        np.clip(g, -clip_value, clip_value, out=g)


def _gradients(parameters):
    """Return (place, gradient) of the parameters that have one, each array once."""
    parameters = [parameters] if isinstance(parameters, Tensor) else parameters
    if not hasattr(parameters, "__iter__") or isinstance(parameters, np.ndarray):
        raise TypeError(f"expected parameters, got {parameters!r:.60}")
    parameters = list(parameters)
    for p in parameters:
        if not isinstance(p, Tensor):
            raise TypeError(f"expected parameters, got {p!r:.60} among them")
    return [(k, p.grad) for k, p in enumerate(parameters) if p.grad is not None]


def _norm(gradients, p):
    """The norm of all gradients as one vector, summed in float64."""
    if not gradients:
        return 0.0
    if p == math.inf:
        return float(np.max([np.abs(g).max(initial=0) for _, g in gradients]))
    flat = [g.reshape(-1) for _, g in gradients]
    if p == 2:  # a product with itself is the fastest sum of squares
        with np.errstate(over="ignore"):
            total = sum(float(g @ g) for g in flat)
        if math.isfinite(total) and total > 1e-30:
            return math.sqrt(total)
    largest = max(float(np.abs(g).max(initial=0)) for g in flat)
    if largest == 0 or not math.isfinite(largest):
        return float(np.max([np.abs(g).max(initial=0) for g in flat]))
    # Squares of very large or small numbers would leave the range: take the largest out.
    powers = ((np.abs(g.astype(np.float64)) / largest) ** p for g in flat)
    return largest * float(sum(a.sum() for a in powers)) ** (1 / p)
