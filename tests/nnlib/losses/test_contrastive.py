"""Losses of directions: cosine similarity and NT-Xent against a double loop."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F

RNG = np.random.default_rng(5)


@given(st.integers(1, 4), st.integers(1, 4), st.floats(0.1, 10))
def test_cosine_is_the_formula(n, d, stretch):
    a, b = np.random.default_rng(n + 7 * d).standard_normal((2, n, d))
    lengths = np.sqrt((a * a).sum(1)) * np.sqrt((b * b).sum(1))
    cosine = F.cosine_similarity(a, b)
    np.testing.assert_allclose(cosine.data, (a * b).sum(1) / lengths, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(F.cosine_similarity(a * stretch, b).data, cosine.data, atol=1e-14)
    unit = F.normalize(a)
    np.testing.assert_allclose((unit.data**2).sum(1), 1)
    np.testing.assert_allclose((unit * F.normalize(b)).sum(1).data, cosine.data, atol=1e-14)


def slow_nt_xent(z1, z2, temperature):
    """Eq. (85) for every pair in both orders, one exponential at a time."""
    z = np.concatenate([z1, z2])
    n = len(z1)

    def sim(i, k):
        return z[i] @ z[k] / np.sqrt((z[i] @ z[i]) * (z[k] @ z[k]))

    total = 0.0
    for i in range(2 * n):
        j = (i + n) % (2 * n)
        below = sum(np.exp(sim(i, k) / temperature) for k in range(2 * n) if k != i)
        total -= np.log(np.exp(sim(i, j) / temperature) / below)
    return total / (2 * n)


@pytest.mark.equation(85)
@given(st.integers(1, 5), st.integers(1, 4), st.floats(0.1, 3), st.integers(0, 99))
def test_contrastive_loss_is_the_double_loop(n, d, temperature, seed):
    z1, z2 = np.random.default_rng(seed).standard_normal((2, n, d))
    loss = F.nt_xent(z1, z2, temperature).item()
    assert loss == pytest.approx(slow_nt_xent(z1, z2, temperature), rel=1e-10, abs=1e-13)
    assert F.nt_xent(z2, z1, temperature).item() == pytest.approx(loss, rel=1e-12, abs=1e-14)


@pytest.mark.equation(85)
def test_contrastive_loss_by_hand():
    """Orthogonal pairs that agree: each of four sees 1 and twice 0, so -log(e/(e + 2))."""
    z = np.eye(2)
    assert F.nt_xent(z, z, 1.0).item() == pytest.approx(np.log(np.e + 2) - 1)
    assert F.nt_xent(z[:1], z[1:], 1.0).item() == 0  # nothing else to choose from
    cold = F.nt_xent(z.astype(np.float32), z.astype(np.float32), 1e-4)
    assert cold.item() == 0
    assert cold.dtype == np.float32


def test_gradients_of_directions():
    a, b = RNG.standard_normal((2, 3, 4))
    b[1] *= 0.01  # shorter than eps below
    nn.gradcheck(lambda a, b: F.cosine_similarity(a * 2.0, b), [a, b])
    nn.gradcheck(lambda a, b: F.cosine_similarity(a, b, eps=0.5), [a, b])
    nn.gradcheck(lambda a, b: F.cosine_similarity(a, b, dim=2), [a[:, None], b[None]])
    nn.gradcheck(lambda b: F.normalize(b, dim=-1, eps=0.5), [b])
    nn.gradcheck(lambda a, b: F.nt_xent(a, b, 0.3), [a, b], atol=1e-6)
