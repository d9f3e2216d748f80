"""Learning to learn: what an episode holds, and the gradient through steps of training."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import meta

LABELS = np.repeat([3, 5, 8, 9], 6)


def test_an_episode_holds_its_classes_once_and_no_example_twice():
    support, query = meta.episode(LABELS, 3, 2, 4, rng=0)
    assert support.shape == (3, 2)
    assert query.shape == (3, 4)
    assert len({*support.ravel(), *query.ravel()}) == 18
    for row, asked in zip(support, query, strict=True):
        assert len({*LABELS[row], *LABELS[asked]}) == 1
    assert len({*LABELS[support[:, 0]]}) == 3


def test_an_episode_says_what_is_missing():
    with pytest.raises(ValueError, match="at least 5 classes, got 4"):
        meta.episode(LABELS, 5, 1, 1, rng=0)
    with pytest.raises(ValueError, match="6 examples, the task needs 7"):
        meta.episode(LABELS, 2, 3, 4, rng=0)
    with pytest.raises(ValueError, match=r"one label for each example, got shape \(2, 12\)"):
        meta.episode(LABELS.reshape(2, 12), 2, 1, 1)
    with pytest.raises(TypeError, match="labels must be real numbers"):
        meta.episode(["a", "b"], 1, 1, 0)


def test_labels_may_be_a_tensor():
    labels = nn.Tensor(LABELS.astype(float), requires_grad=True)
    for ours, theirs in zip(
        meta.episode(labels, 3, 2, 4, rng=0), meta.episode(LABELS, 3, 2, 4, rng=0), strict=True
    ):
        np.testing.assert_array_equal(ours, theirs)


def test_a_prototype_is_a_mean_and_hands_gradients_back():
    embedded = nn.Tensor([[[0.0, 2.0], [4.0, 0.0]]], requires_grad=True)
    middle = meta.prototypes(embedded)
    np.testing.assert_array_equal(middle.data, [[2, 1]])
    middle.sum().backward()
    np.testing.assert_array_equal(embedded.grad, np.full((1, 2, 2), 0.5))


def bowl(curvature, centre):
    """½ a (θ - c)²."""
    return lambda p: (0.5 * curvature * (p["t"] - centre) ** 2).sum()


def test_on_a_bowl_the_steps_and_both_gradients_are_those_worked_out_by_hand():
    a, c, rate, start = 3.0, 1.0, 0.1, np.array([2.0])
    task = bowl(a, c)
    path = meta.adapt(task, {"t": start}, rate, steps=2)
    np.testing.assert_allclose([p["t"].item() for p in path], [2, 1.7, 1.49])
    for steps in (1, 2, 3):
        left = (1 - rate * a) ** steps
        for first_order, factor in ((True, left), (False, left**2)):
            gradient, value = meta.meta_gradient(task, task, {"t": start}, rate, steps, first_order)
            np.testing.assert_allclose(gradient["t"].data, a * factor * (start - c))
            np.testing.assert_allclose(value, 0.5 * a * left**2)


def test_the_gradient_through_training_is_the_finite_difference():
    rng = np.random.default_rng(0)
    x, y, xq, yq = (rng.standard_normal((6, k)) for k in (2, 1, 2, 1))
    params = {"W": rng.standard_normal((2, 4)), "v": rng.standard_normal((4, 1))}

    def loss(x, y):
        return lambda p: ((F.tanh(x @ p["W"]) @ p["v"] - y) ** 2).mean()

    gradient, _ = meta.meta_gradient(loss(x, y), loss(xq, yq), params, 0.2, steps=3)

    def after(p):
        return loss(xq, yq)(meta.adapt(loss(x, y), p, 0.2, 3)[-1]).item()

    for name, value in params.items():
        for place in np.ndindex(value.shape):
            ends = []
            for sign in (1, -1):
                moved = {key: v.copy() for key, v in params.items()}
                moved[name][place] += sign * 1e-5
                ends.append(after(moved))
            slope = (ends[0] - ends[1]) / 2e-5
            assert gradient[name].data[place] == pytest.approx(slope, abs=1e-7)


def test_stacked_tasks_get_their_own_rows():
    curvatures, centres = np.array([1.0, 4.0]), np.array([0.0, 1.0])
    together, _ = meta.meta_gradient(
        bowl(curvatures, centres), bowl(curvatures, centres), {"t": np.full(2, 0.5)}, 0.2
    )
    np.testing.assert_allclose(together["t"].data, [0.64 * 0.5, 4 * 0.04 * -0.5])


def test_what_is_no_dict_is_named():
    with pytest.raises(TypeError, match="params must be a dict"):
        meta.adapt(bowl(1, 0), [1.0], 0.1)
