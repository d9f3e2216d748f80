"""Instance normalisation: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X = np.random.default_rng(0).standard_normal((2, 3, 4))


def test_every_channel_has_mean_0_and_variance_1():
    out = nn.InstanceNorm1d(3, 0)(X).data
    np.testing.assert_allclose(out.mean(-1), 0, atol=1e-12)
    np.testing.assert_allclose(out.var(-1), 1)
    maps = X.reshape(2, 3, 2, 2)
    np.testing.assert_allclose(nn.InstanceNorm2d(3, 0)(maps).data, out.reshape(maps.shape))


def test_gradients():
    w, b = np.random.default_rng(1).standard_normal((2, 3))
    nn.gradcheck(lambda x, w, b: F.instance_norm(1.1 * x, w, b), [X, w, b])


def test_refuses():
    with pytest.raises(ValueError, match="more than one number per channel"):
        F.instance_norm(np.ones((2, 3, 1)))
    with pytest.raises(ValueError, match=r"expects inputs of shape \(N, C, \.\.\.\)"):
        F.instance_norm(np.ones((2, 3)))
    with pytest.raises(ValueError, match=r"InstanceNorm1d expects inputs \(N, 4, L\)"):
        nn.InstanceNorm1d(4)(X)
