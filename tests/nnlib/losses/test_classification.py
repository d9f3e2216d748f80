"""Losses of classes: formulas, fused gradients, extreme logits, options."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(5)


LOGITS = RNG.standard_normal((6, 4)) * 2


CLASSES = np.array([0, 3, 1, 1, 2, 0])


SHARES = RNG.random((6, 4))


SHARES /= SHARES.sum(1, keepdims=True)


REDUCTIONS = ("mean", "sum", "none")


def reduced(losses, reduction):
    return {"mean": np.mean, "sum": np.sum, "none": np.asarray}[reduction](losses)


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
    """The chapter's own steps, up to rounding: E/E.sum, minus 1 at the target, times 1/N."""
    for dtype in (np.float32, np.float64):
        z = Tensor(LOGITS.astype(dtype), requires_grad=True)
        F.cross_entropy(z, CLASSES).backward()
        E = np.exp(z.data - z.data.max(1, keepdims=True))
        P = E / E.sum(1, keepdims=True)
        P[np.arange(6), CLASSES] -= 1
        eps = np.finfo(dtype).eps
        np.testing.assert_allclose(z.grad, P / 6, rtol=2 * eps, atol=eps / 6)


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


def test_a_tensor_may_be_the_target():
    assert F.cross_entropy(LOGITS, Tensor(CLASSES)).item() == pytest.approx(
        F.cross_entropy(LOGITS, CLASSES).item()
    )


P = 1 / (1 + np.exp(-LOGITS))


@pytest.mark.equation(21)
@given(st.booleans(), st.booleans(), st.sampled_from(REDUCTIONS), st.integers(0, 99))
def test_binary_cross_entropy_with_weights_is_the_formula(weighted, positive, reduction, seed):
    """From probabilities, from logits, and term by term."""
    rng = np.random.default_rng(seed)
    z, y = rng.standard_normal((3, 4)) * 3, rng.random((3, 4))
    w = rng.random((3, 1)) + 0.5 if weighted else None
    q = rng.random(4) * 3 if positive else None
    p = 1 / (1 + np.exp(-z))
    yes, no = -y * np.log(p), -(1 - y) * np.log(1 - p)
    each = (yes * (1 if q is None else q) + no) * (1 if w is None else w)
    fused = F.binary_cross_entropy_with_logits(z, y, w, reduction, q)
    np.testing.assert_allclose(fused.data, reduced(each, reduction), rtol=1e-12)
    if q is None:
        from_p = F.binary_cross_entropy(p, y, w, reduction)
        np.testing.assert_allclose(from_p.data, fused.data, rtol=1e-11)


@pytest.mark.equation(21)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_certain_probabilities(dtype):
    """0 · log 0 is 0; a certain and wrong prediction costs 100, as in PyTorch."""
    p = Tensor(np.array([0, 1, 0, 1], dtype), requires_grad=True)
    loss = F.binary_cross_entropy(p, np.array([0, 1, 1, 0], dtype), reduction="none")
    assert loss.data.tolist() == [0, 0, 100, 100]
    loss.sum().backward()
    np.testing.assert_allclose(p.grad, [0, 0, -1e12, 1e12], rtol=1e-6)


WEIGHT = np.array([0.5, 2.0, 1.0, 1.5])


def explicit(z, T, weight, smoothing):
    """Eq. (22) row by row: minus the sum of targets times logarithms of probabilities."""
    losses = np.zeros(len(z))
    for i, row in enumerate(z):
        p = np.exp(row) / np.exp(row).sum()
        for c, share in enumerate(T[i]):
            target = (1 - smoothing) * share + smoothing / len(row)
            losses[i] -= weight[c] * target * np.log(p[c])
    return losses


