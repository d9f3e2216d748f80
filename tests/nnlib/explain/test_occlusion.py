"""Occlusion: what a linear model loses is known."""

import numpy as np
import pytest

from nnlib import explain

W = np.arange(12.0).reshape(3, 4) - 5
X = np.random.default_rng(0).random((3, 4))


def linear(x):
    return (x * W).sum(axis=(1, 2))


def test_a_window_of_one_pixel_loses_the_weight_times_the_pixel():
    np.testing.assert_allclose(explain.occlusion(linear, X, size=1), W * X)
    np.testing.assert_allclose(explain.occlusion(linear, X, size=1, fill=1), W * (X - 1))


def test_windows_without_overlap_share_their_loss_with_all_their_pixels():
    found = explain.occlusion(linear, X, size=2, stride=2)
    lost = W * X  # windows begin one pixel outside
    np.testing.assert_allclose(found[0, 0], lost[0, 0])
    np.testing.assert_allclose(found[1:, 1:3], lost[1:, 1:3].sum())


def test_a_pixel_gets_the_mean_over_the_windows_that_cover_it():
    found, lost = explain.occlusion(linear, X, size=2), W * X
    wanted = np.mean([lost[i : i + 2, j : j + 2].sum() for i in (0, 1) for j in (0, 1)])
    assert found[1, 1] == pytest.approx(wanted)


def test_colours_are_covered_together():
    x = np.ones((2, 3, 4))
    found = explain.occlusion(lambda z: z.sum(axis=(1, 2, 3)), x, size=1)
    np.testing.assert_allclose(found, np.full((3, 4), 2.0))


def test_the_image_is_not_changed():
    before = X.copy()
    explain.occlusion(linear, X)
    np.testing.assert_array_equal(X, before)


@pytest.mark.parametrize(
    ("options", "message"), [({"size": 2, "stride": 3}, "gaps"), ({"fill": "x"}, "fill")]
)
def test_wrong_windows_are_named(options, message):
    with pytest.raises((ValueError, TypeError), match=message):
        explain.occlusion(linear, X, **options)
