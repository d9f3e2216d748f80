"""Modules: what they hold, saving and loading, modes, lists and their words."""

import copy

import numpy as np
import pytest

import nnlib as nn
from nnlib.layers.module import evaluating


class Twice(nn.Module):
    """Uses one layer two times and holds a parameter of its own."""

    def __init__(self):
        self.inner = nn.Linear(2, 2, rng=0)
        self.again = self.inner
        self.scale = nn.Parameter(np.ones(2, np.float32))
        self.note = "no parameter"
        self.fixed = nn.Tensor(np.ones(2))

    def forward(self, x):
        return self.again(self.inner(x)) * self.scale


def network(seed=0):
    return nn.Sequential(nn.Linear(3, 4, rng=seed), nn.ReLU(), nn.Linear(4, 2, rng=seed + 1))


def test_parameters_are_found_under_their_names():
    names = [name for name, _ in network().named_parameters()]
    assert names == ["0.weight", "0.bias", "2.weight", "2.bias"]
    assert [name for name, _ in network().named_modules()] == ["", "0", "1", "2"]
    assert len(list(network().parameters())) == 4


def test_shared_parameters_count_once():
    module = Twice()
    assert [n for n, _ in module.named_parameters()] == ["scale", "inner.weight", "inner.bias"]
    module(np.ones((1, 2), np.float32)).sum().backward()
    total = module.inner.weight.grad.copy()
    parts = []
    for which in ("inner", "again"):  # the gradient is the sum over both uses
        other = Twice()
        copy = nn.Linear(2, 2, rng=0)
        setattr(other, which, copy)
        other(np.ones((1, 2), np.float32)).sum().backward()
        parts.append(copy.weight.grad)
    np.testing.assert_allclose(total, parts[0] + parts[1], rtol=1e-6)


def test_parameter():
    p = nn.Parameter([1.0])
    assert p.requires_grad
    assert isinstance(p, nn.Tensor)
    assert not nn.Parameter([1.0], requires_grad=False).requires_grad
    with pytest.raises(TypeError, match="only tensors of float32 and float64"):
        nn.Parameter([1])


def test_state_makes_the_round_trip():
    one, two = network(0), network(5)
    x = np.random.default_rng(0).standard_normal((4, 3)).astype(np.float32)
    assert not np.array_equal(one(x).data, two(x).data)
    arrays = [p.data for p in two.parameters()]
    two.load_state_dict(one.state_dict())
    assert np.array_equal(one(x).data, two(x).data)
    # The numbers are copied into the arrays that are there: an optimizer keeps its hold of them.
    assert all(p.data is a for p, a in zip(two.parameters(), arrays, strict=True))
    state = one.state_dict()
    state["0.weight"][:] = 0
    assert one[0].weight.data.any()  # a copy, not the weights


@pytest.mark.parametrize(
    ("change", "error", "message"),
    [
        (lambda s: s.pop("0.bias"), KeyError, r"missing \['0.bias'\], unknown \[\]"),
        (lambda s: s.update(extra=1), KeyError, r"missing \[\], unknown \['extra'\]"),
        (
            lambda s: s.update({"2.bias": np.ones(3, np.float32)}),
            ValueError,
            r"2.bias has shape \(3,\) in the state, \(2,\) here",
        ),
        (
            lambda s: s.update({"2.bias": np.ones(2)}),
            ValueError,
            "2.bias is float64 in the state, float32 here",
        ),
    ],
)
def test_a_state_that_does_not_fit_changes_nothing(change, error, message):
    model, before = network(0), network(0)
    state = network(5).state_dict()
    change(state)
    with pytest.raises(error, match=message):
        model.load_state_dict(state)
    for p, q in zip(model.parameters(), before.parameters(), strict=True):
        assert np.array_equal(p.data, q.data)


def test_modes_reach_all_below():
    model = nn.Sequential(nn.Sequential(nn.ReLU()), Twice())
    modules = [m for _, m in model.named_modules()]
    assert len(modules) == 5  # the layer used twice is met once
    assert len(list(model.named_modules(remove_duplicate=False))) == 6  # or by both names
    assert all(m.training for m in modules)
    assert model.eval() is model
    assert not any(m.training for m in modules)
    assert model.train() is model
    assert all(m.training for m in modules)
    assert nn.ReLU().training  # others are not touched


def test_zero_grad_forgets_everywhere():
    model = network()
    model(np.ones((1, 3), np.float32)).sum().backward()
    assert all(p.grad is not None for p in model.parameters())
    model.zero_grad()
    assert all(p.grad is None for p in model.parameters())


def test_astype():
    model = network()
    model(np.ones((1, 3), np.float32)).sum().backward()
    assert model.astype(np.float64) is model
    assert {p.dtype for p in model.parameters()} == {np.dtype(np.float64)}
    assert all(p.grad is None for p in model.parameters())
    assert model(np.ones((1, 3))).dtype == np.float64


def test_sequence():
    model = network()
    assert len(model) == 3
    assert isinstance(model[1], nn.ReLU)
    assert model[-1] is model[2]
    assert [type(m) for m in model] == [nn.Linear, nn.ReLU, nn.Linear]
    with pytest.raises(IndexError):
        model[3]
    x = np.ones((2, 3), np.float32)
    head = model[:2]
    assert isinstance(head, nn.Sequential)
    assert np.array_equal(model[2:](head(x)).data, model(x).data)
    assert head[0] is model[0]  # shared, not copied
    model.append(nn.Softmax())
    np.testing.assert_allclose(model(x).data.sum(1), 1, rtol=1e-6)


