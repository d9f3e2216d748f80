"""Dense networks: every layer is given what all layers before it have made, and adds a little."""

import numpy as np

from ..autograd.tensor import as_tensor, cat
from ..checks import check_number, check_sizes, generator
from ..layers.activations import ReLU
from ..layers.conv import Conv2d
from ..layers.linear import Linear
from ..layers.module import Module
from ..layers.norm import BatchNorm2d
from ..layers.pooling import AvgPool2d
from .resnet import start_convolutions

__all__ = ["DenseBlock", "DenseLayer", "DenseNet"]


class DenseLayer(Module):
    """Norm, ReLU, convolution: from all maps so far to a few new ones, the H of Guide Eq. (81).

    Parameters
    ----------
    num_input_features : int
        Channels of all maps so far, joined.
    growth_rate : int
        Channels that the layer adds.
    bn_size : int, optional
        Before the convolution 3 x 3, a convolution 1 x 1 brings the channels down to `bn_size`
        times the growth rate (the bottleneck of DenseNet-B). None leaves it out.
    rng : int or numpy.random.Generator, optional
    dtype : dtype

    Attributes
    ----------
    norm1 : BatchNorm2d
    relu1 : ReLU
    conv1 : Conv2d
    norm2, relu2, conv2
        Only with a bottleneck.
    """

    def __init__(
        self, num_input_features, growth_rate, bn_size=None, *, rng=None, dtype=np.float32
    ):
        check_sizes(
            "DenseLayer", num_input_features, growth_rate, 1 if bn_size is None else bn_size
        )
        factory_kwargs = {"bias": False, "rng": generator(rng), "dtype": dtype}
        n_in = num_input_features
        self.bottleneck = bn_size is not None
        self.norm1, self.relu1 = BatchNorm2d(n_in, dtype=dtype), ReLU()
        if self.bottleneck:
            n_mid = bn_size * growth_rate
            self.conv1 = Conv2d(n_in, n_mid, 1, **factory_kwargs)
            self.norm2, self.relu2 = BatchNorm2d(n_mid, dtype=dtype), ReLU()
            self.conv2 = Conv2d(n_mid, growth_rate, 3, padding=1, **factory_kwargs)
        else:
            self.conv1 = Conv2d(n_in, growth_rate, 3, padding=1, **factory_kwargs)

    def forward(self, x):
        """Map (N, num_input_features, H, W) to (N, growth_rate, H, W)."""
        x = self.conv1(self.relu1(self.norm1(x)))
        return self.conv2(self.relu2(self.norm2(x))) if self.bottleneck else x


class DenseBlock(Module):
    """Layers that are each given the block's input and all earlier outputs. Guide Eq. (81).

    Parameters
    ----------
    num_layers : int
    num_input_features, growth_rate, bn_size, rng, dtype
        As for `DenseLayer`.

    Attributes
    ----------
    denselayer1, denselayer2, ... : DenseLayer
    num_output_features : int
        ``num_input_features + num_layers * growth_rate``.
    """

    def __init__(
        self,
        num_layers,
        num_input_features,
        growth_rate,
        bn_size=None,
        *,
        rng=None,
        dtype=np.float32,
    ):
        check_sizes("DenseBlock", num_layers)
        rng = generator(rng)
        self.num_layers = num_layers
        channels = num_input_features
        for k in range(num_layers):
            layer = DenseLayer(channels, growth_rate, bn_size, rng=rng, dtype=dtype)
            setattr(self, f"denselayer{k + 1}", layer)
            channels += growth_rate
        self.num_output_features = channels

    def forward(self, x):
        """Map (N, num_input_features, H, W) to (N, num_output_features, H, W)."""
        features = [as_tensor(x, like=self.denselayer1.conv1.weight)]
        for k in range(self.num_layers):
            layer = getattr(self, f"denselayer{k + 1}")
            features.append(layer(cat(features, 1)))
        return cat(features, 1)


class Transition(Module):
    """Between two blocks: a convolution 1 x 1 to fewer channels, then half the size."""

    def __init__(self, n_in, n_out, *, rng, dtype):
        self.norm, self.relu = BatchNorm2d(n_in, dtype=dtype), ReLU()
        self.conv = Conv2d(n_in, n_out, 1, bias=False, rng=rng, dtype=dtype)
        self.pool = AvgPool2d(2)

    def forward(self, x):
        """Map (N, n_in, H, W) to (N, n_out, H / 2, W / 2)."""
        return self.pool(self.conv(self.relu(self.norm(x))))


class DenseNet(Module):
    """A small DenseNet for small images, as Huang et al. 2017 built them for CIFAR-10.

    A convolution 3 x 3, then dense blocks with transitions between them, norm, ReLU, the mean over
    all positions, a linear layer.

    Parameters
    ----------
    growth_rate : int
        Channels that every layer adds.
    block_config : sequence of int
        Layers of every block.
    num_init_features : int
        Channels of the first convolution.
    bn_size : int, optional
        As for `DenseLayer`; torchvision's networks have 4.
    compression : float
        Share of the channels that a transition keeps, more than 0 and at most 1.
    num_classes, in_channels : int
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    conv0 : Conv2d
    denseblock1, denseblock2, ... : DenseBlock
    transition1, ... : Transition
        One fewer.
    norm5 : BatchNorm2d
        Called as in torchvision, where four blocks come before it.
    classifier : Linear
    """

    def __init__(
        self,
        growth_rate=12,
        block_config=(3, 3, 3),
        num_init_features=16,
        *,
        bn_size=None,
        compression=0.5,
        num_classes=10,
        in_channels=1,
        rng=None,
        dtype=np.float32,
    ):
        if not isinstance(block_config, (tuple, list)) or not block_config:
            raise ValueError(
                f"DenseNet needs the number of layers of every block, got {block_config}"
            )
        check_sizes("DenseNet", growth_rate, num_init_features, *block_config)
        check_number("compression", compression, 0, 1, above=True)
        rng = generator(rng)
        factory_kwargs = {"rng": rng, "dtype": dtype}
        channels = num_init_features
        self.conv0 = Conv2d(in_channels, channels, 3, padding=1, bias=False, **factory_kwargs)
        self.blocks = len(block_config)
        for k, num_layers in enumerate(block_config, 1):
            if k > 1:
                kept = max(1, int(channels * compression))
                setattr(self, f"transition{k - 1}", Transition(channels, kept, **factory_kwargs))
                channels = kept
            block = DenseBlock(num_layers, channels, growth_rate, bn_size, **factory_kwargs)
            setattr(self, f"denseblock{k}", block)
            channels = block.num_output_features
        self.norm5, self.relu = BatchNorm2d(channels, dtype=dtype), ReLU()
        self.classifier = Linear(channels, num_classes, **factory_kwargs)
        start_convolutions(self, rng)

    def forward(self, x):
        """Map images (N, in_channels, H, W), or (N, H, W) of one channel, to (N, num_classes)."""
        x = as_tensor(x, like=self.classifier.weight)
        x = x if x.ndim == 4 else x.unsqueeze(1)
        x = self.conv0(x)
        for k in range(1, self.blocks + 1):
            x = x if k == 1 else getattr(self, f"transition{k - 1}")(x)
            x = getattr(self, f"denseblock{k}")(x)
        return self.classifier(self.relu(self.norm5(x)).mean((2, 3)))
