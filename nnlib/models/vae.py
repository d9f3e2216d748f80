"""The variational autoencoder: an encoder that guesses a code, a decoder that draws from it."""

import math

import numpy as np

from ..autograd.tensor import as_tensor, no_grad
from ..checks import check_sizes, generator
from ..layers.activations import Tanh
from ..layers.module import Module
from ..losses.classification import binary_cross_entropy_with_logits
from ..losses.divergence import gaussian_kl
from ..losses.elbo import elbo
from .mlp import MLP

__all__ = ["VAE"]


class VAE(Module):
    """Encoder x -> (mu, logvar), decoder z -> logits, a hidden layer in each. Guide Eq. (87).

    Kingma & Welling, "Auto-Encoding Variational Bayes", 2014; Rezende, Mohamed & Wierstra,
    "Stochastic Backpropagation", 2014.

    Parameters
    ----------
    inputs : int
        Numbers in an example, each 0 or 1 (or a probability).
    hidden : int
        Units in the hidden layer of the encoder, and in that of the decoder.
    latent : int
        Numbers in a code z.
    activation : callable
        Makes the activation of the hidden layers.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights, then of the samples.
    dtype : dtype
    """

    def __init__(self, inputs, hidden, latent, activation=Tanh, *, rng=None, dtype=np.float32):
        check_sizes("VAE", inputs, hidden, latent)
        self.inputs, self.latent, self.rng = inputs, latent, generator(rng)
        options = {"activation": activation, "rng": self.rng, "dtype": dtype}
        self.encoder = MLP([inputs, hidden, 2 * latent], **options)
        self.decoder = MLP([latent, hidden, inputs], **options)

    def encode(self, x):
        """Map (N, inputs) to means and logarithms of variances, (N, latent) each."""
        code = self.encoder(x)
        return code[:, : self.latent], code[:, self.latent :]

    def reparameterize(self, mu, logvar):
        """Draw z = mu + exp(logvar / 2) * noise, through which gradients flow."""
        mu = as_tensor(mu)
        logvar = as_tensor(logvar, like=mu)
        noise = self.rng.standard_normal(mu.shape).astype(mu.dtype)
        return mu + (0.5 * logvar).exp() * noise

    def decode(self, z):
        """Map codes (N, latent) to logits (N, inputs)."""
        return self.decoder(z)

    def forward(self, x):
        """Return logits of a sample, and the means and logarithms of variances it came from."""
        mu, logvar = self.encode(x)
        return self.decode(self.reparameterize(mu, logvar)), mu, logvar

    def elbo(self, x, beta=1.0):
        """Estimate the mean evidence lower bound with one sample for each example, in nats."""
        logits, mu, logvar = self(x)
        return elbo(logits, x, mu, logvar, beta)

    def importance_bound(self, x, samples=100):
        """Return log of the mean of p(x, z) / q(z|x) over samples, for each example, in nats.

        With one sample this is an estimate of the ELBO; its mean rises with the samples towards
        log p(x). Burda, Grosse & Salakhutdinov, "Importance Weighted Autoencoders", 2016.

        Parameters
        ----------
        x : array_like, shape (N, inputs)
        samples : int

        Returns
        -------
        ndarray, shape (N,)
        """
        check_sizes("VAE.importance_bound", samples)
        with no_grad():
            mu, logvar = (part.data for part in self.encode(x))
            x = as_tensor(x).data
            top, total = np.full(len(x), -np.inf), np.zeros(len(x))
            for _ in range(samples):  # a running log-sum-exp keeps the memory small
                noise = self.rng.standard_normal(mu.shape).astype(mu.dtype)
                z = mu + np.exp(logvar / 2) * noise
                misses = binary_cross_entropy_with_logits(self.decode(z), x, reduction="none")
                # the factors 1/sqrt(2 pi) of prior and encoder cancel
                weight = 0.5 * (noise**2 + logvar - z**2).sum(1) - misses.data.sum(1)
                new = np.maximum(top, weight)
                total = total * np.exp(top - new) + np.exp(weight - new)
                top = new
        return top + np.log(total) - math.log(samples)

    def kl(self, x):
        """Divergence of the encoder from the prior for each latent unit, in nats: (latent,)."""
        with no_grad():
            mu, logvar = self.encode(x)
            parts = [
                gaussian_kl(mu[:, k : k + 1], logvar[:, k : k + 1]) for k in range(self.latent)
            ]
        return np.array([part.item() for part in parts])
