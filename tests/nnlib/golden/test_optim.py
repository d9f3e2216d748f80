"""Optimizers, schedules and clipping beside PyTorch: make_golden_optim.py froze it."""

import json
import math
from pathlib import Path

import numpy as np
import pytest

from nnlib import init, optim
from nnlib.layers.module import Parameter

with np.load(Path(__file__).parent / "golden_optim.npz") as file:
    FILE = dict(file)
STORE = {
    key: FILE["values"][start : start + math.prod(shape)].reshape(shape)
    for key, (start, shape) in json.loads(str(FILE["index"])).items()
}
OPTIMIZERS = json.loads(str(FILE["optimizers"]))
SCHEDULES = json.loads(str(FILE["schedules"]))
GROUPS = json.loads(str(FILE["groups"]))
STEPS, HALF = 20, 10
FUNCTIONS = {
    "noam": lambda t: min((t + 1) ** -0.5, (t + 1) * 8**-1.5),
    "halves": lambda t: 0.5 ** (t // 3),
}


def build(kind, options, grouped, dtype=np.float64):
    params = [Parameter(STORE[f"start {k}"].astype(dtype)) for k in range(3)]
    groups = params
    if grouped:
        rate = options.get("lr", 1.0)
        groups = [{"params": params[:2]}, {"params": params[2:], "lr": 5 * rate}]
    return params, getattr(optim, kind)(groups, **options)


def move(params, opt, t, grouped):
    for k, p in enumerate(params):
        drift = STORE[f"drift {k}"][t].astype(p.dtype)
        g = STORE[f"curvature {k}"].astype(p.dtype) * (p.data - drift)
        p.grad = None if grouped and k == 1 and t % 3 == 1 else g
    opt.step()
    return np.concatenate([p.data.ravel() for p in params])


@pytest.mark.equation(36)
@pytest.mark.equation(38)
@pytest.mark.equation(40)
@pytest.mark.equation(42)
@pytest.mark.equation(46)
@pytest.mark.equation(51)
@pytest.mark.equation(52)
@pytest.mark.algorithm(2)
@pytest.mark.parametrize("mode", ["plain", "groups"])
@pytest.mark.parametrize("case", OPTIMIZERS, ids=lambda case: case[0])
def test_twenty_steps(case, mode):
    case, kind, options = case
    params, opt = build(kind, options, mode == "groups")
    path = [move(params, opt, t, mode == "groups") for t in range(STEPS)]
    expected = STORE[f"{case}/{mode}"]
    assert np.abs(expected[-1] - expected[0]).max() > 1e-3  # it has moved
    np.testing.assert_allclose(path, expected, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", OPTIMIZERS, ids=lambda case: case[0])
def test_twenty_steps_in_float32(case):
    case, kind, options = case
    params, opt = build(kind, options, True, np.float32)
    path = [move(params, opt, t, True) for t in range(STEPS)]
    assert {p.dtype for p in params} == {np.dtype(np.float32)}
    # RAdam and AdaDelta divide by small roots at first: their float32 is no better in PyTorch
    np.testing.assert_allclose(path, STORE[f"{case}/groups"], rtol=2e-4, atol=2e-5)


def pytorchs_state(case):
    """What state_dict() of PyTorch's optimizer gave after HALF steps, with arrays for tensors."""
    states, start = {}, f"{case}/state."
    for key in STORE:
        if key.startswith(start):
            k, name = key.removeprefix(start).split(".")
            states.setdefault(int(k), {})[name] = STORE[key]
    return {"state": states, "param_groups": GROUPS[case]}


@pytest.mark.parametrize("case", OPTIMIZERS, ids=lambda case: case[0])
def test_pytorchs_state_goes_on_here(case):
    case, kind, _ = case
    params, opt = build(kind, {}, True)  # all settings are the state's
    path = STORE[f"{case}/groups"]
    ends = np.cumsum([p.size for p in params])[:-1]
    for p, values in zip(params, np.split(path[HALF - 1], ends), strict=True):
        p.data[...] = values.reshape(p.shape)
    opt.load_state_dict(pytorchs_state(case))
    for t in range(HALF, STEPS):
        np.testing.assert_allclose(move(params, opt, t, True), path[t], rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("case", OPTIMIZERS, ids=lambda case: case[0])
def test_state_is_pytorchs(case):
    """The same names with the same meaning, so that PyTorch can go on from it."""
    case, kind, options = case
    params, opt = build(kind, options, True)
    for t in range(HALF):
        move(params, opt, t, True)
    expected = pytorchs_state(case)
    for k, p in enumerate(params):
        state = expected["state"].get(k, {})
        assert opt.state[p].keys() == state.keys()
        for name, value in state.items():
            assert np.shape(opt.state[p][name]) == value.shape
            np.testing.assert_allclose(opt.state[p][name], value, rtol=1e-11, atol=1e-13)
    for ours, theirs in zip(opt.param_groups, expected["param_groups"], strict=True):
        assert theirs.keys() - ours.keys() <= {"foreach", "fused", "capturable", "differentiable"}
        assert ours.keys() <= theirs.keys()


def test_every_optimizer_and_option_is_compared():
    """Each setting of each optimizer stands in some case with another value than its own."""
    kinds = {kind for _, kind, _ in OPTIMIZERS}
    assert kinds == set(optim.__all__) - {
        *("Optimizer", "Lookahead", "lr_scheduler", "clip_grad_norm_", "clip_grad_value_")
    }
    for kind in kinds:
        _, opt = build(kind, {}, False)
        tried = {name for _, k, options in OPTIMIZERS if k == kind for name in options}
        own = (
            set(opt.defaults) - {"lr"} - ({"decoupled_weight_decay"} if kind == "AdamW" else set())
        )
        missing = own - tried
        assert missing <= {"betas", "eps"}, (kind, missing)  # AdamW's are Adam's
        assert not missing or kind == "AdamW"


def schedule(opt, listed):
    made, options = [], {}
    for name, options in listed:
        options = {
            k: [FUNCTIONS[n] for n in v] if isinstance(v, list) else FUNCTIONS[v]
            for k, v in options.items()
            if k == "lr_lambda"
        } | {k: v for k, v in options.items() if k != "lr_lambda"}
        if name != "SequentialLR":
            made.append(getattr(optim.lr_scheduler, name)(opt, **options))
    if listed[0][0] == "SequentialLR":
        return [optim.lr_scheduler.SequentialLR(opt, made, **listed[0][1])]
    return made


def prepared(kind, base, listed):
    params, opt = build(kind, base, True)
    for i, group in enumerate(opt.param_groups):
        group["lr"] = (1 + i) * base.get("lr", 0.1)
    return params, opt, schedule(opt, listed)


def advance(made, t):
    for s in made:
        if isinstance(s, optim.lr_scheduler.ReduceLROnPlateau):
            s.step(STORE["measure"][t])
        else:
            s.step()


@pytest.mark.parametrize("case", SCHEDULES, ids=lambda case: case[0])
def test_fifty_steps_of_a_schedule(case):
    case, kind, base, listed = case
    params, opt, made = prepared(kind, base, listed)
    rates, momenta, path = [], [], []
    for t in range(51):
        rates.append([group["lr"] for group in opt.param_groups])
        assert made[-1].get_last_lr() == rates[-1]
        momenta.append([g.get("momentum", g.get("betas", [0])[0]) for g in opt.param_groups])
        path.append(move(params, opt, t % STEPS, True))
        if t < 50:
            advance(made, t)
    np.testing.assert_allclose(rates, STORE[f"{case}/rates"], rtol=1e-12, atol=1e-16)
    np.testing.assert_allclose(momenta, STORE[f"{case}/momenta"], rtol=1e-12)
    assert np.ptp(rates, axis=0).min() > 1e-3
    if f"{case}/path" in STORE:
        # its β changes at every step
        np.testing.assert_allclose(path[:30], STORE[f"{case}/path"], rtol=1e-11, atol=1e-13)


@pytest.mark.parametrize("case", SCHEDULES, ids=lambda case: case[0])
def test_schedule_goes_on_from_its_state(case, tmp_path):
    """Bit by bit, through files without pickle."""
    case, kind, base, listed = case
    params, opt, made = prepared(kind, base, listed)
    for t in range(17):
        move(params, opt, t, True)
        advance(made, t)
    states = [opt.state_dict(), *[s.state_dict() for s in made]]
    for i, state in enumerate(states):
        np.savez(tmp_path / f"{i}.npz", **state)
    again, other, remade = prepared(kind, base, listed)
    for p, q in zip(params, again, strict=True):
        q.data[...] = p.data
    for i, part in enumerate([other, *remade]):
        with np.load(tmp_path / f"{i}.npz", allow_pickle=False) as state:
            part.load_state_dict(state)
    for t in range(17, 50):
        one, two = (move(p, o, t % STEPS, True) for p, o in ((params, opt), (again, other)))
        assert np.array_equal(one, two)
        advance(made, t)
        advance(remade, t)
        assert [g["lr"] for g in opt.param_groups] == [g["lr"] for g in other.param_groups]


def clipped(p=None):
    params = [Parameter(np.zeros(STORE[f"start {k}"].shape)) for k in range(3)]
    for k, q in enumerate(params):
        q.grad = STORE[f"start {k}"].copy()
    return params


@pytest.mark.parametrize("case", [key for key in STORE if key.startswith("clip ")])
def test_clipping(case):
    params = clipped()
    if case == "clip value":
        optim.clip_grad_value_(params, 0.4)
        found = []
    else:
        _, bound, p = case.split()
        found = [optim.clip_grad_norm_(params, float(bound), float(p))]
    found = [*found, *np.concatenate([q.grad.ravel() for q in params])]
    np.testing.assert_allclose(found, STORE[case], rtol=1e-13)


def test_gains():
    asked = [
        *(("linear",), ("conv2d",), ("conv_transpose1d",), ("sigmoid",), ("tanh",), ("relu",)),
        *(("leaky_relu",), ("leaky_relu", 0.3), ("selu",)),
    ]
    np.testing.assert_allclose(
        [init.calculate_gain(*args) for args in asked], STORE["gains"], rtol=1e-15
    )
