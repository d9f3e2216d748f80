"""The tangent kernel: by hand, against finite differences and wide networks, and its training."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.theory import NTKMLP, NTKLinear, empirical_ntk, infinite_ntk, kernel_descent

RNG = np.random.default_rng(0)
X = RNG.standard_normal((5, 3))


def test_ntk_linear_by_hand():
    layer = NTKLinear(4, 1, gain=3, bias=0.5, rng=0)
    layer.weight.data[...], layer.bias.data[...] = [[1, 2, 3, 4]], 10
    assert layer(np.ones((1, 4))).data.item() == 3 / 2 * 10 + 0.5 * 10
    assert NTKLinear(4, 1).bias is None


def test_empirical_ntk_is_the_product_of_finite_differences():
    model = nn.Sequential(nn.Linear(3, 4, rng=0), nn.Tanh(), nn.Linear(4, 2, rng=1)).double()
    columns = []
    for p in model.parameters():
        for place in np.ndindex(p.shape):
            kept = p.data[place]
            p.data[place] = kept + 1e-5
            above = model(X).data
            p.data[place] = kept - 1e-5
            columns.append((above - model(X).data) / 2e-5)
            p.data[place] = kept
    J = np.stack(columns, axis=-1)
    found = empirical_ntk(model, X[:2], X)
    np.testing.assert_allclose(found, np.einsum("iap,jbp->ijab", J[:2], J), atol=1e-8)
    np.testing.assert_allclose(empirical_ntk(model, X)[:2], found, rtol=1e-6)


def test_empirical_ntk_of_a_convolution():
    model = nn.Sequential(nn.Conv2d(1, 2, 3, rng=0), nn.ReLU(), nn.Flatten(), nn.Linear(8, 1))
    images = RNG.standard_normal((3, 1, 4, 4))
    kernel = empirical_ntk(model.double(), images)
    assert kernel.shape == (3, 3)
    assert np.linalg.eigvalsh(kernel)[0] > 0
    with pytest.raises(ValueError, match=r"outputs of shape \(N, C\), got \(3, 2, 2, 2\)"):
        empirical_ntk(model[0], images)


@pytest.mark.equation(92)
def test_infinite_ntk_by_hand():
    corner = np.sqrt(3) * np.array([[1.0, 0, 0], [-1, 0, 0], [0, 1, 0], [0.5, np.sqrt(0.75), 0]])
    nngp, ntk = infinite_ntk(corner[:1], corner)
    third = np.sqrt(3) / (2 * np.pi) + 1 / 3
    np.testing.assert_allclose(nngp, [[1, 0, 1 / np.pi, third]], atol=1e-12)
    np.testing.assert_allclose(ntk, [[2, 0, 1 / np.pi, third + 1 / 3]], atol=1e-12)
    for layers in range(4):  # every layer adds the same to the diagonal
        np.testing.assert_allclose(infinite_ntk(corner, layers=layers).ntk.diagonal(), layers + 1)
    np.testing.assert_array_equal(infinite_ntk(np.zeros((1, 2)), layers=3).ntk, 0)


@pytest.mark.equation(92)
@pytest.mark.parametrize(("layers", "bias"), [(1, 0.0), (1, 0.7), (2, 0.5)])
def test_wide_networks_have_the_infinite_kernels(layers, bias):
    sizes = [3, *[300] * layers, 1]
    nets = [NTKMLP(sizes, bias=bias, rng=seed) for seed in range(40)]
    nngp, ntk = infinite_ntk(X, layers=layers, bias=bias)
    mean = np.mean([empirical_ntk(net, X) for net in nets], axis=0)
    assert abs(mean - ntk).max() < 0.08 * ntk.max()
    assert np.linalg.norm(mean - ntk) < 0.1 * np.linalg.norm(mean - nngp)
    outputs = np.stack([NTKMLP(sizes, bias=bias, rng=s)(X).data[:, 0] for s in range(1000)])
    assert abs(outputs.T @ outputs / 1000 - nngp).max() < 0.15 * nngp.max()


def test_kernel_descent_is_descent():
    """A linear model has a constant kernel: take its steps."""
    other, start = RNG.standard_normal((4, 3)), RNG.standard_normal((3, 2))
    Y, W = RNG.standard_normal((5, 2)), start.copy()
    for _ in range(7):
        W -= 0.05 * X.T @ (X @ W - Y)
    kernel, cross = X @ X.T, other @ X.T  # of rank 3: two directions are never learned
    found = kernel_descent(kernel, Y, 0.05, 7, start=X @ start)
    np.testing.assert_allclose(found, X @ W)
    starts = {"start": X @ start, "cross_start": other @ start}
    found = kernel_descent(kernel, Y, 0.05, 7, cross=cross, **starts)
    np.testing.assert_allclose(found, other @ W)
    one = kernel_descent(kernel, Y[:, 0], 0.05, 7, cross=cross)
    np.testing.assert_allclose(one, kernel_descent(kernel, Y, 0.05, 7, cross=cross)[:, 0])


def test_kernel_descent_ends_in_kernel_regression():
    kernel = infinite_ntk(X).ntk
    Y, lr = RNG.standard_normal(5), 1 / np.linalg.eigvalsh(kernel)[-1]
    np.testing.assert_allclose(kernel_descent(kernel, Y, lr, np.inf), Y)
    cross = infinite_ntk(RNG.standard_normal((2, 3)), X).ntk
    end = kernel_descent(kernel, Y, lr, np.inf, cross=cross)
    np.testing.assert_allclose(end, cross @ np.linalg.solve(kernel, Y))
    np.testing.assert_allclose(kernel_descent(kernel, Y, lr, 10**7, cross=cross), end, rtol=1e-6)
    np.testing.assert_array_equal(kernel_descent(kernel, Y, lr, 0, cross=cross), 0)


def test_inputs_that_occur_twice_get_the_mean_of_their_targets():
    kernel = infinite_ntk(X[[0, 1, 2, 0, 1, 2]]).ntk
    Y, lr = RNG.standard_normal(6), 1 / np.linalg.eigvalsh(kernel)[-1]
    mean = np.tile(Y.reshape(2, 3).mean(0), 2)
    np.testing.assert_allclose(kernel_descent(kernel, Y, lr, np.inf), mean)
    found = kernel_descent(kernel, Y, lr, np.inf, cross=kernel[:3])
    np.testing.assert_allclose(found, mean[:3])


@pytest.mark.parametrize(
    ("call", "text"),
    [
        (lambda: NTKMLP([3]), "sizes of inputs and outputs"),
        (lambda: NTKLinear(3, 1, gain=0), "gain"),
        (lambda: infinite_ntk([1.0, 2]), r"one example a row, got shape \(2,\)"),
        (lambda: infinite_ntk(np.ones((1, 2)), np.ones((1, 3))), "inputs of 2 and 3 numbers"),
        (lambda: infinite_ntk(np.ones((1, 2)), layers=-1), "layers"),
        (lambda: kernel_descent(np.eye(2), [1.0], 0.1, 1), r"kernel \(2, 2\) and targets \(1,\)"),
        (lambda: kernel_descent([[1.0, 2], [0, 1]], [1.0, 1], 0.1, 1), "symmetric"),
        (lambda: kernel_descent([[1.0]], [1.0], 0.1, -1), "steps"),
        (lambda: kernel_descent([[1.0]], [1.0], 2.5, np.inf), "lr must be below 2, got 2.5"),
        (lambda: kernel_descent(np.eye(2), [1.0, 1], 0.1, 1, cross=[[1.0]]), r"cross \(1, 1\)"),
        (lambda: kernel_descent([[1.0, 0], [0, -1]], [1.0, 1], 0.1, 1), "negative eigenvalue"),
        (lambda: kernel_descent([[1.0]], [1.0], 1.5, 2.5), "a part of a step"),
        (lambda: kernel_descent([[np.nan]], [1.0], 1.5, 2), "finite numbers, got nan"),
        (lambda: infinite_ntk(np.zeros((2, 0))), r"got shape \(2, 0\)"),
        (lambda: empirical_ntk(nn.Sequential(nn.ReLU()), X), "needs parameters"),
        (lambda: kernel_descent(np.eye(2), [1.0, 1], 0.1, 1, start=[1.0, 2, 3]), "start"),
    ],
)
def test_bad_input(call, text):
    with pytest.raises(ValueError, match=text):
        call()
