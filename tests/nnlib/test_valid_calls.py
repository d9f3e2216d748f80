"""What is valid works: empty axes, numbers, NumPy's integers, states as tensors, shared modules."""

import copy

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import Tensor, func, optim

ONE = np.int64(1)
EMPTY = np.zeros((3, 0))
X = np.random.default_rng(0).standard_normal((3, 4))


def leaf(data):
    return Tensor(np.asarray(data, float), requires_grad=True)


# -- empty axes, and tensors without axes ------------------------------------------------------

ALONG = {  # operation, its value over an axis of length 0, None where there is none
    "sum": (Tensor.sum, 0),
    "prod": (nn.prod, 1),
    "norm": (lambda x, axis: nn.norm(x, axis=axis), 0),
    "norm 1": (lambda x, axis: nn.norm(x, 1, axis), 0),
    "norm inf": (lambda x, axis: nn.norm(x, np.inf, axis), 0),
    "logsumexp": (nn.logsumexp, -np.inf),
    "any": (Tensor.any, False),
    "all": (Tensor.all, True),
    "mean": (Tensor.mean, None),
    "max": (Tensor.max, None),
    "min": (Tensor.min, None),
    "var": (lambda x, axis: x.var(axis, correction=0), None),
    "std": (lambda x, axis: nn.std(x, axis, correction=0), None),
    "argmax": (Tensor.argmax, None),
    "argmin": (nn.argmin, None),
}
EVERY = {
    "softmax": F.softmax,
    "log_softmax": F.log_softmax,
    "cumsum": lambda x, axis: nn.cumsum(x, axis),
    "flip": nn.flip,
    "sort": lambda x, axis: nn.sort(x, axis).values,
    "normalize": lambda x, axis: F.normalize(x, 2, axis),
}


@pytest.mark.parametrize("name", ALONG)
def test_reductions_of_empty_axes(name):
    operation, nothing = ALONG[name]
    assert operation(Tensor(EMPTY), 0).shape == (0,)  # three rows, no column: nothing to reduce
    if nothing is None:
        with pytest.raises(ValueError, match="empty tensor"):
            operation(Tensor(EMPTY), 1)
        return
    x = leaf(EMPTY)
    out = operation(x, 1)
    np.testing.assert_array_equal(out.data, np.full(3, nothing))
    if out.requires_grad:
        out.sum().backward()
        assert x.grad.shape == (3, 0)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("axis", [0, 1])
def test_operations_along_empty_axes(name, axis):
    x = leaf(EMPTY)
    out = EVERY[name](x, axis)
    assert out.shape == (3, 0)
    out.sum().backward()
    assert x.grad.shape == (3, 0)


@pytest.mark.parametrize("name", [*ALONG, *EVERY])
@pytest.mark.parametrize("axis", [0, -1])
def test_a_number_may_be_worked_along_its_axis_0(name, axis):
    """As PyTorch has it: the result is a number too."""
    operation = EVERY[name] if name in EVERY else ALONG[name][0]
    x = leaf(2.0)
    out = operation(x, axis)
    assert np.shape(out) == ()
    if isinstance(out, Tensor) and out.requires_grad:
        out.backward()
        assert x.grad.shape == ()
    with pytest.raises(ValueError, match="axis 1 does not exist"):
        operation(x, 1)


def test_empty_batches():
    for layer, shape in [
        (nn.Linear(4, 2, rng=0), (0, 4)),
        (nn.Conv2d(1, 2, 3, rng=0), (0, 1, 5, 5)),
        (nn.MaxPool2d(2), (0, 1, 4, 4)),
        (nn.AvgPool2d(2), (0, 1, 4, 4)),
        (nn.LayerNorm(4), (0, 4)),
        (nn.GroupNorm(1, 4), (0, 4)),
        (nn.Dropout(rng=0), (0, 4)),
        (nn.GELU(), (0, 4)),
    ]:
        x = Tensor(np.zeros(shape, np.float32), requires_grad=True)
        out = layer(x)
        assert len(out) == 0
        out.sum().backward()
        assert x.grad.shape == shape
    assert nn.LSTM(4, 2, rng=0)(np.zeros((3, 0, 4), np.float32))[0].shape == (3, 0, 2)
    assert nn.Embedding(4, 2, rng=0)(np.zeros((0, 3), int)).shape == (0, 3, 2)


def test_squeeze_leaves_longer_axes():
    x = leaf(X[None])
    assert x.squeeze(1).shape == (1, 3, 4)
    assert x.squeeze((0, 1)).shape == (3, 4)
    assert x.squeeze(dim=0).shape == (3, 4)


# -- NumPy's numbers ---------------------------------------------------------------------------


