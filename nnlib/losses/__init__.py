"""Losses: how wrong a prediction is, as one number; those for classes also from logits.

Most are the negative logarithm of a likelihood, fused with the function that makes probabilities
from logits: that is what keeps the value finite and the gradient ŷ - y simple.
"""

from .adversarial import discriminator_loss, generator_loss
from .classification import (
    BCELoss,
    BCEWithLogitsLoss,
    CrossEntropyLoss,
    NLLLoss,
    binary_cross_entropy,
    binary_cross_entropy_with_logits,
    cross_entropy,
    nll_loss,
)
from .contrastive import cosine_similarity, normalize, nt_xent
from .distances import (
    PairwiseDistance,
    TripletMarginLoss,
    pairwise_distance,
    triplet_margin_loss,
)
from .divergence import KLDivLoss, gaussian_kl, kl_div
from .elbo import elbo
from .gaussian import GaussianNLLLoss, gaussian_nll_loss
from .penalty import l2_penalty
from .regression import (
    HuberLoss,
    L1Loss,
    MSELoss,
    SmoothL1Loss,
    huber_loss,
    l1_loss,
    mse_loss,
    smooth_l1_loss,
)

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "GaussianNLLLoss",
    "HuberLoss",
    "KLDivLoss",
    "L1Loss",
    "MSELoss",
    "NLLLoss",
    "PairwiseDistance",
    "SmoothL1Loss",
    "TripletMarginLoss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cosine_similarity",
    "cross_entropy",
    "discriminator_loss",
    "elbo",
    "gaussian_kl",
    "gaussian_nll_loss",
    "generator_loss",
    "huber_loss",
    "kl_div",
    "l1_loss",
    "l2_penalty",
    "mse_loss",
    "nll_loss",
    "normalize",
    "nt_xent",
    "pairwise_distance",
    "smooth_l1_loss",
    "triplet_margin_loss",
]
