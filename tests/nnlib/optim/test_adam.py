"""Adam and what grew out of it: the algorithm, its bias, its relatives."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import optim
from nnlib.layers.module import Parameter

CURVATURE = np.array([1.0, 5.0, 0.3])


START = np.array([1.0, -2.0, 3.0])


def loss(theta):
    """A bowl whose gradient is CURVATURE * theta."""
    return (theta * theta * CURVATURE).sum() / 2


def run(optimizer, steps, **options):
    """The weights after each step on the bowl, the start included."""
    theta = Parameter(START.copy())
    opt = optimizer([theta], **options)
    path = [START.copy()]
    for _ in range(steps):
        opt.zero_grad()
        loss(theta).backward()
        opt.step()
        path.append(theta.data.copy())
    return np.array(path)


@pytest.mark.algorithm(2)
@pytest.mark.equation(49)
@pytest.mark.equation(50)
@given(st.floats(1e-4, 0.5), st.floats(0, 0.95), st.floats(0, 0.999), st.floats(1e-10, 1e-2))
def test_adam_is_the_algorithm(eta, beta1, beta2, eps):
    path = run(optim.Adam, 15, lr=eta, betas=(beta1, beta2), eps=eps)
    theta, m, v = START.copy(), np.zeros(3), np.zeros(3)
    for t, found in enumerate(path[1:], 1):
        g = CURVATURE * theta
        m = beta1 * m + (1 - beta1) * g
        v = beta2 * v + (1 - beta2) * g**2
        theta = theta - eta / (np.sqrt(v / (1 - beta2**t)) + eps) * (m / (1 - beta1**t))
        # Away from the path a root of nearly 0 would multiply rounding errors: follow it.
        np.testing.assert_allclose(found, theta, rtol=1e-6, atol=1e-8)
        theta = found.copy()


@pytest.mark.equation(51)
@given(st.floats(1e-3, 0.3), st.floats(0, 0.9), st.floats(0, 0.5))
def test_adamw_is_the_guides(eta, beta1, decay):
    path = run(optim.AdamW, 15, lr=eta, betas=(beta1, 0.99), weight_decay=decay)
    m, v = np.zeros(3), np.zeros(3)
    for t, (theta, found) in enumerate(itertools.pairwise(path), 1):
        g = CURVATURE * theta
        m, v = beta1 * m + (1 - beta1) * g, 0.99 * v + 0.01 * g * g
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - 0.99**t)
        guide = theta - eta * (m_hat / (np.sqrt(v_hat) + 1e-8) + decay * theta)
        np.testing.assert_allclose(found, guide, rtol=1e-10, atol=1e-12)


@pytest.mark.equation(51)
def test_decay_inside_the_gradient_hardly_reaches_weights_with_large_gradients():
    """One step from the same weight with gradients 1 and 1000: Adam ignores λ, AdamW does not."""
    shrunk = {}
    for kind in (optim.Adam, optim.AdamW):
        for decay in (0.0, 0.1):
            theta = Parameter(np.ones(2))
            opt = kind([theta], lr=0.01, weight_decay=decay)
            theta.grad = np.array([1.0, 1000.0])
            opt.step()
            shrunk[kind, decay] = theta.data
    assert np.abs(shrunk[optim.Adam, 0.0] - shrunk[optim.Adam, 0.1]).max() < 1e-9
    np.testing.assert_allclose(shrunk[optim.AdamW, 0.0] - shrunk[optim.AdamW, 0.1], 0.01 * 0.1)


@pytest.mark.equation(52)
def test_radam_is_the_papers_with_a_later_threshold():
    """r_t is real from ρ_t > 4, at β₂ = 0.999 from step 5; nnlib and PyTorch take ρ_t > 5, step 6.

    Only step 5 differs: the guide's factor is r_5 / √v̂ there, nnlib's 1.
    """
    beta1, beta2, eta = 0.9, 0.999, 0.01
    rho_inf = 2 / (1 - beta2) - 1
    path = run(optim.RAdam, 12, lr=eta, betas=(beta1, beta2), eps=0.0)
    m, v = np.zeros(3), np.zeros(3)
    for t, (theta, found) in enumerate(itertools.pairwise(path), 1):
        g = CURVATURE * theta
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        rho = rho_inf - 2 * t * beta2**t / (1 - beta2**t)
        m_hat, v_hat = m / (1 - beta1**t), v / (1 - beta2**t)
        plain = theta - eta * m_hat
        assert (rho > 4) == (t >= 5)
        assert (rho > 5) == (t >= 6)
        if rho <= 4:
            guide = plain
            assert np.isnan(optim.adam.rectify(beta2, t)[1])
        else:
            r = np.sqrt((rho - 4) * (rho - 2) * rho_inf / ((rho_inf - 4) * (rho_inf - 2) * rho))
            guide = theta - eta * r * m_hat / np.sqrt(v_hat)
            assert optim.adam.rectify(beta2, t) == pytest.approx((rho, r), rel=1e-9)
        np.testing.assert_allclose(found, plain if t == 5 else guide, rtol=1e-9)
        if t == 5:
            assert r == pytest.approx(0.0173, abs=1e-4)
            assert np.abs(guide - plain).max() > 0.01


def test_nadam_is_dozats():
    beta1, beta2, psi = 0.9, 0.999, 4e-3
    path = run(optim.NAdam, 15, lr=0.05, betas=(beta1, beta2), momentum_decay=psi)
    mu = [beta1 * (1 - 0.96 ** (t * psi) / 2) for t in range(20)]
    m, v = np.zeros(3), np.zeros(3)
    for t, (theta, found) in enumerate(itertools.pairwise(path), 1):
        g = CURVATURE * theta
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        ahead = mu[t + 1] * m / (1 - np.prod(mu[1 : t + 2]))
        m_hat = ahead + (1 - mu[t]) * g / (1 - np.prod(mu[1 : t + 1]))
        v_hat = v / (1 - beta2**t)
        np.testing.assert_allclose(found, theta - 0.05 * m_hat / (np.sqrt(v_hat) + 1e-8), rtol=1e-9)


def reddi(amsgrad):
    """The convex problem that Adam gets wrong: C x on every third step, else -x, on [-1, 1]."""
    theta = Parameter(np.zeros(1))
    opt = optim.Adam([theta], lr=0.1, betas=(0.0, 1 / 17), amsgrad=amsgrad)
    for t in range(3000):
        opt.lr = 0.1 / np.sqrt(1 + t)
        theta.grad = np.array([4.0 if t % 3 == 0 else -1.0])
        opt.step()
        np.clip(theta.data, -1, 1, out=theta.data)
    return theta.data[0]


def test_amsgrad_solves_what_adam_gets_wrong():
    """Reddi et al. 2018, Theorem 1 with C = 4: the mean gradient is 2/3, the optimum -1."""
    assert reddi(amsgrad=False) > 0.9
    assert reddi(amsgrad=True) < -0.9


@pytest.mark.parametrize("amsgrad", [False, True])
def test_betas_may_change_on_the_way(amsgrad):
    """Each step takes the factors of its day."""
    theta = Parameter(START.copy())
    opt = optim.Adam([theta], lr=0.1, amsgrad=amsgrad)
    weights, m, v, top = START.copy(), np.zeros(3), np.zeros(3), np.zeros(3)
    for t in range(1, 21):
        beta1, beta2 = 0.95 - 0.02 * t, 0.99 - 0.03 * t
        opt.param_groups[0]["betas"] = (beta1, beta2)
        g = theta.grad = CURVATURE * weights + np.sin(t)
        opt.step()
        m, v = beta1 * m + (1 - beta1) * g, beta2 * v + (1 - beta2) * g * g
        top = np.maximum(top, v) if amsgrad else v
        m_hat, v_hat = m / (1 - beta1**t), top / (1 - beta2**t)
        weights = weights - 0.1 * m_hat / (np.sqrt(v_hat) + 1e-8)
        np.testing.assert_allclose(theta.data, weights, rtol=1e-11)


def moments(gradients, betas=(0.9, 0.99)):
    """Adam's running means, uncorrected, after each of the given gradients."""
    theta = Parameter(np.zeros_like(gradients[0]))
    opt = optim.Adam([theta], lr=0.0, betas=betas)
    for g in gradients:
        theta.grad = g
        opt.step()
        state = opt.state[theta]
        yield state["exp_avg"], state["exp_avg_sq"]


