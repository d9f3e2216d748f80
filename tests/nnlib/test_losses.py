"""Losses: the guide's formulas, their fused gradients, extreme logits, and what is refused."""

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
        (lambda: F.cross_entropy([[1, 2]], [0]), TypeError, "logits, got int"),
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


# -- numbers -----------------------------------------------------------------------------------


@pytest.mark.equation(19)
@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_absolute_error_is_the_formula(reduction):
    y = RNG.standard_normal(LOGITS.shape)
    loss = F.l1_loss(LOGITS, y, reduction)
    np.testing.assert_allclose(loss.data, reduced(np.abs(LOGITS - y), reduction), rtol=1e-14)
    x = Tensor([3.0, -2.0, 1.0], requires_grad=True)
    F.l1_loss(x, [1.0, 1.0, 1.0], "sum").backward()
    assert x.grad.tolist() == [1, -1, 0]  # at 0 it has no slope; PyTorch takes 0


@pytest.mark.equation(20)
@given(st.floats(-9, 9), st.floats(0.1, 5))
def test_huber_is_the_formula(error, delta):
    x = Tensor([error], requires_grad=True)
    loss = F.huber_loss(x, [0.0], delta=delta)
    a = abs(error)
    assert loss.item() == pytest.approx(
        error * error / 2 if a <= delta else delta * a - delta**2 / 2, rel=1e-12, abs=1e-15
    )
    loss.backward()
    assert x.grad[0] == (error if a <= delta else np.copysign(delta, error))
    smooth = F.smooth_l1_loss([error], [0.0], beta=delta)
    assert smooth.item() == pytest.approx(loss.item() / delta)


@pytest.mark.equation(18)
@pytest.mark.equation(19)
@pytest.mark.equation(20)
def test_huber_lies_between_half_the_square_and_the_absolute_error():
    """It becomes ½ of Eq. (18), not (18), as δ grows; over δ, it becomes (19) as δ shrinks."""
    y = np.zeros_like(LOGITS)
    half = F.mse_loss(LOGITS, y).item() / 2
    assert F.huber_loss(LOGITS, y, delta=1e6).item() == pytest.approx(half)
    absolute = F.l1_loss(LOGITS, y).item()
    assert F.huber_loss(LOGITS, y, delta=1e-9).item() / 1e-9 == pytest.approx(absolute)
    assert F.smooth_l1_loss(LOGITS, y, beta=1e-9).item() == pytest.approx(absolute)


# -- yes or no ---------------------------------------------------------------------------------

P = 1 / (1 + np.exp(-LOGITS))
Y = RNG.random(LOGITS.shape)


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


# -- one of many -------------------------------------------------------------------------------

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


# -- distributions and directions --------------------------------------------------------------


@given(st.sampled_from(["mean", "batchmean", "sum", "none"]), st.booleans(), st.integers(0, 99))
def test_divergence_is_the_formula(reduction, log_target, seed):
    rng = np.random.default_rng(seed)
    p, q = rng.random((2, 3, 4)) + 0.05
    p, q = p / p.sum(1, keepdims=True), q / q.sum(1, keepdims=True)
    each = p * np.log(p / q)
    loss = F.kl_div(np.log(q), np.log(p) if log_target else p, reduction, log_target)
    expected = each.sum() / 3 if reduction == "batchmean" else reduced(each, reduction)
    np.testing.assert_allclose(loss.data, expected, rtol=1e-10, atol=1e-14)
    if reduction == "sum":
        assert loss.item() > 0  # Gibbs' inequality
        assert F.kl_div(np.log(p), p, "sum").item() == pytest.approx(0, abs=1e-15)
        # Cross-entropy is entropy plus divergence.
        entropy = -(p * np.log(p)).sum()
        cross = F.cross_entropy(np.log(q), p, reduction="sum").item()
        assert cross == pytest.approx(entropy + loss.item(), rel=1e-12)


def test_divergence_of_certain_targets():
    loss = F.kl_div(np.log(SHARES), np.eye(4)[CLASSES], "batchmean")
    assert loss.item() == pytest.approx(F.nll_loss(np.log(SHARES), CLASSES).item())


