"""PReLU: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X = np.random.default_rng(0).standard_normal((3, 2, 4))


def test_by_hand():
    x = np.array([[-2.0, 3.0], [0.0, -1.0]])
    np.testing.assert_array_equal(F.prelu(x, np.array([0.5])).data, [[-1, 3], [0, -0.5]])
    np.testing.assert_array_equal(F.prelu(x, np.array([0.5, 2.0])).data, [[-1, 3], [0, -2]])


@pytest.mark.parametrize("slopes", [1, 2])
def test_gradients(slopes):
    weight = np.linspace(0.2, 0.7, slopes)
    nn.gradcheck(lambda x, w: F.prelu(1.1 * x, w), [X, weight])


def test_a_slope_that_is_fixed_is_leaky_relu():
    layer = nn.PReLU(init=0.1, dtype=np.float64)
    np.testing.assert_array_equal(layer(X).data, F.leaky_relu(X, 0.1).data)
    assert repr(nn.PReLU(3)) == "PReLU(num_parameters=3)"


def test_refuses():
    with pytest.raises(ValueError, match=r"needs one slope or 2, got a weight of \(3,\)"):
        F.prelu(X, np.ones(3))
    with pytest.raises(ValueError, match="num_parameters must be a whole number of at least 1"):
        nn.PReLU(0)
