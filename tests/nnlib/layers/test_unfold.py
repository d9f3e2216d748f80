"""Patches as columns: a convolution is one product with them; gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

RNG = np.random.default_rng(0)
X, W = RNG.standard_normal((2, 3, 6, 5)), RNG.standard_normal((4, 3, 2, 3))


@pytest.mark.equation(55)
def test_a_convolution_is_a_product_with_the_columns():
    options = {"stride": (2, 1), "padding": 1, "dilation": (1, 2)}
    expected = F.conv2d(X, W, **options)
    columns = F.unfold(X, (2, 3), **options)
    out = (W.reshape(4, -1) @ columns).reshape(*expected.shape)
    np.testing.assert_allclose(out.data, expected.data, atol=1e-12)


def test_gradients():
    nn.gradcheck(lambda x: F.unfold(1.1 * x, 2, 2, (0, 1), 1), [X])


def test_refuses():
    assert nn.Unfold(2)(X[0]).shape == (12, 20)
    with pytest.raises(ValueError, match="does not fit into maps"):
        F.unfold(X, 7)
    with pytest.raises(ValueError, match=r"expects inputs \(N, C, H, W\)"):
        F.unfold(X[0, 0], 2)