@given(st.integers(1, 4), st.integers(1, 4), st.floats(0.1, 10))
def test_cosine_is_the_formula(n, d, stretch):
    a, b = np.random.default_rng(n + 7 * d).standard_normal((2, n, d))
    lengths = np.sqrt((a * a).sum(1)) * np.sqrt((b * b).sum(1))
    cosine = F.cosine_similarity(a, b)
    np.testing.assert_allclose(cosine.data, (a * b).sum(1) / lengths, rtol=1e-12, atol=1e-15)
    np.testing.assert_allclose(F.cosine_similarity(a * stretch, b).data, cosine.data, atol=1e-14)
    unit = F.normalize(a)
    np.testing.assert_allclose((unit.data**2).sum(1), 1)
    np.testing.assert_allclose((unit * F.normalize(b)).sum(1).data, cosine.data, atol=1e-14)


def slow_nt_xent(z1, z2, temperature):
    """Eq. (85) for every pair in both orders, one exponential at a time."""
    z = np.concatenate([z1, z2])
    n = len(z1)

    def sim(i, k):
        return z[i] @ z[k] / np.sqrt((z[i] @ z[i]) * (z[k] @ z[k]))

    total = 0.0
    for i in range(2 * n):
        j = (i + n) % (2 * n)
        below = sum(np.exp(sim(i, k) / temperature) for k in range(2 * n) if k != i)
        total -= np.log(np.exp(sim(i, j) / temperature) / below)
    return total / (2 * n)


@pytest.mark.equation(85)
@given(st.integers(1, 5), st.integers(1, 4), st.floats(0.1, 3), st.integers(0, 99))
def test_contrastive_loss_is_the_double_loop(n, d, temperature, seed):
    z1, z2 = np.random.default_rng(seed).standard_normal((2, n, d))
    loss = F.nt_xent(z1, z2, temperature).item()
    assert loss == pytest.approx(slow_nt_xent(z1, z2, temperature), rel=1e-10, abs=1e-13)
    assert F.nt_xent(z2, z1, temperature).item() == pytest.approx(loss, rel=1e-12, abs=1e-14)


@pytest.mark.equation(85)
def test_contrastive_loss_by_hand():
    """Orthogonal pairs that agree: each of four sees 1 and twice 0, so -log(e/(e + 2))."""
    z = np.eye(2)
    assert F.nt_xent(z, z, 1.0).item() == pytest.approx(np.log(np.e + 2) - 1)
    assert F.nt_xent(z[:1], z[1:], 1.0).item() == 0  # nothing else to choose from
    cold = F.nt_xent(z.astype(np.float32), z.astype(np.float32), 1e-4)
    assert cold.item() == 0
    assert cold.dtype == np.float32


# -- gradients, types, refusals ----------------------------------------------------------------


@pytest.mark.parametrize("reduction", REDUCTIONS)
def test_gradients_with_options(reduction):
    """Every input, after another operation, with a random cotangent behind the loss."""

    def check(loss, *inputs):
        nn.gradcheck(lambda x, *y: loss(x * 1.0, *y) * 2.0, inputs, atol=1e-6)

    how = {"reduction": reduction}
    far = LOGITS + np.where(LOGITS > 0, 1.2, -1.2)  # no error near a kink
    near = RNG.random(LOGITS.shape) * 0.1
    check(lambda x, y: F.l1_loss(x, y, **how), far, near)
    check(lambda x, y: F.huber_loss(x, y, delta=0.7, **how), far, near)
    check(lambda x, y: F.smooth_l1_loss(x, y, beta=9.0, **how), far, near)
    w, q = RNG.random((6, 1)) + 0.5, RNG.random(4) * 3
    bce, logits = F.binary_cross_entropy, F.binary_cross_entropy_with_logits
    check(lambda x, y: bce(F.sigmoid(x), F.sigmoid(y), w, **how), LOGITS, LOGITS.T.reshape(6, 4))
    check(lambda x, y: logits(x, F.sigmoid(y), w, pos_weight=q, **how), LOGITS, near)
    some = CLASSES.copy()
    some[2] = -100
    for options in (
        {"weight": WEIGHT},
        {"label_smoothing": 0.3},
        {"weight": WEIGHT, "label_smoothing": 0.3},
    ):
        check(lambda x, o=options: F.cross_entropy(x, some, **o, **how), LOGITS)
        check(lambda x, y, o=options: F.cross_entropy(x, y, **o, **how), LOGITS, SHARES)
    check(lambda x: F.nll_loss(x, some, WEIGHT, **how), LOGITS)
    deep = LOGITS.reshape(2, 4, 3)
    check(lambda x: F.cross_entropy(x, some.reshape(2, 3), WEIGHT, **how), deep)
    check(lambda x: F.cross_entropy(x, CLASSES.reshape(2, 3), **how), deep)
    check(lambda x, y: F.cross_entropy(x, y, **how), deep, SHARES.reshape(2, 4, 3))
    for log_target in (False, True):
        check(lambda x, y, o=log_target: F.kl_div(x, y, log_target=o, **how), LOGITS, SHARES)