@pytest.mark.equation(47)
@pytest.mark.equation(48)
@pytest.mark.equation(49)
@pytest.mark.equation(50)
def test_bias_of_the_moments_is_zero_where_gradients_are_stationary():
    """E[m_t] = E[g](1 - β₁ᵗ): exactly for a constant gradient, in the mean for a random one."""
    g = np.array([2.0, -3.0])
    for t, (m, v) in enumerate(moments([g] * 30), 1):
        np.testing.assert_allclose(m, g * (1 - 0.9**t), rtol=1e-12)
        np.testing.assert_allclose(v, g**2 * (1 - 0.99**t), rtol=1e-12)
    noise = 2 + np.random.default_rng(0).standard_normal((5, 200_000))
    for t, (m, v) in enumerate(moments(list(noise)), 1):
        assert m.mean() / (1 - 0.9**t) == pytest.approx(2, abs=0.01)
        assert v.mean() / (1 - 0.99**t) == pytest.approx(5, abs=0.03)  # E[g²] = 4 + 1


@pytest.mark.equation(47)
@pytest.mark.equation(48)
def test_bias_lasts_where_gradients_drift():
    """The guide's O(βᵗ) is wrong there: ζ = (1 - β₁) Σ β₁^(t-i) (g_i - g_t) stays."""
    t = 200
    g = 0.005 * np.arange(1, t + 1)
    *_, (m, v) = moments([np.array([x]) for x in g])
    for moment, x, beta in ((m, g, 0.9), (v, g**2, 0.99)):
        zeta = (1 - beta) * sum(beta ** (t - i) * (x[i - 1] - x[-1]) for i in range(1, t + 1))
        assert moment[0] == pytest.approx(x[-1] * (1 - beta**t) + zeta, rel=1e-10)
    zeta = m[0] - g[-1] * (1 - 0.9**t)
    assert zeta == pytest.approx(-0.045, abs=1e-4)
    assert abs(zeta) > 1e7 * 0.9**t
