"""Hebb's rule, Oja's and Sanger's: cases by hand, growth, fixed points."""

import numpy as np
import pytest

from nnlib.pioneers import hebb, oja_step, sanger_step


@pytest.mark.equation(2)
def test_hebb_by_hand():
    change = hebb(pre=[1, 0, 2], post=[3, -1], eta=2)
    assert change.tolist() == [[6, 0, 12], [-2, 0, -4]]
    assert np.issubdtype(change.dtype, np.integer)
    np.testing.assert_array_equal(hebb([1.0, 2.0], [4.0], 0.25), [[1, 2]])


@pytest.mark.equation(2)
def test_hebb_adds_up_a_batch():
    rng = np.random.default_rng(0)
    pre, post = rng.normal(size=(5, 4)), rng.normal(size=(5, 3))
    one_by_one = sum(hebb(a, b, 0.1) for a, b in zip(pre, post, strict=True))
    np.testing.assert_allclose(hebb(pre, post, 0.1), one_by_one)
    np.testing.assert_allclose(hebb(pre, post, 0.1), 0.1 * np.einsum("ki,kj->ij", post, pre))


@pytest.mark.equation(2)
def test_hebb_explodes_along_the_first_component_where_oja_stays():
    rng = np.random.default_rng(0)
    x = rng.normal(size=(2000, 2)) * [2, 1]
    w, v = np.array([0.6, 0.8]), np.array([0.6, 0.8])
    for row in x:
        w = w + hebb(row, [w @ row], 0.01)[0]
        v = oja_step(v, row, 0.01)
    assert np.linalg.norm(w) > 1e15
    assert np.linalg.norm(v) == pytest.approx(1, abs=0.1)
    assert abs(w[0]) / np.linalg.norm(w) > 0.999
    assert abs(v[0]) > 0.95


@pytest.mark.parametrize(
    ("pre", "post"), [([1, 2], [[1]]), ([[1, 2]], [[1], [2]]), (1, 1), (np.ones((1, 1, 1)),) * 2]
)
def test_hebb_refuses_shapes_that_do_not_fit(pre, post):
    with pytest.raises(ValueError, match=r"expected pre \(n,\) and post"):
        hebb(pre, post)


def test_oja_by_hand():
    # y = 1·2 + 0·1 = 2, x - y w = (0, 1), so Δw = 0.1 · 2 · (0, 1)
    np.testing.assert_allclose(oja_step(np.array([1.0, 0.0]), np.array([2.0, 1.0]), 0.1), [1, 0.2])


def test_oja_is_hebb_and_normalise_to_first_order():
    rng = np.random.default_rng(1)
    w, x = rng.normal(size=4), rng.normal(size=4)
    w /= np.linalg.norm(w)
    rests = []
    for eta in (1e-2, 1e-3):
        new = w + hebb(x, [w @ x], eta)[0]
        rests.append(np.linalg.norm(new / np.linalg.norm(new) - oja_step(w, x, eta)))
    assert rests[0] / rests[1] == pytest.approx(100, rel=0.1)


def test_sanger_with_one_unit_is_oja():
    rng = np.random.default_rng(2)
    w, x = rng.normal(size=(2, 5))
    np.testing.assert_allclose(sanger_step(w[None], x, 0.3)[0], oja_step(w, x, 0.3))


def test_sanger_unit_sees_what_is_left():
    rng = np.random.default_rng(3)
    W, x = rng.normal(size=(3, 5)), rng.normal(size=5)
    y, found = W @ x, sanger_step(W, x, 0.1)
    for i in range(3):
        left = x - sum(y[j] * W[j] for j in range(i + 1))
        np.testing.assert_allclose(found[i], W[i] + 0.1 * y[i] * left)


def test_sanger_finds_the_components_in_order():
    rng = np.random.default_rng(4)
    basis = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    x = (rng.normal(size=(20_000, 4)) * [3, 2, 1, 0.5]) @ basis
    W = 0.1 * rng.normal(size=(3, 4))
    for t, row in enumerate(x):
        W = sanger_step(W, row, 0.02 / (1 + t / 500))
    np.testing.assert_allclose(np.abs(W @ basis.T), np.eye(3, 4), atol=0.1)


def test_steps_refuse_shapes_that_do_not_fit():
    with pytest.raises(ValueError, match=r"w and x of one shape \(n,\), got \(2,\) and \(3,\)"):
        oja_step(np.ones(2), np.ones(3), 0.1)
    with pytest.raises(
        ValueError, match=r"W of shape \(k, n\) and x \(n,\), got \(2,\) and \(2,\)"
    ):
        sanger_step(np.ones(2), np.ones(2), 0.1)
