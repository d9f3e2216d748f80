"""Derivatives of functions: closed forms, PyTorch's values, forward against reverse mode."""

import math
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import func
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(0)
with np.load(Path(__file__).parents[1] / "golden" / "golden_func.npz") as file:
    GOLDEN = dict(file)


def numbers(*shape):
    return RNG.standard_normal(shape)


def part(word):
    start = f"{word} "
    return {k.removeprefix(start): v for k, v in GOLDEN.items() if k.startswith(start)}


def network():
    options = {"dtype": np.float64}
    return nn.Sequential(nn.Linear(3, 4, **options), nn.Tanh(), nn.Linear(4, 3, **options))


MODEL, STATE = network(), part("state")


def output(x):
    return func.functional_call(MODEL, STATE, (x,))


def loss(state, x=GOLDEN["x"], y=GOLDEN["y"]):
    return F.cross_entropy(func.functional_call(MODEL, state, (x,)), y)


def close(found, expected):
    assert isinstance(found, Tensor)
    assert not found.requires_grad
    np.testing.assert_allclose(found.data, expected, rtol=1e-10, atol=1e-13)


class TestPyTorch:
    """What torch.func says of the same network."""

    def test_jvp(self):
        value, tangent = func.jvp(output, (GOLDEN["x"],), (GOLDEN["v"],))
        close(tangent, GOLDEN["jvp"])
        close(value, output(GOLDEN["x"]).data)

    def test_vjp(self):
        value, pull = func.vjp(output, GOLDEN["x"])
        close(pull(GOLDEN["u"]), GOLDEN["vjp"])
        close(pull(GOLDEN["u"]), GOLDEN["vjp"])  # again, and nothing has been added up
        close(value, output(GOLDEN["x"]).data)

    def test_jacobians(self):
        close(func.jacfwd(output)(GOLDEN["x"]), GOLDEN["jacfwd"])
        close(func.jacrev(output)(GOLDEN["x"]), GOLDEN["jacrev"])

    def test_grad(self):
        found, value = func.grad_and_value(loss)(STATE)
        for name, expected in part("grad").items():
            close(found[name], expected)
        assert value.item() == loss(STATE).item()

    def test_hvp(self):
        found = func.hvp(loss, (STATE,), (part("along"),))
        assert found.keys() == STATE.keys()
        for name, expected in part("hvp").items():
            close(found[name], expected)

    def test_hessian(self):
        found = func.hessian(loss)(STATE)
        for name in STATE:
            for other in STATE:
                close(found[name][other], GOLDEN[f"hessian {name} {other}"])
        close(func.hessian(lambda x: loss(STATE, x))(GOLDEN["x"]), GOLDEN["hessian x"])

    def test_per_example_grad(self):
        MODEL.load_state_dict(STATE)
        found = func.per_example_grad(MODEL, F.cross_entropy, GOLDEN["x"], GOLDEN["y"])
        for name, expected in part("each").items():
            close(found[name], expected)
        for name, expected in part("grad").items():
            np.testing.assert_allclose(found[name].data.mean(0), expected, rtol=1e-12)
        assert all(p.grad is None for p in MODEL.parameters())


def test_the_hessian_of_a_quadratic_is_its_matrix():
    A = numbers(4, 4)
    A, x, v = A + A.T, numbers(4), numbers(4)

    def f(x):
        return 0.5 * (x @ (Tensor(A) @ x))

    close(func.grad(f)(x), A @ x)
    close(func.hessian(f)(x), A)
    close(func.hvp(f, (x,), (v,)), A @ v)


def test_the_hessian_of_logistic_regression():
    """Xᵀ diag(p (1 - p)) X / n: never negative, which makes the loss convex."""
    X, w, y = numbers(7, 3), numbers(3), RNG.integers(0, 2, 7).astype(float)
    p = 1 / (1 + np.exp(-X @ w))

    def f(w):
        return F.binary_cross_entropy_with_logits(Tensor(X) @ w, y)

    close(func.hessian(f)(w), X.T @ np.diag(p * (1 - p)) @ X / 7)
    assert np.linalg.eigvalsh(func.hessian(f)(w).data).min() > 0
    # At w = 0 the formula max(z, 0) - z y + log(1 + e^-|z|) has kinks that cancel.
    close(func.grad(f)(np.zeros(3)), X.T @ (0.5 - y) / 7)
    close(func.jacfwd(f)(np.zeros(3)), X.T @ (0.5 - y) / 7)


def test_the_jacobian_of_softmax():
    z = numbers(4)
    p = np.exp(z) / np.exp(z).sum()
    for jacobian in (func.jacfwd, func.jacrev):
        close(jacobian(F.softmax)(z), np.diag(p) - np.outer(p, p))


