"""Rates of their own for every number: AdaGrad, RMSprop and AdaDelta."""

import math

import numpy as np

from .optimizer import Optimizer, check

__all__ = ["Adadelta", "Adagrad", "RMSprop"]


class Adagrad(Optimizer):
    """Divide each rate by the root of all squared gradients. Guide Eqs. (39), (40); Duchi 2011.

    G ← G + g², θ ← θ - η g / (√G + ε).

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
    lr_decay : float
        η becomes η / (1 + (t - 1) lr_decay) at step t.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.
    initial_accumulator_value : float
        Where G begins.
    eps : float
        ε stands outside the root, as in Duchi's paper and in PyTorch. The guide's stands inside,
        which puts a floor of √ε under it: 1e-4 for the guide's 1e-8.
    maximize : bool
        Climb instead of descending.
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        lr_decay=0.0,
        weight_decay=0.0,
        initial_accumulator_value=0.0,
        eps=1e-10,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "lr_decay": lr_decay,
                "weight_decay": weight_decay,
                "initial_accumulator_value": initial_accumulator_value,
                "eps": eps,
                "maximize": maximize,
            },
        )

    def _check_group(self, group):
        super()._check_group(group)
        for name in ("lr_decay", "initial_accumulator_value", "eps"):
            check(name, group[name], 0, math.inf)

    def _buffers(self, group):
        return {"sum": group["initial_accumulator_value"]}

    def _numbers(self, group, lr, clock):
        return lr / (1 + (clock["step"] - 1) * group["lr_decay"]), group["eps"]

    def _update(self, g, change, free, state, lr, eps):
        (total,) = state
        total += np.multiply(g, g, change)
        np.sqrt(total, change)
        change += eps
        np.divide(g, change, change)
        change *= lr


class RMSprop(Optimizer):
    """Divide by a running root mean square. Guide Eqs. (41), (42); Tieleman & Hinton 2012.

    v ← αv + (1 - α)g², θ ← θ - η g / (√v + ε).

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
    alpha : float
        How much of the running mean is kept; the guide's β.
    eps : float
        Outside the root; the guide has it inside.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.
    momentum : float
        Above 0: the quotients are summed, b ← momentum · b + g / (√v + ε), θ ← θ - ηb.
    centered : bool
        Divide by the running standard deviation, √(v - ḡ²), instead (Graves 2013).
    maximize : bool
        Climb instead of descending.

    Notes
    -----
    Where gradients hardly change, v - ḡ² is 0 but for rounding. nnlib takes it as 0 if rounding
    makes it negative; PyTorch returns NaN there.
    """

    def __init__(
        self,
        params,
        lr=1e-2,
        alpha=0.99,
        eps=1e-8,
        weight_decay=0.0,
        momentum=0.0,
        centered=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "alpha": alpha,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum": momentum,
                "centered": centered,
                "maximize": maximize,
            },
        )

    def _check_group(self, group):
        super()._check_group(group)
        check("alpha", group["alpha"], 0, 1)
        for name in ("eps", "momentum"):
            check(name, group[name], 0, math.inf)

    def _buffers(self, group):
        names = ["square_avg"]
        names += ["grad_avg"] if group["centered"] else []
        names += ["momentum_buffer"] if group["momentum"] else []
        return dict.fromkeys(names, 0.0)

    def _numbers(self, group, lr, clock):
        alpha = group["alpha"]
        return lr, alpha, 1 - alpha, group["eps"], group["momentum"], group["centered"]

    def _update(self, g, change, free, state, lr, alpha, new, eps, momentum, centered):
        v, *others = state
        mean_of(v, np.multiply(g, g, change), alpha, new)
        if centered:
            mean = others[0]
            mean_of(mean, np.positive(g, change), alpha, new)
            np.multiply(mean, mean, change)
            np.subtract(v, change, change)
            np.maximum(change, 0, out=change)
            np.sqrt(change, change)
        else:
            np.sqrt(v, change)
        change += eps
        np.divide(g, change, change)
        if momentum:
            buffer = others[-1]
            buffer *= momentum
            buffer += change
            np.multiply(buffer, lr, change)
        else:
            change *= lr


class Adadelta(Optimizer):
    """Step by a ratio of two root mean squares. Guide Eqs. (43)-(46); Zeiler 2012.

    ::

        v ← ρ v + (1 - ρ) g²
        Δ = √(u + ε) / √(v + ε) · g
        u ← ρ u + (1 - ρ) Δ²
        θ ← θ - η Δ

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
        At 1 this is Zeiler's method, which needs no rate.
    rho : float
        How much of the running means is kept; the guide's β.
    eps : float
        Inside both roots. It sets the size of the first steps.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.
    maximize : bool
        Climb instead of descending.
    """

    def __init__(self, params, lr=1.0, rho=0.9, eps=1e-6, weight_decay=0.0, *, maximize=False):
        super().__init__(
            params,
            {
                "lr": lr,
                "rho": rho,
                "eps": eps,
                "weight_decay": weight_decay,
                "maximize": maximize,
            },
        )

    def _check_group(self, group):
        super()._check_group(group)
        check("rho", group["rho"], 0, 1)
        check("eps", group["eps"], 0, math.inf)

    def _buffers(self, group):
        return {"square_avg": 0.0, "acc_delta": 0.0}

    def _numbers(self, group, lr, clock):
        return lr, group["rho"], 1 - group["rho"], group["eps"]

    def _update(self, g, change, free, state, lr, rho, new, eps):
        (v, u), (root, _) = state, free
        mean_of(v, np.multiply(g, g, change), rho, new)
        np.add(u, eps, change)
        np.sqrt(change, change)
        np.add(v, eps, root)
        change /= np.sqrt(root, root)
        change *= g
        mean_of(u, np.multiply(change, change, root), rho, new)
        change *= lr


def mean_of(mean, values, keep, new):
    """Update a running mean in place with new = 1 - keep; `values` is used up."""
    mean *= keep
    values *= new
    mean += values
