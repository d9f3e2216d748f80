"""Adam: a running mean of the gradient over the root of a running mean of its square."""

import math

import numpy as np

from .optimizer import Optimizer, check

__all__ = ["Adam"]


class Adam(Optimizer):
    """Adaptive moment estimation. Guide Algorithm 2, Eqs. (47)-(50); Kingma & Ba 2015.

    Parameters
    ----------
    params : iterable of Tensor
    lr : float
    betas : (float, float)
        β₁, β₂: how much of the running means of g and g² is kept at each step.
    eps : float
        Added to the root, outside of it.
    weight_decay : float

    Notes
    -----
    What is kept are the sums m = Σ β₁ᵗ⁻ⁱ gᵢ and v = Σ β₂ᵗ⁻ⁱ gᵢ²: the algorithm's m and v without
    their factors 1 - β. Divided by the sum of the weights, (1 - βᵗ) / (1 - β), they are the
    corrected means m̂ and v̂ of Eqs. (49), (50). This saves two passes over the parameters.
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, weight_decay)
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            check(name, beta, 0, 1, open_above=True)
        check("eps", eps, 0, math.inf)
        self.betas, self.eps = tuple(map(float, betas)), float(eps)
        self.m, self.v = np.zeros_like(self._all), np.zeros_like(self._all)

    def _update(self, g, place, t):
        (beta1, beta2), m, v = self.betas, self.m[place], self.v[place]
        weights1, weights2 = (1 - beta1**t) / (1 - beta1), (1 - beta2**t) / (1 - beta2)
        m *= beta1
        m += g
        g *= g
        v *= beta2
        v += g
        # η m̂ / (√v̂ + ε) with m̂ = m / weights1 and v̂ = v / weights2, the numbers taken together
        root = math.sqrt(weights2)
        np.sqrt(v, out=g)
        g += self.eps * root
        np.divide(m, g, out=g)
        g *= self.lr * root / weights1
