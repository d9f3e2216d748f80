"""The pictures that chapters share."""

import numpy as np
import pytest

pytest.importorskip("matplotlib")
import matplotlib as mpl

mpl.use("Agg")
import matplotlib.pyplot as plt

from nnlib import viz


@pytest.fixture
def ax():
    fig, ax = plt.subplots()
    ax.set(xlim=(-1, 1), ylim=(-1, 1))
    yield ax
    plt.close(fig)


def test_class_points_differ_in_colour_and_shape(ax):
    x = np.array([[0, 0], [1, 1], [0, 1], [1, 0]])
    viz.class_points(ax, x, [1, 0, 1, 0])
    first, second = ax.collections
    assert first.get_label() == "class 0"
    assert np.array_equal(first.get_offsets(), x[[1, 3]])
    assert np.array_equal(second.get_offsets(), x[[0, 2]])
    assert not np.array_equal(first.get_facecolor(), second.get_facecolor())
    assert len(first.get_paths()[0].vertices) != len(second.get_paths()[0].vertices)
    viz.class_points(ax, x, [1, 0, 1, 0], labels=["no", "yes"])
    assert [c.get_label() for c in ax.collections[2:]] == ["no", "yes"]


def test_decision_regions_have_a_border_where_the_sign_changes(ax):
    viz.decision_regions(ax, lambda p: p[:, 0] - 0.25, (-1, 1), (-2, 2))
    assert ax.get_xlim() == (-1, 1)
    assert ax.get_ylim() == (-2, 2)
    border = ax.collections[-1].get_paths()[0].vertices
    np.testing.assert_allclose(border[:, 0], 0.25, atol=1e-9)
    count = len(ax.collections)
    viz.decision_regions(ax, lambda p: np.ones(len(p)), (-1, 1), (-1, 1))
    assert len(ax.collections) == count + 1  # no border where there is none


def test_line_is_where_the_sum_is_the_threshold(ax):
    viz.line_2d(ax, [3.0, 4.0], 2.0)
    (line,) = ax.lines
    one, two = line.get_xy1(), line.get_xy2()
    for point in (one, two):
        assert np.dot([3, 4], point) == pytest.approx(2)
    assert tuple(one) != tuple(two)
    viz.line_2d(ax, [0, 0], 1.0)  # no weights, no line
    assert len(ax.lines) == 1


@pytest.mark.parametrize(("w", "theta"), [((1.0, 2.0), 0.5), ((-3.0, 0.1), 1.0), ((0.0, 2.0), -9)])
def test_half_plane_covers_its_side(ax, w, theta):
    viz.half_plane(ax, w, theta)
    (patch,) = ax.patches
    rng = np.random.default_rng(0)
    points = rng.uniform(-1, 1, (200, 2))
    z = points @ w - theta
    inside = [patch.get_path().contains_point(p) for p in points]
    clear = np.abs(z) > 1e-6
    assert np.array_equal(np.array(inside)[clear], (z >= 0)[clear])
    assert ax.get_xlim() == ax.get_ylim() == (-1, 1)


@pytest.mark.parametrize(("theta", "patches"), [(0.5, 0), (0, 1), (-1, 1)])
def test_half_plane_without_weights_is_all_or_nothing(ax, theta, patches):
    viz.half_plane(ax, [0, 0], theta)
    assert len(ax.patches) == patches


def test_digit_grid():
    images = np.random.default_rng(0).random((7, 16))
    fig = viz.digit_grid(images, titles=list("abcdefg"), columns=3)
    assert len(fig.axes) == 9
    for k, ax in enumerate(fig.axes):
        assert len(ax.images) == (k < 7)
        if k < 7:
            assert ax.get_title() == "abcdefg"[k]
            assert np.array_equal(ax.images[0].get_array(), images[k].reshape(4, 4))
    plt.close(fig)
