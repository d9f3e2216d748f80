"""Layers that compute nothing: they stand where a network needs a place or another shape."""

from ..autograd.tensor import as_tensor
from .module import Module

__all__ = ["Flatten", "Identity"]


class Identity(Module):
    """Return the input as it is; takes any options, so that it may stand for any layer."""

    def __init__(self, *options, **named_options):
        pass

    def forward(self, input):
        """Return the input."""
        return as_tensor(input)


class Flatten(Module):
    """`nnlib.Tensor.flatten` as a layer; by default everything but the batch becomes one axis."""

    def __init__(self, start_dim=1, end_dim=-1):
        self.start_dim, self.end_dim = start_dim, end_dim

    def forward(self, input):
        """Join the axes."""
        return as_tensor(input).flatten(self.start_dim, self.end_dim)

    def extra_repr(self):
        """Options, in PyTorch's words."""
        return f"start_dim={self.start_dim}, end_dim={self.end_dim}"
