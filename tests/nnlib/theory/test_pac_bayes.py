"""PAC-Bayes: the divergence of coins and its inverse, and a bound that must hold."""

import math

import numpy as np
import pytest

from nnlib.theory import bernoulli_kl, bernoulli_kl_inverse, pac_bayes_bound


def test_divergence_of_coins_by_hand():
    assert bernoulli_kl(0.3, 0.3) == 0
    assert bernoulli_kl(0, 0.5) == pytest.approx(math.log(2))
    assert bernoulli_kl(0.5, 0) == bernoulli_kl(0.5, 1) == math.inf
    assert bernoulli_kl(0, 0) == bernoulli_kl(1, 1) == 0


@pytest.mark.parametrize("q", [0, 0.01, 0.3, 0.9])
def test_the_inverse_is_one(q):
    p = bernoulli_kl_inverse(q, 0.07)
    assert p > q
    assert bernoulli_kl(q, p) == pytest.approx(0.07)
    assert p <= q + math.sqrt(0.07 / 2)  # Pinsker
    assert bernoulli_kl_inverse(q, 0) == pytest.approx(q, abs=1e-7)
    assert bernoulli_kl_inverse(1, 0.5) == 1


def test_bound_by_hand():
    n, delta = 100, 0.2  # 2 sqrt(n) / delta = 100
    assert pac_bayes_bound(0, 0, n, delta) == pytest.approx(1 - math.exp(-math.log(100) / 100))


def test_bound_holds_as_often_as_promised():
    # Eight coins; after the sample, all weight goes to the luckiest: divergence ln 8.
    rng, true, fails = np.random.default_rng(0), np.linspace(0.2, 0.5, 8), 0
    for _ in range(500):
        error = rng.binomial(30, true) / 30
        best = error.argmin()
        fails += pac_bayes_bound(error[best], math.log(8), 30, 0.1) < true[best]
    assert fails / 500 <= 0.1


def test_what_is_refused():
    with pytest.raises(ValueError, match="divergence"):
        pac_bayes_bound(0.1, -1, 100, 0.1)
    with pytest.raises(ValueError, match="at least 8"):
        pac_bayes_bound(0.1, 1, 4, 0.1)
    with pytest.raises(ValueError, match="bernoulli_kl's q"):
        bernoulli_kl(1.2, 0.5)


def test_numbers_of_single_precision_lose_nothing():
    assert type(bernoulli_kl(np.float32(0.25), np.float32(0.5))) is float
    assert pac_bayes_bound(np.float32(0.25), np.float32(8), 100, 0.05) == pac_bayes_bound(
        0.25, 8, 100, 0.05
    )