@pytest.mark.parametrize("name", ["first", "second"])
def test_third_order_is_refused_or_right(name):
    """jacrev inside jacfwd is of second order; another forward mode on top is refused."""
    if name == "first":
        close(func.jacfwd(func.grad(lambda x: (x**3).sum()))(np.array([2.0])), [[12.0]])
    else:
        with pytest.raises(TypeError, match="jvp inside jvp"):
            func.jvp(lambda x: func.jvp(lambda y: y * y, (x,), (x,))[1], (1.0,), (1.0,))


class Attending(nn.Module):
    def __init__(self):
        self.layer = nn.TransformerEncoderLayer(4, 2, 5, 0.0, rng=0, dtype=np.float64)

    def forward(self, x):
        return self.layer(x, is_causal=True)


class Recurring(nn.Module):
    def __init__(self, kind):
        self.rnn = kind(3, 2, 2, bidirectional=True, rng=0, dtype=np.float64)

    def forward(self, x):
        return self.rnn(x)[0]


D = {"rng": 0, "dtype": np.float64}
LAYERS = {
    "linear": (nn.Linear(3, 2, **D), (4, 3)),
    "conv": (nn.Conv2d(2, 4, 3, 2, 1, groups=2, **D), (2, 2, 5, 4)),
    "conv 1d": (nn.Conv1d(2, 3, 2, **D), (2, 2, 5)),
    "conv transpose": (nn.ConvTranspose2d(2, 3, 3, 2, **D), (2, 2, 3, 3)),
    "max pool": (nn.MaxPool2d(3, 2, 1), (2, 2, 5, 5)),
    "average pool": (nn.AvgPool2d(2), (2, 2, 4, 4)),
    "adaptive pool": (nn.AdaptiveAvgPool2d(3), (2, 5, 4)),
    "batch norm": (nn.BatchNorm1d(3, track_running_stats=False, dtype=np.float64), (4, 3)),
    "batch norm in use": (nn.BatchNorm2d(2, dtype=np.float64).eval(), (2, 2, 3, 2)),
    "layer norm": (nn.LayerNorm(3, dtype=np.float64), (4, 3)),
    "group norm": (nn.GroupNorm(2, 4, dtype=np.float64), (2, 4, 3)),
    "attention": (Attending(), (3, 2, 4)),
    "rnn": (Recurring(nn.RNN), (3, 2, 3)),
    "gru": (Recurring(nn.GRU), (3, 2, 3)),
    "lstm": (Recurring(nn.LSTM), (3, 2, 3)),
    "softmax": (nn.Softmax(), (3, 4)),
    "sigmoid": (nn.Sigmoid(), (3, 4)),
    "relu": (nn.ReLU(), (3, 4)),
    "dropout": (nn.Dropout(0.5).eval(), (3, 4)),
}


@pytest.mark.parametrize("name", LAYERS)
def test_layers_go_both_ways(name):
    """Forward and reverse mode agree, and both with differences of the gradient one order up."""
    layer, shape = LAYERS[name]
    x, v = numbers(*shape), numbers(*shape)
    u = numbers(*layer(x).shape)
    # Two products with the Jacobian: u (J v) = (u J) v.
    along = func.jvp(layer, (x,), (v,))[1].data
    pulled = func.vjp(layer, x)[1](u).data
    assert math.isclose((u * along).sum(), (pulled * v).sum(), rel_tol=1e-11)

    state = {k: p.data for k, p in layer.named_parameters()}
    direction = {k: numbers(*p.shape) for k, p in state.items()}

    def f(state, x):
        return (func.functional_call(layer, state, (x,)).tanh() * u).sum()

    def gradient(step):
        moved = {k: p + step * direction[k] for k, p in state.items()}
        return func.grad(f, (0, 1))(moved, x + step * v)

    found = func.hvp(f, (state, x), (direction, v))
    above, below = gradient(1e-6), gradient(-1e-6)
    leaves = zip(*map(func._leaves, (found, above, below)), strict=True)
    for product, a, b in leaves:
        np.testing.assert_allclose(product.data, (a.data - b.data) / 2e-6, rtol=1e-5, atol=1e-7)
    assert all(p.grad is None and p.requires_grad for p in layer.parameters())


SMOOTH = "elu gelu silu softplus selu tanh sigmoid log_softmax leaky_relu".split()


@pytest.mark.parametrize("name", SMOOTH)
def test_activations_go_both_ways(name):
    function, x, v = getattr(F, name), numbers(3, 4), numbers(3, 4)
    close(func.jacfwd(function)(x), func.jacrev(function)(x).data)

    def f(x):
        return (function(x) ** 2).sum()

    gradient = func.grad(f)
    difference = (gradient(x + 1e-6 * v).data - gradient(x - 1e-6 * v).data) / 2e-6
    np.testing.assert_allclose(func.hvp(f, (x,), (v,)).data, difference, rtol=1e-6, atol=1e-7)


