"""The restricted Boltzmann machine: two layers of binary units that learn a distribution."""

import itertools
from typing import NamedTuple

import numpy as np

from ..checks import check_number, check_sizes, generator

__all__ = ["RBM", "RBMGradient"]

ENUMERABLE = 16  # units of the smaller layer whose states are still summed one by one


class RBMGradient(NamedTuple):
    """A direction for each parameter of an `RBM`, averaged over examples.

    Attributes
    ----------
    weight : ndarray, shape (hidden, visible)
    visible_bias : ndarray, shape (visible,)
    hidden_bias : ndarray, shape (hidden,)
    """

    weight: np.ndarray
    visible_bias: np.ndarray
    hidden_bias: np.ndarray


class RBM:
    """Binary visible and hidden units; weights only between the two layers.

    A state has the energy E(v, h) = -bᵀv - cᵀh - hᵀWv and the probability exp(-E) / Z. Given one
    layer, the units of the other are independent. Smolensky's harmonium of 1986; trained by
    contrastive divergence (Hinton 2002).

    Parameters
    ----------
    visible, hidden : int
        Units of the two layers.
    std : float
        Spread of the initial weights; biases start at 0.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.

    Attributes
    ----------
    weight : ndarray, shape (hidden, visible)
        W, in float64 like the others.
    visible_bias : ndarray, shape (visible,)
        b.
    hidden_bias : ndarray, shape (hidden,)
        c.

    Raises
    ------
    ValueError
        If a layer has no unit. Every method: if rows have the wrong length, or values outside
        of [0, 1]; probabilities are allowed in the place of zeros and ones.
    """

    def __init__(self, visible, hidden, std=0.01, *, rng=None):
        check_sizes("RBM", visible, hidden)
        check_number("RBM: std", std, 0)
        self.weight = std * generator(rng).standard_normal((hidden, visible))
        self.visible_bias = np.zeros(visible)
        self.hidden_bias = np.zeros(hidden)

    def hidden_probability(self, v):
        """P(h_j = 1 | v) = σ(c_j + W_j v): from (..., visible) to (..., hidden)."""
        return _sigmoid(self._hidden_input(_rows(v, self.visible_bias, "visible")))

    def visible_probability(self, h):
        """P(v_i = 1 | h) = σ(b_i + Σ_j h_j W_ji): from (..., hidden) to (..., visible)."""
        return _sigmoid(self._visible_input(_rows(h, self.hidden_bias, "hidden")))

    def energy(self, v, h):
        """E(v, h) of pairs of states (..., visible) and (..., hidden)."""
        v, h = _rows(v, self.visible_bias, "visible"), _rows(h, self.hidden_bias, "hidden")
        return -(v @ self.visible_bias + ((v @ self.weight.T + self.hidden_bias) * h).sum(-1))

    def free_energy(self, v):
        """F(v) = -log Σ_h exp(-E(v, h)) = -bᵀv - Σ_j log(1 + exp(c_j + W_j v))."""
        v = _rows(v, self.visible_bias, "visible")
        return -(v @ self.visible_bias) - np.logaddexp(0, self._hidden_input(v)).sum(-1)

    def gibbs(self, v, steps, rng=None):
        """Draw h from v and v from h, in turn.

        Parameters
        ----------
        v : array_like, shape (..., visible)
            Where the chains start.
        steps : int
            How often both layers are drawn, at least once.
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        v, h : ndarray of 0. and 1.
            The last visible state and the hidden state from which it was drawn; so
            ``visible_probability(h)`` is the mean of that last draw.
        """
        if steps < 1:
            raise ValueError(f"gibbs needs at least one step, got {steps}")
        v, rng = _rows(v, self.visible_bias, "visible"), generator(rng)
        for _ in range(steps):
            h = _draw(_sigmoid(self._hidden_input(v)), rng)
            v = _draw(_sigmoid(self._visible_input(h)), rng)
        return v, h

    def contrastive_divergence(self, v, k=1, rng=None):
        """CD-k: correlations at the data minus correlations after k steps of Gibbs sampling.

        Parameters
        ----------
        v : array_like, shape (N, visible)
        k : int
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        RBMGradient
            An estimate of the gradient of the mean log-likelihood, to be *added*. Biased for
            every finite k.
        """
        v = _rows(v, self.visible_bias, "visible", 2)
        chain, _ = self.gibbs(v, k, rng)
        return _difference(self._correlations(v), self._correlations(chain))

    def fit(
        self,
        v,
        epochs,
        lr=0.1,
        *,
        k=1,
        batch_size=100,
        momentum=0.5,
        weight_decay=0.0,
        rng=None,
    ):
        """Climb along `contrastive_divergence`, in shuffled batches.

        Parameters
        ----------
        v : array_like, shape (N, visible)
        epochs : int
        lr : float
        k : int
            Steps of Gibbs sampling.
        batch_size : int
        momentum : float
        weight_decay : float
            Of the weights, not of the biases.
        rng : int or numpy.random.Generator, optional

        Returns
        -------
        list of float
            For every epoch the mean squared difference between an image and its
            reconstruction from hidden probabilities, at its end. Training does not
            minimise it.
        """
        if batch_size < 1:
            raise ValueError(f"batch_size must be at least 1, got {batch_size}")
        v, rng = _rows(v, self.visible_bias, "visible", 2), generator(rng)
        parameters = (self.weight, self.visible_bias, self.hidden_bias)
        speeds, errors = [np.zeros_like(p) for p in parameters], []
        for _ in range(epochs):
            order = rng.permutation(len(v))
            for start in range(0, len(v), batch_size):
                gradient = self.contrastive_divergence(v[order[start : start + batch_size]], k, rng)
                for p, speed, g in zip(parameters, speeds, gradient, strict=True):
                    speed *= momentum
                    speed += lr * (g - weight_decay * p if p.ndim == 2 else g)
                    p += speed
            reconstruction = self.visible_probability(self.hidden_probability(v))
            errors.append(float(((v - reconstruction) ** 2).mean()))
        return errors

    def log_partition(self):
        """Log Z, by enumeration of the smaller layer.

        Raises
        ------
        ValueError
            If both layers have more than 16 units.
        """
        return _logsumexp(self._terms()[1])

    def log_likelihood(self, v):
        """Mean of log P(v) = -F(v) - log Z over the rows; exact, for small machines."""
        return float(np.mean(-self.free_energy(v)) - self.log_partition())

    def log_likelihood_gradient(self, v):
        """Return the gradient of `log_likelihood`, exactly, for small machines.

        Correlations at the data minus correlations under the model, every state of the smaller
        layer summed.

        Returns
        -------
        RBMGradient
        """
        v = _rows(v, self.visible_bias, "visible", 2)
        states, logs = self._terms()
        p = np.exp(logs - _logsumexp(logs))  # of every state of the smaller layer
        if len(self.hidden_bias) <= len(self.visible_bias):
            other = _sigmoid(self._visible_input(states))
            model = RBMGradient((p[:, None] * states).T @ other, p @ other, p @ states)
        else:
            other = _sigmoid(self._hidden_input(states))
            model = RBMGradient((p[:, None] * other).T @ states, p @ states, p @ other)
        return _difference(self._correlations(v), model)

    def _hidden_input(self, v):
        return v @ self.weight.T + self.hidden_bias

    def _visible_input(self, h):
        return h @ self.weight + self.visible_bias

    def _correlations(self, v):
        """Means over rows of h vᵀ, v and h, with the probabilities of h."""
        h = _sigmoid(self._hidden_input(v))
        return RBMGradient(h.T @ v / len(v), v.mean(0), h.mean(0))

    def _terms(self):
        """All states of the smaller layer, and the log of each one's share of Z."""
        n = min(len(self.visible_bias), len(self.hidden_bias))
        if n > ENUMERABLE:
            raise ValueError(
                f"the exact sum needs a layer of at most {ENUMERABLE} units, got "
                f"{len(self.visible_bias)} visible and {len(self.hidden_bias)} hidden"
            )
        states = np.array(list(itertools.product((0.0, 1.0), repeat=n)))
        if len(self.hidden_bias) <= len(self.visible_bias):
            softplus = np.logaddexp(0, self._visible_input(states)).sum(1)
            return states, states @ self.hidden_bias + softplus
        return states, -self.free_energy(states)


def _rows(values, bias, layer, ndim=None):
    """Return the states of one layer as float64, or say what is wrong with them."""
    values = np.asarray(values, np.float64)
    if values.ndim < 1 or values.shape[-1] != len(bias) or ndim not in (None, values.ndim):
        rows = "(N, " if ndim else "(..., "
        raise ValueError(f"expected {layer} states {rows}{len(bias)}), got {values.shape}")
    if ndim and not len(values):
        raise ValueError(f"expected at least one row of {layer} states, got {values.shape}")
    if values.size and not (values.min() >= 0 and values.max() <= 1):
        raise ValueError(
            f"{layer} states lie between 0 and 1, got {values.min():g} to {values.max():g}"
        )
    return values


def _draw(probability, rng):
    return (rng.random(probability.shape) < probability).astype(np.float64)


def _difference(data, model):
    return RBMGradient(*(d - m for d, m in zip(data, model, strict=True)))


def _sigmoid(z):
    return 0.5 * (1 + np.tanh(0.5 * z))  # no overflow on either side


def _logsumexp(logs):
    top = logs.max()
    return float(top + np.log(np.exp(logs - top).sum()))
