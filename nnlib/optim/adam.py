"""Adam and what grew out of it: AdamW, AMSGrad, NAdam and RAdam.

All keep a running mean of the gradient and one of its square. They differ in what they make of
the first steps, of weight decay and of a mean that shrinks.
"""

import math

import numpy as np

from .optimizer import Optimizer, check

__all__ = ["Adam", "AdamW", "NAdam", "RAdam"]

SUMS = {"sum": 0.0, "sum_sq": 0.0}
SUMS_AND_MAX = SUMS | {"max_sum_sq": 0.0}
MEANS = {"exp_avg": 0.0, "exp_avg_sq": 0.0}


class Adam(Optimizer):
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

    Notes
    -----
    What is kept, as "sum" and "sum_sq", are m / (1 - β₁) and v / (1 - β₂): the sums
    Σ β₁ᵗ⁻ⁱ gᵢ and Σ β₂ᵗ⁻ⁱ gᵢ². This saves two passes over the parameters. Divided by the sum of
    the weights, (1 - βᵗ) / (1 - β), they are the corrected means of Eqs. (49), (50).
    """

    _clock = (("step", 0), ("scale1", 1.0), ("scale2", 1.0))  # 1 - β of the last step

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

    def _check_group(self, group):
        super()._check_group(group)
        check_betas(group["betas"])
        check("eps", group["eps"], 0, math.inf)

    def _buffers(self, group):
        return SUMS_AND_MAX if group["amsgrad"] else SUMS

    def _numbers(self, group, lr, clock):
        (beta1, beta2), t = group["betas"], clock["step"]
        scale1, scale2 = 1 - beta1, 1 - beta2
        # A schedule may have changed β: then the sums take its new factor.
        again1, again2 = clock["scale1"] / scale1, clock["scale2"] / scale2
        clock["scale1"], clock["scale2"] = scale1, scale2
        # η m̂ / (√v̂ + ε) with all numbers taken together
        root = math.sqrt((1 - beta2**t) / scale2)
        rate = lr * root * scale1 / (1 - beta1**t)
        return beta1 * again1, beta2 * again2, again2, group["eps"] * root, rate

    def _update(self, g, change, free, state, keep1, keep2, again2, eps, rate):
        m, v, *largest = state
        m *= keep1
        m += g
        v *= keep2
        v += np.multiply(g, g, change)
        if largest:
            (top,) = largest
            if again2 != 1:
                top *= again2
            v = np.maximum(top, v, out=top)
        np.sqrt(v, change)
        change += eps
        np.divide(m, change, change)
        change *= rate


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


class NAdam(Optimizer):
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
        check_betas(group["betas"])
        for name in ("eps", "momentum_decay"):
            check(name, group[name], 0, math.inf)

    def _buffers(self, group):
        return MEANS

    def _numbers(self, group, lr, clock):
        (beta1, beta2), t, psi = group["betas"], clock["step"], group["momentum_decay"]
        now, following = (beta1 * (1 - 0.5 * 0.96 ** (k * psi)) for k in (t, t + 1))
        clock["mu_product"] *= now
        root = math.sqrt(1 - beta2**t)
        of_g = lr * root * (1 - now) / (1 - clock["mu_product"])
        of_m = lr * root * following / (1 - clock["mu_product"] * following)
        return beta1, beta2, 1 - beta1, 1 - beta2, group["eps"] * root, of_g, of_m

    def _update(self, g, change, free, state, beta1, beta2, new1, new2, eps, of_g, of_m):
        m, v = state
        moments(g, m, v, beta1, beta2, new1, new2, change)
        np.multiply(g, of_g, change)
        change += np.multiply(m, of_m, free[0])
        root = np.sqrt(v, free[0])
        root += eps
        change /= root


class RAdam(Optimizer):
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

    def _check_group(self, group):
        super()._check_group(group)
        check_betas(group["betas"])
        check("eps", group["eps"], 0, math.inf)

    def _buffers(self, group):
        return MEANS

    def _numbers(self, group, lr, clock):
        (beta1, beta2), t = group["betas"], clock["step"]
        rho, rectification = rectify(beta2, t)
        rate = lr / (1 - beta1**t)
        if rho > 5:
            rate *= math.sqrt(1 - beta2**t) * rectification
        return beta1, beta2, 1 - beta1, 1 - beta2, group["eps"], rate, rho > 5

    def _update(self, g, change, free, state, beta1, beta2, new1, new2, eps, rate, rectified):
        m, v = state
        moments(g, m, v, beta1, beta2, new1, new2, change)
        if rectified:
            np.sqrt(v, change)
            change += eps
            np.divide(m, change, change)
            change *= rate
        else:
            np.multiply(m, rate, change)


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


def moments(g, m, v, beta1, beta2, new1, new2, free):
    """Update the running means of g and g² in place; new1 and new2 are 1 - β₁ and 1 - β₂."""
    m *= beta1
    m += np.multiply(g, new1, free)
    v *= beta2
    np.multiply(g, g, free)
    free *= new2
    v += free


def check_betas(betas):
    """Raise ValueError unless there are two numbers, each in [0, 1)."""
    if np.shape(betas) != (2,):
        raise ValueError(f"betas must be two numbers, got {betas!r}")
    for name, beta in zip(("beta1", "beta2"), betas, strict=True):
        check(name, beta, 0, 1, open_above=True)
