"""Optimizers: the guide's formulas step by step, and what they refuse."""

import itertools

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import optim
from nnlib.module import Parameter
from nnlib.tensor import Tensor

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


@pytest.mark.equation(32)
def test_gradient_descent():
    path = run(optim.SGD, 5, lr=0.1)
    for before, after in itertools.pairwise(path):
        np.testing.assert_allclose(after, before - 0.1 * CURVATURE * before, rtol=1e-15)


@pytest.mark.equation(33)
@pytest.mark.equation(34)
@pytest.mark.parametrize("batch", [[2], [0, 3, 4]])
def test_step_on_a_batch_takes_the_mean_of_the_examples_gradients(batch):
    rng = np.random.default_rng(0)
    x, y, w = rng.standard_normal((6, 2)), rng.standard_normal(6), rng.standard_normal(2)
    theta = Parameter(w.copy())
    opt = optim.SGD([theta], lr=0.05)
    error = Tensor(x[batch]) @ theta - y[batch]
    (error * error).mean().backward()
    opt.step()
    gradients = [2 * (x[i] @ w - y[i]) * x[i] for i in batch]
    np.testing.assert_allclose(theta.data, w - 0.05 * sum(gradients) / len(batch), rtol=1e-14)


@pytest.mark.equation(35)
@pytest.mark.equation(36)
@given(st.floats(0.01, 0.3), st.floats(0.1, 0.95))
def test_momentum_is_the_guides_at_a_constant_rate(eta, beta):
    path = run(optim.SGD, 20, lr=eta, momentum=beta)
    theta, v = START.copy(), np.zeros(3)
    for found in path[1:]:
        v = beta * v + eta * CURVATURE * theta
        theta = theta - v
        np.testing.assert_allclose(found, theta, rtol=1e-9, atol=1e-11)


@pytest.mark.equation(35)
def test_momentum_differs_from_the_guides_once_the_rate_changes():
    """The guide keeps η inside v, PyTorch and nnlib multiply at the end."""
    theta = Parameter(START.copy())
    opt = optim.SGD([theta], lr=0.1, momentum=0.9)
    guide, v = START.copy(), np.zeros(3)
    for step in range(2):
        opt.lr = (0.1, 0.01)[step]
        opt.zero_grad()
        loss(theta).backward()
        opt.step()
        v = 0.9 * v + opt.lr * CURVATURE * guide
        guide = guide - v
    # The old velocity, 0.9 * 0.1 g, keeps its rate in the guide and takes the new one here.
    difference = 0.9 * (0.1 - 0.01) * CURVATURE * START
    np.testing.assert_allclose(theta.data - guide, difference, rtol=1e-12)


@pytest.mark.equation(37)
@pytest.mark.equation(38)
@given(st.floats(0.01, 0.15), st.floats(0.1, 0.95))
def test_nesterov_keeps_the_guides_point_ahead(eta, beta):
    """At a constant rate the stored weights are the guide's θ - βv."""
    path = run(optim.SGD, 20, lr=eta, momentum=beta, nesterov=True)
    theta, v = START.copy(), np.zeros(3)
    for found in path[1:]:
        v = beta * v + eta * CURVATURE * (theta - beta * v)
        theta = theta - v
        np.testing.assert_allclose(found, theta - beta * v, rtol=1e-8, atol=1e-10)


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


def moments(gradients, betas=(0.9, 0.99)):
    """Adam's running means, uncorrected, after each of the given gradients."""
    theta = Parameter(np.zeros_like(gradients[0]))
    opt = optim.Adam([theta], lr=0.0, betas=betas)
    for g in gradients:
        theta.grad = g
        opt.step()
        yield (1 - betas[0]) * opt.m, (1 - betas[1]) * opt.v


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


