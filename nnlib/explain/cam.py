"""Class activation maps: which places of the last feature maps speak for a class."""

import numpy as np

from ..autograd import func
from ..autograd.tensor import as_tensor, no_grad
from ..checks import check_count, check_flag, real_array
from .score import example, function

__all__ = ["class_activation_map", "grad_cam"]


def class_activation_map(maps, weight):
    """Return the sum of feature maps, each times the weight that its mean has in a score.

    For a network that ends in the mean over places and a linear layer. The mean of the result is
    the score without its bias. Zhou, Khosla, Lapedriza, Oliva & Torralba, "Learning Deep Features
    for Discriminative Localization", 2016.

    Parameters
    ----------
    maps : array_like, shape (C, H, W)
    weight : array_like, shape (C,)
        The row of the linear layer that belongs to the class.

    Returns
    -------
    ndarray, shape (H, W)
    """
    maps, weight = example("maps", maps), real_array("weight", weight)
    if maps.ndim != 3 or weight.shape != maps.shape[:1]:
        raise ValueError(
            f"class_activation_map needs maps (C, H, W) and C weights, got {maps.shape} and "
            f"{weight.shape}"
        )
    return np.tensordot(weight, maps, axes=1)


def grad_cam(features, head, x, target, *, relu=True):
    """Return the sum of feature maps, each times the mean derivative of a score by it.

    Selvaraju et al., "Grad-CAM: Visual Explanations from Deep Networks via Gradient-Based
    Localization", 2017. Where the head is the mean over places and a linear layer, it is the
    class activation map, divided by the number of places.

    Parameters
    ----------
    features : callable
        Maps a batch of inputs to feature maps (N, C, H, W).
    head : callable
        Maps feature maps to scores (N, classes).
    x : array_like
        One input, without the axis of a batch.
    target : int
        The class.
    relu : bool
        Keep only what speaks for the class, as the paper does.

    Returns
    -------
    ndarray, shape (H, W)
    """
    x, target, relu = example("x", x), check_count("target", target, 0), check_flag("relu", relu)
    with no_grad():
        maps = as_tensor(function("features", features)(as_tensor(x[None]))).data
    if maps.ndim != 4:
        raise ValueError(f"grad_cam needs feature maps (1, C, H, W), got {maps.shape}")

    def score(maps):
        out = as_tensor(function("head", head)(maps))
        if out.ndim != 2 or target >= out.shape[1]:
            raise ValueError(f"target {target}: the head returned scores of shape {out.shape}")
        return out[0, target]

    slopes = func.grad(score)(maps).data
    result = class_activation_map(maps[0], slopes[0].mean(axis=(1, 2)))
    return np.maximum(result, 0) if relu else result
