"""The variational autoencoder, where its latent is one number and everything can be integrated."""

import numpy as np
import pytest

import nnlib.functional as F
from nnlib import optim
from nnlib.models import VAE

RNG = np.random.default_rng(0)
BITS = RNG.integers(0, 2, (5, 6)).astype(float)
GRID = np.linspace(-10, 10, 4001)


def model(latent=1, **options):
    return VAE(6, 8, latent, rng=1, dtype=np.float64, **options)


def evidence(vae, x):
    """Log p(x) by a sum over a fine grid, exact for one latent number."""
    logits = vae.decode(GRID[:, None]).data
    log_lik = -np.logaddexp(0, np.where(x[:, None] == 1, -1, 1) * logits[None]).sum(-1)
    prior = np.exp(-(GRID**2) / 2) / np.sqrt(2 * np.pi) * (GRID[1] - GRID[0])
    return np.log(np.exp(log_lik) @ prior)


def test_shapes_and_the_same_draw_for_the_same_seed():
    logits, mu, logvar = model(3)(BITS)
    assert logits.shape == (5, 6)
    assert mu.shape == logvar.shape == (5, 3)
    np.testing.assert_array_equal(logits.data, model(3)(BITS)[0].data)
    assert model(3).kl(BITS).shape == (3,)
    assert model(3).kl(BITS).sum() == pytest.approx(F.gaussian_kl(mu, logvar).item())


def test_samples_have_the_mean_and_variance_of_the_encoder():
    vae = model(2)
    mu, logvar = np.tile([[1.0, -2.0]], (40_000, 1)), np.tile(np.log([[4.0, 0.25]]), (40_000, 1))
    z = vae.reparameterize(mu, logvar).data
    np.testing.assert_allclose(z.mean(0), [1, -2], atol=0.04)
    np.testing.assert_allclose(z.var(0), [4, 0.25], rtol=0.04)


@pytest.mark.equation(87)
def test_bounds_rise_from_the_elbo_to_the_evidence():
    vae = model()
    truth = evidence(vae, BITS)
    many = np.repeat(BITS, 4000, axis=0)
    bounds = [vae.importance_bound(many, k).reshape(5, 4000).mean(1) for k in (1, 5, 100)]
    assert (bounds[0] < bounds[1]).all()
    assert (bounds[1] < bounds[2] + 1e-2).all()
    np.testing.assert_allclose(bounds[2], truth, atol=0.02)
    estimates = [vae.elbo(many[::4000].repeat(4000, 0)).item() for _ in range(3)]
    assert np.mean(estimates) == pytest.approx(bounds[0].mean(), abs=0.03)


def test_ascending_the_bound_raises_the_evidence():
    vae = model()
    before = evidence(vae, BITS).mean()
    adam = optim.Adam(vae.parameters(), lr=0.02)
    for _ in range(200):
        loss = -vae.elbo(BITS)
        adam.zero_grad()
        loss.backward()
        adam.step()
    assert evidence(vae, BITS).mean() > before + 1


def test_float32_stays_float32():
    vae = VAE(6, 8, 2, rng=0)
    assert vae(BITS.astype(np.float32))[0].dtype == np.float32
    assert vae.elbo(BITS.astype(np.float32)).dtype == np.float32
