"""Pooling against loops over regions, ties, gradients, refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor

RNG = np.random.default_rng(0)


def loops(x, kernel, stride, padding, dilation, function, around):
    """The function of every region of maps (N, C, H, W); `around` stands outside the map."""
    (sh, sw), (ph, pw), (dh, dw) = stride, padding, dilation
    x = np.pad(x, ((0, 0), (0, 0), (ph, ph), (pw, pw)), constant_values=around)
    h = (x.shape[2] - dh * (kernel[0] - 1) - 1) // sh + 1
    w = (x.shape[3] - dw * (kernel[1] - 1) - 1) // sw + 1
    out = np.zeros((*x.shape[:2], h, w))
    for i, j in np.ndindex(h, w):
        rows = i * sh + dh * np.arange(kernel[0])
        columns = j * sw + dw * np.arange(kernel[1])
        out[:, :, i, j] = function(x[:, :, rows][:, :, :, columns], axis=(2, 3))
    return out


@st.composite
def problems(draw):
    two = st.tuples(st.integers(1, 3), st.integers(1, 3))
    kernel, stride, dilation = draw(two), draw(two), draw(two)
    padding = tuple(draw(st.integers(0, k // 2)) for k in kernel)
    image = [
        d * (k - 1) + 1 + draw(st.integers(0, 4)) for k, d in zip(kernel, dilation, strict=True)
    ]
    x = np.random.default_rng(draw(st.integers(0, 99))).standard_normal((2, 2, *image))
    return x, kernel, stride, padding, dilation


@pytest.mark.equation(56)
@given(problems())
def test_max_is_the_largest_of_every_region(problem):
    np.testing.assert_array_equal(F.max_pool2d(*problem).data, loops(*problem, np.max, -np.inf))


@given(problems())
def test_mean_of_every_region(problem):
    x, kernel, stride, padding, _ = problem
    options = kernel, stride, padding, (1, 1)
    np.testing.assert_allclose(
        F.avg_pool2d(x, kernel, stride, padding).data, loops(x, *options, np.mean, 0), atol=1e-14
    )
    np.testing.assert_allclose(
        F.avg_pool2d(x, kernel, stride, padding, count_include_pad=False).data,
        loops(x, *options, np.nanmean, np.nan),
        atol=1e-14,
    )


def test_global_pooling_is_the_mean_of_the_map():
    x = RNG.standard_normal((3, 4, 5, 7))
    np.testing.assert_allclose(
        F.adaptive_avg_pool2d(x, 1).data[..., 0, 0], x.mean((2, 3)), atol=1e-14
    )
    np.testing.assert_allclose(F.adaptive_avg_pool2d(x, (None, None)).data, x, atol=1e-14)
    shifted = np.roll(x, (2, 3), (2, 3))  # where things are does not matter
    np.testing.assert_allclose(
        F.adaptive_avg_pool2d(shifted, 1).data, F.adaptive_avg_pool2d(x, 1).data, atol=1e-14
    )


@pytest.mark.equation(56)
def test_gradcheck():
    x = RNG.permutation(2 * 2 * 6 * 7).reshape(2, 2, 6, 7) / 50  # no two numbers are close
    for options in [(2,), ((3, 2), (2, 1), (1, 1), (1, 2)), (3, 2, 1), ((2, 3), 3)]:
        nn.gradcheck(lambda x, o=options: F.max_pool2d(x.tanh(), *o), [x])
    nn.gradcheck(lambda x: F.avg_pool2d(x.tanh(), (3, 2), 2, 1), [x])
    nn.gradcheck(lambda x: F.adaptive_avg_pool2d(x.tanh(), (4, 3)), [x])
    nn.gradcheck(lambda x: F.max_pool2d(x.tanh(), 2), [x[0]])


def test_of_equals_the_first_gets_the_gradient():
    x = Tensor(np.array([[[1.0, 3, 3], [3, 3, 0]]]), requires_grad=True)
    F.max_pool2d(x, 2, 1).sum().backward()
    assert x.grad.tolist() == [[[0, 2, 0], [0, 0, 0]]]


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_dtype_stays(dtype):
    for layer in (nn.MaxPool2d(2), nn.AvgPool2d(2), nn.AdaptiveAvgPool2d(2)):
        x = Tensor(np.ones((1, 2, 4, 4), dtype), requires_grad=True)
        out = layer(x)
        out.sum().backward()
        assert (out.dtype, x.grad.dtype, out.shape) == (dtype, dtype, (1, 2, 2, 2))
        assert layer(np.ones((0, 2, 4, 4), dtype)).shape == (0, 2, 2, 2)


def test_refuses():
    x = np.ones((1, 1, 4, 4))
    for call, message in [
        (lambda: F.max_pool2d(x[0, 0], 2), r"\(N, C, H, W\) or \(C, H, W\), got \(4, 4\)"),
        (lambda: F.max_pool2d(x, 5), r"region of \(5, 5\) does not fit into maps of \(4, 4\)"),
        (lambda: F.max_pool2d(x, 2, padding=2), r"\(2, 2\) is more than half of the kernel"),
        (lambda: F.max_pool2d(x, 0), "kernel_size must be .* from 1 on, got 0"),
        (lambda: F.avg_pool2d(x, 2, 0), "stride must be .* from 1 on, got 0"),
        (lambda: F.adaptive_avg_pool2d(x, 0), "output_size must be .* from 1 on, got 0"),
        (lambda: F.adaptive_avg_pool2d(x[:, :, :0], 1), r"empty maps \(1, 1, 0, 4\)"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match=r"max_pool2d needs float32 or float64, got int(?:32|64)"):
        F.max_pool2d(np.ones((1, 2, 2), int), 2)


def test_repr():
    assert repr(nn.MaxPool2d(2)) == "MaxPool2d(kernel_size=2, stride=2, padding=0, dilation=1)"
    assert repr(nn.AvgPool2d(3, 1)) == "AvgPool2d(kernel_size=3, stride=1, padding=0)"
    assert repr(nn.AdaptiveAvgPool2d(1)) == "AdaptiveAvgPool2d(output_size=1)"
