"""The affine layer, and a whole network against the guide's formulas written out by hand."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

SIZES = (5, 4, 3)


def sigmoid(z):
    return 1 / (1 + np.exp(-z))


@pytest.fixture
def network():
    """A network 5-4-3 in float64, a batch of rows and targets whose entries add up to 1."""
    rng = np.random.default_rng(3)
    model = nn.Sequential(
        nn.Linear(5, 4, rng=rng, dtype=np.float64),
        nn.Sigmoid(),
        nn.Linear(4, 3, rng=rng, dtype=np.float64),
    )
    x, y = rng.standard_normal((6, 5)), rng.random((6, 3))
    return model, x, y / y.sum(1, keepdims=True)


def forward_by_hand(model, x):
    """One example as a column, Eqs. (13)-(16): returns a⁽⁰⁾, z⁽¹⁾, a⁽¹⁾, z⁽²⁾."""
    W1, b1, W2, b2 = (p.data for p in model.parameters())
    a0 = x[:, None]
    z1 = W1 @ a0 + b1[:, None]
    a1 = sigmoid(z1)
    return a0, z1, a1, W2 @ a1 + b2[:, None]


@pytest.mark.definition("artificial-neuron")
@pytest.mark.equation(3)
@pytest.mark.equation(4)
@pytest.mark.equation(5)
def test_one_unit_is_the_weighted_sum_bent():
    w, b, x = np.array([0.5, -1.0, 2.0]), 0.25, np.array([3.0, 1.0, -2.0])
    z = F.linear(Tensor(x), Tensor(w[None, :]), Tensor([b]))
    assert z.data.tolist() == [sum(w * x) + b] == [-3.25]
    assert F.relu(z).data.tolist() == [0]
    np.testing.assert_allclose(F.sigmoid(z).data, 1 / (1 + np.exp(3.25)), rtol=1e-15)


@pytest.mark.equation(13)
@pytest.mark.equation(14)
@pytest.mark.equation(15)
@pytest.mark.equation(16)
@pytest.mark.equation(26)
@pytest.mark.equation(27)
def test_forward_is_the_guides_column_by_column(network):
    model, x, _ = network
    rows = model(x).data
    hidden = model[:2](x).data
    for n in range(len(x)):
        _, _, a1, z2 = forward_by_hand(model, x[n])
        np.testing.assert_allclose(hidden[n], a1[:, 0], rtol=1e-14)
        np.testing.assert_allclose(rows[n], z2[:, 0], rtol=1e-13)


@pytest.mark.equation(13)
def test_network_without_layers_is_its_input(network):
    x = Tensor(network[1])
    assert nn.Sequential()(x) is x


@pytest.mark.equation(28)
@pytest.mark.equation(29)
@pytest.mark.equation(30)
@pytest.mark.equation(31)
@pytest.mark.parametrize("loss", ["squared error of sigmoids", "cross-entropy of softmax"])
def test_backward_is_the_guides_example_by_example(network, loss):
    """δ at the output, δ one layer back, dW and db, each example alone as a column, then added."""
    model, x, y = network
    W2 = model[2].weight.data
    expected = [np.zeros_like(p.data) for p in model.parameters()]
    deltas1, deltas2 = np.zeros((6, 4)), np.zeros((6, 3))
    for n in range(len(x)):
        a0, z1, a1, z2 = forward_by_hand(model, x[n])
        target = y[n][:, None]
        if loss.startswith("squared"):
            a2 = sigmoid(z2)
            delta2 = 2 * (a2 - target) * (a2 * (1 - a2))  # Eq. (28), elementwise f
        else:
            p = np.exp(z2) / np.exp(z2).sum()
            delta2 = p - target  # Eq. (28) with softmax's whole Jacobian
        delta1 = (W2.T @ delta2) * (sigmoid(z1) * (1 - sigmoid(z1)))  # Eq. (29)
        deltas1[n], deltas2[n] = delta1[:, 0], delta2[:, 0]
        for k, gradient in enumerate(
            [delta1 @ a0.T, delta1[:, 0], delta2 @ a1.T, delta2[:, 0]]  # Eqs. (30), (31)
        ):
            expected[k] += gradient

    z1 = model[0](x).retain_grad()
    z2 = model[2](model[1](z1)).retain_grad()
    if loss.startswith("squared"):
        F.mse_loss(F.sigmoid(z2), y, reduction="sum").backward()
    else:
        F.cross_entropy(z2, y, reduction="sum").backward()
    np.testing.assert_allclose(z2.grad, deltas2, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(z1.grad, deltas1, rtol=1e-12, atol=1e-15)
    for parameter, gradient in zip(model.parameters(), expected, strict=True):
        np.testing.assert_allclose(parameter.grad, gradient, rtol=1e-12, atol=1e-14)


@pytest.mark.equation(28)
def test_equation_28_as_printed_fails_for_softmax():
    """⊙ f'(z) with f' = p(1 - p) is right at the target's class alone and 0 at the others."""
    z = Tensor(np.array([[1.0, -0.5, 0.3]]), requires_grad=True)
    F.cross_entropy(z, [1]).backward()
    p = np.exp(z.data) / np.exp(z.data).sum()
    slope_of_loss = np.array([[0.0, -1 / p[0, 1], 0.0]])  # ∂L/∂a of -log a at the target
    printed = slope_of_loss * p * (1 - p)
    assert printed[0, 1] == pytest.approx(z.grad[0, 1], rel=1e-12)
    assert printed[0, [0, 2]].tolist() == [0, 0]
    assert np.abs(z.grad[0, [0, 2]]).min() > 0.25
    jacobian = np.diag(p[0]) - np.outer(p[0], p[0])
    np.testing.assert_allclose(z.grad, slope_of_loss @ jacobian, rtol=1e-12)  # the right form


