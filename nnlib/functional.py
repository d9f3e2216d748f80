"""All functions in one place, as ``torch.nn.functional``: ``import nnlib.functional as F``."""

from .activations import log_softmax, relu, sigmoid, softmax, tanh
from .linear import linear
from .losses import binary_cross_entropy_with_logits, cross_entropy, mse_loss

__all__ = [
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "linear",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]
