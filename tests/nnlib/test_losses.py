"""Losses: the guide's formulas, their fused gradients, extreme logits, and what is refused."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.tensor import Tensor

RNG = np.random.default_rng(5)
LOGITS = RNG.standard_normal((6, 4)) * 2
CLASSES = np.array([0, 3, 1, 1, 2, 0])
SHARES = RNG.random((6, 4))
SHARES /= SHARES.sum(1, keepdims=True)
REDUCTIONS = ("mean", "sum", "none")


def reduced(losses, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](losses)


@pytest.mark.equation(18)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_squared_error_is_the_formula(reduction):
    """Without a factor ½, averaged over every element."""
    y = RNG.standard_normal(LOGITS.shape)
    loss = F.mse_loss(LOGITS, y, reduction)
    np.testing.assert_allclose(loss.data, reduced((LOGITS - y) ** 2, reduction), rtol=1e-14)
    x = Tensor([3.0], requires_grad=True)
    F.mse_loss(x, [1.0]).backward()
    assert x.grad.tolist() == [4.0]  # 2(ŷ - y)


@pytest.mark.equation(21)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_binary_cross_entropy_is_the_formula(reduction):
    y = RNG.integers(0, 2, LOGITS.shape).astype(float)
    p = 1 / (1 + np.exp(-LOGITS))
    expected = -(y * np.log(p) + (1 - y) * np.log(1 - p))
    loss = F.binary_cross_entropy_with_logits(LOGITS, y, reduction=reduction)
    np.testing.assert_allclose(loss.data, reduced(expected, reduction), rtol=1e-12)


@pytest.mark.equation(21)
def test_binary_is_two_classes_of_softmax():
    """Logits (0, z) make softmax the sigmoid of z."""
    z, y = LOGITS[:, 0], CLASSES % 2
    two = F.cross_entropy(np.column_stack([np.zeros_like(z), z]), y)
    one = F.binary_cross_entropy_with_logits(z, y)
    assert one.item() == pytest.approx(two.item(), rel=1e-14)


@pytest.mark.equation(22)
@pytest.mark.equation(24)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_cross_entropy_is_the_formula(reduction):
    p = np.exp(LOGITS) / np.exp(LOGITS).sum(1, keepdims=True)
    by_class = F.cross_entropy(LOGITS, CLASSES, reduction=reduction).data
    np.testing.assert_allclose(
        by_class, reduced(-np.log(p[np.arange(6), CLASSES]), reduction), rtol=1e-13
    )
    by_share = F.cross_entropy(LOGITS, SHARES, reduction=reduction).data
    np.testing.assert_allclose(
        by_share, reduced(-(SHARES * np.log(p)).sum(1), reduction), rtol=1e-13
    )
    one_hot = F.cross_entropy(LOGITS, np.eye(4)[CLASSES], reduction=reduction).data
    np.testing.assert_allclose(one_hot, by_class, rtol=1e-13)


@pytest.mark.equation(23)
@pytest.mark.equation(28)
def test_gradient_of_cross_entropy_is_prediction_minus_truth():
    """Bit by bit the chapter's own steps: E/E.sum, minus 1 at the target, times 1/N."""
    for dtype in (np.float32, np.float64):
        z = Tensor(LOGITS.astype(dtype), requires_grad=True)
        F.cross_entropy(z, CLASSES).backward()
        E = np.exp(z.data - z.data.max(1, keepdims=True))
        P = E / E.sum(1, keepdims=True)
        P[np.arange(6), CLASSES] -= 1
        assert np.array_equal(z.grad, P * np.asarray(1 / 6, dtype))


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients(reduction):
    """Every input, after another operation, with a cotangent behind the loss."""
    targets = RNG.random((6, 4))

    def between(loss):
        return lambda x, *y: loss(x * 1.5, *y) * 2.0

    nn.gradcheck(
        between(lambda x, y: F.mse_loss(x, y.tanh(), reduction)), [LOGITS, targets], atol=1e-6
    )
    bce = F.binary_cross_entropy_with_logits
    nn.gradcheck(
        between(lambda x, y: bce(x, F.sigmoid(y), reduction=reduction)),
        [LOGITS, targets],
        atol=1e-6,
    )
    nn.gradcheck(
        between(lambda x: F.cross_entropy(x, CLASSES, reduction=reduction)), [LOGITS], atol=1e-6
    )
    nn.gradcheck(
        between(lambda x, y: F.cross_entropy(x, y * 2.0, reduction=reduction)),
        [LOGITS, targets],
        atol=1e-6,
    )


@given(st.integers(1, 5), st.integers(1, 5), st.integers(0, 99))
def test_fused_and_composed_cross_entropy_agree(n, classes, seed):
    rng = np.random.default_rng(seed)
    start, y = rng.standard_normal((n, classes)) * 3, rng.integers(0, classes, n)
    forms = [
        lambda z: F.cross_entropy(z, y),
        lambda z: -F.log_softmax(z)[np.arange(n), y].mean(),
        lambda z: -F.softmax(z)[np.arange(n), y].log().mean(),
        lambda z: -(F.log_softmax(z) * np.eye(classes)[y]).sum() / n,
    ]
    values, gradients = [], []
    for form in forms:
        z = Tensor(start.copy(), requires_grad=True)
        loss = form(z)
        loss.backward()
        values.append(loss.item())
        gradients.append(z.grad)
    for value, gradient in zip(values[1:], gradients[1:], strict=True):
        assert value == pytest.approx(values[0], rel=1e-10, abs=1e-12)
        np.testing.assert_allclose(gradient, gradients[0], rtol=1e-9, atol=1e-12)


