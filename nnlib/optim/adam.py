"""Adam and what grew out of it: AdamW, AMSGrad, NAdam and RAdam.

All keep a running mean of the gradient and one of its square. They differ in what they make of
the first steps, of weight decay and of a mean that shrinks.
"""

import math

import numpy as np

from .optimizer import Optimizer, check, moving_average

__all__ = ["Adam", "AdamW", "NAdam", "RAdam"]


class MomentOptimizer(Optimizer):
    """What Adam, NAdam and RAdam share: β₁, β₂ and ε, and the running means m and v."""

    def _check_group(self, group):
        super()._check_group(group)
        if not isinstance(group["betas"], (tuple, list)) or len(group["betas"]) != 2:
            raise ValueError(f"betas must be two numbers, got {group['betas']!r}")
        for name, beta in zip(("beta1", "beta2"), group["betas"], strict=True):
            check(name, beta, 0, 1, open_above=True)
        check("eps", group["eps"], 0, math.inf)

    def _initial_state(self, group):
        return {"step": 0, "exp_avg": 0.0, "exp_avg_sq": 0.0}


class Adam(MomentOptimizer):
    """Adaptive moment estimation. Guide Algorithm 2, Eqs. (47)-(50); Kingma & Ba 2015.

    ::

        m ← β₁ m + (1 - β₁) g        m̂ = m / (1 - β₁ᵗ)
        v ← β₂ v + (1 - β₂) g²       v̂ = v / (1 - β₂ᵗ)
        θ ← θ - η m̂ / (√v̂ + ε)

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
    betas : (float, float)
        β₁, β₂: how much of the running means of g and g² is kept at each step.
    eps : float
        Added to the root, outside of it.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.
    amsgrad : bool
        Divide by the largest v so far, so that no rate ever grows (Reddi et al. 2018). As in
        PyTorch the largest is taken before the correction: √(max v / (1 - β₂ᵗ)).
    maximize : bool
        Climb instead of descending.
    decoupled_weight_decay : bool
        Shrink the weights themselves instead, as `AdamW`.
    """

    _optional_state = ("max_exp_avg_sq",)

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        amsgrad=False,
        *,
        maximize=False,
        decoupled_weight_decay=False,
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "amsgrad": amsgrad,
                "maximize": maximize,
                "decoupled_weight_decay": decoupled_weight_decay,
            },
        )

    def _initial_state(self, group):
        largest = {"max_exp_avg_sq": 0.0} if group["amsgrad"] else {}
        return super()._initial_state(group) | largest

    def _update(self, theta, g, state, group, lr, scratch):
        state["step"] += 1
        (beta1, beta2), eps, t = group["betas"], group["eps"], state["step"]
        m, v, scratch = state["exp_avg"], state["exp_avg_sq"], scratch[0]
        moving_average(m, beta1, g, scratch)  # m ← β₁m + (1 - β₁)g
        moving_average(v, beta2, np.multiply(g, g, out=scratch), scratch)  # v ← β₂v + (1 - β₂)g²
        if group["amsgrad"]:
            v = np.maximum(state["max_exp_avg_sq"], v, out=state["max_exp_avg_sq"])
        # θ ← θ - η m̂ / (√v̂ + ε), where m̂ = m / bias1 and v̂ = v / bias2. Numerator and
        # denominator are multiplied by √bias2, so that the array √v needs no correction.
        bias1, bias2 = 1 - beta1**t, 1 - beta2**t
        denominator = np.sqrt(v, out=scratch)
        denominator += eps * math.sqrt(bias2)
        update = np.divide(m, denominator, out=scratch)
        update *= lr / bias1 * math.sqrt(bias2)
        theta -= update