@pytest.mark.equation(29)
@pytest.mark.equation(30)
@pytest.mark.equation(31)
@pytest.mark.parametrize("shape", [(3,), (1, 3), (7, 3), (2, 5, 3), (0, 3)])
def test_gradients_of_the_layer(shape):
    """After another operation, for every number of leading axes; x is not the first in line."""
    rng = np.random.default_rng(0)
    inputs = [rng.standard_normal(shape), rng.standard_normal((4, 3)), rng.standard_normal(4)]
    nn.gradcheck(lambda x, W, b: F.linear(x * 2.0, W.tanh(), b.exp()), inputs)
    nn.gradcheck(lambda x, W: F.linear(x.tanh(), W * 3.0).tanh(), inputs[:2])


@given(st.integers(0, 4), st.integers(1, 5), st.integers(1, 5), st.booleans())
def test_equals_matmul_and_add(rows, n_in, n_out, bias):
    rng = np.random.default_rng(rows)
    x, W = rng.standard_normal((rows, n_in)), rng.standard_normal((n_out, n_in))
    b, cotangent = rng.standard_normal(n_out), rng.standard_normal((rows, n_out))
    results = []
    for fused in (True, False):
        t = [Tensor(a.copy(), requires_grad=True) for a in (x, W, b)]
        if fused:
            out = F.linear(t[0], t[1], t[2] if bias else None)
        else:
            out = t[0] @ t[1].T + t[2] if bias else t[0] @ t[1].T
        out.backward(cotangent)
        results.append([out.data] + [a.grad for a in (t if bias else t[:2])])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype):
    layer = nn.Linear(3, 2, rng=0, dtype=dtype)
    x = Tensor(np.ones((4, 3), dtype), requires_grad=True)
    out = layer(x)
    out.sum().backward()
    assert {a.dtype for a in (out, x.grad, layer.weight.grad, layer.bias.grad)} == {np.dtype(dtype)}


def test_float_types_do_not_mix():
    layer = nn.Linear(3, 2)
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        layer(np.ones((4, 3)))
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        F.linear(np.ones((4, 3), np.float32), layer.weight, Tensor(np.ones(2)))


def test_whole_numbers_take_the_type_of_the_weights():
    layer = nn.Linear(2, 1, rng=0)
    assert layer(np.array([[0, 1]])).dtype == np.float32


def test_names_shapes_that_do_not_fit():
    layer = nn.Linear(3, 2)
    with pytest.raises(ValueError, match=r"inputs of shape \(\.\.\., 3\), got \(4, 5\)"):
        layer(np.ones((4, 5), np.float32))
    with pytest.raises(ValueError, match=r"\(\.\.\., 3\), got \(\)"):
        layer(1.0)
    with pytest.raises(ValueError, match=r"bias must have shape \(2,\), got \(3,\)"):
        F.linear(np.ones((4, 3), np.float32), layer.weight, Tensor(np.ones(3, np.float32)))
    with pytest.raises(ValueError, match="positive sizes, got 0 and 2"):
        nn.Linear(0, 2)


def test_initial_values_are_pytorchs_default():
    layer = nn.Linear(400, 300, rng=0)
    for values in (layer.weight.data, layer.bias.data):
        assert np.abs(values).max() <= 1 / 20
    assert layer.weight.data.var() == pytest.approx(1 / (3 * 400), rel=0.02)
    again = nn.Linear(400, 300, rng=0)
    assert np.array_equal(layer.weight.data, again.weight.data)
    assert not np.array_equal(layer.weight.data, nn.Linear(400, 300, rng=1).weight.data)


def test_repr_and_missing_bias():
    assert repr(nn.Linear(3, 2)) == "Linear(in_features=3, out_features=2, bias=True)"
    layer = nn.Linear(3, 2, bias=False)
    assert layer.bias is None
    assert [name for name, _ in layer.named_parameters()] == ["weight"]
    assert repr(layer).endswith("bias=False)")
