"""Residual networks."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models, optim

D = {"dtype": np.float64}


def trained(model, loss, steps, lr=1e-2):
    """Train with Adam; return the first and the last loss."""
    optimizer = optim.Adam(model.parameters(), lr=lr)
    values = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[-1]


def bars(n=40, size=28):
    """Images of a bar that lies (0) or stands (1), somewhere."""
    rng = np.random.default_rng(0)
    images, labels = np.zeros((n, size, size), np.float32), rng.integers(0, 2, n)
    for image, label, k in zip(images, labels, rng.integers(2, size - 3, n), strict=True):
        (image if label == 0 else image.T)[k : k + 2] = 1
    return images, labels


def test_resnet_tells_bars_apart():
    x, y = bars(24, 10)
    model = models.ResNet((1, 1), (4, 8), 2, rng=0)
    trained(model, lambda: F.cross_entropy(model(x), y), 40)
    assert (model.eval()(x).data.argmax(1) == y).all()


@pytest.mark.equation(79)
def test_a_residual_block_that_corrects_nothing_is_the_identity():
    block = models.BasicBlock(3, 3, rng=0, **D)
    block.bn2.weight.data[:] = 0
    x = np.random.default_rng(0).random((2, 3, 4, 4))
    np.testing.assert_allclose(block(x).data, x)


@pytest.mark.equation(80)
def test_a_gradient_comes_back_unchanged_plus_what_passes_the_branch():
    rng = np.random.default_rng(0)
    block = models.PreActBlock(3, 3, rng=0, **D).eval()
    x, v, g = rng.normal(size=(3, 2, 3, 4, 4))
    leaf = nn.Tensor(x, requires_grad=True)
    block(leaf).backward(g)

    def branch(step):
        moved = x + step * v
        return block(moved).data - moved

    through = (g * (branch(1e-6) - branch(-1e-6))).sum() / 2e-6
    np.testing.assert_allclose((leaf.grad * v).sum(), (g * v).sum() + through, rtol=1e-6)
    block.conv2.weight.data[...] = 0  # no branch: the identity, forward and back
    leaf.grad = None
    out = block(leaf)
    out.backward(g)
    assert np.array_equal(out.data, x)
    assert np.array_equal(leaf.grad, g)


def test_a_block_before_activation_projects_where_shapes_differ():
    block = models.PreActBlock(3, 5, stride=2, rng=0)
    assert block.downsample.weight.shape == (5, 3, 1, 1)
    assert block(np.ones((2, 3, 6, 6), np.float32)).shape == (2, 5, 3, 3)


def test_resnet():
    model = models.ResNet((3, 3, 3), rng=0)
    convolutions = [m for _, m in model.named_modules() if isinstance(m, nn.Conv2d)]
    assert len([c for c in convolutions if c.kernel_size == (3, 3)]) + 1 == 20  # ResNet-20
    assert model(np.zeros((2, 28, 28), np.float32)).shape == (2, 10)
    names = list(model.state_dict())
    assert "layer2.0.downsample.0.weight" in names
    assert "layer1.0.downsample.0.weight" not in names
    with pytest.raises(ValueError, match="one width for each group"):
        models.ResNet((1, 1), (4,))
