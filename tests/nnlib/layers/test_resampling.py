"""Interpolation and pixel shuffle: by hand, gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

LINE = np.array([[[0.0, 2.0, 4.0]]])
MAPS = np.random.default_rng(0).standard_normal((1, 2, 3, 4))


def test_by_hand():
    np.testing.assert_array_equal(F.interpolate(LINE, 6).data, [[[0, 0, 2, 2, 4, 4]]])
    ends = F.interpolate(LINE, 5, mode="linear", align_corners=True)
    np.testing.assert_array_equal(ends.data, [[[0, 1, 2, 3, 4]]])
    edges = F.interpolate(LINE, scale_factor=2, mode="linear")
    np.testing.assert_array_equal(edges.data, [[[0, 0.5, 1.5, 2.5, 3.5, 4]]])
    assert nn.Upsample(scale_factor=1.5)(MAPS).shape == (1, 2, 4, 6)


def test_bicubic_by_hand():
    """Halfway between two pixels the shares are -3/32, 19/32, 19/32, -3/32."""
    row = np.array([[[[0.0, 0.0, 32.0, 0.0, 0.0]]]])
    out = F.interpolate(row, (1, 9), mode="bicubic", align_corners=True)
    np.testing.assert_array_equal(out.data, [[[[0, -3, 0, 19, 32, 19, 0, -3, 0]]]])
    edge = F.interpolate(row[..., 2:3], (1, 4), mode="bicubic")  # the outermost again and again
    np.testing.assert_allclose(edge.data, np.full((1, 1, 1, 4), 32.0))
    line = np.arange(8.0).reshape(1, 1, 1, 8)
    inside = F.interpolate(line, (1, 16), mode="bicubic").data[0, 0, 0, 4:-4]
    assert abs(inside - (np.arange(4, 12) / 2 - 0.25)).max() > 0.01  # a = -1/2 would give lines
    again = nn.Upsample(scale_factor=1, mode="bicubic", align_corners=True)(MAPS)
    np.testing.assert_array_equal(again.data, MAPS)


def test_pixel_shuffle_by_hand():
    out = F.pixel_shuffle(np.arange(4.0).reshape(4, 1, 1), 2)
    np.testing.assert_array_equal(out.data, [[[0, 1], [2, 3]]])
    assert nn.PixelShuffle(2)(np.zeros((3, 8, 2, 5))).shape == (3, 2, 4, 10)


@pytest.mark.parametrize("mode", ["nearest", "bilinear", "bicubic"])
def test_gradients(mode):
    nn.gradcheck(lambda x: F.interpolate(1.1 * x, (5, 3), mode=mode), [MAPS])
    corners = mode != "nearest"
    nn.gradcheck(lambda x: F.interpolate(x, (2, 7), None, mode, corners), [MAPS])
    nn.gradcheck(lambda x: F.pixel_shuffle(1.1 * x.reshape(4, 3, 2), 2), [MAPS])


def test_infinity_stays_where_it_is_seen():
    x = LINE.copy()
    x[..., 0] = np.inf
    np.testing.assert_array_equal(F.interpolate(x, 6).data[..., 2:], [[[2, 2, 4, 4]]])
    row = np.array([[[[np.inf, 0.0, 0.0, 0.0, -np.inf]]]])
    out = F.interpolate(row, (1, 9), mode="bicubic", align_corners=True).data[0, 0, 0]
    i = np.inf
    np.testing.assert_array_equal(out, [i, i, 0, -i, 0, i, 0, -i, -i])
    both = np.array([[[[np.inf, 0.0, np.inf]]]])  # above and below at once, halfway
    out = F.interpolate(both, (1, 5), mode="bicubic", align_corners=True).data[0, 0, 0]
    np.testing.assert_array_equal(out, [i, np.nan, 0, np.nan, i])


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: F.interpolate(LINE), "size or scale_factor, one of them"),
        (lambda: F.interpolate(LINE, 3, 2), "size or scale_factor, one of them"),
        (lambda: F.interpolate(LINE, 3, mode="bilinear"), "must be one of 'nearest', 'linear'"),
        (lambda: F.interpolate(LINE, 3, mode="bicubic"), "must be one of 'nearest', 'linear'"),
        (lambda: F.interpolate(MAPS, 3, mode="linear"), "'nearest', 'bilinear', 'bicubic', got"),
        (lambda: F.interpolate(LINE, (3, 4)), "one number or 1"),
        (lambda: F.interpolate(LINE, scale_factor=0.1), "leaves nothing"),
        (lambda: F.interpolate(LINE, 3, align_corners=True), "no meaning"),
        (lambda: F.interpolate(LINE[0], 3), r"\(N, C, L\) or \(N, C, H, W\), got"),
        (lambda: F.pixel_shuffle(MAPS, 2), r"expects \(\.\.\., C · 4, H, W\), got"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
