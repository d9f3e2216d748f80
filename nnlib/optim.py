"""Optimizers: what to do with a gradient. Signatures, defaults and formulas are PyTorch's."""

import itertools
import math

import numpy as np

from .tensor import Tensor

__all__ = ["SGD", "Adam", "Optimizer"]


class Optimizer:
    """What all optimizers share: the parameters and the two calls around ``backward()``.

    Parameters
    ----------
    params : iterable of Tensor
        Usually ``model.parameters()``; all of one floating-point type.
    lr : float
        Learning rate.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.

    Notes
    -----
    The gradients of all parameters are copied side by side into one array, so that a formula is
    computed once for all of them: for small networks the number of NumPy calls is what costs.
    """

    def __init__(self, params, lr, weight_decay=0.0):
        self.params = list(params)
        if not self.params:
            raise ValueError("the optimizer got no parameters")
        for p in self.params:
            if not isinstance(p, Tensor) or not p.requires_grad:
                raise TypeError(f"expected tensors that require a gradient, got {p!r:.60}")
        dtypes = sorted({str(p.dtype) for p in self.params})
        if len(dtypes) > 1:
            raise TypeError(f"the parameters have dtypes {dtypes}: an optimizer takes one type")
        _check("lr", lr, 0, math.inf)
        _check("weight_decay", weight_decay, 0, math.inf)
        self.lr, self.weight_decay = float(lr), float(weight_decay)
        self.steps = 0

        ends = list(itertools.accumulate(p.size for p in self.params))
        self._places = [slice(end - p.size, end) for p, end in zip(self.params, ends, strict=True)]
        self._all = np.zeros(ends[-1], self.params[0].dtype)
        self._parts = [
            self._all[place].reshape(p.shape)
            for p, place in zip(self.params, self._places, strict=True)
        ]
        self._clocks = [0] * len(self.params)  # how many gradients each parameter has had

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
        TypeError
            If a gradient is not of the type that the parameters had when the optimizer was made.
        """
        with_gradient = [k for k, p in enumerate(self.params) if p.grad is not None]
        if not with_gradient:
            raise RuntimeError(
                "step() found no gradient on any parameter: call backward() on the loss first"
            )
        self.steps += 1
        for k in with_gradient:
            p, part = self.params[k], self._parts[k]
            if p.grad.dtype != part.dtype:
                raise TypeError(
                    f"parameter {k} has a gradient of {p.grad.dtype}, but was {part.dtype} when "
                    "the optimizer was made: convert the model first"
                )
            part[...] = p.grad
            if self.weight_decay:
                part += self.weight_decay * p.data
            self._clocks[k] += 1

        clocks = self._clocks
        if len(with_gradient) == len(clocks) and clocks[0] == min(clocks) == max(clocks):
            self._update(self._all, slice(None), clocks[0])
        else:  # some have waited: each by its own clock
            for k in with_gradient:
                self._update(self._all[self._places[k]], self._places[k], clocks[k])
        for k in with_gradient:
            self.params[k].data -= self._parts[k]

    def _update(self, g, place, t):
        """Turn gradients into what is subtracted from the parameters, in place.

        `g` is an array of the optimizer's own, `place` the slice of the state that belongs to it,
        and this is its update number `t`, from 1.
        """
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
        self.velocity = np.zeros_like(self._all) if momentum else None

    def _update(self, g, place, t):
        if self.momentum:
            v = self.velocity[place]
            v *= self.momentum
            v += g if self.dampening == 0 or t == 1 else (1 - self.dampening) * g
            if self.nesterov:
                g += self.momentum * v
            else:
                g[...] = v
        g *= self.lr


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
            _check(name, beta, 0, 1, open_above=True)
        _check("eps", eps, 0, math.inf)
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


def _check(name, value, low, high, open_above=False):
    if not low <= value <= high or (open_above and value == high) or math.isinf(value):
        bracket = f"[{low}, {high})" if open_above or math.isinf(high) else f"[{low}, {high}]"
        raise ValueError(f"{name} must lie in {bracket}, got {value}")
