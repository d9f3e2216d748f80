"""What all optimizers share: groups, settings, state, and what is refused."""

import numpy as np
import pytest

from nnlib import optim
from nnlib.autograd.tensor import Tensor
from nnlib.layers.module import Parameter

CURVATURE = np.array([1.0, 5.0, 0.3])


START = np.array([1.0, -2.0, 3.0])


def loss(theta):
    """A bowl whose gradient is CURVATURE * theta."""
    return (theta * theta * CURVATURE).sum() / 2


def every_kind():
    return [
        (optim.SGD, {"lr": 0.1}),
        (optim.SGD, {"lr": 0.1, "momentum": 0.9}),
        (optim.SGD, {"lr": 0.1, "momentum": 0.9, "dampening": 0.5, "weight_decay": 0.1}),
        (optim.SGD, {"lr": 0.1, "momentum": 0.9, "nesterov": True}),
        (optim.Adagrad, {"lr": 0.1, "lr_decay": 0.1, "initial_accumulator_value": 0.1}),
        (optim.RMSprop, {"lr": 0.1, "momentum": 0.5}),
        (optim.RMSprop, {"lr": 0.1, "centered": True, "maximize": True}),
        (optim.Adadelta, {"lr": 10.0}),
        (optim.Adam, {"lr": 0.1}),
        (optim.Adam, {"lr": 0.1, "weight_decay": 0.1, "amsgrad": True}),
        (optim.AdamW, {"lr": 0.1, "weight_decay": 0.1, "maximize": True}),
        (optim.NAdam, {"lr": 0.1}),
        (optim.RAdam, {"lr": 0.1, "weight_decay": 0.1, "decoupled_weight_decay": True}),
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
        with pytest.raises(TypeError, match=r"parameter 0 has a gradient of float.* but was float"):
            opt.step()
        assert theta.data.tolist() == [1, 1]

    def test_a_parameter_without_gradient_waits(self, kind, options, dtype):
        """Its state and its own clock stand still, as in PyTorch."""
        late, always, last, alone = (Parameter(np.ones(3, dtype)) for _ in range(4))
        opt, single = kind([always, late, last], **options), kind([alone], **options)
        g = np.array([1.0, -2.0, 0.5], dtype)
        for step in range(6):
            opt.zero_grad()
            always.grad = last.grad = g
            late.grad = g if step % 2 else None
            opt.step()
            if step % 2:
                alone.grad = g
                single.step()
            assert np.array_equal(late.data, alone.data)
        assert not np.array_equal(late.data, always.data)
        assert np.array_equal(last.data, always.data)

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


ALL = [getattr(optim, name) for name in optim.__all__ if isinstance(getattr(optim, name), type)]


ALL = [kind for kind in ALL if kind not in (optim.Optimizer, optim.Lookahead)]


@pytest.mark.parametrize("kind", ALL)
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


class TestGroups:
    def test_settings_of_its_own(self):
        """A group with a rate of its own moves as an optimizer of its own would."""
        one, two, alone = (Parameter(START.copy()) for _ in range(3))
        opt = optim.Adam([{"params": [one]}, {"params": two, "lr": 0.5, "eps": 0.1}], lr=0.01)
        single = optim.Adam([alone], lr=0.5, eps=0.1)
        for _ in range(5):
            for p in (one, two, alone):
                p.grad = CURVATURE * p.data
            opt.step()
            single.step()
        assert np.array_equal(two.data, alone.data)
        assert not np.array_equal(one.data, two.data)
        assert [group["lr"] for group in opt.param_groups] == [0.01, 0.5]
        assert opt.param_groups[1]["params"] == [two]

    def test_added_later(self):
        one, two = Parameter(START.copy()), Parameter(START.copy())
        opt = optim.SGD([one], lr=0.1, momentum=0.9)
        one.grad = two.grad = CURVATURE
        opt.step()
        opt.add_param_group({"params": [two], "lr": 0.2})
        opt.step()
        np.testing.assert_allclose(one.data, START - 0.1 * CURVATURE - 0.19 * CURVATURE)
        np.testing.assert_allclose(two.data, START - 0.2 * CURVATURE)
        opt.zero_grad()
        assert two.grad is None

    def test_lr_of_all(self):
        one, two = Parameter(START.copy()), Parameter(START.copy())
        opt = optim.SGD([{"params": [one]}, {"params": [two], "lr": 0.2}], lr=0.1)
        with pytest.raises(ValueError, match=r"different rates: \[0.1, 0.2\]"):
            _ = opt.lr
        opt.lr = 0.3
        assert opt.lr == 0.3
        assert [group["lr"] for group in opt.param_groups] == [0.3, 0.3]
        with pytest.raises(ValueError, match="lr must lie in"):
            opt.lr = -1

    def test_settings_that_turn_on_later(self):
        """Momentum from the third step on: the buffer appears then."""
        theta = Parameter(START.copy())
        opt = optim.SGD([theta], lr=0.1)
        for step in range(4):
            opt.param_groups[0]["momentum"] = 0.9 if step >= 2 else 0.0
            theta.grad = CURVATURE
            opt.step()
        np.testing.assert_allclose(theta.data, START - 0.1 * (1 + 1 + 1 + 1.9) * CURVATURE)

    def test_repr_names_the_settings(self):
        opt = optim.SGD([{"params": [Parameter(START)]}, {"params": [Parameter(START)], "lr": 1}])
        lines = repr(opt).splitlines()
        assert lines[0] == "SGD("
        assert lines[1].startswith("  1 parameters: lr=0.001, momentum=0.0")
        assert lines[2].startswith("  1 parameters: lr=1, ")


def test_what_is_wrong_is_found_before_anything_changes():
    one, two = Parameter(START.copy()), Parameter(START.copy())
    opt = optim.Adam([{"params": [one]}, {"params": [two]}])
    one.grad = two.grad = np.ones(3)
    before = opt.state_dict()

    def unchanged():
        now = opt.state_dict()
        assert all(np.array_equal(now[k], before[k]) for k in before if not k.endswith("lr"))
        assert np.array_equal(one.data, START)

    opt.param_groups[1]["lr"] = -0.1
    with pytest.raises(ValueError, match=r"lr must lie in \[0, inf\), got -0.1"):
        opt.step()
    unchanged()
    opt.lr = 0.1
    for bad, error, message in [
        (
            np.ones(2),
            ValueError,
            r"parameter 0 has a gradient of float64, \(2,\), but was .*\(3,\)",
        ),
        (np.ones(3, np.float32), TypeError, "parameter 0 has a gradient of float32"),
    ]:
        two.grad = bad
        with pytest.raises(error, match=message):
            opt.step()
        unchanged()


def test_large_parameters_run_alone_and_alike():
    """From a size on the gradient is not copied; the numbers stay the same, bit by bit."""
    size = 4 * optim.bucket.LARGE
    rng = np.random.default_rng(0)
    start = rng.standard_normal(size).astype(np.float32)
    for kind, options in every_kind():
        parts = [Parameter(a.copy()) for a in np.split(start, 4)]
        whole, small = Parameter(start.copy().reshape(2, -1).T), Parameter(np.ones(3, np.float32))
        assert not whole.data.flags.c_contiguous
        opt, other = kind([small, whole], **options), kind(parts, **options)
        for _ in range(3):
            g = rng.standard_normal(size).astype(np.float32)
            whole.grad, small.grad = g.reshape(2, -1).T, np.ones(3, np.float32)
            for p, q in zip(parts, np.split(g, 4), strict=True):
                p.grad = q
            opt.step()
            other.step()
        assert np.array_equal(whole.data.T.ravel(), np.concatenate([p.data for p in parts]))


STATES = [*every_kind(), (optim.Lookahead, {"k": 3})]


def make(kind, params, options):
    if kind is optim.Lookahead:
        return kind(optim.Adam(params, lr=0.1), **options)
    return kind(params, **options)


@pytest.mark.parametrize(("kind", "options"), STATES)
def test_state_goes_through_a_file(kind, options, tmp_path):
    """Trained on, a loaded optimizer gives the same bits; one parameter had waited once."""
    rng = np.random.default_rng(0)
    gradients = rng.standard_normal((9, 2, 2, 3))
    params = [Parameter(rng.standard_normal((2, 3))) for _ in range(2)]

    def train(params, opt, steps):
        for t in steps:
            for k, p in enumerate(params):
                p.grad = None if (t, k) == (1, 0) else gradients[t, k]
            opt.step()

    opt = make(kind, params, options)
    train(params, opt, range(4))
    np.savez(tmp_path / "optimizer.npz", **opt.state_dict())
    again = [Parameter(p.data.copy()) for p in params]
    other = make(kind, again, options)
    with np.load(tmp_path / "optimizer.npz", allow_pickle=False) as state:
        other.load_state_dict(state)
    train(params, opt, range(4, 9))
    train(again, other, range(4, 9))
    for p, q in zip(params, again, strict=True):
        assert np.array_equal(p.data, q.data)
    left, right = opt.state_dict(), other.state_dict()
    assert left.keys() == right.keys()
    assert all(np.array_equal(left[k], right[k]) for k in left)
    fresh = make(kind, [Parameter(p.data.copy()) for p in params], options)
    train(fresh.params, fresh, range(4, 9))
    if any(name.startswith("state") for name in right):  # all but SGD without momentum
        anew = fresh.state_dict()
        assert not all(np.array_equal(anew[name], right[name]) for name in right)


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.pop("state.0.exp_avg"), KeyError, r"missing \['state.0.exp_avg'\]"),
        (lambda s: s.pop("param_groups.0.lr"), KeyError, r"missing \['param_groups.0.lr'\]"),
        (lambda s: s.update({"state.7.exp_avg": 1}), KeyError, r"unknown \['state.7.exp_avg'\]"),
        (
            lambda s: s.update({"state.0.exp_avg": np.ones(2)}),
            ValueError,
            r"shape \(2,\) in the state",
        ),
        (
            lambda s: s.update({"state.0.exp_avg": np.ones(3, np.float32)}),
            ValueError,
            "float32 in the state, float64 here",
        ),
        (
            lambda s: s.update({"state.0.step": np.ones(3)}),
            ValueError,
            r"shape \(3,\) in the state",
        ),
        (
            lambda s: s.update({"param_groups.0.params": np.arange(2)}),
            ValueError,
            "group 0 has 2 parameters in the state, 1 here",
        ),
        (lambda s: s.update({"param_groups.0.rate": 1}), KeyError, r"unknown \['param_groups.0.ra"),
        (
            lambda s: s.update({"param_groups.1.lr": 1}),
            KeyError,
            r"unknown \['param_groups.1.lr'\]",
        ),
        (lambda s: s.update({"weight": 1}), KeyError, r"missing \[\], unknown \['weight'\]"),
        (lambda s: s.update({"param_groups.0.lr": -1}), ValueError, "lr must lie"),
    ],
)
def test_state_that_does_not_fit_changes_nothing(change, error, message):
    theta = Parameter(START.copy())
    opt = optim.Adam([theta], lr=0.1)
    theta.grad = CURVATURE
    opt.step()
    state, before = opt.state_dict(), opt.state_dict()
    state["state.0.step"] = 7
    change(state)
    with pytest.raises(error, match=message):
        opt.load_state_dict(state)
    now = opt.state_dict()
    assert all(np.array_equal(now[k], before[k]) for k in before)


