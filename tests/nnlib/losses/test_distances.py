"""Distances and triplets: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

A, B, C = np.random.default_rng(0).standard_normal((3, 5, 4))


def test_by_hand():
    assert F.pairwise_distance([3.0, 0.0], [0.0, 4.0], eps=0).item() == 5
    assert F.pairwise_distance([3.0, 0.0], [0.0, 4.0], 1, 0).item() == 7
    near, far = np.array([[1.0, 0.0]]), np.array([[0.0, 3.0]])
    zero = np.zeros((1, 2))
    assert F.triplet_margin_loss(zero, near, far, 4.0, eps=0).item() == 2
    assert F.triplet_margin_loss(zero, near, far, 1.0, eps=0).item() == 0
    assert nn.PairwiseDistance(keepdim=True)(A, B).shape == (5, 1)
    assert nn.TripletMarginLoss(reduction="none")(A, B, C).shape == (5,)


@pytest.mark.parametrize("swap", [False, True])
def test_gradients(swap):
    nn.gradcheck(lambda a, b: F.pairwise_distance(1.1 * a, b, 3), [A, B])
    nn.gradcheck(lambda *t: F.triplet_margin_loss(1.1 * t[0], *t[1:], 2.0, swap=swap), [A, B, C])


def test_refuses():
    with pytest.raises(ValueError, match="do not broadcast"):
        F.pairwise_distance(A, B[:3])
    with pytest.raises(ValueError, match="expects vectors"):
        F.pairwise_distance(1.0, 2.0)
    with pytest.raises(ValueError, match="margin must lie in"):
        nn.TripletMarginLoss(0)
    with pytest.raises(ValueError, match="empty batch"):
        F.triplet_margin_loss(A[:0], B[:0], C[:0])