def test_whole_numbers_of_numpy():
    x = leaf(X)
    np.testing.assert_allclose(func.grad(lambda a, b: (a * b).sum(), ONE)(x, x).data, X)
    gradients = func.grad(lambda a, b: (a * b).sum(), (np.int32(0), ONE))(x, x)
    assert len(gradients) == 2
    parameter = nn.Parameter([1.0])
    optimizer = optim.SGD([parameter], np.float64(0.1))
    for schedule in (
        optim.lr_scheduler.StepLR(optimizer, np.int64(2)),
        optim.lr_scheduler.MultiStepLR(optimizer, np.array([2, 4])),
        optim.lr_scheduler.LinearLR(optimizer, total_iters=np.int64(2)),
        optim.lr_scheduler.CosineAnnealingLR(optimizer, np.int64(10)),
        optim.lr_scheduler.OneCycleLR(
            optimizer, 0.1, epochs=ONE, steps_per_epoch=np.int64(9), cycle_momentum=False
        ),
        optim.lr_scheduler.ReduceLROnPlateau(optimizer, patience=ONE),
    ):
        assert schedule.optimizer is optimizer
    optim.Lookahead(optimizer, k=np.int64(3))
    assert nn.Linear(np.int64(4), np.int64(2), rng=0)(X.astype(np.float32)).shape == (3, 2)
    assert x.reshape(np.int64(4), -1).shape == (4, 3)
    assert x.sum(axis=np.int64(0)).shape == (4,)
    assert x.flatten(np.int64(0)).shape == (12,)
    assert [len(part) for part in nn.split(x, np.int64(2))] == [2, 1]
    assert x[ONE].shape == (4,)


# -- derivatives of every order ----------------------------------------------------------------


def test_hessians_of_products():
    x = np.array([2.0, 3.0, 0.0])
    expected = [[0, 0, 3], [0, 0, 2], [3, 2, 0]]
    np.testing.assert_allclose(func.hessian(nn.prod)(x).data, expected)
    rows = func.hessian(lambda x: nn.prod(x.reshape(1, 3), 1).sum())(x)
    np.testing.assert_allclose(rows.data, expected)


def test_hessians_of_norms():
    x = np.array([3.0, 4.0])
    expected = (np.eye(2) - np.outer(x, x) / 25) / 5
    np.testing.assert_allclose(func.hessian(nn.norm)(x).data, expected, atol=1e-12)


# -- modules -----------------------------------------------------------------------------------


def test_a_state_may_hold_parameters():
    one, other = nn.Linear(3, 2, rng=0), nn.Linear(3, 2, rng=1)
    other.load_state_dict(dict(one.named_parameters()))
    np.testing.assert_array_equal(other.weight.data, one.weight.data)
    assert other.weight.data is not one.weight.data


class Child(nn.Module):
    def __init__(self, parent):
        self.parent = parent
        self.linear = nn.Linear(2, 2, rng=0)


class Parent(nn.Module):
    def __init__(self):
        self.child = Child(self)
        self.scale = nn.Parameter([1.0])


def test_a_child_may_hold_its_parent():
    parent = Parent()
    names = ["child.linear.weight", "child.linear.bias", "scale"]
    assert sorted(name for name, _ in parent.named_parameters()) == sorted(names)
    assert sorted(parent.state_dict()) == sorted(names)
    assert [name for name, _ in parent.named_modules()] == ["", "child", "child.linear"]
    parent.eval()
    assert not parent.child.linear.training
    parent.load_state_dict(parent.state_dict())
    assert "(parent): (...)" in repr(parent)
    other = copy.deepcopy(parent)
    assert other.child.parent is other
    assert parent.double().child.linear.weight.dtype == np.float64


def test_formats():
    loss = leaf(0.126)
    assert f"{loss:.2f} {loss * 1:>6.1f}" == "0.13    0.1"
    assert f"{Tensor([1.0])}" == "Tensor([1.])"
    with pytest.raises(ValueError, match="item\\(\\) needs one element"):
        f"{leaf(X):.2f}"


# -- types that are refused or taken as they are -------------------------------------------------


def test_types():
    assert nn.cumsum([True, True, False], 0).tolist() == [1, 2, 2]
    for wrong in (np.zeros(2, int), np.zeros(2, np.float32), [1.0]):
        with pytest.raises(TypeError, match="numerical_gradient needs an array of float64"):
            nn.numerical_gradient(lambda: 0.0, wrong)
    x = leaf(X)
    for axis in (1.7, "0", True, [0, "1"]):
        for call in (x.sum, x.max, x.squeeze, F.softmax, nn.sort, nn.norm):
            with pytest.raises(TypeError, match=r"an axis must be a whole number|works along one"):
                call(x, axis=axis) if call in (F.softmax, nn.sort, nn.norm) else call(axis=axis)
    for axis in (5, -3):
        with pytest.raises(ValueError, match=f"flatten: axis {axis} does not exist"):
            x.flatten(axis)
    with pytest.raises(TypeError, match=r"only tensors of float32 and float64 .* not float16"):
        Tensor(np.ones(2, np.float16), requires_grad=True)
    with pytest.raises(TypeError, match="float32 or float64, not float16"):
        nn.Linear(2, 2, rng=0).astype(np.float16)
    big = np.arange(3, dtype=">f8")
    y = Tensor(big, requires_grad=True)
    assert y.dtype == np.float64
    assert y.dtype.isnative
    (y * y).sum().backward()
    np.testing.assert_array_equal(y.grad, [0, 2, 4])
    assert Tensor(np.arange(3, dtype=">i4")).dtype == np.int32
