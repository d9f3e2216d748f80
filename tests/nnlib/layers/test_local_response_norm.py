"""Local response normalisation: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X = np.random.default_rng(0).standard_normal((2, 5, 3))


def test_by_hand():
    x = np.array([1.0, 2.0, 3.0]).reshape(1, 3, 1)
    out = F.local_response_norm(x, 3, alpha=3.0, beta=1.0, k=1.0).data.ravel()
    np.testing.assert_allclose(out, [1 / 6, 2 / 15, 3 / 14])  # 1 + 1 + 4, 1 + 1 + 4 + 9, 1 + 4 + 9


@pytest.mark.parametrize("size", [1, 2, 3, 9])
def test_gradients(size):
    nn.gradcheck(lambda x: F.local_response_norm(1.1 * x, size, 0.7), [X])


def test_refuses():
    with pytest.raises(ValueError, match=r"expects inputs \(N, C, \.\.\.\)"):
        F.local_response_norm(np.ones((2, 3)), 3)
    with pytest.raises(ValueError, match="size must be a whole number of at least 1"):
        nn.LocalResponseNorm(0)
