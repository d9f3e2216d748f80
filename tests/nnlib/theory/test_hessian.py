"""Products with the Hessian and what Lanczos makes of them, beside the whole matrix."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib.theory import hessian_product, lanczos, spectral_density


def tiny():
    rng = np.random.default_rng(0)
    model = nn.models.MLP([3, 4, 2], activation=nn.Tanh, rng=0, dtype=np.float64)
    return model, rng.normal(size=(5, 3)), np.array([0, 1, 1, 0, 1])


def test_the_product_is_the_change_of_the_gradient():
    model, x, y = tiny()
    product = hessian_product(model, x, lambda out: F.cross_entropy(out, y))
    parameters = list(model.parameters())

    def gradient(v):
        ends = np.cumsum([p.size for p in parameters])[:-1]
        for p, part in zip(parameters, np.split(v, ends), strict=True):
            p.data += part.reshape(p.shape)
            p.grad = None
        F.cross_entropy(model(x), y).backward()
        for p, part in zip(parameters, np.split(v, ends), strict=True):
            p.data -= part.reshape(p.shape)
        return np.concatenate([p.grad.ravel() for p in parameters])

    rng = np.random.default_rng(1)
    v, u = rng.normal(size=(2, product.size))
    quotient = (gradient(1e-5 * v) - gradient(-1e-5 * v)) / 2e-5
    np.testing.assert_allclose(product(v), quotient, atol=1e-8)
    np.testing.assert_allclose(u @ product(v), v @ product(u))  # it is symmetric


def test_the_hessian_of_a_linear_model_by_hand():
    """Loss ½(w·x - y)², so the Hessian is x xᵀ."""
    model = nn.Linear(2, 1, bias=False, dtype=np.float64)
    product = hessian_product(model, [[1.0, 3.0]], lambda out: 0.5 * (out**2).sum())
    np.testing.assert_allclose([product(v) for v in np.eye(2)], [[1, 3], [3, 9]])


def test_later_training_does_not_move_the_point():
    model, x, y = tiny()
    product = hessian_product(model, x, lambda out: F.cross_entropy(out, y))
    before = product(np.ones(product.size))
    model[0].weight.data += 1
    np.testing.assert_array_equal(product(np.ones(product.size)), before)


def test_errors_of_the_product():
    with pytest.raises(ValueError, match="model: expected one with parameters"):
        hessian_product(nn.Tanh(), np.ones((1, 2)), lambda out: out.sum())
    model, x, y = tiny()
    product = hessian_product(model, x, lambda out: F.cross_entropy(out, y))
    with pytest.raises(ValueError, match=r"v: expected shape \(26,\), got \(3,\)"):
        product(np.ones(3))
    with pytest.raises(TypeError, match="v must be real numbers"):
        product(np.ones(26) * 1j)


def test_with_dropout_it_is_symmetric_in_evaluation():
    first, last = nn.Linear(3, 8, rng=0, dtype=np.float64), nn.Linear(8, 1, rng=1, dtype=np.float64)
    model = nn.Sequential(first, nn.Tanh(), nn.Dropout(0.5, rng=0), last).eval()
    x = np.random.default_rng(0).normal(size=(5, 3))
    product = hessian_product(model, x, lambda out: (out**2).sum())
    u, v = np.random.default_rng(1).normal(size=(2, product.size))
    np.testing.assert_allclose(u @ product(v), v @ product(u))


def symmetric(n, seed=0):
    A = np.random.default_rng(seed).normal(size=(n, n))
    return A + A.T


def test_all_steps_give_all_eigenvalues():
    A = symmetric(12)
    values, weights, vectors = lanczos(lambda v: A @ v, 12, 12, rng=0)
    np.testing.assert_allclose(values, np.linalg.eigvalsh(A))
    np.testing.assert_allclose(vectors.T @ vectors, np.eye(12), atol=1e-10)
    np.testing.assert_allclose(A @ vectors, vectors * values, atol=1e-9)
    assert weights.sum() == pytest.approx(1)


def test_few_steps_find_the_outermost_from_within():
    A = symmetric(200) / 20 + np.diag([9.0, 7.0] + [0.0] * 198)
    exact = np.linalg.eigvalsh(A)
    values, _, _ = lanczos(lambda v: A @ v, 200, 30, rng=0)
    np.testing.assert_allclose(values[-2:], exact[-2:], rtol=1e-6)
    assert values[0] >= exact[0] - 1e-9
    assert values[-1] <= exact[-1] + 1e-9


def test_the_weights_are_those_of_gauss_quadrature():
    """They give vᵀ p(A) v exactly, here for p of degree 2·4 - 1 = 7, from four products."""
    A = symmetric(30) / 10
    values, weights, _ = lanczos(lambda v: A @ v, 30, 4, rng=3)
    v = np.random.default_rng(3).standard_normal(30)
    v /= np.linalg.norm(v)
    for power in range(8):
        moment = v @ np.linalg.matrix_power(A, power) @ v
        assert weights @ values**power == pytest.approx(moment, rel=1e-9, abs=1e-12)


def test_it_ends_where_nothing_new_is_seen():
    values, weights, vectors = lanczos(lambda v: 2 * v, 10, 5, rng=0)
    assert values == pytest.approx([2])
    assert weights == pytest.approx([1])
    assert vectors.shape == (10, 1)
    values, _, _ = lanczos(lambda v: 0 * v, 10, 5, rng=0)
    assert values == pytest.approx([0])


def test_errors_of_lanczos():
    with pytest.raises(ValueError, match="steps: expected 1 to 4"):
        lanczos(lambda v: v, 4, 5)
    with pytest.raises(ValueError, match=r"product: expected shape \(4,\), got \(3,\)"):
        lanczos(lambda v: v[:3], 4, 2)
    with pytest.raises(ValueError, match="product: expected finite numbers"):
        lanczos(lambda v: np.full(4, np.nan), 4, 2)
    with pytest.raises(TypeError, match="product must be real numbers"):
        lanczos(lambda v: 1j * v, 4, 2)


def test_a_product_may_work_in_place():
    def twice(v):
        v *= 2
        return v

    values, _, vectors = lanczos(twice, 10, 5, rng=0)
    assert values == pytest.approx([2])
    assert np.linalg.norm(vectors) == pytest.approx(1)


def test_a_density_has_the_mass_of_its_weights():
    grid = np.linspace(-5, 8, 2001)
    density = spectral_density([0.0, 3.0], [0.75, 0.25], grid, 0.3)
    assert np.trapezoid(density, grid) == pytest.approx(1)
    top = 0.25 / (0.3 * np.sqrt(2 * np.pi))
    assert spectral_density([3.0], [0.25], [3.0], 0.3) == pytest.approx([top])
    with pytest.raises(ValueError, match="weights: expected as many as values"):
        spectral_density([0.0], [0.5, 0.5], grid, 0.3)
    with pytest.raises(TypeError, match="values must be real numbers"):
        spectral_density([1j], [1.0], grid, 0.3)
    with pytest.raises(ValueError, match="width must lie in"):
        spectral_density([0.0], [1.0], grid, 0)
