"""The LeNet of 1998."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models, optim


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


def test_lenet_tells_bars_apart():
    x, y = bars()
    x *= 3  # most pixels are 0: the rest needs weight
    model = models.LeNet5(2, rng=0)
    trained(model, lambda: F.cross_entropy(model(x), y), 40, 2e-3)
    assert (model(x).data.argmax(1) == y).all()


def test_lenet():
    model = models.LeNet5(activation=nn.ReLU, pooling=nn.MaxPool2d, rng=0)
    assert sum(p.size for p in model.parameters()) == 61706
    x = np.random.default_rng(0).random((2, 28, 28), np.float32)
    assert np.array_equal(model(x).data, model(x[:, None]).data)
    with pytest.raises(ValueError, match=r"expects images .* got \(2, 1, 20, 28\)"):
        model(np.ones((2, 1, 20, 28), np.float32))