def every_kind():
    return [
        (optim.SGD, {"lr": 0.1}),
        (optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
        (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        (optim.Adam, {"lr": 0.1}),
        (optim.Adam, {"lr": 0.1, "weight_decay": 0.1}),
    ]


@pytest.mark.parametrize(("kind", "options"), every_kind())
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
class TestEveryKind:
    def test_weights_stay_where_and_what_they_are(self, kind, options, dtype):
        """The same array, the same type; the gradient is only read."""
        theta = Parameter(np.ones((2, 3), dtype))
        opt, array = kind([theta], **options), theta.data
        for _ in range(3):
            g = np.full((2, 3), 0.5, dtype)
            theta.grad = g
            opt.step()
            assert theta.data is array
            assert theta.dtype == dtype
            assert theta.grad is g
            assert (g == 0.5).all()

    def test_parameters_do_not_meet(self, kind, options, dtype):
        """Several at once change, bit by bit, as each would alone; scalars included."""
        shapes = [(2, 3), (3,), (), (1,)]
        rng = np.random.default_rng(0)
        starts = [rng.standard_normal(s).astype(dtype) for s in shapes]
        gradients = [[rng.standard_normal(s).astype(dtype) for s in shapes] for _ in range(4)]
        together = [Parameter(a.copy()) for a in starts]
        opt = kind(together, **options)
        for row in gradients:
            for p, g in zip(together, row, strict=True):
                p.grad = g
            opt.step()
        for k, start in enumerate(starts):
            alone = Parameter(start.copy())
            single = kind([alone], **options)
            for row in gradients:
                alone.grad = row[k]
                single.step()
            assert np.array_equal(alone.data, together[k].data)
            assert np.abs(alone.data - start).min() > 1e-4

    def test_one_type_for_all(self, kind, options, dtype):
        other = np.float32 if dtype is np.float64 else np.float64
        with pytest.raises(TypeError, match=r"\['float32', 'float64'\]: .* one type"):
            kind([Parameter(np.ones(2, dtype)), Parameter(np.ones(2, other))], **options)
        theta = Parameter(np.ones(2, dtype))
        opt = kind([theta], **options)
        theta.data = theta.data.astype(other)  # as Module.astype does
        theta.grad = np.ones(2, other)
        with pytest.raises(
            TypeError, match=r"parameter 0 has a gradient of float.*, but was float"
        ):
            opt.step()
        assert theta.data.tolist() == [1, 1]

    def test_a_parameter_without_gradient_waits(self, kind, options, dtype):
        """Its state and its own clock stand still, as in PyTorch."""
        late, always, alone = (Parameter(np.ones(3, dtype)) for _ in range(3))
        opt, single = kind([late, always], **options), kind([alone], **options)
        g = np.array([1.0, -2.0, 0.5], dtype)
        for step in range(6):
            opt.zero_grad()
            always.grad = g
            late.grad = g if step % 2 else None
            opt.step()
            if step % 2:
                alone.grad = g
                single.step()
            assert np.array_equal(late.data, alone.data)
        assert not np.array_equal(late.data, always.data)

    def test_new_numbers_between_steps_are_used(self, kind, options, dtype):
        """Another array in .data, as Module.astype puts there, is what the next step changes."""
        one, two = Parameter(np.ones(2, dtype)), Parameter(np.ones(2, dtype))
        a, b = kind([one], **options), kind([two], **options)
        for step in range(3):
            one.grad = two.grad = np.array([0.5, -1.0], dtype)
            if step == 1:
                two.data = two.data.copy()
            a.step()
            b.step()
        assert np.array_equal(one.data, two.data)

    def test_rate_may_be_a_numpy_number(self, kind, options, dtype):
        paths = []
        for number in (float, np.float64):
            theta = Parameter(np.ones(3, dtype))
            opt = kind([theta], **{k: v if v is True else number(v) for k, v in options.items()})
            for _ in range(3):
                theta.grad = np.array([0.3, -0.7, 1.1], dtype)
                opt.step()
            paths.append(theta.data)
        assert np.array_equal(*paths)


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_step_without_gradient(kind):
    with pytest.raises(RuntimeError, match=r"no gradient on any parameter: call backward\(\)"):
        kind([Parameter(START)]).step()


@pytest.mark.parametrize("kind", [optim.SGD, optim.Adam])
def test_zero_grad_forgets(kind):
    theta = Parameter(START.copy())
    opt = kind([theta])
    loss(theta).backward()
    opt.zero_grad()
    assert theta.grad is None


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda p: optim.SGD([]), ValueError, "no parameters"),
        (lambda p: optim.SGD([Tensor([1.0])]), TypeError, "require a gradient, got Tensor"),
        (lambda p: optim.SGD([1.0]), TypeError, "require a gradient, got 1.0"),
        (lambda p: optim.SGD(p, lr=-1), ValueError, r"lr must lie in \[0, inf\), got -1"),
        (lambda p: optim.SGD(p, lr=np.nan), ValueError, "lr must lie in .* got nan"),
        (lambda p: optim.SGD(p, lr=np.inf), ValueError, "lr must lie in .* got inf"),
        (lambda p: optim.SGD(p, momentum=-0.1), ValueError, "momentum must lie"),
        (lambda p: optim.SGD(p, weight_decay=-1), ValueError, "weight_decay must lie"),
        (lambda p: optim.SGD(p, nesterov=True), ValueError, "needs a momentum above 0"),
        (
            lambda p: optim.SGD(p, momentum=0.9, dampening=0.1, nesterov=True),
            ValueError,
            "and no dampening",
        ),
        (lambda p: optim.Adam(p, betas=(1, 0.9)), ValueError, r"beta1 must lie in \[0, 1\), got 1"),
        (lambda p: optim.Adam(p, betas=(0.9, 1.5)), ValueError, "beta2 must lie"),
        (lambda p: optim.Adam(p, eps=-1), ValueError, "eps must lie"),
    ],
)
def test_refuses_bad_settings(call, error, message):
    with pytest.raises(error, match=message):
        call([Parameter(START)])


def test_what_is_no_optimizer_yet_says_so():
    theta = Parameter(START.copy())
    theta.grad = START
    with pytest.raises(NotImplementedError):
        optim.Optimizer([theta], lr=1).step()