@given(st.lists(st.floats(-20, 20), min_size=1, max_size=6), st.floats(0, 1))
def test_fused_and_composed_binary_cross_entropy_agree(logits, y):
    z1, z2 = (Tensor(np.array(logits), requires_grad=True) for _ in range(2))
    y = np.full(len(logits), y)
    one = F.binary_cross_entropy_with_logits(z1, y)
    p, q = F.sigmoid(z2), F.sigmoid(-z2)
    two = -(p.log() * y + q.log() * (1 - y)).mean()
    one.backward()
    two.backward()
    assert one.item() == pytest.approx(two.item(), rel=1e-6, abs=1e-9)
    np.testing.assert_allclose(z1.grad, z2.grad, rtol=1e-6, atol=1e-9)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_extreme_logits(dtype):
    """Overflow would warn, and warnings are errors here."""
    z = Tensor(np.array([[1e4, -1e4], [1e4, -1e4]], dtype), requires_grad=True)
    loss = F.cross_entropy(z, [0, 1], reduction="none")
    assert loss.data.tolist() == [0, 2e4]
    loss.sum().backward()
    assert z.grad.tolist() == [[0, 0], [1, -1]]
    z = Tensor(np.array([1e4, -1e4, 1e4, -1e4], dtype), requires_grad=True)
    loss = F.binary_cross_entropy_with_logits(z, [1, 1, 0, 0], reduction="none")
    assert loss.data.tolist() == [0, 1e4, 1e4, 0]
    loss.sum().backward()
    assert z.grad.tolist() == [0, -1, 1, 0]


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_dtype_stays(reduction):
    y32 = SHARES.astype(np.float32)
    for loss, y in [
        (F.mse_loss, y32),
        (F.binary_cross_entropy_with_logits, y32),
        (F.cross_entropy, y32),
        (F.cross_entropy, CLASSES),
    ]:
        z = Tensor(LOGITS.astype(np.float32), requires_grad=True)
        out = loss(z, y, reduction=reduction)
        out.sum().backward()
        assert out.dtype == z.grad.dtype == np.float32
        assert isinstance(out.data, np.ndarray)


def test_modules_are_the_functions():
    for module, function, target in [
        (nn.MSELoss, F.mse_loss, SHARES),
        (nn.BCEWithLogitsLoss, F.binary_cross_entropy_with_logits, SHARES),
        (nn.CrossEntropyLoss, F.cross_entropy, CLASSES),
    ]:
        for reduction in REDUCTIONS:
            found = module(reduction=reduction)(Tensor(LOGITS), target).data
            assert np.array_equal(found, function(LOGITS, target, reduction=reduction).data)
        with pytest.raises(ValueError, match=r"reduction must be one of .*got 'average'"):
            module(reduction="average")


def test_a_tensor_may_be_the_target():
    assert F.cross_entropy(LOGITS, Tensor(CLASSES)).item() == pytest.approx(
        F.cross_entropy(LOGITS, CLASSES).item()
    )


BCE = F.binary_cross_entropy_with_logits


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.mse_loss([1.0, 2.0], [[1.0], [2.0]]), ValueError, r"\(2,\) and \(2, 1\)"),
        (lambda: F.mse_loss(np.ones((0, 2)), np.ones((0, 2))), ValueError, "empty batch"),
        (lambda: F.mse_loss([1, 2], [0, 0]), TypeError, "mse_loss needs float32 or float64"),
        (lambda: F.mse_loss([1.0], [1.0], "avg"), ValueError, "got 'avg'"),
        (
            lambda: F.mse_loss(Tensor(np.ones(1, np.float32)), np.ones(1)),
            TypeError,
            "float64 and float32 meet",
        ),
        (lambda: BCE([1.0], [[1.0]]), ValueError, r"\(1,\) and \(1, 1\)"),
        (lambda: BCE([1.0, 2.0], [0.5, 2.0]), ValueError, r"in \[0, 1\], found 0\.5 to 2"),
        (lambda: BCE([1.0], [np.nan]), ValueError, r"in \[0, 1\], found nan"),
        (lambda: BCE([1], [1]), TypeError, "needs float32 or float64"),
        (lambda: BCE(np.ones(0), np.ones(0)), ValueError, "empty batch"),
        (lambda: BCE([1.0], [1.0], reduction=None), ValueError, "got None"),
        (lambda: F.cross_entropy(LOGITS, CLASSES + 1), ValueError, r"0\.\.3, found 1 to 4"),
        (lambda: F.cross_entropy(LOGITS, CLASSES - 1), ValueError, r"0\.\.3, found -1 to 2"),
        (lambda: F.cross_entropy(LOGITS, CLASSES[:5]), ValueError, r"\(6,\), .*; got \(5,\)"),
        (lambda: F.cross_entropy(LOGITS, CLASSES * 1.0), TypeError, "dtype float64"),
        (lambda: F.cross_entropy(LOGITS[0], [1]), ValueError, r"shape \(N, C\) or .*, got \(4,\)"),
        (lambda: F.cross_entropy(LOGITS[:0], CLASSES[:0]), ValueError, "empty batch"),
        (lambda: F.cross_entropy([[1, 2]], [0]), TypeError, "logits, got int64"),
        (lambda: F.cross_entropy(LOGITS, CLASSES, reduction="max"), ValueError, "got 'max'"),
        (
            lambda: F.cross_entropy(LOGITS.astype(np.float32), SHARES),
            TypeError,
            "float64 and float32 meet",
        ),
    ],
)
def test_says_what_came_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("loss", [F.mse_loss, BCE])
def test_empty_batch_without_reduction_is_empty(loss):
    assert loss(np.ones((0, 2)), np.ones((0, 2)), reduction="none").shape == (0, 2)
