"""Distances between vectors, and the loss that orders them."""

from ..autograd.operations import norm
from ..autograd.tensor import as_tensor, float_tensor, minimum
from ..checks import check_flag, check_number
from ..layers.activations import relu
from ..layers.module import Module
from .reduction import check_reduction

__all__ = ["PairwiseDistance", "TripletMarginLoss", "pairwise_distance", "triplet_margin_loss"]


def pairwise_distance(x1, x2, p=2.0, eps=1e-6, keepdim=False):
    """p-norm of the difference of vectors, ‖x1 - x2 + ε‖, along the last axis.

    Parameters
    ----------
    x1, x2 : Tensor or array_like, shape (N, d) or (d,)
        Of shapes that broadcast.
    p : float
    eps : float
        Added to every difference, as PyTorch has it: it keeps the gradient of equal vectors finite.
    keepdim : bool

    Returns
    -------
    Tensor, shape (N,) or ()

    Raises
    ------
    ValueError
        If the shapes do not broadcast.
    TypeError
        If the first does not hold floating-point numbers, or the types differ.
    """
    x1 = float_tensor(x1, "pairwise_distance")
    x2 = as_tensor(x2, like=x1)
    check_number("pairwise_distance: eps", eps, 0)
    if x1.ndim == 0 or x2.ndim == 0:
        raise ValueError(f"pairwise_distance expects vectors, got {x1.shape} and {x2.shape}")
    return norm(x1 - x2 + eps, p, -1, keepdim)


class PairwiseDistance(Module):
    """`pairwise_distance` as a module."""

    def __init__(self, p=2.0, eps=1e-6, keepdim=False):
        self.p, self.eps, self.keepdim = p, eps, keepdim

    def forward(self, x1, x2):
        """Return the distances."""
        return pairwise_distance(x1, x2, self.p, self.eps, self.keepdim)


def triplet_margin_loss(
    anchor, positive, negative, margin=1.0, p=2.0, eps=1e-6, swap=False, *, reduction="mean"
):
    """Let an anchor be nearer to its like than to another, by a margin: max(0, d₊ - d₋ + margin).

    Schroff et al., "FaceNet: A Unified Embedding for Face Recognition and Clustering", 2015.

    Parameters
    ----------
    anchor, positive, negative : Tensor or array_like, shape (N, d) or (d,)
    margin : float
        Above 0.
    p, eps
        As in `pairwise_distance`.
    swap : bool
        Whether the distance from positive to negative counts in place of d₋ where it is shorter.
    reduction : {"mean", "sum", "none"}

    Returns
    -------
    Tensor
        A scalar, or for "none" one number for each triplet.

    Raises
    ------
    ValueError
        If shapes do not broadcast, the batch is empty or an option is unknown.
    TypeError
        If the first does not hold floating-point numbers, or the types differ.
    """
    check_reduction(reduction)
    check_number("triplet_margin_loss: margin", margin, 0, above=True)
    swap = check_flag("triplet_margin_loss: swap", swap)
    near = pairwise_distance(anchor, positive, p, eps)
    far = pairwise_distance(anchor, negative, p, eps)
    if swap:
        far = minimum(far, pairwise_distance(positive, negative, p, eps))
    losses = relu(near - far + margin)
    if reduction == "none":
        return losses
    if losses.data.size == 0:
        raise ValueError("triplet_margin_loss of an empty batch is not defined")
    return losses.mean() if reduction == "mean" else losses.sum()


class TripletMarginLoss(Module):
    """`triplet_margin_loss` as a module."""

    def __init__(self, margin=1.0, p=2.0, eps=1e-6, swap=False, *, reduction="mean"):
        check_reduction(reduction)
        check_number("triplet_margin_loss: margin", margin, 0, above=True)
        self.margin, self.p, self.eps = margin, p, eps
        self.swap = check_flag("triplet_margin_loss: swap", swap)
        self.reduction = reduction

    def forward(self, anchor, positive, negative):
        """Return the loss."""
        options = self.margin, self.p, self.eps, self.swap
        return triplet_margin_loss(anchor, positive, negative, *options, reduction=self.reduction)
