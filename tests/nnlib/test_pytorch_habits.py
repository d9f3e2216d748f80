"""What PyTorch users type means what it means there, or is refused; nothing gives other numbers."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import Tensor

X = np.random.default_rng(1).standard_normal((3, 4))
STACK = np.arange(24.0).reshape(2, 3, 4)


def test_transpose_exchanges_two_axes():
    x = Tensor(STACK, requires_grad=True)
    np.testing.assert_array_equal(x.transpose(0, 1).data, STACK.swapaxes(0, 1))
    np.testing.assert_array_equal(Tensor(X).transpose(0, 1).data, X.T)
    np.testing.assert_array_equal(x.transpose(-1, 0).data, STACK.swapaxes(-1, 0))
    np.testing.assert_array_equal(x.permute(2, 0, 1).data, STACK.transpose(2, 0, 1))
    np.testing.assert_array_equal(x.permute((2, 0, 1)).data, STACK.transpose(2, 0, 1))
    np.testing.assert_array_equal(x.mT.data, STACK.swapaxes(1, 2))
    for whole in (x.T, x.transpose()):
        np.testing.assert_array_equal(whole.data, STACK.T)
    for axes in ((0,), (0, 1, 2), ((2, 0, 1),)):
        with pytest.raises(ValueError, match="transpose exchanges two axes"):
            x.transpose(*axes)
    with pytest.raises(ValueError, match="permute needs an order of all 3 axes"):
        x.permute(0, 1)
    with pytest.raises(ValueError, match="axis 3 does not exist"):
        x.transpose(0, 3)


def test_the_second_argument_of_a_norm_is_p():
    np.testing.assert_allclose(nn.norm(X, 1).data, np.abs(X).sum())
    np.testing.assert_allclose(nn.norm(X, 1, 0).data, np.abs(X).sum(0))
    np.testing.assert_allclose(nn.norm(X, dim=1, keepdim=True).data[:, 0], np.sqrt((X * X).sum(1)))
    np.testing.assert_allclose(F.normalize(X, 2, 1).data, F.normalize(X, dim=1).data)
    np.testing.assert_allclose(
        F.normalize(X, 1, 0).data, X / np.abs(X).sum(0, keepdims=True), rtol=1e-12
    )


def test_the_second_argument_of_a_spread_is_not_keepdims():
    x = Tensor(X)
    np.testing.assert_allclose(x.var(0, unbiased=False).data, X.var(0))
    np.testing.assert_allclose(x.std(0, unbiased=True).data, X.std(0, ddof=1))
    np.testing.assert_allclose(x.std(dim=0, keepdim=True).data, X.std(0, ddof=1, keepdims=True))
    for call in (x.var, x.std):
        with pytest.raises(TypeError):
            call(0, False)
        with pytest.raises(TypeError, match="an axis must be a whole number"):
            call(False)
    with pytest.raises(TypeError, match="correction or unbiased, not both"):
        x.var(0, unbiased=True, correction=0)


def test_making_tensors():
    x = nn.tensor([[1.0, 2.0]], requires_grad=True)
    array = np.ones(2)
    assert nn.tensor(array).data is not array
    assert nn.tensor([1, 2], dtype=np.float32).dtype == np.float32
    assert nn.Parameter(nn.tensor([1.0])).requires_grad
    assert not Tensor(x).requires_grad
    assert Tensor(x).data is x.data


def test_sizes():
    x = Tensor(STACK)
    assert (x.size(0), x.size(-1), x.size()) == (2, 4, (2, 3, 4))
    assert x.size == x.numel() == 24
    with pytest.raises(ValueError, match="size: axis 3 does not exist"):
        x.size(3)


def test_comparisons_give_tensors():
    x, y = Tensor(X), Tensor(X.round())
    same = (x > 0) & ~(x >= 1) | (x == y)
    np.testing.assert_array_equal(same.data, (X > 0) & ~(X >= 1) | (X.round() == X))
    assert (x > 0).float().mean().item() == pytest.approx((X > 0).mean())
    assert (x != y).any()
    assert (x <= x).all()
    assert (x < 9).all(dim=1).tolist() == [True] * 3
    np.testing.assert_array_equal(x[x > 0].data, X[X > 0])
    assert (x == None) is False  # noqa: E711
    assert x in [x]
    with pytest.raises(ValueError, match="greater got shapes"):
        _ = x > np.ones(3)
    with pytest.raises(TypeError, match="joins tensors of booleans, got float64"):
        _ = x & x


def test_a_tensor_as_exponent():
    base, exponent = np.array([2.0, 0.0, 3.0]), np.array([3.0, 2.0, 0.0])
    nn.gradcheck(lambda a, b: a**b, [base + 1, exponent])
    nn.gradcheck(lambda b: 2.0**b, [exponent])
    a, b = Tensor(base, requires_grad=True), Tensor(exponent, requires_grad=True)
    (a**b).sum().backward()
    np.testing.assert_allclose(a.grad, [12, 0, 0])
    np.testing.assert_allclose(b.grad, [8 * np.log(2), 0, np.log(3)])


@pytest.mark.parametrize(
    ("ours", "expected"),
    [
        (lambda x: nn.cat([x, x], dim=1), np.concatenate([X, X], 1)),
        (lambda x: nn.stack([x, x], dim=-1), np.stack([X, X], -1)),
        (lambda x: nn.flip(x, dims=(0, 1)), np.flip(X)),
        (lambda x: x.flip(0), np.flip(X, 0)),
        (lambda x: nn.prod(x, dim=0, keepdim=True), X.prod(0, keepdims=True)),
        (lambda x: x.logsumexp(dim=1, keepdim=True), np.log(np.exp(X).sum(1, keepdims=True))),
        (lambda x: x.unsqueeze(dim=-1), X[..., None]),
        (lambda x: x.cumsum(dim=0), X.cumsum(0)),
        (lambda x: nn.split(x, 2, dim=1)[1], X[:, 2:]),
        (lambda x: x.chunk(2, dim=1)[0], X[:, :2]),
        (lambda x: x.view(2, -1), X.reshape(2, -1)),
        (lambda x: x.repeat(2, 1), np.tile(X, (2, 1))),
        (lambda x: x.repeat(2, 1, 1), np.tile(X, (2, 1, 1))),
        (lambda x: x.repeat_interleave(2, dim=0), X.repeat(2, 0)),
        (lambda x: x[:1].expand(5, -1), np.broadcast_to(X[:1], (5, 4))),
        (lambda x: x.unbind(1)[2], X[:, 2]),
        (lambda x: x.sigmoid(), 1 / (1 + np.exp(-X))),
        (lambda x: x.relu(), np.maximum(X, 0)),
        (lambda x: x.softmax(dim=0), np.exp(X) / np.exp(X).sum(0)),
        (lambda x: x.log_softmax(-1).exp().sum(-1), np.ones(3)),
        (lambda x: x.sin() + x.cos(), np.sin(X) + np.cos(X)),
        (lambda x: x.float().double(), X.astype(np.float32).astype(float)),
        (lambda x: x.long(), X.astype(int)),
    ],
)
def test_pytorchs_words(ours, expected):
    np.testing.assert_allclose(ours(Tensor(X)).data, expected, rtol=1e-12)
    x = Tensor(X, requires_grad=True)
    out = ours(x)
    if out.requires_grad:
        out.sum().backward()
        assert x.grad.shape == X.shape


def test_modules():
    shared = nn.ReLU()
    model = nn.Sequential(nn.Linear(2, 2, rng=0), shared, shared)
    assert list(model.children()) == [model[0], shared]
    assert [name for name, _ in model.named_children()] == ["0", "1"]
    assert list(model.modules()) == [model, model[0], shared]
    assert len(model) == 3
    assert model.double().float()[0].weight.dtype == np.float32
    x = np.ones((1, 2), np.float32)
    np.testing.assert_array_equal(model(input=x).data, model(x).data)
    assert F.linear(input=x, weight=model[0].weight).shape == (1, 2)


def test_starting_values():
    for draw in (nn.init.kaiming_normal, nn.init.kaiming_uniform):
        start = draw((4, 3), 0, "fan_out", "relu", rng=0)
        np.testing.assert_array_equal(start, draw((4, 3), a=0, mode="fan_out", rng=0))
        with pytest.raises(ValueError, match="mode must be one of 'fan_in', 'fan_out', got 'in'"):
            draw((4, 3), mode="in")
