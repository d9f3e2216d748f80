"""Information: tables by hand, the bottleneck's equations and thresholds, bins, noise."""

import numpy as np
import pytest

from nnlib.theory import (
    binned_information,
    critical_beta,
    entropy,
    gaussian_bottleneck,
    information_bottleneck,
    mutual_information,
    noisy_information,
)

# Four digits 3, 5, 4, 9; the truth is the one named or, as often, the other of its pair.
PAIRS = np.kron(np.eye(2), np.ones((2, 2))) / 8
RNG = np.random.default_rng(0)
TABLE = RNG.dirichlet(np.ones(24)).reshape(6, 4)


def test_entropy_by_hand():
    assert entropy([0.5, 0.25, 0.125, 0.125]) == 1.75
    assert entropy([1, 0]) == 0
    assert entropy(PAIRS) == 3


def test_mutual_information_by_hand():
    assert mutual_information(PAIRS) == 1
    assert mutual_information(np.outer([0.3, 0.7], [0.2, 0.8])) == pytest.approx(0, abs=1e-12)
    three_or_not = np.stack([PAIRS[0], PAIRS[1:].sum(0)])
    assert mutual_information(three_or_not) == pytest.approx(0.311278, abs=1e-6)


def test_it_is_entropies():
    H = entropy(TABLE.sum(0)) + entropy(TABLE.sum(1)) - entropy(TABLE)
    assert mutual_information(TABLE) == pytest.approx(H)


def test_processing_loses():
    encoder = RNG.dirichlet(np.ones(3), size=6)
    assert mutual_information(encoder.T @ TABLE) < mutual_information(TABLE)
    assert mutual_information(encoder.T @ TABLE) < mutual_information(
        TABLE.sum(1)[:, None] * encoder
    )


@pytest.mark.equation(93)
def test_the_pair_is_the_best_note():
    found = information_bottleneck(PAIRS, 0.5)
    assert (found.information_x, found.information_y) == (
        pytest.approx(1, abs=1e-6),
        pytest.approx(1, abs=1e-6),
    )


@pytest.mark.equation(93)
def test_every_step_climbs_and_the_end_is_stationary():
    q, beta, before = RNG.dirichlet(np.ones(5), size=6), 0.05, -np.inf
    for _ in range(50):
        q, ix, iy, _ = information_bottleneck(TABLE, beta, q, steps=1)
        assert iy - beta * ix >= before - 1e-12
        before = iy - beta * ix
    q, ix, iy, _ = information_bottleneck(TABLE, beta, q, tol=1e-13)
    px = TABLE.sum(1)
    for _ in range(20):  # no encoder nearby is better
        near = 0.999 * q + 0.001 * RNG.dirichlet(np.ones(5), size=6)
        worse = mutual_information(near.T @ TABLE) - beta * mutual_information(px[:, None] * near)
        assert worse < iy - beta * ix + 1e-9


@pytest.mark.equation(93)
def test_above_the_critical_beta_it_knows_nothing_and_below_something():
    critical = critical_beta(TABLE)
    assert information_bottleneck(TABLE, 1.0).information_x == pytest.approx(0, abs=1e-6)
    below = information_bottleneck(TABLE, 0.9 * critical)
    assert below.information_y - 0.9 * critical * below.information_x > 1e-4


def test_critical_beta():
    assert critical_beta(PAIRS) == pytest.approx(1)
    assert critical_beta(np.outer([0.3, 0.7], [0.2, 0.8])) == pytest.approx(0, abs=1e-12)
    flip = 0.1  # a binary symmetric channel: (1 - 2 · 0.1)²
    channel = np.array([[1 - flip, flip], [flip, 1 - flip]]) / 2
    assert critical_beta(channel) == pytest.approx(0.64)
    assert critical_beta([[0.4, 0], [0.6, 0]]) == 0


