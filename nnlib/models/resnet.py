"""Residual networks: every block adds a correction to its input, so that depth does no harm."""

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_sizes, generator, pair
from ..layers.activations import ReLU
from ..layers.conv import Conv2d
from ..layers.init import kaiming_normal
from ..layers.linear import Linear
from ..layers.module import Module, Sequential
from ..layers.norm import BatchNorm2d

__all__ = ["BasicBlock", "PreActBlock", "ResNet"]


def start_convolutions(model, rng):
    """Draw the weights of all convolutions of a model anew, as `kaiming_normal` has them."""
    for _, module in model.named_modules():
        if isinstance(module, Conv2d):
            weight = module.weight
            weight.data[...] = kaiming_normal(weight.shape, rng=rng, dtype=weight.dtype)


class BasicBlock(Module):
    """ReLU(x + F(x)) with two convolutions in F. Guide Eq. (79).

    Where channels or size change, x goes through a convolution 1 x 1, the projection shortcut.

    Parameters
    ----------
    in_channels, out_channels, stride : int
    rng : int or numpy.random.Generator, optional
    dtype : dtype

    Attributes
    ----------
    conv1, conv2 : Conv2d
    bn1, bn2 : BatchNorm2d
    relu1, relu2 : ReLU
    downsample : Sequential or None
    """

    def __init__(self, in_channels, out_channels, stride=1, *, rng=None, dtype=np.float32):
        stride = pair(stride, "stride", 1)
        factory_kwargs = {"bias": False, "rng": generator(rng), "dtype": dtype}
        self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, **factory_kwargs)
        self.bn1, self.relu1 = BatchNorm2d(out_channels, dtype=dtype), ReLU()
        self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, **factory_kwargs)
        self.bn2, self.relu2 = BatchNorm2d(out_channels, dtype=dtype), ReLU()
        self.downsample = None
        if stride != (1, 1) or in_channels != out_channels:
            self.downsample = Sequential(
                Conv2d(in_channels, out_channels, 1, stride, **factory_kwargs),
                BatchNorm2d(out_channels, dtype=dtype),
            )

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        x = as_tensor(x, like=self.conv1.weight)
        shortcut = x if self.downsample is None else self.downsample(x)
        x = self.relu1(self.bn1(self.conv1(x)))
        return self.relu2(self.bn2(self.conv2(x)) + shortcut)


class PreActBlock(Module):
    """x + F(x), norm and ReLU before each convolution of F. Guide Eqs. (79), (80).

    Nothing comes after the sum, so that a gradient comes back unchanged, plus what passes F. Where
    channels or size change, the first ReLU's output goes through a convolution 1 x 1 instead.

    Parameters
    ----------
    in_channels, out_channels, stride, rng, dtype
        As for `BasicBlock`.

    Attributes
    ----------
    bn1, bn2 : BatchNorm2d
    relu1, relu2 : ReLU
    conv1, conv2 : Conv2d
    downsample : Conv2d or None
    """

    def __init__(self, in_channels, out_channels, stride=1, *, rng=None, dtype=np.float32):
        stride = pair(stride, "stride", 1)
        factory_kwargs = {"bias": False, "rng": generator(rng), "dtype": dtype}
        self.bn1, self.relu1 = BatchNorm2d(in_channels, dtype=dtype), ReLU()
        self.conv1 = Conv2d(in_channels, out_channels, 3, stride, padding=1, **factory_kwargs)
        self.bn2, self.relu2 = BatchNorm2d(out_channels, dtype=dtype), ReLU()
        self.conv2 = Conv2d(out_channels, out_channels, 3, padding=1, **factory_kwargs)
        self.downsample = None
        if stride != (1, 1) or in_channels != out_channels:
            self.downsample = Conv2d(in_channels, out_channels, 1, stride, **factory_kwargs)

    def forward(self, x):
        """Map (N, in_channels, H, W) to (N, out_channels, H / stride, W / stride)."""
        x = as_tensor(x, like=self.conv1.weight)
        u = self.relu1(self.bn1(x))
        shortcut = x if self.downsample is None else self.downsample(u)
        return shortcut + self.conv2(self.relu2(self.bn2(self.conv1(u))))


class ResNet(Module):
    """A small ResNet for small images, as He et al. 2016 built them for CIFAR-10 (section 4.2).

    A convolution 3 x 3, then groups of blocks; every group but the first halves the size. The mean
    over all positions goes to a linear layer. With three groups of n blocks it has 6n + 2 layers.

    Parameters
    ----------
    blocks : sequence of int
        Blocks of every group.
    widths : sequence of int
        Channels of every group.
    num_classes, in_channels : int
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    conv1 : Conv2d
    bn1 : BatchNorm2d
    relu : ReLU
    layer1, layer2, ... : Sequential of BasicBlock
    fc : Linear

    Notes
    -----
    Convolutions begin as `kaiming_normal` has them. He et al. used shortcuts without weights for
    CIFAR-10; these are the projections of their larger networks.
    """

    def __init__(
        self,
        blocks=(1, 1, 1),
        widths=(16, 32, 64),
        num_classes=10,
        in_channels=1,
        *,
        rng=None,
        dtype=np.float32,
    ):
        lists = all(isinstance(value, (tuple, list)) for value in (blocks, widths))
        if not lists or len(blocks) != len(widths) or not blocks:
            raise ValueError(
                f"ResNet needs one width for each group of blocks, got {blocks} and {widths}"
            )
        check_sizes("ResNet", *blocks, *widths)
        rng = generator(rng)
        factory_kwargs = {"rng": rng, "dtype": dtype}
        self.conv1 = Conv2d(in_channels, widths[0], 3, padding=1, bias=False, **factory_kwargs)
        self.bn1, self.relu = BatchNorm2d(widths[0], dtype=dtype), ReLU()
        self.groups = len(blocks)
        channels = widths[0]
        for k, (count, width) in enumerate(zip(blocks, widths, strict=True)):
            group = Sequential()
            for i in range(count):
                stride = 2 if k and i == 0 else 1
                group.append(BasicBlock(channels, width, stride, **factory_kwargs))
                channels = width
            setattr(self, f"layer{k + 1}", group)
        self.fc = Linear(channels, num_classes, **factory_kwargs)
        start_convolutions(self, rng)

    def forward(self, x):
        """Map images (N, in_channels, H, W), or (N, H, W) of one channel, to (N, num_classes)."""
        x = as_tensor(x, like=self.fc.weight)
        x = x if x.ndim == 4 else x.unsqueeze(1)
        x = self.relu(self.bn1(self.conv1(x)))
        for k in range(self.groups):
            x = getattr(self, f"layer{k + 1}")(x)
        return self.fc(x.mean((2, 3)))
