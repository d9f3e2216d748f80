"""The fully connected layer, in one fused primitive: z = x Wᵀ + b for a batch of rows."""

import math

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor, record
from ..checks import check_flag, check_sizes, float_type, generator
from .init import uniform_bound
from .module import Module, Parameter

__all__ = ["Linear", "linear", "tall_product"]


def tall_product(x, w):
    """Multiply arrays x (..., n) and w (n, m) as one product of all rows of x.

    One tall product is faster than one for each matrix of a stack, and BLAS shares it out.
    """
    rows = x.reshape(math.prod(x.shape[:-1]), x.shape[-1])
    return (rows @ w).reshape(*x.shape[:-1], w.shape[1])


def linear(input, weight, bias=None):
    """Affine map of every row. Guide Eqs. (4), (14), (26); backward Eqs. (29)-(31).

    Parameters
    ----------
    input : Tensor or array_like, shape (..., n_in)
    weight : Tensor, shape (n_out, n_in)
    bias : Tensor, shape (n_out,), optional

    Returns
    -------
    Tensor, shape (..., n_out)

    Raises
    ------
    ValueError
        If the last axis of input is not n_in.
    TypeError
        If input, weight and bias differ in their floating-point type.
    """
    weight = as_tensor(weight)
    if weight.ndim != 2:
        raise ValueError(f"linear expects weights (n_out, n_in), got shape {weight.shape}")
    x = float_tensor(as_tensor(input, like=weight), "linear")
    n_out, n_in = weight.shape
    if x.ndim == 0 or x.shape[-1] != n_in:
        raise ValueError(f"linear expects inputs of shape (..., {n_in}), got {x.shape}")
    X, W = x.data, weight.data
    out = tall_product(X, W.T)  # (..., n_in) (n_in, n_out) -> (..., n_out)
    if bias is not None:
        bias = as_tensor(bias, like=weight)
        if bias.shape != (n_out,):
            raise ValueError(f"bias must have shape ({n_out},), got {bias.shape}")
        out += bias.data

    def vjp(delta):
        count = math.prod(delta.shape[:-1])
        rows = delta.reshape(count, n_out)  # all examples one below the other
        dx = tall_product(delta, W) if x.requires_grad else None  # Eq. (29): Wᵀδ for each row δ
        dW = rows.T @ X.reshape(count, n_in)  # Eq. (30): δaᵀ, summed over the rows
        db = rows.sum(0)  # Eq. (31), likewise
        return (dx, dW) if bias is None else (dx, dW, db)

    return record("linear", out, (x, weight) if bias is None else (x, weight, bias), vjp)


class Linear(Module):
    """A layer of n_out units, each connected to all n_in inputs. Guide Eqs. (14), (26).

    With an activation behind it and n_out = 1 it is the artificial neuron, Guide Eqs. (3), (5),
    Definition (artificial-neuron).

    Parameters
    ----------
    in_features, out_features : int
    bias : bool
    rng : int or numpy.random.Generator, optional
        Source of the initial weights; fresh randomness if left out.
    dtype : dtype

    Attributes
    ----------
    weight : Parameter, shape (out_features, in_features)
    bias : Parameter of shape (out_features,) or None

    Notes
    -----
    Initial values are uniform on ±1/√n_in, PyTorch's default; `nnlib.init` has the others.
    """

    def __init__(self, in_features, out_features, bias=True, *, rng=None, dtype=np.float32):
        check_sizes("Linear", in_features, out_features)
        bias, dtype = check_flag("bias", bias), float_type(dtype)
        rng = generator(rng)
        bound = 1 / math.sqrt(in_features)
        self.weight = Parameter(uniform_bound((out_features, in_features), bound, rng, dtype))
        self.bias = Parameter(uniform_bound((out_features,), bound, rng, dtype)) if bias else None

    def forward(self, input):
        """Map (..., in_features) to (..., out_features)."""
        return linear(input, self.weight, self.bias)

    def extra_repr(self):
        """Sizes, in PyTorch's words."""
        n_out, n_in = self.weight.shape
        return f"in_features={n_in}, out_features={n_out}, bias={self.bias is not None}"
