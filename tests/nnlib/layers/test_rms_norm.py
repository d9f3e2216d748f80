"""RMS normalisation: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X = np.random.default_rng(0).standard_normal((2, 3, 4))


def test_by_hand():
    out = F.rms_norm(np.array([[3.0, 4.0]]), 2, np.array([1.0, 10.0]), 0)
    np.testing.assert_allclose(out.data, [[3 / np.sqrt(12.5), 40 / np.sqrt(12.5)]])
    rows = nn.RMSNorm(4, dtype=np.float64)(X).data
    np.testing.assert_allclose((rows * rows).mean(-1), 1)


@pytest.mark.parametrize("shape", [(4,), (3, 4)])
def test_gradients(shape):
    weight = np.random.default_rng(1).standard_normal(shape)
    nn.gradcheck(lambda x, w: F.rms_norm(1.1 * x, shape, w), [X, weight])
    nn.gradcheck(lambda x: F.rms_norm(1.1 * x, shape, eps=0.1), [X])


def test_refuses():
    with pytest.raises(ValueError, match=r"expects inputs \(\.\.\., \*\(5,\)\), got"):
        F.rms_norm(X, 5)
    with pytest.raises(ValueError, match=r"weight must have shape \(4,\), got \(3,\)"):
        F.rms_norm(X, 4, np.ones(3))
