"""Attention against the guide's formulas head by head; masks, gradients, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor
from nnlib.layers.attention import attention_weights

RNG = np.random.default_rng(0)


def numbers(*shape, rng=RNG):
    return rng.standard_normal(shape)


def softmax(s):
    e = np.exp(s - s.max(-1, keepdims=True))
    return e / e.sum(-1, keepdims=True)


@pytest.mark.equation(65)
@given(st.tuples(*[st.integers(1, 5)] * 4), st.sampled_from([(), (2,), (2, 3)]))
def test_is_the_guides_formula(sizes, batch):
    length, keys, e, d = sizes
    Q, K, V = numbers(*batch, length, e), numbers(*batch, keys, e), numbers(*batch, keys, d)
    expected = softmax(Q @ K.swapaxes(-1, -2) / np.sqrt(e)) @ V
    np.testing.assert_allclose(F.scaled_dot_product_attention(Q, K, V).data, expected, atol=1e-12)


@pytest.mark.equation(65)
@given(st.integers(0, 50), st.booleans())
def test_fused_gradients_are_those_of_the_composed_form(seed, numeric):
    rng = np.random.default_rng(seed)
    shapes = [(2, 3, 4), (2, 5, 4), (2, 5, 3)]
    arrays = [numbers(*s, rng=rng) for s in shapes] + [numbers(3, 5, rng=rng)]
    seen = rng.random((3, 5)) < 0.7
    seen[:, 0] = True
    cotangent, results = numbers(2, 3, 3, rng=rng), []
    for fused in (True, False):
        q, k, v, m = (Tensor(a.copy(), requires_grad=True) for a in arrays)
        mask = m if numeric else seen
        if fused:
            out = F.scaled_dot_product_attention(q, k, v, mask)
        else:
            added = m if numeric else Tensor(np.where(seen, 0, -1e300))
            out = F.softmax(q @ k.swapaxes(1, 2) / 2.0 + added) @ v
        out.backward(cotangent)
        results.append([out.data, q.grad, k.grad, v.grad] + ([m.grad] if numeric else []))
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("options", [{}, {"is_causal": True}, {"scale": 0.3}, {"dropout_p": 0.4}])
def test_gradcheck(options):
    arrays = [numbers(2, 3, 4), numbers(2, 4, 4), numbers(2, 4, 2)]

    def function(q, k, v):
        return F.scaled_dot_product_attention(q.tanh(), k * 2.0, v.exp(), **options, rng=3)

    nn.gradcheck(function, arrays)
    nn.gradcheck(
        lambda q, k, m: attention_weights(q.tanh(), k * 2.0, m.tanh()),
        [*arrays[:2], numbers(2, 3, 4)],
    )
    mask = numbers(3, 4)
    mask[1] = -np.inf
    nn.gradcheck(lambda q, k, v: F.scaled_dot_product_attention(q.tanh(), k * 2.0, v, mask), arrays)


def test_broadcast_keys_get_the_sum_of_gradients():
    nn.gradcheck(
        lambda q, k, v: F.scaled_dot_product_attention(q.tanh(), k.tanh(), v.tanh()),
        [numbers(2, 3, 2, 4), numbers(3, 4, 4), numbers(1, 4, 3)],
    )


@pytest.mark.equation(65)
def test_nobody_looks_ahead():
    """An output changes with no later value, and its gradient there is 0."""
    q, k, v = (Tensor(numbers(5, 4), requires_grad=True) for _ in range(3))
    out = F.scaled_dot_product_attention(q, k, v, is_causal=True)
    out[2].sum().backward()
    assert not v.grad[3:].any()
    assert not k.grad[3:].any()
    assert v.grad[:3].all()
    np.testing.assert_allclose(out.data[0], v.data[0])  # the first sees itself alone
    np.testing.assert_array_equal(
        out.data, F.scaled_dot_product_attention(q, k, v, nn.causal_mask(5)).data
    )


@pytest.mark.parametrize("kind", ["boolean", "numbers"])
def test_a_row_that_sees_nothing_is_zero_and_safe(kind):
    seen = np.array([[True, False, True], [False, False, False]])
    mask = seen if kind == "boolean" else np.where(seen, 0.0, -np.inf)
    q, k, v = (Tensor(numbers(n, 4), requires_grad=True) for n in (2, 3, 3))
    out = F.scaled_dot_product_attention(q, k, v, mask)
    out.sum().backward()
    assert not out.data[1].any()
    assert not q.grad[1].any()
    assert all(np.isfinite(t.grad).all() for t in (q, k, v))
    assert not v.grad[1].any()
    np.testing.assert_allclose(attention_weights(q, k, mask).data.sum(1), [1, 0])


def test_large_scores_do_not_overflow():
    q = np.array([[1e4, 0.0]], np.float32)
    k = np.array([[1e4, 0.0], [-1e4, 0.0]], np.float32)
    out = F.scaled_dot_product_attention(q, k, np.eye(2, dtype=np.float32), scale=1)
    np.testing.assert_array_equal(out.data, [[1, 0]])


def test_dropout_keeps_the_mean():
    q, k, v = numbers(1, 4), numbers(6, 4), numbers(6, 2)
    exact = F.scaled_dot_product_attention(q, k, v).data
    draws = [F.scaled_dot_product_attention(q, k, v, None, 0.5, rng=s).data for s in range(3000)]
    np.testing.assert_allclose(np.mean(draws, 0), exact, atol=5 * np.std(draws) / np.sqrt(3000))


@pytest.mark.equation(66)
@pytest.mark.equation(67)
@given(st.integers(1, 3), st.integers(1, 3), st.integers(1, 4), st.booleans())
def test_multihead_is_the_guides_head_by_head(heads, width, length, self_attention):
    """Concat(head_1, ..., head_h) W^O with head_i = Attention(Q W_i^Q, K W_i^K, V W_i^V)."""
    e = heads * width
    layer = nn.MultiheadAttention(e, heads, batch_first=True, rng=0, dtype=np.float64)
    for p in layer.parameters():
        p.data[...] = np.random.default_rng(1).standard_normal(p.shape)
    Q = numbers(2, length, e)
    K, V = (Q, Q) if self_attention else (numbers(2, 3, e), numbers(2, 3, e))
    W, b = layer.in_proj_weight.data, layer.in_proj_bias.data
    found = []
    for i in range(heads):
        rows = [slice(j * e + i * width, j * e + (i + 1) * width) for j in range(3)]
        q, k, v = (X @ W[r].T + b[r] for X, r in zip((Q, K, V), rows, strict=True))
        found.append(softmax(q @ k.swapaxes(1, 2) / np.sqrt(width)) @ v)
    expected = np.concatenate(found, 2) @ layer.out_proj.weight.data.T + layer.out_proj.bias.data
    inputs = [Tensor(Q)] * 3 if self_attention else [Q, K, V]
    for need in (True, False):
        out, weights = layer(*inputs, need_weights=need)
        np.testing.assert_allclose(out.data, expected, rtol=1e-10, atol=1e-11)
        assert (weights is None) != need


@pytest.mark.parametrize("need", [True, False])
@pytest.mark.parametrize("kind", ["self", "cross", "three"])
def test_multihead_gradients(kind, need):
    layer = nn.MultiheadAttention(4, 2, rng=0, dtype=np.float64)

    def function(a, b, c):
        a, b, c = a.tanh(), b.tanh(), c.tanh()
        inputs = {"self": (a, a, a), "cross": (a, b, b), "three": (a, b, c)}[kind]
        return layer(*inputs, need_weights=need, is_causal=True)[0] + (b + c).sum()

    nn.gradcheck(function, [numbers(3, 2, 4) for _ in range(3)])


def test_masks_of_pytorchs_multihead_mean_the_opposite():
    layer = nn.MultiheadAttention(4, 2, batch_first=True, rng=0, dtype=np.float64)
    x = Tensor(numbers(2, 3, 4))
    later = ~nn.causal_mask(3)
    causal = layer(x, x, x, is_causal=True)
    for one, other in zip(causal, layer(x, x, x, attn_mask=later), strict=True):
        np.testing.assert_allclose(one.data, other.data)
    assert not causal[1].data[:, later].any()
    padding = np.array([[False, False, True], [False, False, False]])
    weights = layer(x, x, x, padding)[1].data
    assert not weights[0, :, 2].any()
    assert weights[1].all()
    np.testing.assert_allclose(weights.sum(2), 1)


def test_permuted_positions_give_permuted_outputs():
    """Without positions attention sees a set."""
    layer = nn.MultiheadAttention(4, 2, batch_first=True, rng=0, dtype=np.float64)
    x, order = numbers(1, 5, 4), RNG.permutation(5)
    out = layer(*[Tensor(x)] * 3)[0].data
    np.testing.assert_allclose(layer(*[Tensor(x[:, order])] * 3)[0].data, out[:, order])


def test_positions():
    table = nn.sinusoidal_positions(50, 8, dtype=np.float64)
    assert table[3, 0] == pytest.approx(np.sin(3))
    assert table[3, 5] == pytest.approx(np.cos(3 / 10000 ** (4 / 8)))
    gram = table @ table.T  # a rotation: what two positions share depends on their distance
    for k in range(5):
        np.testing.assert_allclose(np.diagonal(gram, k), gram[0, k])
    assert nn.sinusoidal_positions(3, 4).dtype == np.float32
    for length, dim in [(3, 5), (3, 0), (-1, 4)]:
        with pytest.raises(ValueError, match=r"positions: |an even dim, got"):
            nn.sinusoidal_positions(length, dim)
    assert nn.causal_mask(2, 3).tolist() == [[True, False, False], [True, True, False]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype):
    layer = nn.MultiheadAttention(4, 2, dropout=0.5, dtype=dtype)
    x = Tensor(np.ones((3, 2, 4), dtype), requires_grad=True)
    for need in (True, False):
        out, _ = layer(x, x, x, need_weights=need, is_causal=True)
        out.sum().backward()
        kinds = {p.grad.dtype for p in layer.parameters()} | {x.grad.dtype, out.dtype}
        assert kinds == {np.dtype(dtype)}


def test_refuses():
    q, k, v = np.ones((3, 4)), np.ones((5, 4)), np.ones((5, 2))
    sdpa, layer = F.scaled_dot_product_attention, nn.MultiheadAttention(4, 2, dtype=np.float64)
    x = np.ones((3, 2, 4))
    for call, message in [
        (lambda: sdpa(q, k[:, :3], v), r"got \(3, 4\) and \(5, 3\)"),
        (lambda: sdpa(q, k, v[:4]), r"got \(5, 4\) keys and \(4, 2\) values"),
        (lambda: sdpa(q, k, v, np.ones((5, 3), bool)), r"\(5, 3\) does not fit.*\(3, 5\)"),
        (lambda: sdpa(q, k, v, np.ones((2, 3, 5), bool)), r"\(2, 3, 5\) does not fit"),
        (lambda: sdpa(q, k, v, np.ones((3, 5), bool), is_causal=True), "not both"),
        (lambda: sdpa(q, k, v, dropout_p=-1), "must lie in .0, 1., got -1"),
        (lambda: nn.MultiheadAttention(5, 2), "multiple of num_heads, got 5 and 2"),
        (lambda: layer(x[..., :3], x, x), r"with E = 4, got query \(3, 2, 3\)"),
        (lambda: layer(x, x[:2], x), r"key \(2, 2, 4\), value \(3, 2, 4\)"),
        (lambda: layer(x, x[:, :1], x[:, :1]), r"key \(3, 1, 4\)"),
        (
            lambda: layer(x, x, x, attn_mask=np.ones((2, 3), bool)),
            r"attn_mask must have shape \(3, 3\) or \(4, 3, 3\), got \(2, 3\)",
        ),
        (
            lambda: layer(x, x, x, np.ones((3, 2), bool)),
            r"key_padding_mask must have shape \(2, 3\), got \(3, 2\)",
        ),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="float32 and float64 meet"):
        sdpa(q, k.astype(np.float32), v)
    with pytest.raises(TypeError, match="float32 and float64 meet"):
        layer(x.astype(np.float32), x, x)


def test_first_values_are_pytorchs():
    layer = nn.MultiheadAttention(64, 4, rng=0)
    bound = np.sqrt(6 / (64 + 3 * 64))  # Xavier of the whole matrix
    assert np.abs(layer.in_proj_weight.data).max() <= bound
    assert layer.in_proj_weight.data.var() == pytest.approx(bound**2 / 3, rel=0.03)
    assert not layer.in_proj_bias.data.any()
    assert not layer.out_proj.bias.data.any()