def test_settings_that_need_more_state_find_it_missing():
    theta = Parameter(START.copy())
    opt = optim.Adam([theta])
    state = opt.state_dict() | {"param_groups.0.amsgrad": True}
    with pytest.raises(KeyError, match=r"missing \['state.0.max_exp_avg_sq'\]"):
        opt.load_state_dict(state)


@pytest.mark.parametrize(
    ("kind", "options", "changed"),
    [
        (optim.SGD, {}, {"momentum": 0.9, "nesterov": True, "weight_decay": 0.1}),
        (optim.SGD, {"momentum": 0.9, "dampening": 0.5}, {"momentum": 0.5, "dampening": 0.1}),
        (optim.Adagrad, {}, {"lr_decay": 0.5, "eps": 0.1}),
        (optim.RMSprop, {}, {"momentum": 0.5, "centered": True, "alpha": 0.5, "maximize": True}),
        (optim.Adadelta, {}, {"rho": 0.5, "eps": 0.1}),
        (
            optim.Adam,
            {"betas": (0.9, 0.3)},
            {"betas": (0.5, 0.6), "amsgrad": True, "weight_decay": 0.1},
        ),
        (optim.AdamW, {}, {"eps": 0.1, "decoupled_weight_decay": False, "maximize": True}),
        (optim.NAdam, {}, {"betas": (0.5, 0.6), "momentum_decay": 0.5}),
        (optim.RAdam, {"betas": (0.5, 0.9)}, {"eps": 0.1, "weight_decay": 0.1}),
    ],
)
def test_changed_settings_act_at_the_next_step(kind, options, changed):
    """Each alone; momentum and the largest v need some steps to tell."""
    for name, value in changed.items():
        needs = {"nesterov": {"momentum": 0.9}}.get(name, {})
        paths = []
        for new in ({}, {name: value} | needs):
            theta = Parameter(START.copy())
            opt = kind([theta], lr=0.1, **options)
            for t in range(10):
                if t == 6:
                    opt.param_groups[0].update(new)
                theta.grad = CURVATURE * theta.data + np.sin(3 * t)
                opt.step()
                paths.append(theta.data.copy())
        old, new = np.array(paths[:10]), np.array(paths[10:])
        assert np.array_equal(old[:6], new[:6])
        told = 9 if name in ("momentum", "amsgrad") else 6
        assert not np.array_equal(old[told], new[told]), name


