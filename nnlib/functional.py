"""All functions in one place, as ``torch.nn.functional``: ``import nnlib.functional as F``."""

from .layers.activations import (
    elu,
    gelu,
    leaky_relu,
    log_softmax,
    logsigmoid,
    relu,
    selu,
    sigmoid,
    silu,
    softmax,
    softplus,
    tanh,
)
from .layers.attention import scaled_dot_product_attention
from .layers.conv import conv1d, conv2d, conv_transpose1d, conv_transpose2d
from .layers.dropout import dropout
from .layers.embedding import embedding
from .layers.glu import glu
from .layers.instance_norm import instance_norm
from .layers.linear import linear
from .layers.local_response_norm import local_response_norm
from .layers.norm import batch_norm, group_norm, layer_norm
from .layers.pooling import adaptive_avg_pool2d, avg_pool2d, max_pool2d
from .layers.pooling1d import adaptive_avg_pool1d, avg_pool1d, max_pool1d
from .layers.prelu import prelu
from .layers.resampling import interpolate, pixel_shuffle
from .layers.rms_norm import rms_norm
from .layers.unfold import fold, unfold
from .losses import (
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cosine_similarity,
    cross_entropy,
    discriminator_loss,
    elbo,
    gaussian_kl,
    gaussian_nll_loss,
    generator_loss,
    huber_loss,
    kl_div,
    l1_loss,
    l2_penalty,
    mse_loss,
    nll_loss,
    normalize,
    nt_xent,
    pairwise_distance,
    smooth_l1_loss,
    triplet_margin_loss,
)

__all__ = [
    "adaptive_avg_pool1d",
    "adaptive_avg_pool2d",
    "avg_pool1d",
    "avg_pool2d",
    "batch_norm",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "conv1d",
    "conv2d",
    "conv_transpose1d",
    "conv_transpose2d",
    "cosine_similarity",
    "cross_entropy",
    "discriminator_loss",
    "dropout",
    "elbo",
    "elu",
    "embedding",
    "fold",
    "gaussian_kl",
    "gaussian_nll_loss",
    "gelu",
    "generator_loss",
    "glu",
    "group_norm",
    "huber_loss",
    "instance_norm",
    "interpolate",
    "kl_div",
    "l1_loss",
    "l2_penalty",
    "layer_norm",
    "leaky_relu",
    "linear",
    "local_response_norm",
    "log_softmax",
    "logsigmoid",
    "max_pool1d",
    "max_pool2d",
    "mse_loss",
    "nll_loss",
    "normalize",
    "nt_xent",
    "pairwise_distance",
    "pixel_shuffle",
    "prelu",
    "relu",
    "rms_norm",
    "scaled_dot_product_attention",
    "selu",
    "sigmoid",
    "silu",
    "smooth_l1_loss",
    "softmax",
    "softplus",
    "tanh",
    "triplet_margin_loss",
    "unfold",
]
