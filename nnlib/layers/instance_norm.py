"""Instance normalisation: every channel of every example by itself."""

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor
from ..checks import check_count, check_flag, check_number, float_type
from .module import Buffer, Module, Parameter
from .norm import batch_norm, checked, group_norm, without_bias

__all__ = ["InstanceNorm1d", "InstanceNorm2d", "InstanceNorm3d", "instance_norm"]


def instance_norm(
    input,
    running_mean=None,
    running_var=None,
    weight=None,
    bias=None,
    use_input_stats=True,
    momentum=0.1,
    eps=1e-5,
):
    """Normalise every channel of every example over its positions: `group_norm` of single channels.

    Ulyanov et al., "Instance Normalization: The Missing Ingredient for Fast Stylization", 2016.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C, ...)
    running_mean, running_var : Tensor, shape (C,), optional
        Moved towards the statistics of the channels, their mean over the examples, in place;
        without `use_input_stats` used instead of them.
    weight, bias : Tensor, shape (C,), optional
        γ and β.
    use_input_stats : bool
        Whether every channel is normalised by its own statistics. If not, by the running ones,
        which are the same for all examples: then this is `batch_norm` outside training.
    momentum : float
        How far the running statistics move.
    eps : float

    Returns
    -------
    Tensor, of the shape of input

    Raises
    ------
    ValueError
        If shapes do not fit, a channel with its own statistics has a single number, or running
        ones are missing or have no examples to follow.
    TypeError
        If floating-point types differ.

    Notes
    -----
    As in PyTorch a channel is divided by its biased deviation, while the running variance is the
    mean of the unbiased ones.
    """
    x = float_tensor(input, "instance_norm")
    if x.ndim < 3:
        raise ValueError(f"instance_norm expects inputs of shape (N, C, ...), got {x.shape}")
    use_input_stats = check_flag("use_input_stats", use_input_stats)
    check_number("instance_norm: momentum", momentum, 0, 1)
    weight, bias, *running = checked(
        "instance_norm",
        x,
        x.shape[1:2],
        weight=weight,
        bias=bias,
        running_mean=running_mean,
        running_var=running_var,
    )
    if not use_input_stats:
        if running[0] is None or running[1] is None:
            raise ValueError(
                "instance_norm without use_input_stats needs running_mean and running_var"
            )
        return batch_norm(x, *running, weight, bias, eps=eps)
    if x.size and x.size == x.shape[0] * x.shape[1]:
        raise ValueError(
            f"instance_norm needs more than one number per channel, got an input of {x.shape}"
        )
    out = group_norm(x, x.shape[1], weight, bias, eps)
    if any(kept is not None for kept in running):
        _follow(running, x.data, momentum)
    return out


def _follow(running, X, momentum):
    """Move running mean and variance, where they are kept, towards those of the channels."""
    if X.size == 0:
        raise ValueError(f"running statistics need examples to follow, got an input of {X.shape}")
    rows = X.reshape(*X.shape[:2], -1)
    positions = rows.shape[2]
    mean = rows.sum(2) / positions
    centred = rows - mean[..., None]
    var = np.vecdot(centred, centred) / (positions - 1)
    for kept, new in zip(running, (mean, var), strict=True):
        if kept is not None:
            kept.data[...] += (new.sum(0) / len(new) - kept.data) * momentum


class _InstanceNorm(Module):
    """What `InstanceNorm1d`, `InstanceNorm2d` and `InstanceNorm3d` share."""

    axes = 0
    shapes = ""

    def __init__(
        self,
        num_features,
        eps=1e-5,
        momentum=0.1,
        affine=False,
        track_running_stats=False,
        *,
        bias=True,
        dtype=np.float32,
    ):
        count = check_count(f"{type(self).__name__}: num_features", num_features)
        check_number("eps", eps, 0)
        if momentum is not None:
            check_number("momentum", momentum, 0, 1)
        affine, bias = check_flag("affine", affine), check_flag("bias", bias)
        dtype = float_type(dtype)
        tracked = check_flag("track_running_stats", track_running_stats)
        self.num_features, self.eps, self.momentum = count, eps, momentum
        self.affine, self.track_running_stats = affine, tracked
        self.weight = Parameter(np.ones(count, dtype)) if affine else None
        self.bias = Parameter(np.zeros(count, dtype)) if affine and bias else None
        self.running_mean = Buffer(np.zeros(count, dtype)) if tracked else None
        self.running_var = Buffer(np.ones(count, dtype)) if tracked else None
        # Part of the state, but not counted up, as in PyTorch.
        self.num_batches_tracked = Buffer(np.array(0, np.int64)) if tracked else None

    def forward(self, input):
        """Normalise every channel of every example; in training also follow the statistics."""
        x = as_tensor(input)
        single = x.ndim == self.axes - 1
        x = x.unsqueeze(0) if single else x
        if x.ndim != self.axes or x.shape[1] != self.num_features:
            shapes = self.shapes.replace("C", str(self.num_features))
            raise ValueError(f"{type(self).__name__} expects inputs {shapes}, got {x.shape}")
        out = instance_norm(
            x,
            self.running_mean,
            self.running_var,
            self.weight,
            self.bias,
            self.training or not self.track_running_stats,
            0.0 if self.momentum is None else self.momentum,
            self.eps,
        )
        return out.squeeze(0) if single else out

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return (
            f"{self.num_features}, eps={self.eps}, momentum={self.momentum}, "
            f"affine={self.affine}{without_bias(self)}, "
            f"track_running_stats={self.track_running_stats}"
        )


class InstanceNorm1d(_InstanceNorm):
    """`instance_norm` of (N, C, L) or (C, L).

    Parameters
    ----------
    num_features : int
        Channels C.
    eps : float
    momentum : float or None
        None leaves the running statistics where they are, as in PyTorch.
    affine : bool
        Whether γ and β are learnt.
    track_running_stats : bool
        Whether running statistics are kept, and used after `eval` for all examples alike.
    bias : bool
        Whether there is a β, if there is a γ.
    dtype : dtype

    Attributes
    ----------
    weight, bias : Parameter, shape (C,), or None
    running_mean, running_var : Buffer, shape (C,), or None
        From 0 and from 1.
    num_batches_tracked : Buffer or None
        Stays 0.
    """

    axes = 3
    shapes = "(N, C, L) or (C, L)"


class InstanceNorm2d(_InstanceNorm):
    """`instance_norm` of (N, C, H, W) or (C, H, W); parameters as in `InstanceNorm1d`."""

    axes = 4
    shapes = "(N, C, H, W) or (C, H, W)"


class InstanceNorm3d(_InstanceNorm):
    """`instance_norm` of (N, C, D, H, W) or (C, D, H, W); parameters as in `InstanceNorm1d`."""

    axes = 5
    shapes = "(N, C, D, H, W) or (C, D, H, W)"
