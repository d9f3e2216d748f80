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


OPTIONS = {"kernel_size": (2, 3), "dilation": (1, 2), "padding": (1, 2), "stride": (2, 1)}


def test_fold_is_the_transpose_of_unfold():
    columns = F.unfold(X, **OPTIONS)
    other = RNG.standard_normal(columns.shape)
    back = F.fold(other, (6, 5), **OPTIONS)
    assert back.shape == X.shape
    np.testing.assert_allclose((columns.data * other).sum(), (X * back.data).sum())


def test_fold_by_hand():
    ones = np.ones((4, 4))  # four patches of 2 x 2 in a map of 3 x 3
    assert F.fold(ones, 3, 2).data.tolist() == [[[1, 2, 1], [2, 4, 2], [1, 2, 1]]]
    seen = F.fold(F.unfold(np.ones_like(X), **OPTIONS), (6, 5), **OPTIONS).data
    np.testing.assert_allclose(F.fold(F.unfold(X, **OPTIONS), (6, 5), **OPTIONS).data, X * seen)
    patches = F.unfold(X, 2, stride=2)  # they do not overlap; the last column is not seen
    whole = nn.Fold((6, 5), 2, stride=2)(patches).data
    np.testing.assert_array_equal(whole[..., :4], X[..., :4])
    assert not whole[..., 4].any()


def test_gradient_of_fold():
    nn.gradcheck(
        lambda x: F.fold(1.1 * x, (3, 4), 2, 1, (0, 1), 1), [RNG.standard_normal((12, 10))]
    )


def test_fold_refuses():
    with pytest.raises(ValueError, match=r"columns \(N, C · 4, 4\).*\(3, 3\), got \(5, 4\)"):
        F.fold(np.ones((5, 4)), 3, 2)
    with pytest.raises(ValueError, match="does not fit into maps"):
        F.fold(np.ones((4, 4)), 3, 7)
