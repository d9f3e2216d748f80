"""A deep and narrow network, in which every remedy for vanishing gradients can be switched on."""

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_flag, check_sizes, generator
from ..layers import init as initialisers
from ..layers.activations import Tanh
from ..layers.linear import Linear
from ..layers.module import Module, Sequential

__all__ = ["DeepMLP", "HiddenLayer"]


class HiddenLayer(Module):
    """act(norm(W x + b)), with a shortcut x + act(norm(W x + b)). Guide Eqs. (14), (75).

    Parameters
    ----------
    n_in, n_out : int
    activation, init, norm, residual, rng, dtype
        As for `DeepMLP`. A shortcut needs n_in = n_out.
    """

    def __init__(self, n_in, n_out, activation, init, norm, residual, *, rng, dtype):
        check_sizes("HiddenLayer", n_in, n_out)
        for name, value in (("activation", activation), ("init", init), ("norm", norm)):
            if name == "norm" and value is None:
                continue
            if not callable(value) or isinstance(value, Module):
                raise TypeError(f"{name} must make what every layer gets, got {value!r:.60}")
        residual = check_flag("residual", residual)
        if residual and n_in != n_out:
            raise ValueError(f"a shortcut adds equal shapes, got n_in = {n_in}, n_out = {n_out}")
        self.linear = Linear(n_in, n_out, rng=rng, dtype=dtype)
        self.linear.weight.data[...] = init((n_out, n_in), rng=rng, dtype=dtype)
        self.linear.bias.data[...] = 0
        self.norm = None if norm is None else norm(n_out)
        self.act = activation()
        self.residual = residual

    def forward(self, x):
        """Map (N, n_in) to (N, n_out)."""
        u = self.linear(x)
        u = self.act(u if self.norm is None else self.norm(u))
        return x + u if self.residual else u


class DeepMLP(Module):
    """Hidden layers of one width, so many that the choices at the start decide. Guide Eq. (75).

    Parameters
    ----------
    n_in, n_out : int
    width, depth : int
        Units of a hidden layer, and number of hidden layers.
    activation : callable
        Makes the module that follows a hidden layer, for example the class `Tanh`.
    init : callable
        Makes the weights of hidden layers: ``init(shape, rng=rng, dtype=dtype)``, as the functions
        of `nnlib.init` do. Their biases begin at 0.
    norm : callable, optional
        Makes a normalisation from the width, for example the class `LayerNorm`; it stands before
        the activation.
    residual : bool
        Whether to add its input to the output of every hidden layer but the first.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    layers : Sequential of HiddenLayer
    head : Linear
        Begins as every `Linear`.

    Raises
    ------
    ValueError
        If a size is no positive whole number.
    TypeError
        If activation, init or norm cannot be called, or is one module already.
    """

    def __init__(
        self,
        n_in,
        n_out,
        width=64,
        depth=50,
        activation=Tanh,
        *,
        init=initialisers.lecun_normal,
        norm=None,
        residual=False,
        rng=None,
        dtype=np.float32,
    ):
        check_sizes("DeepMLP", n_in, n_out, width, depth)
        check_flag("residual", residual)
        rng = generator(rng)
        factory_kwargs = {"rng": rng, "dtype": dtype}
        self.layers = Sequential()
        for k in range(depth):
            sizes = (n_in if k == 0 else width, width)
            shortcut = residual and k > 0
            self.layers.append(
                HiddenLayer(*sizes, activation, init, norm, shortcut, **factory_kwargs)
            )
        self.head = Linear(width, n_out, **factory_kwargs)
        self.astype(dtype)  # norm was not told which

    def hidden(self, x):
        """Return what every hidden layer makes of (N, n_in): a list of `depth` tensors."""
        x = as_tensor(x, like=self.head.weight)
        states = []
        for layer in self.layers:
            x = layer(x)
            states.append(x)
        return states

    def forward(self, x):
        """Map (N, n_in) to (N, n_out)."""
        return self.head(self.hidden(x)[-1])
