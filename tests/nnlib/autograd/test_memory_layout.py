"""No primitive depends on how its inputs, or the gradient that comes in, lie in memory."""

import inspect

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd import einsum, operations, selection
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(7)


def normal(*shape):
    return RNG.standard_normal(shape)


def positive(*shape):
    return RNG.random(shape) + 0.5


X, IMAGES, LINES, LOGITS = normal(3, 4, 5), normal(2, 4, 6, 6), normal(2, 4, 7), normal(6, 4)
SHARES = positive(6, 4)
SHARES /= SHARES.sum(1, keepdims=True)
PLACES = RNG.integers(0, 4, (3, 6, 5))
CLASSES = np.array([0, 3, 1, 1, 2, 0])
YES = RNG.random((6, 4))
HEADS = [normal(2, 3, 5, 4) for _ in range(3)]
CELL = nn.LSTMCell(4, 5, rng=0, dtype=np.float64)
LSTM = nn.LSTM(4, 5, rng=0, dtype=np.float64)
GRU = nn.GRU(4, 5, rng=0, dtype=np.float64)
RNN = nn.RNN(4, 5, rng=0, dtype=np.float64)


def running():
    return nn.Buffer(np.zeros(4)), nn.Buffer(np.ones(4))


# Every function of `nnlib.functional` with inputs that all need a gradient.
FUNCTIONS = {
    "adaptive_avg_pool2d": (lambda x: F.adaptive_avg_pool2d(x, (2, 3)), [IMAGES]),
    "adaptive_avg_pool1d": (lambda x: F.adaptive_avg_pool1d(x, 3), [LINES]),
    "avg_pool1d": (lambda x: F.avg_pool1d(x, 3, 2, 1), [LINES]),
    "max_pool1d": (lambda x: F.max_pool1d(x, 3, 2, 1), [LINES]),
    "glu": (lambda x: F.glu(x, 1), [X]),
    "gaussian_nll_loss": (
        lambda a, b, v: F.gaussian_nll_loss(a, b, v, reduction="none"),
        [X, normal(3, 4, 5), positive(3, 4, 5)],
    ),
    "instance_norm": (
        lambda x, w, b: F.instance_norm(x, None, None, w, b),
        [IMAGES, normal(4), normal(4)],
    ),
    "interpolate": (lambda x: F.interpolate(x, (9, 4), mode="bilinear"), [IMAGES]),
    "interpolate cubic": (lambda x: F.interpolate(x, (9, 4), mode="bicubic"), [IMAGES]),
    "interpolate nearest": (lambda x: F.interpolate(x, 11), [LINES]),
    "local_response_norm": (lambda x: F.local_response_norm(x, 3, 0.5), [IMAGES]),
    "pairwise_distance": (F.pairwise_distance, [X, normal(3, 4, 5)]),
    "pixel_shuffle": (lambda x: F.pixel_shuffle(x, 2), [IMAGES]),
    "prelu": (F.prelu, [IMAGES, positive(4)]),
    "rms_norm": (lambda x, w: F.rms_norm(x, (4, 5), w), [X, normal(4, 5)]),
    "triplet_margin_loss": (
        lambda a, b, c: F.triplet_margin_loss(a, b, c, swap=True, reduction="none"),
        [LOGITS, normal(6, 4), normal(6, 4)],
    ),
    "fold": (lambda x: F.fold(x, (4, 5), (2, 2), 1, 1, (2, 1)), [normal(2, 12, 18)]),
    "unfold": (lambda x: F.unfold(x, (2, 3), 1, 1, 2), [IMAGES]),
    "avg_pool2d": (lambda x: F.avg_pool2d(x, 2), [IMAGES]),
    "batch_norm": (
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        [IMAGES, normal(4), normal(4)],
    ),
    "batch_norm in use": (
        lambda x, w, b: F.batch_norm(x, *running(), w, b, training=False),
        [IMAGES, normal(4), normal(4)],
    ),
    "batch_norm of rows": (
        lambda x, w, b: F.batch_norm(x, None, None, w, b, training=True),
        [LOGITS, normal(4), normal(4)],
    ),
    "binary_cross_entropy": (
        lambda p, y: F.binary_cross_entropy(p, y, reduction="none"),
        [SHARES, YES],
    ),
    "binary_cross_entropy_with_logits": (
        lambda z, y: F.binary_cross_entropy_with_logits(z, y, reduction="none"),
        [LOGITS, YES],
    ),
    "conv1d": (lambda x, w, b: F.conv1d(x, w, b, 2, 1), [LINES, normal(3, 4, 3), normal(3)]),
    "conv2d": (lambda x, w, b: F.conv2d(x, w, b, 2, 1), [IMAGES, normal(3, 4, 3, 3), normal(3)]),
    "conv2d of groups": (lambda x, w: F.conv2d(x, w, groups=2), [IMAGES, normal(6, 2, 3, 3)]),
    "conv_transpose1d": (
        lambda x, w, b: F.conv_transpose1d(x, w, b, 2, 1),
        [LINES, normal(4, 3, 3), normal(3)],
    ),
    "conv_transpose2d": (
        lambda x, w, b: F.conv_transpose2d(x, w, b, 2, 1),
        [IMAGES, normal(4, 3, 3, 3), normal(3)],
    ),
    "cosine_similarity": (lambda a, b: F.cosine_similarity(a, b), [X, normal(3, 4, 5)]),
    "cross_entropy": (lambda z: F.cross_entropy(z, CLASSES, reduction="none"), [LOGITS]),
    "cross_entropy of shares": (
        lambda z, y: F.cross_entropy(z, y, reduction="none"),
        [LOGITS, SHARES],
    ),
    "cross_entropy smoothed": (
        lambda z: F.cross_entropy(z, CLASSES, label_smoothing=0.1, reduction="none"),
        [LOGITS],
    ),
    "cross_entropy of pixels": (
        lambda z: F.cross_entropy(z, np.arange(72).reshape(2, 6, 6) % 4, reduction="none"),
        [IMAGES],
    ),
    "discriminator_loss": (F.discriminator_loss, [X, normal(2, 7)]),
    "dropout": (lambda x: F.dropout(x, 0.5, rng=0), [X]),
    "elbo": (
        lambda a, m, v: F.elbo(a, (SHARES > 0.3) * 1.0, m, v, 0.7, "none"),
        [LOGITS, normal(*LOGITS.shape), normal(*LOGITS.shape)],
    ),
    "elu": (F.elu, [X]),
    "embedding": (lambda w: F.embedding([[0, 2], [2, 1]], w), [LOGITS]),
    "gaussian_kl": (lambda m, v: F.gaussian_kl(m, v, "none"), [X, normal(3, 4, 5)]),
    "gelu": (F.gelu, [X]),
    "gelu tanh": (lambda x: F.gelu(x, "tanh"), [X]),
    "generator_loss": (F.generator_loss, [X]),
    "group_norm": (lambda x, w, b: F.group_norm(x, 2, w, b), [IMAGES, normal(4), normal(4)]),
    "huber_loss": (lambda a, b: F.huber_loss(a, b, reduction="none"), [X, normal(3, 4, 5)]),
    "kl_div": (lambda a, b: F.kl_div(a, b, reduction="none"), [LOGITS, SHARES]),
    "l1_loss": (lambda a, b: F.l1_loss(a, b, reduction="none"), [X, normal(3, 4, 5)]),
    "l2_penalty": (lambda x: F.l2_penalty([x], 0.3), [X]),
    "layer_norm": (lambda x, w, b: F.layer_norm(x, (5,), w, b), [X, normal(5), normal(5)]),
    "leaky_relu": (F.leaky_relu, [X]),
    "linear": (F.linear, [X, normal(6, 5), normal(6)]),
    "log_softmax": (F.log_softmax, [X]),
    "log_softmax 0": (lambda x: F.log_softmax(x, 0), [X]),
    "logsigmoid": (F.logsigmoid, [X]),
    "max_pool2d": (lambda x: F.max_pool2d(x, 2), [IMAGES]),
    "max_pool2d that overlaps": (lambda x: F.max_pool2d(x, 3, 2, 1), [IMAGES]),
    "mse_loss": (lambda a, b: F.mse_loss(a, b, reduction="none"), [X, normal(3, 4, 5)]),
    "nll_loss": (lambda z: F.nll_loss(z, CLASSES, reduction="none"), [LOGITS]),
    "normalize": (F.normalize, [X]),
    "nt_xent": (lambda z: F.nt_xent(z[:3], z[3:]), [LOGITS]),
    "relu": (F.relu, [X]),
    "scaled_dot_product_attention": (F.scaled_dot_product_attention, HEADS),
    "scaled_dot_product_attention causal": (
        lambda q, k, v: F.scaled_dot_product_attention(q, k, v, is_causal=True),
        HEADS,
    ),
    "selu": (F.selu, [X]),
    "sigmoid": (F.sigmoid, [X]),
    "silu": (F.silu, [X]),
    "smooth_l1_loss": (lambda a, b: F.smooth_l1_loss(a, b, reduction="none"), [X, X + 0.3]),
    "softmax": (F.softmax, [X]),
    "softmax 0": (lambda x: F.softmax(x, 0), [X]),
    "softplus": (F.softplus, [X]),
    "tanh": (F.tanh, [X]),
}
# Every operation of `nnlib.autograd.operations`, and what tensors can do themselves.
OPERATIONS = {
    "chunk": (lambda x: nn.cat([part * 2 for part in nn.chunk(x, 2, 1)], 1), [X]),
    "cos": (nn.cos, [X]),
    "cumsum": (lambda x: nn.cumsum(x, 1), [X]),
    "einsum": (lambda a, b: nn.einsum("bij,jk->kib", a, b), [X, normal(5, 2)]),
    "expm1": (nn.expm1, [X]),
    "flip": (lambda x: nn.flip(x, 1), [X]),
    "log1p": (nn.log1p, [np.abs(X)]),
    "logsumexp": (lambda x: nn.logsumexp(x, 1), [X]),
    "masked_fill": (lambda x: nn.masked_fill(x, X > 0, 2.0), [X]),
    "norm": (nn.norm, [X]),
    "norm 1": (lambda x: nn.norm(x, axis=1), [X]),
    "norm of p": (lambda x: nn.norm(x, 3, 1), [X]),
    "norm inf": (lambda x: nn.norm(x, np.inf, 1), [X]),
    "outer": (nn.outer, [normal(3), normal(4)]),
    "pad": (lambda x: nn.pad(x, (1, 2, 0, 1)), [X]),
    "prod": (lambda x: nn.prod(x, 1), [X]),
    "sin": (nn.sin, [X]),
    "split": (lambda x: nn.cat([part * 2 for part in nn.split(x, 2, 2)], 2), [X]),
    "std": (lambda x: nn.std(x, 1), [X]),
    "repeat_interleave": (lambda x: nn.repeat_interleave(x, 2, 1), [X]),
    "unbind": (lambda x: nn.stack([part * 2 for part in nn.unbind(x, 1)], 2), [X]),
    "einsum of diagonals": (lambda x: nn.einsum("...ii->i...", x), [normal(2, 3, 3)]),
    "gather": (lambda x: nn.gather(x, 1, PLACES), [X]),
    "index_select": (lambda x: nn.index_select(x, 1, [3, 0, 3]), [X]),
    "masked_select": (lambda x: nn.masked_select(x, X > 0), [X]),
    "scatter_add": (lambda x, s: nn.scatter_add(x, 1, PLACES, s), [X, normal(3, 6, 5)]),
    "sort": (lambda x: nn.sort(x, 1).values, [X]),
    "take_along_dim": (lambda x: nn.take_along_dim(x, PLACES[:, :, :1], 1), [X]),
    "topk": (lambda x: nn.topk(x, 2, 0).values, [X]),
    "tril": (nn.tril, [X]),
    "triu": (nn.triu, [X]),
    "where": (lambda a, b: nn.where(X > 0, a, b), [X, normal(3, 4, 5)]),
    "maximum": (nn.maximum, [X, normal(3, 4, 5)]),
    "stack": (lambda a, b: nn.stack([a, b], 1), [X, normal(3, 4, 5)]),
    "matmul": (lambda a, b: a @ b, [X, normal(5, 2)]),
    "matmul of stacks": (lambda a, b: a @ b, [X, normal(3, 5, 2)]),
    "divide and multiply": (lambda a, b: a / b * a - b, [X, positive(4, 5)]),
    "power": (lambda x: x**3, [X]),
    "power of tensors": (lambda a, b: a**b, [positive(3, 4, 5), normal(4, 5)]),
    "repeat": (lambda x: x.repeat(2, 1, 3), [X]),
    "expand": (lambda x: x[:, :1].expand(2, -1, 4, -1), [X]),
    "exp log sqrt abs": (lambda x: (x.exp().log().abs() + 1).sqrt(), [X]),
    "sum": (lambda x: x.sum((0, 2)), [X]),
    "mean": (lambda x: x.mean(1, keepdims=True), [X]),
    "var": (lambda x: x.var(0), [X]),
    "max": (lambda x: x.max(1), [X]),
    "reshape": (lambda x: x.reshape(5, 12), [X]),
    "transpose": (lambda x: x.permute(2, 0, 1), [X]),
    "slices": (lambda x: x[:, ::-2, 1:], [X]),
    "rows": (lambda x: x[[2, 0, 2, 2]], [X]),
    "broadcast": (lambda x: x.broadcast_to((2, 3, 4, 5)), [X]),
    "cells": (
        lambda x: CELL(x[0])[1] + nn.GRUCell(4, 5, rng=0, dtype=float)(x[1]),
        [X.transpose(2, 0, 1)],
    ),
    "RNN": (lambda x: RNN(x)[0], [X.transpose(2, 0, 1)]),
    "LSTM": (lambda x: LSTM(x)[0], [X.transpose(2, 0, 1)]),
    "GRU": (lambda x: GRU(x)[0], [X.transpose(2, 0, 1)]),
}
CASES = FUNCTIONS | OPERATIONS