def test_gradients_of_directions():
    a, b = RNG.standard_normal((2, 3, 4))
    b[1] *= 0.01  # shorter than eps below
    nn.gradcheck(lambda a, b: F.cosine_similarity(a * 2.0, b), [a, b])
    nn.gradcheck(lambda a, b: F.cosine_similarity(a, b, eps=0.5), [a, b])
    nn.gradcheck(lambda a, b: F.cosine_similarity(a, b, dim=2), [a[:, None], b[None]])
    nn.gradcheck(lambda b: F.normalize(b, dim=-1, eps=0.5), [b])
    nn.gradcheck(lambda a, b: F.nt_xent(a, b, 0.3), [a, b], atol=1e-6)


def test_types_stay_with_options():
    """Weights as numbers of the other type are refused; a list of whole numbers is taken."""
    z, shares = LOGITS.astype(np.float32), SHARES.astype(np.float32)
    w = WEIGHT.astype(np.float32)
    for loss in (
        lambda x: F.l1_loss(x, shares),
        lambda x: F.huber_loss(x, shares, delta=0.3),
        lambda x: F.smooth_l1_loss(x, shares, beta=0.3),
        lambda x: F.binary_cross_entropy(F.sigmoid(x), shares, w),
        lambda x: F.binary_cross_entropy_with_logits(x, shares, w, pos_weight=w),
        lambda x: F.nll_loss(x, CLASSES, w),
        lambda x: F.cross_entropy(x, CLASSES, w, label_smoothing=0.1),
        lambda x: F.cross_entropy(x, shares, w, label_smoothing=0.1),
        lambda x: F.cross_entropy(x, CLASSES, [1, 2, 3, 4]),
        lambda x: F.kl_div(x, shares),
        lambda x: F.kl_div(x, shares, log_target=True),
        lambda x: F.cosine_similarity(x, shares).sum(),
        lambda x: F.nt_xent(x, shares),
    ):
        x = Tensor(z, requires_grad=True)
        out = loss(x)
        out.backward()
        assert out.dtype == x.grad.dtype == np.float32


