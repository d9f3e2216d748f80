"""Rates of their own for every number: AdaGrad, RMSprop and AdaDelta."""

import math

import numpy as np

from .optimizer import Optimizer, check, moving_average

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

    def _initial_state(self, group):
        return {"step": 0, "sum": group["initial_accumulator_value"]}

    def _update(self, theta, g, state, group, lr, scratch):
        state["step"] += 1
        G, scratch = state["sum"], scratch[0]
        G += np.multiply(g, g, out=scratch)  # G ← G + g²
        # θ ← θ - η g / (√G + ε)
        denominator = np.sqrt(G, out=scratch)
        denominator += group["eps"]
        update = np.divide(g, denominator, out=scratch)
        update *= lr / (1 + (state["step"] - 1) * group["lr_decay"])
        theta -= update


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

    _optional_state = ("momentum_buffer", "grad_avg")

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
        for name in ("alpha", "eps", "momentum"):
            check(name, group[name], 0, math.inf)

    def _initial_state(self, group):
        state = {"step": 0, "square_avg": 0.0}
        if group["momentum"]:
            state["momentum_buffer"] = 0.0
        if group["centered"]:
            state["grad_avg"] = 0.0
        return state

    def _update(self, theta, g, state, group, lr, scratch):
        state["step"] += 1
        alpha, momentum = group["alpha"], group["momentum"]
        v, scratch = state["square_avg"], scratch[0]
        moving_average(v, alpha, np.multiply(g, g, out=scratch), scratch)  # v ← αv + (1 - α)g²
        if group["centered"]:
            mean = state["grad_avg"]
            moving_average(mean, alpha, g, scratch)  # ḡ ← αḡ + (1 - α)g
            np.multiply(mean, mean, out=scratch)
            v = np.subtract(v, scratch, out=scratch)
            v = np.maximum(v, 0, out=scratch)
        denominator = np.sqrt(v, out=scratch)
        denominator += group["eps"]
        update = np.divide(g, denominator, out=scratch)  # g / (√v + ε)
        if momentum:
            b = state["momentum_buffer"]
            b *= momentum
            b += update
            update = np.multiply(b, lr, out=scratch)
        else:
            update *= lr
        theta -= update


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

    def _initial_state(self, group):
        return {"step": 0, "square_avg": 0.0, "acc_delta": 0.0}

    def _update(self, theta, g, state, group, lr, scratch):
        state["step"] += 1
        v, u, rho, eps = state["square_avg"], state["acc_delta"], group["rho"], group["eps"]
        delta, scratch = scratch
        moving_average(v, rho, np.multiply(g, g, out=scratch), scratch)  # v ← ρv + (1 - ρ)g²
        # Δ = √(u + ε) / √(v + ε) · g
        np.sqrt(np.add(u, eps, out=delta), out=delta)
        delta /= np.sqrt(np.add(v, eps, out=scratch), out=scratch)
        delta *= g
        # u ← ρu + (1 - ρ)Δ²
        moving_average(u, rho, np.multiply(delta, delta, out=scratch), scratch)
        theta -= np.multiply(delta, lr, out=scratch)