def fortran(a):
    return np.asfortranarray(a)


def turned(a):
    return np.ascontiguousarray(a.T).T


def strided(a):
    room = np.full([2 * n for n in a.shape], np.nan)
    view = room[tuple(slice(None, None, -2) for _ in a.shape)]
    view[...] = a
    return view


def read_only(a):
    copy = a.copy()
    copy.flags.writeable = False
    return copy


def swapped(a):
    """The first two axes exchanged in memory; for channels last and its kin."""
    return np.moveaxis(np.ascontiguousarray(np.moveaxis(a, 0, -1)), -1, 0)


LAYOUTS = [fortran, turned, strided, read_only, swapped]


def gradients(function, inputs, cotangent, layout=lambda a: a):
    """Value and gradients, where inputs and cotangent lie in memory as `layout` has it."""
    tensors = [Tensor(layout(a), requires_grad=True) for a in inputs]
    out = function(*tensors)
    # `backward` copies what it starts from, so the layout is changed one step later.
    through = nn.record("layout", out.data, (out,), lambda g: (layout(g) if g.ndim else g,))
    through.backward(cotangent)
    return [out.data, *(t.grad for t in tensors)]


@pytest.mark.parametrize("layout", LAYOUTS, ids=lambda layout: layout.__name__)
@pytest.mark.parametrize("name", CASES)
def test_any_layout_gives_the_same(name, layout):
    function, inputs = CASES[name]
    inputs = [np.ascontiguousarray(a) for a in inputs]
    shape = function(*map(Tensor, inputs)).shape
    cotangent = np.random.default_rng(1).standard_normal(shape)
    expected = gradients(function, inputs, cotangent)
    results = gradients(function, inputs, cotangent, layout)
    for wanted, got in zip(expected, results, strict=True):
        np.testing.assert_allclose(got, wanted, rtol=1e-12, atol=1e-14)


