"""Stochastic gradient descent, with and without momentum."""

import math

import numpy as np

from .optimizer import Optimizer, check

__all__ = ["SGD"]


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
        check("momentum", momentum, 0, math.inf)
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
