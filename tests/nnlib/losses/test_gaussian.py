"""Gaussian likelihood: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

RNG = np.random.default_rng(0)
A, B, V = RNG.standard_normal((3, 4)), RNG.standard_normal((3, 4)), RNG.random((3, 4)) + 0.5


def test_it_is_the_logarithm_of_the_density():
    density = np.exp(-((A - B) ** 2) / (2 * V)) / np.sqrt(2 * np.pi * V)
    found = F.gaussian_nll_loss(A, B, V, full=True, reduction="none")
    np.testing.assert_allclose(found.data, -np.log(density))
    half = nn.GaussianNLLLoss(reduction="sum")(A, B, V)
    np.testing.assert_allclose(half.data, (-np.log(density)).sum() - 6 * np.log(2 * np.pi))


@pytest.mark.parametrize("var", [V, V[:, :1], V[:, 0]])
def test_gradients(var):
    nn.gradcheck(lambda a, b, v: F.gaussian_nll_loss(1.1 * a, b, v), [A, B, var])


def test_refuses():
    with pytest.raises(ValueError, match="variances of at least 0, found -"):
        F.gaussian_nll_loss(A, B, -V)
    with pytest.raises(ValueError, match=r"got a var of shape \(4,\)"):
        F.gaussian_nll_loss(A, B, V[0])
    with pytest.raises(ValueError, match="they must agree"):
        F.gaussian_nll_loss(A, B[:2], V)
    with pytest.raises(ValueError, match="empty batch"):
        F.gaussian_nll_loss(A[:0], B[:0], V[:0])
