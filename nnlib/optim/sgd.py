"""Stochastic gradient descent, with and without momentum."""

import math

import numpy as np

from .optimizer import Optimizer, check

__all__ = ["SGD"]


class SGD(Optimizer):
    """Stochastic gradient descent, with momentum if asked for. Guide Eqs. (32)-(38).

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
    momentum : float
        β: v ← βv + g, θ ← θ - ηv. At a constant rate these are the guide's θ, Eqs. (35), (36).
    dampening : float
        v ← βv + (1 - dampening)g, from the second step on.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.
    nesterov : bool
        Step along g + βv instead of v. Then the weights are the guide's θ - βv, the point at
        which Eqs. (37), (38) take the gradient.
    maximize : bool
        Climb instead of descending.

    Notes
    -----
    Robbins & Monro 1951; Polyak 1964; Nesterov 1983, in the form of Sutskever et al. 2013. The
    guide keeps η inside v, so its old velocity keeps its old rate when the rate changes. Here
    and in PyTorch it takes the new one.
    """

    _optional_state = ("momentum_buffer",)

    def __init__(
        self,
        params,
        lr=1e-3,
        momentum=0.0,
        dampening=0.0,
        weight_decay=0.0,
        nesterov=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "momentum": momentum,
                "dampening": dampening,
                "weight_decay": weight_decay,
                "nesterov": nesterov,
                "maximize": maximize,
            },
        )

    def _check_group(self, group):
        super()._check_group(group)
        check("momentum", group["momentum"], 0, math.inf)
        check("dampening", group["dampening"], -math.inf, math.inf)
        if group["nesterov"] and (group["momentum"] == 0 or group["dampening"] != 0):
            raise ValueError("nesterov needs a momentum above 0 and no dampening")

    def _update(self, theta, g, state, group, lr, scratch):
        beta, scratch = group["momentum"], scratch[0]
        step = g
        if beta:
            if "momentum_buffer" in state:  # v ← βv + (1 - dampening)g
                v = state["momentum_buffer"]
                v *= beta
                dampening = group["dampening"]
                v += np.multiply(g, 1 - dampening, out=scratch) if dampening else g
            else:
                v = state["momentum_buffer"] = g.copy()
            step = v
            if group["nesterov"]:
                step = np.multiply(v, beta, out=scratch)
                step += g
        theta -= np.multiply(step, lr, out=scratch)