@pytest.mark.equation(93)
def test_gaussian_by_grid():
    rho2, beta = 0.8, 0.3
    s = np.linspace(0, 50, 500_001)
    ix, iy = 0.5 * np.log2(1 + s), 0.5 * np.log2((1 + s) / (1 + s * (1 - rho2)))
    best = (iy - beta * ix).argmax()
    np.testing.assert_allclose(
        gaussian_bottleneck(np.sqrt(rho2), beta), (ix[best], iy[best]), atol=1e-4
    )
    assert gaussian_bottleneck([0.5, 0.2], 0.26) == (0, 0)
    two = np.add(gaussian_bottleneck(0.9, 0.1), gaussian_bottleneck(0.5, 0.1))
    np.testing.assert_allclose(gaussian_bottleneck([0.9, 0.5], 0.1), two)


def test_bins_by_hand():
    hidden = [[-0.9, 0.1], [-0.8, 0.2], [0.9, 0.1], [2.0, -5.0]]
    assert binned_information(hidden, [0, 0, 1, 1], 2) == (1.5, 1.0)
    assert binned_information(hidden, [7, 3, 7, 3], 1) == (0, 0)
    assert binned_information(hidden, [0, 1, 2, 3], 1000) == (2, 2)
    many = RNG.uniform(-1, 1, (64, 30))  # more cells than whole numbers of 64 bits
    assert binned_information(many, np.arange(64) % 2, 10**6) == (6, 1)
    assert binned_information(many, np.arange(64) % 2, 2**53) == (6, 1)


def test_noise_is_bracketed():
    hidden = RNG.normal(size=(40, 2))
    for sigma in (0.1, 0.5, 2):
        lower, upper = noisy_information(hidden, sigma, rows=7)
        z = hidden[:, None] + sigma * RNG.normal(size=(40, 2000, 2))
        log_p = -((z[:, :, None] - hidden) ** 2).sum(-1) / (2 * sigma**2)
        own = -((z - hidden[:, None]) ** 2).sum(-1) / (2 * sigma**2)
        sampled = np.log2(np.exp(own) / np.exp(log_p).mean(-1)).mean()
        assert lower - 0.02 < sampled < upper + 0.02
    np.testing.assert_allclose(noisy_information(hidden, 1e-4), np.log2(40))
    two = noisy_information([[0.0], [1e3]], 1.0)
    np.testing.assert_allclose(two, 1)
    np.testing.assert_allclose(noisy_information([[1e9], [1e9 + 1]], 0.05), 1)  # nothing cancels
    np.testing.assert_allclose(noisy_information([[1.1], [1.1], [2], [3]], 1e-200), 1.5)


def test_refuses():
    with pytest.raises(ValueError, match="sum 1, got sum 2"):
        entropy([1, 1])
    with pytest.raises(ValueError, match="table of shape"):
        mutual_information([0.5, 0.5])
    with pytest.raises(ValueError, match="every row"):
        information_bottleneck([[1.0, 0], [0, 0]], 0.5)
    with pytest.raises(ValueError, match="beta"):
        information_bottleneck(PAIRS, 0)
    with pytest.raises(ValueError, match="tol"):
        information_bottleneck(PAIRS, 0.5, tol=np.nan)
    with pytest.raises(TypeError, match="tol must be a number"):
        information_bottleneck(PAIRS, 0.5, tol="x")
    with pytest.raises(ValueError, match="4 rows of probabilities"):
        information_bottleneck(PAIRS, 0.5, start=np.ones((4, 2)))
    for bad in (1.0, -0.5, np.nan):
        with pytest.raises(ValueError, match=r"in \[0, 1\)"):
            gaussian_bottleneck([bad], 0.5)
    with pytest.raises(ValueError, match="expected 2 of them"):
        binned_information([[0.0], [1.0]], [0], 3)
    with pytest.raises(ValueError, match="less than high"):
        binned_information([[0.0], [1.0]], [0, 1], 3, low=1, high=0)
    with pytest.raises(ValueError, match="less than high"):
        binned_information([[0.0], [1.0]], [0, 1], 3, low=-np.inf)
    with pytest.raises(ValueError, match="at most 2"):
        binned_information([[0.0], [1.0]], [0, 1], 10**30)
    with pytest.raises(ValueError, match="finite"):
        binned_information([[np.nan], [0.1]], [0, 1], 3)
    with pytest.raises(ValueError, match="finite"):
        noisy_information([[np.inf], [0.1]], 0.1)
    with pytest.raises(ValueError, match="one input a row"):
        noisy_information([0.0, 1.0], 0.1)
