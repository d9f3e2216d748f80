"""A price on large weights, to be added to a loss."""

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_number

__all__ = ["l2_penalty"]


def l2_penalty(params, weight_decay):
    """Half of λ times the sum of all squared weights, biases left out. Guide Eq. (76).

    Its gradient is λW, which is what ``weight_decay=λ`` adds in `optim.SGD`, there for the biases
    too. Under Adam a penalty is divided by √v like every gradient; `optim.AdamW` is something else.

    Parameters
    ----------
    params : iterable of Tensor
        Such as ``model.parameters()``. What has fewer than two axes is not a matrix of weights:
        biases, and the scales of normalisation layers. It is left out.
    weight_decay : float
        λ, at least 0.

    Returns
    -------
    Tensor, scalar

    Raises
    ------
    ValueError
        If λ is negative, or there is no weight among the parameters.
    TypeError
        If params is no list of parameters.

    Examples
    --------
    >>> import nnlib as nn
    >>> layer = nn.Linear(2, 1)
    >>> layer.weight.data[...], layer.bias.data[...] = [[3, 4]], 100
    >>> l2_penalty(layer.parameters(), 0.1).item()
    1.25
    """
    check_number("l2_penalty's weight_decay", weight_decay, 0)
    if not hasattr(params, "__iter__") or isinstance(params, np.ndarray):
        raise TypeError(f"l2_penalty takes a list of parameters, got {params!r:.60}")
    weights = [w for w in map(as_tensor, params) if w.ndim >= 2]
    if not weights:
        raise ValueError("l2_penalty found no weights: a bias alone has fewer than two axes")
    return sum((w * w).sum() for w in weights) * (weight_decay / 2)
