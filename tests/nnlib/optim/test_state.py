"""How an optimizer's state is written down: flat and nested."""

import numpy as np
import pytest

from nnlib import optim
from nnlib.layers.module import Parameter
from nnlib.optim.state import nested


def trained(kind=optim.Adam, **options):
    params = [Parameter(np.ones((2, 3))), Parameter(np.ones(2))]
    opt = kind([{"params": params[:1], "lr": 0.5}, {"params": params[1:]}], **options)
    for p in params:
        p.grad = np.full(p.shape, 0.5)
    opt.step()
    return params, opt


def test_names_are_pytorchs():
    _, opt = trained(amsgrad=True)
    state = opt.state_dict()
    names = {"step", "exp_avg", "exp_avg_sq", "max_exp_avg_sq"}
    assert {n for n in state if n.startswith("state.0.")} == {f"state.0.{n}" for n in names}
    np.testing.assert_allclose(state["state.1.exp_avg"], 0.1 * np.full(2, 0.5))
    np.testing.assert_allclose(state["state.1.exp_avg_sq"], 0.001 * np.full(2, 0.25))
    assert state["state.1.step"] == 1
    assert (state["param_groups.0.lr"], state["param_groups.1.lr"]) == (0.5, 1e-3)
    assert state["param_groups.1.params"].tolist() == [1]


def test_flat_and_nested_are_the_same():
    _, opt = trained()
    groups, states = nested(opt.state_dict())
    assert groups[0]["lr"] == 0.5
    assert nested({"param_groups": list(groups.values()), "state": states}) == (groups, states)


def test_state_is_a_copy():
    params, opt = trained()
    opt.state_dict()["state.0.exp_avg"][...] = 7
    assert (opt.state[params[0]]["exp_avg"] < 1).all()


def test_parameter_without_state_begins_anew():
    """As in PyTorch, where a parameter has none before its first gradient."""
    params, opt = trained()
    _, other = trained()
    state = other.state_dict()
    for name in ("step", "exp_avg", "exp_avg_sq"):
        del state[f"state.1.{name}"]
    opt.load_state_dict(state)
    assert opt.state[params[0]]["step"] == 1
    assert opt.state[params[1]]["step"] == 0
    assert not opt.state[params[1]]["exp_avg"].any()


def test_pytorchs_empty_momentum_buffer_is_none():
    params, opt = trained(optim.SGD, momentum=0.9)
    groups, states = nested(opt.state_dict())
    states[0]["momentum_buffer"] = None
    opt.load_state_dict({"param_groups": list(groups.values()), "state": states})
    assert opt.state[params[0]] == {}
    assert opt.state[params[1]]["momentum_buffer"].tolist() == [0.5, 0.5]


def test_first_velocity_is_the_gradient_whenever_momentum_begins():
    """Dampening acts from the second velocity on, as in PyTorch."""
    theta = Parameter(np.zeros(1))
    opt = optim.SGD([theta], lr=1.0, dampening=0.5)
    for step in range(4):
        opt.param_groups[0]["momentum"] = 0.9 if step >= 2 else 0.0
        theta.grad = np.ones(1)
        opt.step()
    np.testing.assert_allclose(theta.data, -(1 + 1 + 1 + (0.9 + 0.5)))


@pytest.mark.parametrize("key", ["state.x.step", "state.0", "param_groups.0.", "lr"])
def test_names_of_neither_form(key):
    with pytest.raises(KeyError, match=rf"missing \[\], unknown \['{key}'\]"):
        nested({"state.0.step": 1, key: 1})
