"""The Kullback-Leibler divergence."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib.functional as F

RNG = np.random.default_rng(5)


CLASSES = np.array([0, 3, 1, 1, 2, 0])


SHARES = RNG.random((6, 4))


SHARES /= SHARES.sum(1, keepdims=True)


def reduced(losses, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](losses)


@given(st.sampled_from(["mean", "batchmean", "sum", "none"]), st.booleans(), st.integers(0, 99))
def test_divergence_is_the_formula(reduction, log_target, seed):
    rng = np.random.default_rng(seed)
    p, q = rng.random((2, 3, 4)) + 0.05
    p, q = p / p.sum(1, keepdims=True), q / q.sum(1, keepdims=True)
    each = p * np.log(p / q)
    loss = F.kl_div(np.log(q), np.log(p) if log_target else p, reduction, log_target)
    expected = each.sum() / 3 if reduction == "batchmean" else reduced(each, reduction)
    np.testing.assert_allclose(loss.data, expected, rtol=1e-10, atol=1e-14)
    if reduction == "sum":
        assert loss.item() > 0  # Gibbs' inequality
        assert F.kl_div(np.log(p), p, "sum").item() == pytest.approx(0, abs=1e-15)
        # Cross-entropy is entropy plus divergence.
        entropy = -(p * np.log(p)).sum()
        cross = F.cross_entropy(np.log(q), p, reduction="sum").item()
        assert cross == pytest.approx(entropy + loss.item(), rel=1e-12)


def test_divergence_of_certain_targets():
    loss = F.kl_div(np.log(SHARES), np.eye(4)[CLASSES], "batchmean")
    assert loss.item() == pytest.approx(F.nll_loss(np.log(SHARES), CLASSES).item())
