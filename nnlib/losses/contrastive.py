"""Similarity of directions, and the loss that pulls two views of one example together."""

import numpy as np

from ..autograd.operations import norm
from ..autograd.tensor import as_tensor, cat, float_tensor, record
from ..checks import check_axis, check_number
from .classification import cross_entropy

__all__ = ["cosine_similarity", "normalize", "nt_xent"]


def _unit(x, axis, eps):
    """Return vectors over their length, the length (at least eps), and whether it was longer."""
    length = np.sqrt((x * x).sum(axis, keepdims=True))
    longer = length > eps
    length = np.maximum(length, x.dtype.type(eps))
    return x / length, length, longer


def _unit_vjp(g, unit, length, longer, axis):
    """Remove from g what would only stretch the vector, then divide by its length."""
    return (g - unit * ((g * unit).sum(axis, keepdims=True) * longer)) / length


def normalize(input, p=2.0, axis=1, eps=1e-12, *, dim=None):
    """Divide vectors by their length, the p-norm.

    Parameters
    ----------
    input : Tensor or array_like
    p : float
        2 for Euclid's length ‖v‖; see `nnlib.norm`.
    axis : int
        The axis along which a vector lies (PyTorch's `dim`).
    eps : float
        A shorter vector is divided by this.

    Returns
    -------
    Tensor, of the shape of input
    """
    x = float_tensor(input, "normalize")
    axis = check_axis("normalize", x.shape, axis if dim is None else dim)
    check_number("normalize: p", p, 0, above=True)
    check_number("normalize: eps", eps, 0)
    if p != 2:
        return x / norm(x, p, axis, keepdims=True).clip(min=eps)
    unit, length, longer = _unit(x.data, axis, eps)
    return record("normalize", unit, (x,), lambda g: (_unit_vjp(g, unit, length, longer, axis),))


def cosine_similarity(x1, x2, axis=1, eps=1e-8, *, dim=None):
    """Cosine of the angle between vectors, x1·x2 / (‖x1‖ ‖x2‖).

    Parameters
    ----------
    x1, x2 : Tensor or array_like
        Of shapes that broadcast.
    axis : int
        The axis along which a vector lies (PyTorch's `dim`).
    eps : float
        The least length that is divided by.

    Returns
    -------
    Tensor
        Of the common shape without that axis.

    Raises
    ------
    ValueError
        If the shapes do not broadcast, are those of numbers, or the axis does not exist.
    TypeError
        If the first does not hold floating-point numbers, or the types differ.
    """
    x1 = float_tensor(x1, "cosine_similarity")
    x2 = as_tensor(x2, like=x1)
    check_number("cosine_similarity: eps", eps, 0)
    try:
        a, b = np.broadcast_arrays(x1.data, x2.data)
    except ValueError:
        raise ValueError(
            f"cosine_similarity got shapes {x1.shape} and {x2.shape}, which do not broadcast"
        ) from None
    axis = check_axis("cosine_similarity", a.shape, axis if dim is None else dim)
    if axis is None:
        raise ValueError("cosine_similarity needs vectors, got two numbers")
    u1, *rest1 = _unit(a, axis, eps)
    u2, *rest2 = _unit(b, axis, eps)

    def vjp(g):
        g = np.expand_dims(g, axis)
        return _unit_vjp(g * u2, u1, *rest1, axis), _unit_vjp(g * u1, u2, *rest2, axis)

    return record("cosine_similarity", (u1 * u2).sum(axis), (x1, x2), vjp)


def nt_xent(z1, z2, temperature=0.5):
    """Contrastive loss of SimCLR, averaged over both views of all examples. Guide Eq. (85).

    "Normalised temperature-scaled cross-entropy": Chen et al., "A Simple Framework for
    Contrastive Learning of Visual Representations", 2020. For each of the 2N vectors it is the
    cross-entropy of finding its partner among the 2N - 1 others, with cosine similarities over
    τ as logits.

    Parameters
    ----------
    z1, z2 : Tensor or array_like, shape (N, d)
        Two views: row i of one is the partner of row i of the other.
    temperature : float
        τ.

    Returns
    -------
    Tensor
        A scalar.

    Raises
    ------
    ValueError
        If the shapes are not (N, d) and equal, the batch is empty or τ is not positive.
    TypeError
        If the first does not hold floating-point numbers, or the types differ.
    """
    z1 = float_tensor(z1, "nt_xent")
    z2 = as_tensor(z2, like=z1)
    if z1.ndim != 2 or z1.shape != z2.shape:
        raise ValueError(f"nt_xent expects two arrays of shape (N, d), got {z1.shape}, {z2.shape}")
    check_number("nt_xent: temperature", temperature, 0, above=True)
    n = len(z1)
    if n == 0:
        raise ValueError("nt_xent of an empty batch is not defined")
    u = normalize(cat([z1, z2]))
    similarity = u @ u.T / temperature
    itself = np.zeros((2 * n, 2 * n), z1.dtype)
    np.fill_diagonal(itself, -np.inf)  # the indicator k ≠ i, as a term: e^(-inf) = 0
    partner = (np.arange(2 * n) + n) % (2 * n)
    return cross_entropy(similarity + itself, partner)
