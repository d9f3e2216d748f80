"""The Jacobians of the layers of a network: the factors of which backpropagation is the product."""

import numpy as np

from ..autograd.func import jacfwd
from ..autograd.tensor import no_grad
from ..layers.linear import Linear
from ..layers.module import Sequential

__all__ = ["layer_jacobians"]


def layer_jacobians(model, x):
    """Jacobian of every layer at one input: ∂a⁽ˡ⁾/∂a⁽ˡ⁻¹⁾ = diag(f'(z⁽ˡ⁾)) W⁽ˡ⁾. Guide Eq. (69).

    Their product is what carries the gradient to the first layer, Guide Eqs. (54), (68).
    A layer is a `Linear` and what follows it up to the next one. That may be any function of the
    pre-activations; where it does not work on each element by itself, as softmax, its own Jacobian
    takes the place of the diagonal matrix.

    Parameters
    ----------
    model : Sequential
        Begins with a `Linear`.
    x : array_like, shape (n_in,)
        One example.

    Returns
    -------
    list of ndarray
        ``J[l - 1]`` of shape (units of layer l, units of layer l - 1), first layer first. Their
        product ``J[-1] @ ... @ J[0]`` is the Jacobian of the network.

    Raises
    ------
    TypeError
        If the model is not a Sequential that begins with a Linear.
    ValueError
        If x is not one example.

    Examples
    --------
    >>> import nnlib as nn
    >>> net = nn.Sequential(nn.Linear(2, 1), nn.ReLU())
    >>> net[0].weight.data[...], net[0].bias.data[...] = [[3, -4]], 0
    >>> layer_jacobians(net, [1.0, 0.5])[0].tolist()
    [[3.0, -4.0]]
    """
    if not isinstance(model, Sequential) or not len(model) or not isinstance(model[0], Linear):
        raise TypeError(f"layer_jacobians needs a Sequential that begins with a Linear: {model!r}")
    n_in = model[0].weight.shape[1]
    a = np.asarray(x, model[0].weight.dtype)
    if a.shape != (n_in,):
        raise ValueError(f"layer_jacobians needs one example of shape ({n_in},), got {a.shape}")
    starts = [k for k, module in enumerate(model) if isinstance(module, Linear)]
    jacobians = []
    for start, end in zip(starts, [*starts[1:], len(model)], strict=True):
        linear, rest = model[start], [model[k] for k in range(start + 1, end)]

        def activation(z, rest=rest):
            z = z.reshape(1, -1)  # a batch of one
            for module in rest:
                z = module(z)
            return z.reshape(-1)

        with no_grad():
            z = linear(a[None]).data[0]
            a = activation(linear(a[None])).data
        slopes = jacfwd(activation)(z).data if rest else np.eye(len(z), dtype=z.dtype)
        jacobians.append(slopes @ linear.weight.data)
    return jacobians