class AdamW(Adam):
    """Adam that decays weights past the gradient. Guide Eq. (51); Loshchilov & Hutter 2019.

    θ ← θ - η (m̂ / (√v̂ + ε) + λθ). An L2 penalty inside the gradient would be divided by √v̂:
    weights with large gradients would hardly decay.

    Parameters
    ----------
    params, lr, betas, eps, amsgrad, maximize
        As in `Adam`.
    weight_decay : float
        λ, multiplied by the learning rate as in the guide and in PyTorch. The paper's λ is
        multiplied by the schedule alone.
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=1e-2,
        amsgrad=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            lr,
            betas,
            eps,
            weight_decay,
            amsgrad,
            maximize=maximize,
            decoupled_weight_decay=True,
        )


class NAdam(MomentOptimizer):
    """Adam with Nesterov's look ahead (Dozat 2016).

    ::

        μₜ = β₁ (1 - ½ · 0.96^(tψ))
        m̂ = μₜ₊₁ m / (1 - μ₁ ⋯ μₜ₊₁) + (1 - μₜ) g / (1 - μ₁ ⋯ μₜ)
        θ ← θ - η m̂ / (√v̂ + ε)

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
    betas : (float, float)
    eps : float
    weight_decay : float
    momentum_decay : float
        ψ: how fast μ grows from about β₁/2 to β₁.
    decoupled_weight_decay : bool
        Decay as in `AdamW`.
    maximize : bool
    """

    _clock = (("step", 0), ("mu_product", 1.0))

    def __init__(
        self,
        params,
        lr=2e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        momentum_decay=4e-3,
        decoupled_weight_decay=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "momentum_decay": momentum_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def _check_group(self, group):
        super()._check_group(group)
        check("momentum_decay", group["momentum_decay"], 0, math.inf)

    def _initial_state(self, group):
        return super()._initial_state(group) | {"mu_product": 1.0}

    def _update(self, theta, g, state, group, lr, scratch):
        state["step"] += 1
        (beta1, beta2), psi, t = group["betas"], group["momentum_decay"], state["step"]
        m, v, (update, scratch) = state["exp_avg"], state["exp_avg_sq"], scratch
        moving_average(m, beta1, g, scratch)  # m ← β₁m + (1 - β₁)g
        moving_average(v, beta2, np.multiply(g, g, out=scratch), scratch)  # v ← β₂v + (1 - β₂)g²
        mu, mu_next = (beta1 * (1 - 0.5 * 0.96 ** (k * psi)) for k in (t, t + 1))
        state["mu_product"] *= mu
        bias1, bias1_next = 1 - state["mu_product"], 1 - state["mu_product"] * mu_next
        # θ ← θ - η m̂ / (√v̂ + ε), both multiplied by √bias2 as in Adam
        root_bias2 = math.sqrt(1 - beta2**t)
        np.multiply(g, lr * root_bias2 * (1 - mu) / bias1, out=update)
        update += np.multiply(m, lr * root_bias2 * mu_next / bias1_next, out=scratch)
        denominator = np.sqrt(v, out=scratch)
        denominator += group["eps"] * root_bias2
        update /= denominator
        theta -= update


class RAdam(MomentOptimizer):
    """Adam that trusts its √v̂ only once it has seen enough gradients (Liu et al. 2020).

    While the length ρ_t of its running mean is small, the step is η m̂. From then on it is
    η r_t m̂ / √v̂ with r_t of Guide Eq. (52). The variance of 1 / √v̂ is finite for ρ_t > 2
    already; r_t estimates it from that of 1 / v̂, which is infinite for ρ_t ≤ 4.

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
    lr : float
    betas : (float, float)
    eps : float
        Added to √v before the correction of v.
    weight_decay : float
    decoupled_weight_decay : bool
        Decay as in `AdamW`.
    maximize : bool

    Notes
    -----
    r_t is real where ρ_t > 4, the paper's and the guide's threshold. PyTorch and nnlib wait for
    ρ_t > 5: at β₂ = 0.999 that is the sixth step instead of the fifth.
    """

    def __init__(
        self,
        params,
        lr=1e-3,
        betas=(0.9, 0.999),
        eps=1e-8,
        weight_decay=0.0,
        decoupled_weight_decay=False,
        *,
        maximize=False,
    ):
        super().__init__(
            params,
            {
                "lr": lr,
                "betas": betas,
                "eps": eps,
                "weight_decay": weight_decay,
                "decoupled_weight_decay": decoupled_weight_decay,
                "maximize": maximize,
            },
        )

    def _update(self, theta, g, state, group, lr, scratch):
        state["step"] += 1
        (beta1, beta2), t, scratch = group["betas"], state["step"], scratch[0]
        m, v = state["exp_avg"], state["exp_avg_sq"]
        moving_average(m, beta1, g, scratch)  # m ← β₁m + (1 - β₁)g
        moving_average(v, beta2, np.multiply(g, g, out=scratch), scratch)  # v ← β₂v + (1 - β₂)g²
        rate, (rho, r) = lr / (1 - beta1**t), rectify(beta2, t)
        if rho > 5:  # θ ← θ - η r m̂ / √v̂
            denominator = np.sqrt(v, out=scratch)
            denominator += group["eps"]
            update = np.divide(m, denominator, out=scratch)
            update *= rate * r * math.sqrt(1 - beta2**t)
        else:  # θ ← θ - η m̂
            update = np.multiply(m, rate, out=scratch)
        theta -= update


def rectify(beta2, t):
    """Length ρ_t of the running mean after t steps, and r_t. Guide Eq. (52).

    Returns
    -------
    rho, r : float
        r is NaN where ρ_t is 4 or less.
    """
    most = 2 / (1 - beta2) - 1
    rho = most - 2 * t * beta2**t / (1 - beta2**t)
    if not 4 < rho <= most:
        return rho, math.nan
    ratio = (rho - 4) * (rho - 2) * most / ((most - 4) * (most - 2) * rho)
    return rho, math.sqrt(ratio)
