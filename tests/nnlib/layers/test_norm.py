"""Normalisation against the formulas written plainly, its gradients, statistics and refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(0)


def plain(x, axes, gamma, beta, eps):
    """Eqs. (73) and (74) from Tensor operations alone; γ and β broadcast."""
    mean = x.mean(axes, keepdims=True)
    var = x.var(axes, keepdims=True, correction=0)
    return (x - mean) / (var + eps) ** 0.5 * gamma + beta


def same_gradients(fused, composed, arrays, rtol=1e-9):
    """Compare outputs and all gradients of two functions under one random cotangent."""
    results = []
    for function in (fused, composed):
        tensors = [Tensor(a.copy(), requires_grad=True) for a in arrays]
        out = function(*tensors)
        out.backward(np.random.default_rng(1).standard_normal(out.shape))
        results.append([out.data] + [t.grad for t in tensors])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=rtol, atol=1e-11)


@pytest.mark.equation(73)
@pytest.mark.equation(74)
@given(
    st.integers(1, 4), st.integers(1, 4), st.lists(st.integers(1, 3), max_size=2), st.integers(0, 9)
)
def test_batch_norm_is_the_guides(n, channels, rest, seed):
    if n * np.prod(rest, dtype=int) < 2:
        n += 1
    rng = np.random.default_rng(seed)
    shape = (1, channels, *[1] * len(rest))
    arrays = [rng.standard_normal(s) for s in ((n, channels, *rest), channels, channels)]
    axes = (0, *range(2, 2 + len(rest)))
    same_gradients(
        lambda x, g, b: F.batch_norm(x, None, None, g, b, True, eps=0.01),
        lambda x, g, b: plain(x, axes, g.reshape(shape), b.reshape(shape), 0.01),
        arrays,
    )


@pytest.mark.equation(73)
def test_normalised_batch_has_mean_0_and_variance_1():
    x = RNG.standard_normal((50, 3, 4, 4)) * 7 + 100
    y = F.batch_norm(x, training=True).data
    np.testing.assert_allclose(y.mean((0, 2, 3)), 0, atol=1e-12)
    np.testing.assert_allclose(y.var((0, 2, 3)), 1, rtol=1e-5)


@pytest.mark.equation(78)
@given(st.integers(1, 4), st.integers(1, 5), st.integers(1, 3), st.booleans())
def test_layer_norm_is_the_guides(n, features, rows, two_axes):
    rng = np.random.default_rng(n)
    shape = (rows, features) if two_axes else (features,)
    arrays = [rng.standard_normal(s) for s in ((n, rows, features), shape, shape)]
    same_gradients(
        lambda x, g, b: F.layer_norm(x, shape, g, b, eps=0.01),
        lambda x, g, b: plain(x, (1, 2) if two_axes else 2, g, b, 0.01),
        arrays,
    )


@pytest.mark.equation(78)
def test_layer_norm_without_eps_divides_by_sigma():
    x = RNG.standard_normal((4, 6))
    expected = (x - x.mean(1, keepdims=True)) / x.std(1, keepdims=True)
    np.testing.assert_allclose(F.layer_norm(x, 6, eps=0).data, expected, rtol=1e-12)


@pytest.mark.parametrize("groups", [1, 2, 4])
def test_group_norm_is_the_formula_for_each_group(groups):
    arrays = [RNG.standard_normal(s) for s in ((3, 4, 2, 5), 4, 4)]

    def composed(x, g, b):
        parts = x.reshape(3, groups, 4 // groups, 2, 5)
        g, b = g.reshape(groups, 4 // groups, 1, 1), b.reshape(groups, 4 // groups, 1, 1)
        return plain(parts, (2, 3, 4), g, b, 1e-5).reshape(3, 4, 2, 5)

    same_gradients(lambda x, g, b: F.group_norm(x, groups, g, b), composed, arrays)


def test_group_norm_with_one_group_is_layer_norm():
    x = RNG.standard_normal((3, 4, 5))
    np.testing.assert_allclose(F.group_norm(x, 1).data, F.layer_norm(x, (4, 5)).data, rtol=1e-12)


def test_gradcheck_of_every_input():
    x, w = RNG.standard_normal((3, 4, 2)), RNG.standard_normal(4)
    nn.gradcheck(
        lambda x, g, b: F.batch_norm(x.tanh(), None, None, g.exp(), b * 2.0, True), [x, w, w]
    )
    mean, var = Tensor(RNG.standard_normal(4)), Tensor(RNG.random(4) + 0.5)
    nn.gradcheck(lambda x, g, b: F.batch_norm(x.tanh(), mean, var, g.exp(), b * 2.0), [x, w, w])
    nn.gradcheck(lambda x: F.batch_norm(x.tanh(), training=True), [x])
    nn.gradcheck(
        lambda x, g, b: F.layer_norm(x.tanh(), (4, 2), g.exp(), b * 2.0),
        [x, RNG.standard_normal((4, 2)), RNG.standard_normal((4, 2))],
    )
    nn.gradcheck(lambda x: F.layer_norm(x.tanh(), 2, eps=0.1), [x])
    nn.gradcheck(lambda x, b: F.layer_norm(x.tanh(), 2, bias=b, eps=0.1), [x, w[:2]])
    nn.gradcheck(lambda x, g, b: F.group_norm(x.tanh(), 2, g.exp(), b * 2.0), [x, w, w])
    nn.gradcheck(lambda x, b: F.group_norm(x.tanh(), 4, bias=b), [x, w])


def test_running_statistics():
    """The mean, and the variance with n - 1, both a tenth of the way; then used after eval()."""
    layer = nn.BatchNorm1d(3, dtype=np.float64)
    x = RNG.standard_normal((6, 3)) * 2 + 1
    layer(x)
    np.testing.assert_allclose(layer.running_mean.data, 0.1 * x.mean(0))
    np.testing.assert_allclose(layer.running_var.data, 0.9 + 0.1 * x.var(0, ddof=1))
    assert layer.num_batches_tracked.item() == 1
    before = layer.state_dict()
    y = layer.eval()(x).data
    expected = (x - before["running_mean"]) / np.sqrt(before["running_var"] + 1e-5)
    np.testing.assert_allclose(y, expected)
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_without_momentum_the_statistics_are_plain_averages():
    layer = nn.BatchNorm2d(2, momentum=None, dtype=np.float64)
    batches = [RNG.standard_normal((5, 2, 3, 3)) + k for k in range(4)]
    for batch in batches:
        layer(batch)
    means = np.mean([b.mean((0, 2, 3)) for b in batches], 0)
    np.testing.assert_allclose(layer.running_mean.data, means)


def test_buffers_are_saved_and_converted_but_not_trained():
    layer = nn.BatchNorm1d(2)
    assert [n for n, _ in layer.named_parameters()] == ["weight", "bias"]
    assert [n for n, _ in layer.named_buffers()] == [
        "running_mean",
        "running_var",
        "num_batches_tracked",
    ]
    layer(np.array([[0, 1], [2, 5]], np.float32))
    other = nn.BatchNorm1d(2)
    other.load_state_dict(layer.state_dict())
    assert other.num_batches_tracked.item() == 1
    np.testing.assert_array_equal(other.running_mean.data, layer.running_mean.data)
    layer.astype(np.float64)
    assert {b.dtype for b in layer.buffers()} == {np.dtype(np.float64), np.dtype(np.int64)}
    assert layer(np.array([[0.0, 1], [2, 5]])).dtype == np.float64


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype):
    x = RNG.standard_normal((3, 4, 2, 2)).astype(dtype)
    for layer in (nn.BatchNorm2d(4, dtype=dtype), nn.GroupNorm(2, 4, dtype=dtype)):
        t = Tensor(x, requires_grad=True)
        out = layer(t)
        out.sum().backward()
        kinds = {a.dtype for a in (out, t.grad, layer.weight.grad, layer.bias.grad)}
        assert kinds == {np.dtype(dtype)}
    layer = nn.LayerNorm((2, 2), dtype=dtype)
    t = Tensor(x, requires_grad=True)
    layer(t).sum().backward()
    assert {t.grad.dtype, layer.weight.grad.dtype, layer.bias.grad.dtype} == {np.dtype(dtype)}


def test_large_numbers_keep_their_digits_in_float32():
    """The mean is taken away before squaring, so no digits are lost to a large offset."""
    x = (RNG.standard_normal((64, 32)) + 1000).astype(np.float32)
    exact = x.astype(float) - x.astype(float).mean(1, keepdims=True)
    exact /= np.sqrt((exact**2).mean(1, keepdims=True))
    assert np.abs(F.layer_norm(x, 32, eps=0).data - exact).max() < 1e-3


def test_refuses():
    x = np.ones((2, 3, 4), np.float32)
    with pytest.raises(ValueError, match=r"more than one number per channel.*\(1, 3\)"):
        nn.BatchNorm1d(3)(x[:1, :, 0])
    with pytest.raises(ValueError, match=r"expects inputs \(N, 3\) or \(N, 3, L\), got \(2, 4\)"):
        nn.BatchNorm1d(3)(np.ones((2, 4), np.float32))
    with pytest.raises(ValueError, match=r"expects inputs \(N, 3, H, W\), got \(2, 3, 4\)"):
        nn.BatchNorm2d(3)(x)
    with pytest.raises(ValueError, match=r"\(N, C, \.\.\.\), got \(4,\)"):
        F.batch_norm(np.ones(4))
    with pytest.raises(ValueError, match="needs running_mean and running_var"):
        F.batch_norm(x)
    with pytest.raises(ValueError, match=r"running_mean must have shape \(3,\), got \(2,\)"):
        F.batch_norm(x, Tensor(np.ones(2, np.float32)), None, training=True)
    with pytest.raises(ValueError, match=r"layer_norm: weight must have shape \(4,\), got \(3,\)"):
        F.layer_norm(x, 4, Tensor(np.ones(3, np.float32)))
    with pytest.raises(ValueError, match=r"layer_norm over \(5,\).*got \(2, 3, 4\)"):
        nn.LayerNorm(5)(x)
    with pytest.raises(ValueError, match=r"positive lengths, got 0"):
        nn.LayerNorm(0)
    with pytest.raises(ValueError, match="2 groups do not divide 3 channels"):
        nn.GroupNorm(2, 3)
    with pytest.raises(ValueError, match=r"expects inputs \(N, 4, \.\.\.\), got \(2, 3, 4\)"):
        nn.GroupNorm(2, 4)(x)
    with pytest.raises(TypeError, match="float32 and float64 meet"):
        nn.LayerNorm(4)(x.astype(float))
    with pytest.raises(TypeError, match=r"layer_norm needs float32 or float64, got int(?:32|64)"):
        F.layer_norm(np.ones((2, 2), int), 2)
    with pytest.raises(ValueError, match="positive sizes, got 0"):
        nn.BatchNorm2d(0)


def test_a_refused_batch_changes_no_statistics():
    layer = nn.BatchNorm1d(3)
    before = layer.state_dict()
    with pytest.raises(ValueError, match="more than one number"):
        layer(np.ones((1, 3), np.float32))
    for name, value in layer.state_dict().items():
        np.testing.assert_array_equal(value, before[name])


def test_repr():
    assert repr(nn.LayerNorm(4)) == "LayerNorm((4,), eps=1e-05, elementwise_affine=True)"
    assert repr(nn.GroupNorm(2, 4)) == "GroupNorm(2, 4, eps=1e-05, affine=True)"
    assert repr(nn.BatchNorm1d(3)).startswith("BatchNorm1d(3, eps=1e-05, momentum=0.1, affine=True")


@pytest.mark.parametrize("kind", ["BatchNorm1d", "BatchNorm2d", "BatchNorm3d"])
def test_batch_norm_without_bias(kind):
    layer = getattr(nn, kind)(3, bias=False)
    assert layer.bias is None
    assert layer.weight.shape == (3,)
    assert "affine=True, bias=False" in repr(layer)
    assert getattr(nn, kind)(3, affine=False).bias is None
    with pytest.raises(TypeError, match="bias"):
        getattr(nn, kind)(3, bias="no")
