"""Instance normalisation: every channel of every example by itself."""

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor
from ..checks import check_count, check_flag, check_number, float_type
from .module import Module, Parameter
from .norm import group_norm

__all__ = ["InstanceNorm1d", "InstanceNorm2d", "instance_norm"]


def instance_norm(input, weight=None, bias=None, eps=1e-5):
    """Normalise every channel of every example over its positions: `group_norm` of single channels.

    Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, ...)
    weight, bias : Tensor, shape (C,), optional
        γ and β.
    eps : float

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If shapes do not fit or a channel has a single number.
    TypeError
        If floating-point types differ.
    """
    x = float_tensor(input, "instance_norm")
    if x.ndim < 3:
        raise ValueError(f"instance_norm expects inputs of shape (N, C, ...), got {x.shape}")
    if x.size and x.size == x.shape[0] * x.shape[1]:
        raise ValueError(
            f"instance_norm needs more than one number per channel, got an input of {x.shape}"
        )
    return group_norm(x, x.shape[1], weight, bias, eps)


class _InstanceNorm(Module):
    """What `InstanceNorm1d` and `InstanceNorm2d` share."""

    axes = 0
    shapes = ""

    def __init__(self, num_features, eps=1e-5, *, affine=False, dtype=np.float32):
        count = check_count(f"{type(self).__name__}: num_features", num_features)
        check_number("eps", eps, 0)
        affine, dtype = check_flag("affine", affine), float_type(dtype)
        self.num_features, self.eps, self.affine = count, eps, affine
        self.weight = Parameter(np.ones(count, dtype)) if affine else None
        self.bias = Parameter(np.zeros(count, dtype)) if affine else None

    def forward(self, input):
        """Normalise every channel of every example."""
        x = as_tensor(input)
        single = x.ndim == self.axes - 1
        x = x.unsqueeze(0) if single else x
        if x.ndim != self.axes or x.shape[1] != self.num_features:
            shapes = self.shapes.replace("C", str(self.num_features))
            raise ValueError(f"{type(self).__name__} expects inputs {shapes}, got {x.shape}")
        out = instance_norm(x, self.weight, self.bias, self.eps)
        return out.squeeze(0) if single else out

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"{self.num_features}, eps={self.eps}, affine={self.affine}"


class InstanceNorm1d(_InstanceNorm):
    """`instance_norm` of (N, C, L) or (C, L).

    Parameters
    ----------
    num_features : int
        Channels C.
    eps : float
    affine : bool
        Whether γ and β are learnt.
    dtype : dtype

    Attributes
    ----------
    weight, bias : Parameter, shape (C,), or None
    """

    axes = 3
    shapes = "(N, C, L) or (C, L)"


class InstanceNorm2d(_InstanceNorm):
    """`instance_norm` of (N, C, H, W) or (C, H, W); parameters as in `InstanceNorm1d`."""

    axes = 4
    shapes = "(N, C, H, W) or (C, H, W)"