@pytest.mark.equation(22)
@pytest.mark.equation(24)
@given(
    st.integers(1, 6),
    st.integers(1, 5),
    st.booleans(),
    st.sampled_from([0, 0.1, 1]),
    st.booleans(),
    st.sampled_from(REDUCTIONS),
    st.integers(0, 99),
)
def test_options_of_cross_entropy(n, classes, weighted, smoothing, ignoring, reduction, seed):
    rng = np.random.default_rng(seed)
    z, y = rng.standard_normal((n, classes)) * 2, rng.integers(0, classes, n)
    weight = rng.random(classes) + 0.5 if weighted else None
    w = np.ones(classes) if weight is None else weight
    counts = np.ones(n)
    target = y.copy()
    if ignoring and n > 1:
        counts[0], target[0] = 0, -7
    each = explicit(z, np.eye(classes)[y], w, smoothing) * counts
    expected = {"none": each, "sum": each.sum(), "mean": each.sum() / (w[y] * counts).sum()}
    options = {"weight": weight, "reduction": reduction, "label_smoothing": smoothing}
    loss = F.cross_entropy(z, target, ignore_index=-7, **options)
    np.testing.assert_allclose(loss.data, expected[reduction], rtol=1e-11, atol=1e-13)

    T = rng.random((n, classes)) + 0.1
    T /= T.sum(1, keepdims=True)
    each = explicit(z, T, w, smoothing)
    loss = F.cross_entropy(z, T, **options)
    np.testing.assert_allclose(loss.data, reduced(each, reduction), rtol=1e-11, atol=1e-13)

    if not smoothing:
        options.pop("label_smoothing")
        nll = F.nll_loss(F.log_softmax(z), target, ignore_index=-7, **options)
        np.testing.assert_allclose(nll.data, expected[reduction], rtol=1e-11, atol=1e-13)


@given(st.lists(st.integers(1, 3), min_size=1, max_size=3), st.integers(0, 99), st.booleans())
def test_further_axes_are_more_examples(others, seed, weighted):
    """(N, C, d1, ...) is (N · d1 · ..., C) in another order."""
    rng = np.random.default_rng(seed)
    z, y = rng.standard_normal((2, 4, *others)), rng.integers(0, 4, (2, *others))
    weight = WEIGHT if weighted else None
    flat = np.moveaxis(z, 1, -1).reshape(-1, 4)
    for loss in (F.cross_entropy, F.nll_loss):
        one, two = Tensor(z, requires_grad=True), Tensor(flat, requires_grad=True)
        a, b = loss(one, y, weight), loss(two, y.ravel(), weight)
        assert a.item() == pytest.approx(b.item(), rel=1e-13)
        a.backward()
        b.backward()
        np.testing.assert_allclose(np.moveaxis(one.grad, 1, -1).reshape(-1, 4), two.grad)
        assert loss(z, y, weight, reduction="none").shape == y.shape


def test_ignored_examples_change_nothing():
    """Neither the loss nor its gradient, whatever their logits are."""
    z, y = LOGITS.copy(), CLASSES.copy()
    y[[1, 4]] = -100
    z[1] = 1e4, -1e4, 0, 0
    kept = [0, 2, 3, 5]
    for options in ({}, {"weight": WEIGHT}, {"weight": WEIGHT, "label_smoothing": 0.1}):
        one, two = Tensor(z, requires_grad=True), Tensor(z[kept], requires_grad=True)
        a, b = F.cross_entropy(one, y, **options), F.cross_entropy(two, y[kept], **options)
        assert a.item() == pytest.approx(b.item(), rel=1e-14)
        a.backward()
        b.backward()
        np.testing.assert_allclose(one.grad[kept], two.grad, rtol=1e-13)
        assert not one.grad[[1, 4]].any()
    log_p = np.log(SHARES)
    log_p[1] = -np.inf
    expected = F.nll_loss(log_p[kept], y[kept]).item()
    assert F.nll_loss(log_p, y).item() == pytest.approx(expected)
    assert F.cross_entropy(LOGITS, np.full(6, -100), reduction="sum").item() == 0


def test_pieces_do_not_show(monkeypatch):
    """Rows are worked through in groups; the bits stay, and a second backward finds the same."""

    def run():
        z = Tensor(LOGITS, requires_grad=True)
        loss = F.cross_entropy(z, CLASSES)
        loss.backward()
        first = z.grad.copy()
        loss.backward()
        assert np.array_equal(z.grad, first + first)
        return loss.item(), first

    whole = run()
    monkeypatch.setattr("nnlib.losses.classification.BLOCK", 9)
    loss, gradient = run()
    assert loss == whole[0]
    assert np.array_equal(gradient, whole[1])
    with nn.no_grad():
        assert F.cross_entropy(Tensor(LOGITS, requires_grad=True), CLASSES).item() == loss
