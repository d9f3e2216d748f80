"""DARTS: the gradient through one step of training, and a supernet that learns which to use."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.models import SuperNetwork
from nnlib.search import architecture_gradient, darts


def toy(w0, a0):
    """Liu et al. 2019, Figure 2: the best w is α, and then the best α is 1."""
    w, a = (nn.Tensor([v], requires_grad=True, dtype=np.float64) for v in (w0, a0))
    train = lambda: (w * w - 2 * w * a + a * a).sum()  # noqa: E731
    validation = lambda: (a * w - 2 * a + 1).sum()  # noqa: E731
    return w, a, train, validation


@pytest.mark.parametrize("xi", [0.0, 0.2, 0.5])
def test_the_gradient_is_that_of_the_unrolled_loss(xi):
    w, a, train, validation = toy(-2.0, 2.0)
    found = architecture_gradient(train, validation, [w], a, xi)
    # w' = w - 2 ξ (w - α), so d/dα (α w' - 2 α + 1) = w' - 2 + 2 ξ α
    moved = -2.0 - 2 * xi * (-2.0 - 2.0)
    np.testing.assert_allclose(found, moved - 2 + 2 * xi * 2.0, rtol=1e-8)
    assert w.data == -2.0
    assert a.data == 2.0


@pytest.mark.parametrize("xi", [0.0, 0.2, 0.5])
def test_where_the_toy_ends_depends_on_xi(xi):
    w, a, train, validation = toy(-2.0, 2.0)
    for _ in range(3000):
        a.data -= 0.02 * architecture_gradient(train, validation, [w], a, xi)
        w.data -= 0.02 * 2 * (w.data - a.data)
    np.testing.assert_allclose([w.data[0], a.data[0]], 2 / (1 + 2 * xi), rtol=1e-6)


def test_a_supernet_prefers_what_helps():
    # The class is told by the sign of a pixel's difference to its neighbour: averages hide it.
    rng = np.random.default_rng(0)
    x = rng.random((200, 8, 8)).astype(np.float32)
    y = (x[:, 2:6, 2:6].mean((1, 2)) > 0.5).astype(int)
    network = SuperNetwork(channels=2, rng=0)
    path = darts(network, (x[:100], y[:100]), (x[100:], y[100:]), epochs=2, xi=0.01, rng=0)
    assert path.shape == (3, 3, 5)
    assert (path[0] == 0).all()
    assert np.isfinite(path).all()
    assert abs(path[-1]).max() > 0.05
    same = darts(
        SuperNetwork(channels=2, rng=0),
        (x[:100], y[:100]),
        (x[100:], y[100:]),
        epochs=2,
        xi=0.01,
        rng=0,
    )
    np.testing.assert_array_equal(path, same)


@pytest.mark.parametrize(("learn", "validate"), [(10, 10), (100, 3)])
def test_too_few_images_are_refused(learn, validate):
    parts = [(np.zeros((n, 8, 8), np.float32), np.zeros(n, int)) for n in (learn, validate)]
    with pytest.raises(ValueError, match=r"at least 25 images to learn from, a batch, and [14] to"):
        darts(SuperNetwork(channels=2, rng=0), *parts, epochs=1)
