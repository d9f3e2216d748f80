"""Differentially private training: clipped and noisy gradients, and what they reveal."""

import math

import numpy as np

from ..autograd.tensor import Tensor, as_tensor
from ..checks import check_count, check_number, generator

__all__ = ["privacy_spent", "private_gradient"]

ORDERS = range(2, 257)


def private_gradient(gradients, max_grad_norm, noise_multiplier, batch_size, *, rng=None):
    """Clip the gradient of each example, add them up, add noise, and divide.

    Parameters
    ----------
    gradients : dict of str to Tensor, each of shape (N, *parameter)
        One row for each example, as `nnlib.func.per_example_grad` returns them. N is the
        number that was drawn.
    max_grad_norm : float
        C: the norm of an example's gradient, over all parameters together, is cut down to C.
    noise_multiplier : float
        The deviation of the noise in units of C.
    batch_size : float
        What the noisy sum is divided by. For the guarantee it must not depend on the data: take
        the expected size, sampling rate times number of examples, not N.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    dict of str to Tensor, each of the parameter's shape

    Raises
    ------
    ValueError
        If there is nothing in the dict, or the numbers of rows differ.

    Notes
    -----
    Abadi et al., "Deep learning with differential privacy", CCS 2016, Algorithm 1.
    """
    if not isinstance(gradients, dict) or not gradients:
        raise ValueError(f"expected a dict of gradients by name, got {gradients!r:.60}")
    max_grad_norm = check_number("max_grad_norm", max_grad_norm, 0, above=True)
    noise_multiplier = check_number("noise_multiplier", noise_multiplier, 0)
    batch_size = check_number("batch_size", batch_size, 0, above=True)
    rng = generator(rng)
    rows = {name: as_tensor(g).data for name, g in gradients.items()}
    counts = {len(g) if g.ndim else None for g in rows.values()}
    if len(counts) > 1 or None in counts:
        shapes = {name: g.shape for name, g in rows.items()}
        raise ValueError(f"expected as many rows for each parameter, got shapes {shapes}")
    flat = [g.reshape(len(g), math.prod(g.shape[1:])) for g in rows.values()]
    norms = np.sqrt(sum((g.astype(np.float64) ** 2).sum(1) for g in flat))
    scale = max_grad_norm / np.maximum(norms, max_grad_norm)
    private = {}
    for name, g in rows.items():
        noise = noise_multiplier * max_grad_norm * rng.standard_normal(g.shape[1:])
        total = np.tensordot(scale, g, 1) + noise
        private[name] = Tensor((total / batch_size).astype(g.dtype))
    return private


def _renyi(noise_multiplier, sample_rate, order):
    """Rényi divergence of one step at a whole order: Mironov, Talwar and Zhang 2019, Sec. 3.3."""
    if sample_rate == 1:
        return order / (2 * noise_multiplier**2)
    k = np.arange(order + 1)
    log_factorial = np.cumsum(np.log(np.maximum(k, 1)))
    terms = log_factorial[-1] - log_factorial - log_factorial[::-1]  # of the binomial coefficients
    terms += (order - k) * math.log1p(-sample_rate) + k * math.log(sample_rate)
    terms += k * (k - 1) / (2 * noise_multiplier**2)
    top = terms.max()
    return (top + math.log(np.exp(terms - top).sum())) / (order - 1)


def privacy_spent(noise_multiplier, sample_rate, steps, delta):
    """Return the ε for which some steps of private training are (ε, δ)-differentially private.

    Two data sets are neighbours if one has an example more than the other; what is protected is an
    example, not a person who has several. Each step takes every example with
    probability ``sample_rate``, independently of the others, and adds normal noise to the sum of
    clipped gradients. The Rényi divergences of the steps add up and are turned into an ε; the
    best of the orders 2, ..., 256 is taken, so that the result is an upper bound.

    Parameters
    ----------
    noise_multiplier : float
        Deviation of the noise in units of the clipping norm.
    sample_rate : float
        In (0, 1].
    steps : int
    delta : float
        In (0, 1).

    Returns
    -------
    float
        In nats. Infinite without noise, or with less than a millionth of C.

    Notes
    -----
    I. Mironov, K. Talwar, L. Zhang, "Rényi differential privacy of the sampled Gaussian
    mechanism", arXiv:1908.10530 (2019); the conversion is Proposition 12 of C. Canonne, G. Kamath,
    T. Steinke, "The discrete Gaussian for differential privacy", NeurIPS 2020.
    """
    noise_multiplier = check_number("noise_multiplier", noise_multiplier, 0)
    sample_rate = check_number("sample_rate", sample_rate, 0, 1, above=True)
    steps = check_count("steps", steps, 0)
    delta = check_number("delta", delta, 0, 1, above=True, below=True)
    if steps == 0:
        return 0.0
    if noise_multiplier < 1e-6:
        return math.inf
    found = [
        steps * _renyi(noise_multiplier, sample_rate, order)
        + math.log1p(-1 / order)
        - (math.log(delta) + math.log(order)) / (order - 1)
        for order in ORDERS
    ]
    return max(min(found), 0.0)
