"""What all losses share: gradients, types, reductions, modules, and what is refused."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(5)


LOGITS = RNG.standard_normal((6, 4)) * 2


CLASSES = np.array([0, 3, 1, 1, 2, 0])


SHARES = RNG.random((6, 4))


SHARES /= SHARES.sum(1, keepdims=True)


REDUCTIONS = ("mean", "sum", "none")


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


P = 1 / (1 + np.exp(-LOGITS))


Y = RNG.random(LOGITS.shape)


WEIGHT = np.array([0.5, 2.0, 1.0, 1.5])


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
        (
            lambda: F.huber_loss([1.0], [1.0], delta=0),
            ValueError,
            "delta must lie in .*, got 0",
        ),
        (lambda: nn.HuberLoss(delta=-1), ValueError, "delta must lie in .*, got -1"),
        (
            lambda: F.smooth_l1_loss([1.0], [1.0], beta=0),
            ValueError,
            "beta must lie in .*, got 0",
        ),
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
        (lambda: F.cosine_similarity(1.0, 2.0, axis=0), ValueError, "vectors, got two numbers"),
        (lambda: F.normalize(LOGITS, 2, 2), ValueError, "normalize: axis 2 does not exist"),
        (lambda: F.nt_xent(LOGITS, SHARES[:5]), ValueError, r"\(6, 4\), \(5, 4\)"),
        (lambda: F.nt_xent(LOGITS[0], SHARES[0]), ValueError, r"shape \(N, d\)"),
        (
            lambda: F.nt_xent(LOGITS, SHARES, 0),
            ValueError,
            "temperature must lie in .0, inf",
        ),
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
