"""The gated linear unit: one half of the features decides how much of the other passes."""

from ..autograd.tensor import float_tensor, record
from ..checks import check_axis
from .activations import stable_sigmoid
from .module import Module

__all__ = ["GLU", "glu"]


def glu(input, axis=-1, *, dim=None):
    """Cut in two halves a and b along an axis: a σ(b).

    Dauphin et al., "Language Modeling with Gated Convolutional Networks", 2017.

    Parameters
    ----------
    input : Tensor or array_like
    axis : int
        PyTorch's `dim`; its length is even.

    Returns
    -------
    Tensor
        Half as long along the axis.

    Raises
    ------
    ValueError
        If the axis does not exist or is of odd length.
    TypeError
        If the input does not hold floating-point numbers.
    """
    x = float_tensor(input, "glu")
    axis = check_axis("glu", x.shape, axis if dim is None else dim)
    if axis is None or x.shape[axis] % 2:
        raise ValueError(f"glu needs an axis of even length, got shape {x.shape}, axis {axis}")
    half = x.shape[axis] // 2
    before = (slice(None),) * (axis % x.ndim)
    first, second = (*before, slice(half)), (*before, slice(half, None))
    gate = stable_sigmoid(x.data[second])
    out = x.data[first] * gate

    def vjp(g):
        dx = g.repeat(2, axis)  # room of the right shape
        dx[first] = g * gate
        dx[second] = g * out * (1 - gate)  # σ' = σ(1 - σ)
        return (dx,)

    return record("glu", out, (x,), vjp)


class GLU(Module):
    """`glu` as a layer."""

    def __init__(self, axis=-1, *, dim=None):
        self.axis = axis if dim is None else dim

    def forward(self, input):
        """Apply it along the axis."""
        return glu(input, self.axis)
