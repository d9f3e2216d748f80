"""Pooling of sequences: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

LINE = np.array([[1.0, 5.0, 2.0, 4.0, 3.0]])


def test_by_hand():
    np.testing.assert_array_equal(F.max_pool1d(LINE, 2).data, [[5, 4]])
    np.testing.assert_array_equal(F.max_pool1d(LINE, 3, 2, padding=1).data, [[5, 5, 4]])
    np.testing.assert_array_equal(F.avg_pool1d(LINE, 2, stride=1).data, [[3, 3.5, 3, 3.5]])
    np.testing.assert_array_equal(nn.AdaptiveAvgPool1d(1)(LINE).data.round(12), [[3]])
    assert nn.MaxPool1d(2)(LINE[None]).shape == (1, 1, 2)
    assert nn.AvgPool1d(2)(LINE[None]).shape == (1, 1, 2)


@pytest.mark.parametrize("pool", [F.max_pool1d, F.avg_pool1d, F.adaptive_avg_pool1d])
def test_gradients(pool):
    x = np.random.default_rng(0).permutation(np.arange(24.0)).reshape(2, 2, 6)
    nn.gradcheck(lambda x: pool(1.1 * x, 2), [x])


def test_refuses():
    for pool in (F.max_pool1d, F.avg_pool1d, F.adaptive_avg_pool1d):
        with pytest.raises(ValueError, match=r"expects inputs \(N, C, L\) or \(C, L\), got"):
            pool(np.ones(3), 2)