def test_state_of_a_parameter():
    theta = Parameter(START.copy())
    opt = optim.NAdam([theta])
    assert opt.state[theta]["step"] == 0
    theta.grad = CURVATURE
    opt.step()
    assert opt.state[theta]["step"] == 1
    np.testing.assert_allclose(opt.state[theta]["exp_avg"], 0.1 * CURVATURE)


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
        (lambda p: optim.Adam(p, betas=0.9), ValueError, "betas must be two numbers, got 0.9"),
        (lambda p: optim.Adam(p[0]), TypeError, "got one Tensor"),
        (lambda p: optim.Adam([p[0], p[0]]), ValueError, "given to the optimizer twice"),
        (lambda p: optim.Adam([{"params": p}, {"params": p}]), ValueError, "twice"),
        (lambda p: optim.Adam([{"params": []}]), ValueError, "no parameters"),
        (lambda p: optim.Adam([{"lr": 1}]), TypeError, r"a group needs 'params'.*got \['lr'\]"),
        (lambda p: optim.Adam([{"params": p, "rate": 1}]), TypeError, "may set .*got .*'rate'"),
        (lambda p: optim.Adam([{"params": p, "lr": -1}]), ValueError, "lr must lie"),
        (lambda p: optim.Adam([{"params": p}, p[0]]), TypeError, "a group is a dict"),
        (lambda p: optim.AdamW(p, weight_decay=-1), ValueError, "weight_decay must lie"),
        (lambda p: optim.NAdam(p, momentum_decay=-1), ValueError, "momentum_decay must lie"),
        (lambda p: optim.RAdam(p, betas=(0.9, 1)), ValueError, "beta2 must lie"),
        (lambda p: optim.Adagrad(p, lr_decay=-1), ValueError, "lr_decay must lie"),
        (
            lambda p: optim.Adagrad(p, initial_accumulator_value=-1),
            ValueError,
            "initial_accumulator_value must lie",
        ),
        (lambda p: optim.RMSprop(p, alpha=-1), ValueError, r"alpha must lie in \[0, inf\)"),
        (lambda p: optim.RMSprop(p, momentum=-1), ValueError, "momentum must lie"),
        (lambda p: optim.Adadelta(p, rho=2), ValueError, r"rho must lie in \[0, 1\]"),
        (lambda p: optim.SGD(p, dampening=np.nan), ValueError, "dampening must lie"),
        (lambda p: optim.Lookahead(p), TypeError, "needs an Optimizer, got list"),
        (lambda p: optim.Lookahead(optim.SGD(p), k=0), ValueError, "k must be a whole number"),
        (lambda p: optim.Lookahead(optim.SGD(p), alpha=2), ValueError, "alpha must lie"),
    ],
)
def test_refuses_bad_settings(call, error, message):
    with pytest.raises(error, match=message):
        call([Parameter(START)])


def test_what_is_no_optimizer_yet_says_so():
    theta = Parameter(START.copy())
    theta.grad = START
    with pytest.raises(NotImplementedError):
        optim.Optimizer([theta], {"lr": 1, "weight_decay": 0, "maximize": False}).step()
