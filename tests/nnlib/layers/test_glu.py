"""The gated linear unit: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X = np.random.default_rng(0).standard_normal((2, 4, 3))


def test_by_hand():
    np.testing.assert_array_equal(F.glu([4.0, 2.0, 0.0, 0.0]).data, [2, 1])  # σ(0) = ½
    np.testing.assert_array_equal(nn.GLU(dim=1)(X).data, F.glu(X, 1).data)


@pytest.mark.parametrize("axis", [0, 1])
def test_gradients(axis):
    nn.gradcheck(lambda x: F.glu(1.1 * x, axis), [X])


def test_refuses():
    with pytest.raises(ValueError, match=r"axis of even length, got shape \(2, 4, 3\), axis -1"):
        F.glu(X)
    with pytest.raises(ValueError, match="axis of even length"):
        F.glu(2.0)
