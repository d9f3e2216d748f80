"""Lookahead."""

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from nnlib import optim
from nnlib.layers.module import Parameter

CURVATURE = np.array([1.0, 5.0, 0.3])


START = np.array([1.0, -2.0, 3.0])


def loss(theta):
    """A bowl whose gradient is CURVATURE * theta."""
    return (theta * theta * CURVATURE).sum() / 2


@given(st.integers(1, 6), st.floats(0, 1), st.sampled_from([optim.SGD, optim.Adam]))
def test_lookahead_is_the_papers(k, alpha, kind):
    theta, inner = Parameter(START.copy()), Parameter(START.copy())
    opt = optim.Lookahead(kind([theta], lr=0.05), k, alpha)
    fast, slow = kind([inner], lr=0.05), START.copy()
    for t in range(1, 16):
        for p, o in ((theta, opt), (inner, fast)):
            o.zero_grad()
            loss(p).backward()
            o.step()
        if t % k == 0:
            slow = slow + alpha * (inner.data - slow)
            inner.data[...] = slow
        assert np.array_equal(theta.data, inner.data)