@pytest.mark.parametrize("name", CASES)
def test_a_transposed_output_gives_the_same(name):
    """The gradient then arrives transposed, as after (W @ X).T or for channels last."""
    function, inputs = CASES[name]
    out = function(*map(Tensor, inputs))
    weights = np.random.default_rng(1).standard_normal(out.shape)
    plain = [Tensor(np.array(a), requires_grad=True) for a in inputs]
    (function(*plain) * weights).sum().backward()
    turned = [Tensor(np.array(a), requires_grad=True) for a in inputs]
    (function(*turned).permute(*reversed(range(out.ndim))) * weights.T.copy()).sum().backward()
    for a, b in zip(plain, turned, strict=True):
        np.testing.assert_allclose(b.grad, a.grad, rtol=1e-12, atol=1e-14)


def test_a_broadcast_gradient_gives_the_same():
    for name, (function, inputs) in CASES.items():
        ones = [Tensor(np.array(a), requires_grad=True) for a in inputs]
        function(*ones).sum().backward()  # sum hands back a broadcast array of one number
        full = [Tensor(np.array(a), requires_grad=True) for a in inputs]
        out = function(*full)
        out.backward(np.ones(out.shape))
        for a, b in zip(ones, full, strict=True):
            np.testing.assert_allclose(a.grad, b.grad, rtol=1e-12, atol=1e-14, err_msg=name)


def test_every_function_is_here():
    named = {name.split()[0] for name in FUNCTIONS}
    assert set(F.__all__) - named == set()
    operations_ = {
        name
        for module in (operations, selection, einsum)
        for name in module.__all__
        if inspect.isfunction(getattr(nn, name))
    }
    assert operations_ - {"argmin", "argsort"} - {name.split()[0] for name in OPERATIONS} == set()
