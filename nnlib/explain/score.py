"""The score that is explained: one output of a network, as a function of its input."""

import numpy as np

from ..autograd import func
from ..autograd.tensor import Tensor, as_tensor, no_grad
from ..checks import check_count, real_array

__all__ = ["example", "function", "score_gradients", "scores"]


def function(name, model):
    """Refuse what cannot be called."""
    if not callable(model):
        raise TypeError(f"{name}: expected a function, got {model!r:.60}")
    return model


def example(name, x):
    """Return numbers as an array of floats; float32 stays float32."""
    x = real_array(name, x)
    return x if x.dtype.kind == "f" else x.astype(np.float64)


def _chosen(model, x, target):
    """Return the outputs of one class for a batch, as a tensor of shape (N,)."""
    out = as_tensor(function("model", model)(x))
    if target is not None:
        if out.ndim != 2:
            raise ValueError(
                f"with a target the model must return (N, classes), this one returned {out.shape}"
            )
        target = check_count("target", target, 0)
        if target >= out.shape[1]:
            raise ValueError(f"target {target}: the model has {out.shape[1]} classes")
        out = out[:, target]
    if out.shape != (len(x),):
        raise ValueError(
            f"the model must return one number for each input, for {len(x)} inputs it returned "
            f"{out.shape}; name a target if it scores several classes"
        )
    return out


def _batch(x):
    """Return a batch of at least one input."""
    x = example("x", x)
    if not x.ndim or not len(x):
        raise ValueError(f"x must be a batch (N, ...) of at least one input, got shape {x.shape}")
    return x


def scores(model, x, target=None, batch=256):
    """Return the score of one class for each input of a batch.

    Parameters
    ----------
    model : callable
        Maps (N, ...) to (N, classes), or to (N,) if there is no target; each input must be
        computed by itself, so call ``model.eval()`` first.
    x : array_like, shape (N, ...)
    target : int, optional
        The class.
    batch : int
        How many inputs the model gets at a time.

    Returns
    -------
    ndarray, shape (N,)
    """
    x, batch = _batch(x), check_count("batch", batch)
    with no_grad():
        parts = [
            _chosen(model, Tensor(x[i : i + batch]), target).data for i in range(0, len(x), batch)
        ]
    return np.concatenate(parts)


def score_gradients(model, x, target=None, batch=256):
    """Return the gradient of each score by its own input; the arguments are those of `scores`.

    The gradients that the weights of the model hold are left alone.

    Returns
    -------
    ndarray, shape (N, ...)
    """
    x, batch = _batch(x), check_count("batch", batch)
    # Inputs do not meet inside the model, so the gradient of the sum holds all gradients.
    slope = func.grad(lambda part: _chosen(model, part, target).sum())
    return np.concatenate([slope(x[i : i + batch]).data for i in range(0, len(x), batch)])
