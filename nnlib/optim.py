"""Optimizers: what to do with a gradient. Signatures, defaults and formulas are PyTorch's."""

import math

import numpy as np

from .tensor import Tensor

__all__ = ["SGD", "Adam", "Optimizer"]


class Optimizer:
    """What all optimizers share: the parameters and the two calls around ``backward()``.

    Parameters
    ----------
    params : iterable of Tensor
        Usually ``model.parameters()``.
    lr : float
        Learning rate.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.
    """

    def __init__(self, params, lr, weight_decay=0.0):
        self.params = list(params)
        if not self.params:
            raise ValueError("the optimizer got no parameters")
        for p in self.params:
            if not isinstance(p, Tensor) or not p.requires_grad:
                raise TypeError(f"expected tensors that require a gradient, got {p!r:.60}")
        _check("lr", lr, 0, math.inf)
        _check("weight_decay", weight_decay, 0, math.inf)
        self.lr, self.weight_decay = float(lr), float(weight_decay)
        self.steps = 0

    def zero_grad(self):
        """Forget the gradients, so that the next `backward` starts from zero."""
        for p in self.params:
            p.grad = None

    def step(self):
        """Change every parameter that has a gradient.

        Raises
        ------
        RuntimeError
            If none has one: then ``backward()`` was not called.
        """
        if all(p.grad is None for p in self.params):
            raise RuntimeError(
                "step() found no gradient on any parameter: call backward() on the loss first"
            )
        self.steps += 1
        for k, p in enumerate(self.params):
            if p.grad is not None:
                g = p.grad + self.weight_decay * p.data if self.weight_decay else p.grad
                self._update(k, p.data, g)

    def _update(self, k, theta, g):
        """Change the array theta, parameter number k, in place; g must not be changed."""
        raise NotImplementedError


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if asked for. Guide Eqs. (32)-(38).

    Parameters
    ----------
    params : iterable of Tensor
    lr : float
    momentum : float
        β: v ← βv + g, θ ← θ - ηv. At a constant rate these are the guide's θ, Eqs. (35), (36).
    dampening : float
        v ← βv + (1 - dampening)g, from the second step on.
    weight_decay : float
    nesterov : bool
        Step along g + βv instead of v. Then the weights are the guide's θ - βv, the point at
        which Eqs. (37), (38) take the gradient.
    """

    def __init__(
        self, params, lr=1e-3, momentum=0.0, dampening=0.0, weight_decay=0.0, nesterov=False
    ):
        super().__init__(params, lr, weight_decay)
        _check("momentum", momentum, 0, math.inf)
        if nesterov and (momentum == 0 or dampening != 0):
            raise ValueError("nesterov needs a momentum above 0 and no dampening")
        self.momentum, self.dampening = float(momentum), float(dampening)
        self.nesterov = nesterov
        self.velocity = [None] * len(self.params)

    def _update(self, k, theta, g):
        if self.momentum:
            v = self.velocity[k]
            if v is None:
                v = self.velocity[k] = g.copy()
            else:
                v *= self.momentum
                v += g if self.dampening == 0 else (1 - self.dampening) * g
            g = g + self.momentum * v if self.nesterov else v
        theta -= self.lr * g


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
    """

    def __init__(self, params, lr=1e-3, betas=(0.9, 0.999), eps=1e-8, weight_decay=0.0):
        super().__init__(params, lr, weight_decay)
        for name, beta in zip(("beta1", "beta2"), betas, strict=True):
            _check(name, beta, 0, 1, open_above=True)
        _check("eps", eps, 0, math.inf)
        self.betas, self.eps = tuple(map(float, betas)), float(eps)
        self.m = [np.zeros_like(p.data) for p in self.params]
        self.v = [np.zeros_like(p.data) for p in self.params]
        self.t = [0] * len(self.params)

    def _update(self, k, theta, g):
        (beta1, beta2), m, v = self.betas, self.m[k], self.v[k]
        self.t[k] += 1  # a parameter's own steps: it may have been without gradient before
        m += (1 - beta1) * (g - m)  # m ← β₁m + (1 - β₁)g
        v *= beta2
        v += (1 - beta2) * (g * g)
        # m̂ / (√v̂ + ε) with both corrections moved into numbers, so that no array is made for them
        correction1, correction2 = 1 - beta1 ** self.t[k], 1 - beta2 ** self.t[k]
        root = np.asarray(np.sqrt(v))
        root *= 1 / math.sqrt(correction2)
        root += self.eps
        np.divide(m, root, out=root)
        root *= self.lr / correction1
        theta -= root


def _check(name, value, low, high, open_above=False):
    if not low <= value <= high or (open_above and value == high) or math.isinf(value):
        bracket = f"[{low}, {high})" if open_above or math.isinf(high) else f"[{low}, {high}]"
        raise ValueError(f"{name} must lie in {bracket}, got {value}")