def test_list():
    layers = nn.ModuleList([nn.Linear(2, 2, rng=k) for k in range(3)])
    layers.append(nn.Tanh())
    assert len(layers) == 4
    assert len(list(layers.parameters())) == 6
    part = layers[1:3]
    assert isinstance(part, nn.ModuleList)
    assert list(part) == [layers[1], layers[2]]
    assert len(nn.ModuleList()) == 0
    for no_list in (3, np.array(3.0)):
        with pytest.raises(TypeError, match="ModuleList takes a list of modules"):
            nn.ModuleList(no_list)
    with pytest.raises(TypeError, match="expected a Module, got int"):
        layers.append(1)
    with pytest.raises(NotImplementedError, match="ModuleList does not define forward"):
        layers(1)


def test_repr():
    assert repr(network()) == (
        "Sequential(\n"
        "  (0): Linear(in_features=3, out_features=4, bias=True)\n"
        "  (1): ReLU()\n"
        "  (2): Linear(in_features=4, out_features=2, bias=True)\n"
        ")"
    )
    nested = repr(nn.Sequential(nn.Sequential(nn.ReLU())))
    assert nested == "Sequential(\n  (0): Sequential(\n    (0): ReLU()\n  )\n)"


def test_a_module_without_forward_says_so():
    with pytest.raises(NotImplementedError, match="Module does not define forward"):
        nn.Module()(1)


def test_a_state_may_fit_in_part():
    model, other = network(0), network(5)
    state = other.state_dict()
    del state["0.bias"]
    state["extra"] = np.ones(1)
    before = model[0].bias.data.copy()
    found = model.load_state_dict(state, strict=False)
    assert found.missing_keys == ["0.bias"]
    assert found.unexpected_keys == ["extra"]
    assert np.array_equal(model[2].weight.data, other[2].weight.data)
    assert np.array_equal(model[0].bias.data, before)
    assert model.load_state_dict(other.state_dict()) == ([], [])


def test_what_is_shared_stands_in_the_state_by_every_name():
    names = ["scale", "inner.weight", "inner.bias", "again.weight", "again.bias"]
    assert list(Twice().state_dict()) == names
    module = Twice()
    module.load_state_dict(Twice().state_dict())
    assert module.inner is module.again


class TestHooks:
    def test_see_inputs_and_output(self):
        model, seen = network(), []
        x = np.ones((1, 3), np.float32)
        handle = model[0].register_forward_hook(lambda m, i, o: seen.append((m, i, o)))
        out = model(x)
        assert seen[0][0] is model[0]
        assert seen[0][1] == (x,)
        assert seen[0][2].shape == (1, 4)
        handle.remove()
        handle.remove()
        assert np.array_equal(model(x).data, out.data)
        assert len(seen) == 1

    def test_run_in_order_and_may_replace(self):
        layer = nn.Linear(2, 2, rng=0)
        layer.register_forward_pre_hook(lambda m, i: i[0] * 0.0)
        layer.register_forward_pre_hook(lambda m, i: (i[0] + 1.0,))
        layer.register_forward_hook(lambda m, i, o: o * 2.0)
        layer.register_forward_hook(lambda m, i, o: o + 1.0)
        x = nn.Tensor(np.full((1, 2), 7, np.float32))
        expected = 2 * (np.ones((1, 2), np.float32) @ layer.weight.data.T + layer.bias.data) + 1
        np.testing.assert_allclose(layer(x).data, expected, rtol=1e-6)
        expected = x.data @ layer.weight.data.T + layer.bias.data
        np.testing.assert_allclose(layer.forward(x).data, expected, rtol=1e-6)  # no hooks here

    def test_belong_to_one_module(self):
        one, two = nn.ReLU(), nn.ReLU()
        with one.register_forward_hook(lambda m, i, o: o * 0.0):
            assert one(np.ones(1)).item() == 0
            assert two(np.ones(1)).item() == 1
        assert one(np.ones(1)).item() == 1

    def test_may_remove_themselves(self):
        layer, seen = nn.ReLU(), []
        handles = []

        def once(module, inputs, output):
            seen.append(1)
            handles[0].remove()

        handles.append(layer.register_forward_hook(once))
        layer(np.ones(1))
        layer(np.ones(1))
        assert seen == [1]

    def test_must_be_functions(self):
        with pytest.raises(TypeError, match="a hook must be a function, got int"):
            nn.ReLU().register_forward_hook(3)

    def test_are_no_part_of_the_state(self):
        model = network()
        before = list(model.state_dict()), repr(model)
        model[0].register_forward_hook(print)
        assert (list(model.state_dict()), repr(model)) == before


def test_copies_live_apart():
    one = network()
    two = copy.deepcopy(one)
    joined = nn.Sequential(one, nn.Linear(2, 3, rng=0), two)
    joined(np.ones((2, 3), np.float32)).sum().backward()
    assert all(p.grad is not None for p in joined.parameters())
    assert len(list(joined.parameters())) == 10
    one[0].weight.data[:] = 0
    assert two[0].weight.data.any()
    assert type(two[0].weight) is nn.Parameter
    with pytest.raises(RuntimeError, match="without history"):
        copy.deepcopy(one[0].weight * 2.0)


def test_evaluating_gives_every_part_back_its_own_mode():
    model = nn.Sequential(nn.Linear(2, 2), nn.Dropout(0.5), nn.Dropout(0.5))
    model.train()
    model[1].eval()  # a frozen part
    with evaluating(model):
        assert not any(part.training for _, part in model.named_modules())
    with pytest.raises(ZeroDivisionError), evaluating(model):
        1 / 0  # noqa: B018
    assert [part.training for _, part in model.named_modules()] == [True, True, False, True]