def test_modules_pass_their_options_on():
    w = WEIGHT
    some = CLASSES.copy()
    some[0] = 9
    for module, x, target, expected in [
        (nn.L1Loss("sum"), LOGITS, Y, F.l1_loss(LOGITS, Y, "sum")),
        (nn.HuberLoss("sum", 0.3), LOGITS, Y, F.huber_loss(LOGITS, Y, "sum", 0.3)),
        (nn.SmoothL1Loss("sum", 0.3), LOGITS, Y, F.smooth_l1_loss(LOGITS, Y, "sum", 0.3)),
        (nn.BCELoss(w, "sum"), P, Y, F.binary_cross_entropy(P, Y, w, "sum")),
        (nn.BCEWithLogitsLoss(w, "sum", w), LOGITS, Y, BCE(LOGITS, Y, w, "sum", w)),
        (nn.NLLLoss(w, 9, "sum"), LOGITS, some, F.nll_loss(LOGITS, some, w, 9, "sum")),
        (
            nn.CrossEntropyLoss(w, 9, "sum", 0.1),
            LOGITS,
            some,
            F.cross_entropy(LOGITS, some, w, 9, "sum", 0.1),
        ),
        (nn.KLDivLoss("batchmean", True), P, Y, F.kl_div(P, Y, "batchmean", True)),
    ]:
        assert np.array_equal(module(x, target).data, expected.data)
        assert list(module.parameters()) == []
    assert list(nn.CrossEntropyLoss(w).state_dict()) == ["weight"]  # as in PyTorch
    assert list(nn.BCEWithLogitsLoss(w, pos_weight=w).state_dict()) == ["weight", "pos_weight"]
    assert nn.CrossEntropyLoss().state_dict() == {}
    assert nn.CrossEntropyLoss(w).astype(np.float32).weight.dtype == np.float32


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: F.huber_loss([1.0], [1.0], delta=0), ValueError, "positive delta, got 0"),
        (lambda: nn.HuberLoss(delta=-1), ValueError, "positive delta, got -1"),
        (lambda: F.smooth_l1_loss([1.0], [1.0], beta=0), ValueError, "positive beta, got 0"),
        (lambda: F.l1_loss([1.0], [[1.0]]), ValueError, r"l1_loss got shapes \(1,\) and \(1, 1\)"),
        (
            lambda: F.binary_cross_entropy([1.5], [1.0]),
            ValueError,
            r"probabilities in \[0, 1\], found 1\.5 to 1\.5; for logits use",
        ),
        (
            lambda: F.binary_cross_entropy([0.5], [-1.0]),
            ValueError,
            r"targets must lie in \[0, 1\]",
        ),
        (
            lambda: F.binary_cross_entropy(P, Y, np.ones(3)),
            ValueError,
            r"weight of shape \(3,\), which does not broadcast to \(6, 4\)",
        ),
        (
            lambda: BCE(LOGITS, Y, pos_weight=np.ones((2, 6, 4))),
            ValueError,
            r"pos_weight of shape \(2, 6, 4\), which does not broadcast",
        ),
        (
            lambda: F.cross_entropy(LOGITS, CLASSES, np.ones(3)),
            ValueError,
            r"weight of shape \(4,\), got \(3,\)",
        ),
        (
            lambda: F.cross_entropy(LOGITS, CLASSES, Tensor(WEIGHT, requires_grad=True)),
            ValueError,
            r"no gradient for weight: pass weight\.detach\(\)",
        ),
        (
            lambda: F.nll_loss(LOGITS, CLASSES, WEIGHT.astype(np.float32)),
            TypeError,
            "float32 and float64 meet",
        ),
        (
            lambda: F.cross_entropy(LOGITS, CLASSES, label_smoothing=1.1),
            ValueError,
            r"label_smoothing must lie in \[0, 1\], got 1\.1",
        ),
        (lambda: nn.CrossEntropyLoss(label_smoothing=-0.1), ValueError, "got -0.1"),
        (
            lambda: F.cross_entropy(LOGITS, np.full(6, -100)),
            ValueError,
            "all targets are ignored or weigh nothing",
        ),
        (lambda: F.nll_loss(LOGITS, np.full(6, 3), ignore_index=3), ValueError, "all targets"),
        (lambda: F.cross_entropy(LOGITS, CLASSES - 99), ValueError, r"0\.\.3, found -99 to -96"),
        (lambda: F.nll_loss(LOGITS, CLASSES + 1), ValueError, r"0\.\.3, found 1 to 4"),
        (lambda: F.nll_loss(LOGITS, CLASSES * 1.0), TypeError, "dtype float64"),
        (lambda: F.nll_loss(LOGITS, CLASSES[:5]), ValueError, r"shape \(6,\), .* got \(5,\)"),
        (lambda: F.nll_loss([[1, 2]], [0]), TypeError, "log-probabilities, got int"),
        (lambda: F.nll_loss(LOGITS[:0], CLASSES[:0]), ValueError, "empty batch"),
        (
            lambda: F.cross_entropy(LOGITS.reshape(2, 4, 3), CLASSES),
            ValueError,
            r"must have shape \(2, 3\), class numbers, or \(2, 4, 3\), probabilities; got \(6,\)",
        ),
        (lambda: F.kl_div(LOGITS, -SHARES), ValueError, "kl_div needs probabilities as target"),
        (lambda: F.kl_div(LOGITS, SHARES, "average"), ValueError, "batchmean.*got 'average'"),
        (lambda: F.mse_loss(LOGITS, SHARES, "batchmean"), ValueError, "got 'batchmean'"),
        (lambda: F.cosine_similarity(LOGITS, SHARES[:, :3]), ValueError, "do not broadcast"),
        (lambda: F.cosine_similarity([1.0], [1.0]), ValueError, "axis 1 does not exist"),
        (lambda: F.normalize(LOGITS, 2), ValueError, "normalize: axis 2 does not exist"),
        (lambda: F.nt_xent(LOGITS, SHARES[:5]), ValueError, r"\(6, 4\), \(5, 4\)"),
        (lambda: F.nt_xent(LOGITS[0], SHARES[0]), ValueError, r"shape \(N, d\)"),
        (lambda: F.nt_xent(LOGITS, SHARES, 0), ValueError, "positive temperature, got 0"),
        (lambda: F.nt_xent(LOGITS[:0], SHARES[:0]), ValueError, "empty batch"),
    ],
)
def test_refuses_bad_options(call, error, message):
    with pytest.raises(error, match=message):
        call()


@pytest.mark.parametrize("loss", [F.l1_loss, F.huber_loss, F.smooth_l1_loss, F.kl_div])
def test_an_empty_batch_has_no_mean(loss):
    with pytest.raises(ValueError, match=f"{loss.__name__} of an empty batch is not defined"):
        loss(np.ones((0, 2)), np.ones((0, 2)))
