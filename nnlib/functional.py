"""All functions in one place, as ``torch.nn.functional``: ``import nnlib.functional as F``."""

from .activations import log_softmax, relu, sigmoid, softmax, tanh
from .dropout import dropout
from .embedding import embedding
from .linear import linear
from .losses import binary_cross_entropy_with_logits, cross_entropy, mse_loss
from .norm import batch_norm, group_norm, layer_norm

__all__ = [
    "batch_norm",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "dropout",
    "embedding",
    "group_norm",
    "layer_norm",
    "linear",
    "log_softmax",
    "mse_loss",
    "relu",
    "sigmoid",
    "softmax",
    "tanh",
]
