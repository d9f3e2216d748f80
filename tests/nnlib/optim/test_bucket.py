"""Buckets: how parameters are held together, split and copied."""

import copy
import pickle

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.layers.module import Parameter
from nnlib.optim.bucket import LARGE, Bucket, pack


def ones(*shapes):
    return [Parameter(np.ones(shape)) for shape in shapes]


def packed(params, *steps):
    states = [
        {"step": t, "exp_avg": np.full(p.shape, float(k))}
        for k, (p, t) in enumerate(zip(params, steps, strict=True))
    ]
    return pack(params, np.dtype(float), states)


def places(buckets):
    return [[k for k, _, _ in bucket.members] for bucket in buckets]


def test_small_parameters_of_the_same_step_share_a_bucket():
    params = ones((2, 3), (), (4,), (LARGE,), (5,))
    assert places(packed(params, 1, 1, 1, 1, 1)) == [[0, 1, 2, 4], [3]]
    buckets = packed(params, 1, 2, 1, 1, 2)
    assert places(buckets) == [[0, 2], [1, 4], [3]]
    assert [bucket.state["step"] for bucket in buckets] == [1, 2, 1]
    assert buckets[0].state["exp_avg"].tolist() == [0] * 6 + [2] * 4


def test_state_of_a_parameter_is_a_view():
    (bucket,) = packed(ones((2, 3), ()), 7, 7)
    for i, shape in enumerate([(2, 3), ()]):
        state = bucket.state_of(i)
        assert state["step"] == 7
        assert state["exp_avg"].shape == shape
        state["exp_avg"][...] = 5
    assert (bucket.state["exp_avg"] == 5).all()


def test_split_takes_the_state_along():
    (bucket,) = packed(ones((2,), (3,), (1,)), 4, 4, 4)
    one, other = bucket.split([0, 2])
    assert places([one, other]) == [[0, 2], [1]]
    assert one.state["step"] == other.state["step"] == 4
    assert one.state["exp_avg"].tolist() == [0, 0, 2]
    assert other.state["exp_avg"].tolist() == [1, 1, 1]
    one.state["exp_avg"] += 1
    assert bucket.state["exp_avg"].tolist() == [0, 0, 1, 1, 1, 2]


def test_gradients_of_large_parameters_are_not_copied():
    (p,) = ones((LARGE,))
    p.grad = np.ones(LARGE)
    (bucket,) = packed([p], 0)
    theta, g = bucket.gather()
    assert np.shares_memory(theta, p.data)
    assert np.shares_memory(g, p.grad)


def test_transposed_parameter_is_written_back():
    array = np.arange(6.0).reshape(2, 3).T
    p = Parameter(array)
    p.grad = np.ones((3, 2))
    bucket = Bucket([(0, p, p.shape)], p.dtype, {})
    theta, _ = bucket.gather()
    assert theta.tolist() == [0, 3, 1, 4, 2, 5]
    theta += 1
    bucket.scatter(theta)
    assert p.data is array
    assert array.tolist() == [[1, 4], [2, 5], [3, 6]]


KINDS = {
    "SGD": lambda params: optim.SGD(params, lr=0.1, momentum=0.9),
    "Adagrad": lambda params: optim.Adagrad(params, lr=0.1),
    "RMSprop": lambda params: optim.RMSprop(params, lr=0.01, momentum=0.5, centered=True),
    "Adadelta": lambda params: optim.Adadelta(params),
    "Adam": lambda params: optim.Adam(params, lr=0.1, amsgrad=True),
    "AdamW": lambda params: optim.AdamW(params, lr=0.1),
    "NAdam": lambda params: optim.NAdam(params, lr=0.1),
    "RAdam": lambda params: optim.RAdam(params, lr=0.1),
    "Lookahead": lambda params: optim.Lookahead(optim.Adam(params, lr=0.1), k=3),
}
COPIES = {"deepcopy": copy.deepcopy, "pickle": lambda pair: pickle.loads(pickle.dumps(pair))}