Y = np.random.default_rng(1).random((4, 3))
CLASSES = np.array([0, 2, 1, 2])
LOSSES = {
    "squares": lambda x: F.mse_loss(x, Y),
    "huber": lambda x: F.huber_loss(x, Y),
    "yes or no": lambda x: F.binary_cross_entropy_with_logits(x, Y),
    "yes or no, probabilities": lambda x: F.binary_cross_entropy(F.sigmoid(x), Y),
    "classes": lambda x: F.cross_entropy(x, CLASSES),
    "classes, summed": lambda x: F.cross_entropy(x, CLASSES, reduction="sum"),
    "classes, each": lambda x: (F.cross_entropy(x, CLASSES, reduction="none") ** 2).sum(),
    "classes, weighted": lambda x: F.cross_entropy(x, CLASSES, weight=Y[0], ignore_index=1),
    "classes, smoothed": lambda x: F.cross_entropy(x, CLASSES, label_smoothing=0.1),
    "shares": lambda x: F.cross_entropy(x, Y),
    "log-likelihood": lambda x: F.nll_loss(F.log_softmax(x), CLASSES),
    "divergence": lambda x: F.kl_div(F.log_softmax(x), Y),
}


@pytest.mark.parametrize("name", LOSSES)
def test_losses_go_both_ways(name):
    f, x, v = LOSSES[name], numbers(4, 3), numbers(4, 3)
    gradient = func.grad(f)
    assert math.isclose(
        func.jvp(f, (x,), (v,))[1].item(), (gradient(x).data * v).sum(), rel_tol=1e-10
    )
    difference = (gradient(x + 1e-6 * v).data - gradient(x - 1e-6 * v).data) / 2e-6
    np.testing.assert_allclose(func.hvp(f, (x,), (v,)).data, difference, rtol=1e-6, atol=1e-8)


def test_embedding_by_its_table():
    table, index = numbers(4, 2), np.array([[0, 3], [3, 3]])

    def f(table):
        return F.embedding(index, table)

    forward, reverse = func.jacfwd(f)(table), func.jacrev(f)(table)
    assert np.array_equal(forward.data, reverse.data)
    assert forward.shape == (2, 2, 2, 4, 2)
    H = func.hvp(lambda t: (f(t) ** 3).sum(), (table,), (np.ones((4, 2)),))
    np.testing.assert_allclose(H.data, 6 * table * np.array([[1], [0], [0], [3]]))


def test_several_arguments_and_structures():
    a, b = numbers(2), numbers(2)

    def f(a, parts):
        return a * parts["b"] + parts["c"][0]

    parts = {"b": b, "c": [numbers(2)]}
    first, second = func.jacrev(f, (0, 1))(a, parts)
    close(first, np.diag(b))
    close(second["b"], np.diag(a))
    close(second["c"][0], np.eye(2))
    forward = func.jacfwd(f, (0, 1))(a, parts)
    close(forward[1]["b"], np.diag(a))
    close(func.grad(lambda a, b: (a * b).sum(), 1)(a, b), a)
    # Several outputs, and one that does not depend on the input.
    out = func.jacfwd(lambda a: {"square": a * a, "fixed": Tensor(b)})(a)
    close(out["square"], np.diag(2 * a))
    close(out["fixed"], np.zeros((2, 2)))


def test_what_does_not_depend_has_gradient_0():
    x = numbers(2)
    close(func.grad(lambda x: Tensor(3.0))(x), [0, 0])
    close(func.jvp(lambda x: Tensor(x.data.value) * 2.0, (x,), (x,))[1], [0, 0])


def test_functional_call_puts_everything_back():
    layer = nn.Linear(2, 2, rng=0, dtype=np.float64)
    twice = nn.Sequential(layer, layer)  # shared: one name, replaced in both places
    new = {"0.weight": np.eye(2), "0.bias": np.ones(2)}
    close(func.functional_call(twice, new, (np.zeros((1, 2)),)), [[2.0, 2.0]])
    weight = layer.weight
    with pytest.raises(ValueError, match="expects inputs"):
        func.functional_call(twice, new, (np.zeros((1, 3)),))
    assert layer.weight is weight
    with pytest.raises(KeyError, match=r"Sequential has no parameter or buffer '1\.weight'"):
        func.functional_call(twice, {"1.weight": np.eye(2)}, (np.zeros((1, 2)),))
    with pytest.raises(ValueError, match=r"0.bias has shape \(2,\), got \(3,\)"):
        func.functional_call(twice, {"0.bias": np.ones(3)}, (np.zeros((1, 2)),))
    norm = nn.BatchNorm1d(2, dtype=np.float64).eval()
    out = func.functional_call(norm, {"running_mean": np.ones(2)}, np.ones((1, 2)))
    assert out.data.tolist() == [[0, 0]]
    assert norm.running_mean.data.tolist() == [0, 0]


