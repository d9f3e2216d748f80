"""Dense networks."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models, optim

D = {"dtype": np.float64}


@pytest.mark.equation(81)
def test_every_layer_is_given_all_maps_before_it():
    block = models.DenseBlock(3, 2, 4, rng=0, **D).eval()
    x = np.random.default_rng(0).random((2, 2, 3, 3))
    maps = x
    for k in (1, 2, 3):
        layer = getattr(block, f"denselayer{k}")
        assert layer.conv1.weight.shape == (4, 2 + 4 * (k - 1), 3, 3)
        new = F.conv2d(np.maximum(maps / np.sqrt(1 + 1e-5), 0), layer.conv1.weight, padding=1)
        maps = np.concatenate([maps, new.data], axis=1)
    np.testing.assert_allclose(block(x).data, maps, atol=1e-12)
    assert block.num_output_features == maps.shape[1] == 14


def test_a_bottleneck_comes_before_the_large_kernel():
    layer = models.DenseLayer(20, 3, bn_size=4, rng=0)
    assert layer.conv1.weight.shape == (12, 20, 1, 1)
    assert layer.conv2.weight.shape == (3, 12, 3, 3)
    assert layer(np.ones((2, 20, 5, 5), np.float32)).shape == (2, 3, 5, 5)


def test_densenet_of_the_paper_has_as_many_parameters():
    """DenseNet of 40 layers with k = 12 for CIFAR-10: 1.0 million (Huang et al. 2017, table 2)."""
    net = models.DenseNet(12, (12, 12, 12), 16, compression=1, in_channels=3, rng=0)
    assert round(sum(p.size for p in net.parameters()) / 1e6, 1) == 1.0
    convolutions = [m for _, m in net.named_modules() if isinstance(m, nn.Conv2d)]
    assert len(convolutions) + 1 == 40
    # L = 100 and k = 12 with bottlenecks and compression: 0.8 million
    net = models.DenseNet(12, (16, 16, 16), 24, bn_size=4, in_channels=3, rng=0)
    assert round(sum(p.size for p in net.parameters()) / 1e6, 1) == 0.8


def test_densenet_tells_bars_apart():
    rng = np.random.default_rng(0)
    x, y = np.zeros((24, 8, 8), np.float32), rng.integers(0, 2, 24)
    for image, label, k in zip(x, y, rng.integers(1, 6, 24), strict=True):
        (image if label == 0 else image.T)[k : k + 2] = 1
    net = models.DenseNet(3, (2, 2), 4, num_classes=2, rng=0)
    optimizer = optim.Adam(net.parameters(), lr=1e-2)
    for _ in range(40):
        optimizer.zero_grad()
        F.cross_entropy(net(x), y).backward()
        optimizer.step()
    assert (net.eval()(x).data.argmax(1) == y).all()


def test_names_and_errors():
    net = models.DenseNet(4, (2, 1), 6, rng=0)
    names = list(net.state_dict())
    for name in ("conv0", "denseblock1.denselayer2.conv1", "transition1.conv", "classifier"):
        assert f"{name}.weight" in names
    assert net.transition1.conv.weight.shape == (7, 14, 1, 1)
    assert net(np.zeros((2, 6, 6), np.float32)).shape == (2, 10)
    with pytest.raises(ValueError, match="layers of every block"):
        models.DenseNet(4, ())
    with pytest.raises(ValueError, match="compression"):
        models.DenseNet(4, (1,), compression=0)