@pytest.mark.parametrize("copied", COPIES.values(), ids=COPIES)
@pytest.mark.parametrize("make", KINDS.values(), ids=KINDS)
def test_copy_of_model_and_optimizer_trains_on_identically(make, copied):
    """And apart: what the one does changes nothing in the other."""
    rng = np.random.default_rng(0)
    x, y = rng.standard_normal((20, 3)), rng.integers(0, 2, 20)
    model = nn.Sequential(nn.Linear(3, 8), nn.Tanh(), nn.Linear(8, 2)).astype(np.float64)
    first = make(model.parameters())

    def train(model, optimizer, steps):
        for t in steps:
            optimizer.zero_grad()
            F.cross_entropy(model(x), y).backward()
            if t == 2:
                optimizer.params[0].grad = None  # its bucket splits
            optimizer.step()
        return [p.data.copy() for p in model.parameters()]

    train(model, first, range(5))
    twin, second = copied((model, first))
    assert second.params == list(twin.parameters())
    before = [p.data.copy() for p in twin.parameters()], second.state_dict()
    ours = train(model, first, range(5, 10))
    assert all(map(np.array_equal, before[0], [p.data for p in twin.parameters()]))
    now = second.state_dict()
    assert all(np.array_equal(now[name], before[1][name]) for name in now)
    theirs = train(twin, second, range(5, 10))
    assert all(map(np.array_equal, ours, theirs))
    assert not any(map(np.array_equal, ours, before[0]))
    ours, theirs = first.state_dict(), second.state_dict()
    assert all(np.array_equal(ours[name], theirs[name]) for name in ours)


def test_a_copy_still_refuses_a_converted_model():
    """The type is the one at first, however often the optimizer is copied."""
    (p,) = ones((2,))
    opt = optim.SGD([p])
    p.data, p.grad = p.data.astype(np.float32), np.ones(2, np.float32)
    q, other = copy.deepcopy((p, opt))
    with pytest.raises(TypeError, match="parameter 0 has a gradient of float32"):
        other.step()
    assert q.data.tolist() == [1, 1]


def test_each_parameter_has_its_own_steps():
    params = ones((2,), (3,), (1,))
    opt = optim.Adam(params)
    for pattern in ("111", "101", "010", "101", "111", "001"):
        for p, has in zip(params, pattern, strict=True):
            p.grad = np.ones(p.shape) if has == "1" else None
        opt.step()
    assert [opt.state[p]["step"] for p in params] == [4, 3, 5]
    assert list(opt.state) == params
    # a state that goes through a file puts together again what has made the same steps
    params[1].grad = np.ones(3)
    params[0].grad = params[2].grad = None
    opt.step()
    again = ones((2,), (3,), (1,))
    other = optim.Adam(again)
    other.load_state_dict(opt.state_dict())
    assert sorted(places(other._buckets[0])) == [[0, 1], [2]]


EVERY = [
    (optim.SGD, {"momentum": 0.9, "dampening": 0.1, "weight_decay": 0.1}),
    (optim.SGD, {"momentum": 0.9, "nesterov": True}),
    (optim.Adam, {"amsgrad": True, "maximize": True}),
    (optim.AdamW, {}),
    (optim.NAdam, {}),
    (optim.RAdam, {}),
    (optim.Adagrad, {"lr_decay": 0.1}),
    (optim.RMSprop, {"centered": True, "momentum": 0.5}),
    (optim.Adadelta, {"maximize": True}),
]


@pytest.mark.parametrize(("optimizer", "settings"), EVERY)
@pytest.mark.parametrize("block", [1, 3, 7])
def test_blocks_make_the_very_same_steps(optimizer, settings, block, monkeypatch):
    def steps(block):
        monkeypatch.setattr("nnlib.optim.bucket.BLOCK", block)
        rng = np.random.default_rng(0)
        params = [Parameter(rng.normal(size=shape)) for shape in [(3, 2), (), (4,)]]
        made = optimizer(params, lr=0.1, **settings)
        for step in range(5):
            for p in params:
                p.grad = rng.normal(size=p.shape)
            if step == 1:
                params[0].grad = None  # the bucket is split
            made.step()
        return made.state_dict(), [p.data for p in params]

    (state, values), (whole_state, whole) = steps(block), steps(2**16)
    assert state.keys() == whole_state.keys()
    for name in state:
        np.testing.assert_array_equal(state[name], whole_state[name], err_msg=name)
    for one, other in zip(values, whole, strict=True):
        np.testing.assert_array_equal(one, other)
