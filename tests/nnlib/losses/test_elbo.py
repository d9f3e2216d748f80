"""The evidence lower bound and the divergence in it."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

RNG = np.random.default_rng(3)
MU, LOGVAR = RNG.normal(size=(2, 4, 3))
LOGITS, BITS = RNG.normal(size=(4, 6)), RNG.integers(0, 2, (4, 6)).astype(float)
GRID = np.linspace(-20, 20, 40_001)
STEP = GRID[1] - GRID[0]


def normal(z, mu=0.0, var=1.0):
    return np.exp(-((z - mu) ** 2) / (2 * var)) / np.sqrt(2 * np.pi * var)


@pytest.mark.parametrize(("mu", "var"), [(0, 1), (1, 1), (0, 0.25), (-2, 0.5), (1.5, 3)])
def test_divergence_of_a_normal_is_its_integral(mu, var):
    q = normal(GRID, mu, var)
    log_ratio = (GRID**2 - (GRID - mu) ** 2 / var - np.log(var)) / 2
    wanted = (q * log_ratio).sum() * STEP
    found = F.gaussian_kl([float(mu)], [np.log(var)]).item()
    assert found == pytest.approx(wanted, abs=1e-9)


def test_divergence_sums_over_the_last_axis_and_averages_over_the_others():
    each = F.gaussian_kl(MU, LOGVAR, "none").data
    assert each.shape == (4,)
    parts = [F.gaussian_kl(MU[:, k : k + 1], LOGVAR[:, k : k + 1], "none").data for k in range(3)]
    np.testing.assert_allclose(each, sum(parts))
    assert F.gaussian_kl(MU, LOGVAR).item() == pytest.approx(each.mean())
    assert F.gaussian_kl(MU, LOGVAR, "sum").item() == pytest.approx(each.sum())
    assert F.gaussian_kl(np.zeros((2, 3)), np.zeros((2, 3))).item() == 0


@pytest.mark.parametrize("reduction", ["mean", "sum", "none"])
def test_gradients(reduction):
    assert nn.gradcheck(lambda m, v: F.gaussian_kl(m, v, reduction), [MU, LOGVAR])
    assert nn.gradcheck(lambda a, m, v: F.elbo(a, BITS, m, v, 0.7, reduction), [LOGITS, MU, LOGVAR])


@pytest.mark.equation(87)
def test_bound_is_the_likelihood_less_the_divergence():
    p = 1 / (1 + np.exp(-LOGITS))
    likelihood = np.log(np.where(BITS == 1, p, 1 - p)).sum(1)
    divergence = 0.5 * (MU**2 + np.exp(LOGVAR) - 1 - LOGVAR).sum(1)
    for beta in (0, 1, 4):
        each = F.elbo(LOGITS, BITS, MU, LOGVAR, beta, "none").data
        np.testing.assert_allclose(each, likelihood - beta * divergence)
    bound = F.elbo(LOGITS, BITS, MU, LOGVAR).item()
    assert bound == pytest.approx((likelihood - divergence).mean())


@pytest.mark.equation(87)
def test_bound_lies_below_the_evidence_by_the_divergence_from_the_posterior():
    def decode(z):
        return np.stack([2 * z - 1, -z, 3 * np.sin(z)], -1)  # three logits of one number

    x = np.array([1.0, 0.0, 1.0])
    log_lik = -np.logaddexp(0, np.where(x == 1, -1, 1) * decode(GRID)).sum(-1)
    joint = np.exp(log_lik) * normal(GRID)
    evidence = joint.sum() * STEP
    for mu, var in ((0.0, 1.0), (0.8, 0.3)):
        q = normal(GRID, mu, var)
        kl = F.gaussian_kl([[mu]], [[np.log(var)]]).item()
        bound = (q * log_lik).sum() * STEP - kl
        gap = (q * (np.log(q + 1e-300) - np.log(joint / evidence + 1e-300))).sum() * STEP
        assert bound < np.log(evidence)
        assert bound + gap == pytest.approx(np.log(evidence), abs=1e-6)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.gaussian_kl(MU, LOGVAR[:, :2]), "must agree"),
        (lambda: F.gaussian_kl(0.5, 0.5), "axis of components"),
        (lambda: F.gaussian_kl(MU, LOGVAR, "average"), "reduction"),
        (lambda: F.gaussian_kl(np.zeros((0, 2)), np.zeros((0, 2))), "empty"),
        (lambda: F.elbo(LOGITS, BITS, MU[:3], LOGVAR[:3]), "elbo needs logits"),
        (lambda: F.elbo(LOGITS, BITS, MU, LOGVAR, -1), "beta"),
        (lambda: F.elbo(LOGITS, BITS + 1, MU, LOGVAR), "targets"),
        (lambda: F.elbo(LOGITS[:0], BITS[:0], MU[:0], LOGVAR[:0]), "empty"),
    ],
)
def test_errors(call, message):
    with pytest.raises(ValueError, match=message):
        call()
