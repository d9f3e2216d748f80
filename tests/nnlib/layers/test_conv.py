"""Convolution against the sums of the guide written as loops, and its transpose."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor
from nnlib.layers import conv

RNG = np.random.default_rng(0)


def loops(x, w, b, stride, padding, dilation, groups):
    """Eq. (55) output by output; every option is a pair."""
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)))
    outputs, part, kh, kw = w.shape
    h = (x.shape[2] - dh * (kh - 1) - 1) // sh + 1
    width = (x.shape[3] - dw * (kw - 1) - 1) // sw + 1
    out = np.zeros((len(x), outputs, h, width))
    for o, i, j in np.ndindex(outputs, h, width):
        first = o // (outputs // groups) * part
        rows, columns = i * sh + dh * np.arange(kh), j * sw + dw * np.arange(kw)
        seen = x[:, first : first + part][:, :, rows][:, :, :, columns]
        out[:, o, i, j] = (seen * w[o]).sum((1, 2, 3)) + b[o]
    return out


@st.composite
def problems(draw):
    two = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, stride, dilation = draw(two), draw(two), draw(two)
    padding = draw(st.tuples(st.integers(0, 3), st.integers(0, 3)))
    groups, part, each = draw(st.sampled_from([1, 2, 3])), draw(st.integers(1, 2)), 2
    least = [
        max(1, d * (k - 1) + 1 - 2 * p) for k, d, p in zip(kernel, dilation, padding, strict=True)
    ]
    image = [n + draw(st.integers(0, 4)) for n in least]
    n = draw(st.integers(1, 5))
    rng = np.random.default_rng(draw(st.integers(0, 99)))
    x = rng.standard_normal((n, groups * part, *image))
    w = rng.standard_normal((groups * each, part, *kernel))
    return x, w, rng.standard_normal(groups * each), stride, padding, dilation, groups


@pytest.mark.equation(55)
@given(problems(), st.sampled_from([1, 2000, 1 << 19]))
def test_is_the_guides_sum_for_every_option(problem, cache):
    """Also for blocks of one image, a few and all: the last block may be smaller."""
    before, conv.CACHE = conv.CACHE, cache
    try:
        np.testing.assert_allclose(F.conv2d(*problem).data, loops(*problem), rtol=1e-10, atol=1e-12)
    finally:
        conv.CACHE = before


@pytest.mark.equation(55)
def test_one_channel_as_printed():
    """(I * K)[i, j] = Σ I[i+m, j+n] K[m, n], and the kernel is not turned round."""
    image, kernel = RNG.standard_normal((5, 6)), RNG.standard_normal((2, 3))
    out = F.conv2d(image[None, None], kernel[None, None]).data[0, 0]
    for i, j in np.ndindex(out.shape):
        total = sum(image[i + m, j + n] * kernel[m, n] for m in range(2) for n in range(3))
        assert out[i, j] == pytest.approx(total)
    assert out.shape == (4, 4)
    turned = F.conv2d(image[None, None], kernel[None, None, ::-1, ::-1].copy()).data[0, 0]
    assert np.abs(out - turned).max() > 0.1


@pytest.mark.parametrize(
    ("image", "weight", "options"),
    [
        ((2, 2, 4, 3), (3, 2, 3, 3), {"padding": 1}),
        ((3, 2, 4, 5), (2, 1, 2, 3), {"stride": (2, 1), "padding": (0, 2), "groups": 2}),
        ((2, 1, 6, 5), (2, 1, 3, 2), {"dilation": (2, 3), "stride": 2, "padding": 1}),
        ((2, 1, 3, 3), (1, 1, 1, 1), {"padding": 2, "stride": 3}),
        ((2, 2, 3, 3), (1, 2, 2, 2), {"padding": "same"}),
    ],
)
def test_gradcheck_of_every_input(image, weight, options):
    arrays = [RNG.standard_normal(s) for s in (image, weight, weight[:1])]
    nn.gradcheck(lambda x, w, b: F.conv2d(x.tanh(), w * 2.0, b.exp(), **options), arrays)
    nn.gradcheck(lambda x, w: F.conv2d(x.tanh(), w.tanh(), **options), arrays[:2])


def test_gradcheck_of_the_others():
    x, w, b = (RNG.standard_normal(s) for s in ((2, 4, 5), (2, 2, 3), 2))
    nn.gradcheck(lambda x, w, b: F.conv1d(x.tanh(), w * 2.0, b.exp(), 2, 1, 2, groups=2), [x, w, b])
    x, w, b = (RNG.standard_normal(s) for s in ((2, 4, 2, 3), (4, 1, 3, 2), 2))
    nn.gradcheck(
        lambda x, w, b: F.conv_transpose2d(x.tanh(), w * 2.0, b.exp(), 2, 1, 1, 2), [x, w, b]
    )


@given(problems())
def test_transposed_is_the_transpose(problem):
    """⟨conv(x), y⟩ = ⟨x, convᵀ(y)⟩ for all x and y is what transpose means."""
    x, w, _, stride, padding, dilation, groups = problem
    forward = F.conv2d(x, w, None, stride, padding, dilation, groups).data
    y = RNG.standard_normal(forward.shape)
    spare = [
        n + 2 * p - d * (k - 1) - 1 - s * (o - 1)
        for n, p, d, k, s, o in zip(
            x.shape[2:], padding, dilation, w.shape[2:], stride, forward.shape[2:], strict=True
        )
    ]
    back = F.conv_transpose2d(y, w, None, stride, padding, spare, groups, dilation).data
    assert back.shape == x.shape
    assert (forward * y).sum() == pytest.approx((x * back).sum(), rel=1e-9, abs=1e-9)


@pytest.mark.parametrize("cache", [1, 3000])
def test_blocks_do_not_show_in_gradients(cache, monkeypatch):
    arrays = [RNG.standard_normal(s) for s in ((7, 2, 5, 4), (3, 2, 3, 2))]
    results = []
    for size in (1 << 30, cache):
        monkeypatch.setattr(conv, "CACHE", size)
        x, w = (Tensor(a.copy(), requires_grad=True) for a in arrays)
        out = F.conv2d(x, w, padding=1)
        out.backward(np.cos(np.arange(out.size)).reshape(out.shape))
        results.append((out.data, x.grad, w.grad))
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-12, atol=1e-13)


def test_shift_of_the_image_shifts_the_map():
    """Sharing weights gives equivariance, away from the border."""
    x, w = np.zeros((1, 1, 9, 9)), RNG.standard_normal((2, 1, 3, 3))
    x[0, 0, 3:6, 3:6] = RNG.standard_normal((3, 3))
    moved = np.roll(x, (1, 2), (2, 3))
    one, other = F.conv2d(x, w, padding=1).data, F.conv2d(moved, w, padding=1).data
    np.testing.assert_allclose(np.roll(one, (1, 2), (2, 3)), other, atol=1e-14)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_and_shape(dtype):
    for layer, image, out in [
        (nn.Conv2d(2, 3, 3, padding=1, dtype=dtype), (4, 2, 5, 6), (4, 3, 5, 6)),
        (nn.Conv2d(2, 3, 3, dtype=dtype), (2, 5, 6), (3, 3, 4)),
        (nn.Conv2d(2, 3, 3, dtype=dtype), (0, 2, 5, 6), (0, 3, 3, 4)),
        (nn.Conv1d(2, 3, 3, padding="same", dtype=dtype), (4, 2, 5), (4, 3, 5)),
        (nn.Conv1d(2, 3, 3, dtype=dtype), (2, 5), (3, 3)),
        (nn.ConvTranspose2d(2, 3, 2, 2, dtype=dtype), (4, 2, 5, 6), (4, 3, 10, 12)),
        (nn.ConvTranspose2d(2, 3, 2, 2, dtype=dtype), (2, 5, 6), (3, 10, 12)),
    ]:
        x = Tensor(np.ones(image, dtype), requires_grad=True)
        y = layer(x)
        assert y.shape == out
        y.sum().backward()
        kinds = {a.dtype for a in (y, x.grad, layer.weight.grad, layer.bias.grad)}
        assert kinds == {np.dtype(dtype)}


def test_only_what_is_needed_is_computed():
    layer = nn.Conv2d(1, 2, 3)
    layer(np.ones((2, 1, 4, 4), np.float32)).sum().backward()  # an image needs no gradient
    np.testing.assert_allclose(layer.weight.grad, 2 * 4)
    np.testing.assert_allclose(layer.bias.grad, 2 * 4)


def test_refuses():
    layer = nn.Conv2d(2, 4, 3)
    image = np.ones((1, 2, 5, 5), np.float32)
    for call, message in [
        (lambda: layer(image[:, :1]), r"expect 2 channels, got 1 in \(1, 1, 5, 5\)"),
        (lambda: layer(image[0, 0]), r"got \(5, 5\) and \(4, 2, 3, 3\)"),
        (lambda: layer(image[..., :2]), r"kernel of \(3, 3\).*does not fit.*\(5, 2\)"),
        (lambda: nn.Conv2d(2, 3, 3, groups=2), "2 groups do not divide 2 channels and 3 outputs"),
        (lambda: nn.Conv2d(0, 3, 3), "positive sizes, got 0 and 3"),
        (lambda: nn.Conv2d(2, 3, 0), "kernel_size must be one or two whole numbers from 1"),
        (lambda: F.conv2d(image, layer.weight, stride=0), "stride must be .* from 1 on, got 0"),
        (lambda: F.conv2d(image, layer.weight, padding=-1), "padding must be .*, got -1"),
        (lambda: F.conv2d(image, layer.weight, padding=1.5), "padding must be .*, got 1.5"),
        (lambda: F.conv2d(image, layer.weight, padding="half"), "got 'half'"),
        (lambda: F.conv2d(image, layer.weight, padding="same", stride=2), "needs stride 1"),
        (
            lambda: F.conv2d(image, layer.weight, Tensor(np.ones(2, np.float32))),
            r"bias must have shape \(4,\), got \(2,\)",
        ),
        (lambda: F.conv1d(image, layer.weight), r"conv1d expects.*got \(1, 2, 5, 5\)"),
        (lambda: nn.ConvTranspose2d(3, 2, 2)(image), r"got \(1, 2, 5, 5\) and \(3, 2, 2, 2\)"),
        (
            lambda: nn.ConvTranspose2d(2, 2, 2, output_padding=1)(image),
            r"output_padding \(1, 1\) must be smaller than stride \(1, 1\)",
        ),
        (lambda: nn.ConvTranspose2d(2, 2, 1, padding=3)(image), r"padding \(3, 3\) leaves"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        layer(image.astype(float))
    with pytest.raises(TypeError, match=r"conv2d needs float32 or float64, got int(?:32|64)"):
        F.conv2d(np.ones((1, 1, 3, 3), int), Tensor(np.ones((1, 1, 2, 2), int)))


def test_initial_values_are_pytorchs_default():
    layer = nn.Conv2d(16, 200, 5, groups=2, rng=0)
    assert layer.weight.shape == (200, 8, 5, 5)
    assert np.abs(layer.weight.data).max() <= 1 / np.sqrt(200)
    assert layer.weight.data.var() == pytest.approx(1 / (3 * 200), rel=0.02)
    assert repr(nn.Conv2d(2, 4, 3, padding=1, groups=2, bias=False)) == (
        "Conv2d(2, 4, kernel_size=(3, 3), stride=1, padding=1, groups=2, bias=False)"
    )
    assert repr(nn.ConvTranspose2d(2, 4, 3)).startswith("ConvTranspose2d(2, 4, kernel_size=(3, 3)")
    assert nn.Conv1d(2, 4, 3).weight.shape == (4, 2, 3)


def test_transposed_convolution_of_sequences():
    rng = np.random.default_rng(0)
    x, w, b = rng.standard_normal((2, 4, 5)), rng.standard_normal((4, 3, 3)), rng.standard_normal(3)
    nn.gradcheck(lambda x, w, b: F.conv_transpose1d(1.1 * x, w, b, 2, 1, 1), [x, w, b])
    layer = nn.ConvTranspose1d(4, 2, 3, stride=2, rng=0, dtype=np.float64)
    assert layer(x).shape == (2, 2, 11)
    assert layer(x[0]).shape == (2, 11)
    with pytest.raises(ValueError, match=r"conv_transpose1d expects inputs \(N, C, L\)"):
        F.conv_transpose1d(x[0, 0], w)