def test_running_statistics_take_no_tangent():
    instance = nn.InstanceNorm1d(2, track_running_stats=True, dtype=np.float64)
    for norm, shape in ((nn.BatchNorm1d(2, dtype=np.float64), (3, 2)), (instance, (3, 2, 4))):
        with pytest.raises(TypeError, match="cannot write into a plain array"):
            func.jvp(norm, (numbers(*shape),), (numbers(*shape),))
        norm.eval()
        assert func.jvp(norm, (numbers(*shape),), (numbers(*shape),))[1].shape == shape


def test_float32_stays():
    x = numbers(3).astype(np.float32)
    for found in (
        func.jvp(F.softmax, (x,), (x,))[1],
        func.jacrev(F.softmax)(x),
        func.jacfwd(F.softmax)(x),
        func.hessian(lambda x: (x * x * x).sum())(x),
        func.hvp(lambda x: (x.tanh() ** 2).mean(), (x,), (x,)),
    ):
        assert found.dtype == np.float32


def test_refuses():
    x = numbers(3)
    with pytest.raises(TypeError, match="jvp differentiates float32 and float64, got int"):
        func.jvp(F.relu, (np.arange(3),), (x,))
    with pytest.raises(TypeError, match="float32 and float64 meet"):
        func.jvp(F.tanh, (x,), (x.astype(np.float32),))
    with pytest.raises(ValueError, match=r"value has shape \(3,\), tangent \(2,\)"):
        func.jvp(F.tanh, (x,), (x[:2],))
    with pytest.raises(TypeError, match="primals must be a tuple"):
        func.jvp(F.tanh, x, x)
    with pytest.raises(ValueError, match="expected a dict with the names"):
        func.jvp(lambda p: p["a"], ({"a": x},), ({"b": x},))
    with pytest.raises(ValueError, match=r"returned \(3,\): use jacrev"):
        func.grad(F.tanh)(x)
    with pytest.raises(TypeError, match="must return one tensor, got tuple"):
        func.vjp(lambda x: (x, x), x)
    with pytest.raises(TypeError, match="must return tensors, got float"):
        func.jvp(lambda x: {"a": 1.0}, (x,), (x,))
    with pytest.raises(ValueError, match="argnums names argument 1, but there are 1"):
        func.grad(lambda x: x.sum(), 1)(x)
    with pytest.raises(ValueError, match="as many x as y, got 3 and 2"):
        func.per_example_grad(MODEL, F.cross_entropy, np.ones((3, 3)), np.zeros(2, int))
    with pytest.raises(TypeError, match=r"item\(\) of a Dual"):
        func.jvp(lambda x: x * x.sum().item(), (x,), (x,))


@pytest.mark.parametrize("f", [np.float32, np.asarray, np.linalg.norm, Tensor.numpy])
def test_a_function_that_leaves_the_graph_is_refused(f):
    """PyTorch's advice, to detach, would give derivatives of 0 without a word."""
    x = numbers(3)
    words = "made of operations on tensors, got one that turns a tensor that requires a gradient"
    for call in (func.grad, func.jacrev, func.hessian):
        with pytest.raises(TypeError, match=words):
            call(f)(x)
    with pytest.raises(TypeError, match=words):
        func.vjp(f, x)
    with pytest.raises(TypeError, match=r"a Dual cannot be stored|must return tensors, got Dual"):
        func.jvp(f, (x,), (x,))
    with pytest.raises(TypeError, match=words):
        func.per_example_grad(MODEL, lambda out, y: f(out), np.ones((3, 3)), np.zeros(3, int))


class Looped(nn.Module):
    """A model whose parameters are read by more than linear layers, for the slow road."""

    def __init__(self, model):
        self.model = model
        self.scale = nn.Parameter(np.ones(1))

    def forward(self, x):
        return self.model(x) * self.scale


@pytest.mark.parametrize("shape", [(5, 4), (5, 3, 4)])
def test_gradients_of_linear_layers_at_once_are_those_one_by_one(shape):
    rng = np.random.default_rng(0)
    shared = nn.Linear(4, 4, rng=1, dtype=np.float64)
    model = nn.Sequential(shared, nn.Tanh(), shared, nn.Linear(4, 2, rng=2, dtype=np.float64))
    x, y = rng.standard_normal(shape), rng.standard_normal((*shape[:-1], 2))
    found = func.per_example_grad(model, F.mse_loss, x, y)
    expected = func.per_example_grad(Looped(model), F.mse_loss, x, y)
    assert all(p.grad is None for p in model.parameters())
    assert {f"model.{name}" for name in found} | {"scale"} == set(expected)
    for name, gradients in found.items():
        np.testing.assert_allclose(gradients.data, expected[f"model.{name}"].data, atol=1e-13)
