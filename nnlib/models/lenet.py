"""LeCun's networks: that of 1989, which read postcodes, and LeNet-5, which read cheques by 1998."""

import numpy as np

from ..autograd.operations import pad
from ..autograd.tensor import as_tensor, cat
from ..checks import generator
from ..layers.activations import Tanh, tanh
from ..layers.conv import Conv2d, conv2d
from ..layers.init import uniform_bound
from ..layers.linear import Linear
from ..layers.module import Module, Parameter
from ..layers.pooling import AvgPool2d

__all__ = ["LeNet5", "LeNet1989"]

# Which eight of the twelve first maps a group of four second maps sees. The paper says that each
# sees eight and leaves out which; these are Karpathy's three overlapping blocks (2022).
SEEN = (range(8), range(4, 12), (*range(4), *range(8, 12)))


class LeNet1989(Module):
    """The network of LeCun et al. 1989: 1,256 units, 64,660 connections, 9,760 parameters.

    From "Backpropagation applied to handwritten zip code recognition". Two layers of feature maps,
    whose kernels of 5 x 5 move in steps of 2, then two full layers.
    Within a map the kernel is shared and the biases are not. Beyond the border the image goes on
    as background, -1.

    Parameters
    ----------
    rng : int or numpy.random.Generator, optional
        Source of the initial weights: uniform between -2.4/√F and 2.4/√F for F inputs; the
        biases begin at 0.
    dtype : dtype

    Attributes
    ----------
    weight1 : Parameter, shape (12, 1, 5, 5)
    bias1 : Parameter, shape (12, 8, 8)
    weight2 : Parameter, shape (12, 8, 5, 5)
        Each map sees eight of the twelve below.
    bias2 : Parameter, shape (12, 4, 4)
    fc3, fc4 : Linear
        30 and 10 units.

    Notes
    -----
    The paper prints 2.4/F; with the root, as Karpathy (2022) reads it, the units start in the
    range that the paper wants.
    """

    def __init__(self, *, rng=None, dtype=np.float32):
        rng = generator(rng)

        def drawn(*shape):
            return Parameter(uniform_bound(shape, 2.4 / np.prod(shape[1:]) ** 0.5, rng, dtype))

        self.weight1, self.bias1 = drawn(12, 1, 5, 5), Parameter(np.zeros((12, 8, 8), dtype))
        self.weight2, self.bias2 = drawn(12, 8, 5, 5), Parameter(np.zeros((12, 4, 4), dtype))
        self.fc3, self.fc4 = Linear(192, 30, dtype=dtype), Linear(30, 10, dtype=dtype)
        for layer in (self.fc3, self.fc4):
            layer.weight = drawn(*layer.weight.shape)
            layer.bias.data[...] = 0

    def maps(self, x):
        """Map images (N, 16, 16) or (N, 1, 16, 16) to both layers' maps.

        Returns
        -------
        first : Tensor, shape (N, 12, 8, 8)
        second : Tensor, shape (N, 12, 4, 4)
        """
        x = as_tensor(x, like=self.weight1)
        if x.ndim not in (3, 4) or x.shape[-2:] != (16, 16) or (x.ndim == 4 and x.shape[1] != 1):
            raise ValueError(
                f"LeNet1989 expects images (N, 1, 16, 16) or (N, 16, 16), got {x.shape}"
            )
        x = x if x.ndim == 4 else x.unsqueeze(1)
        x = pad(x, (2, 2, 2, 2), value=-1.0)  # (N, 1, 20, 20)
        first = tanh(conv2d(x, self.weight1, stride=2) + self.bias1)  # (N, 12, 8, 8)
        framed = pad(first, (2, 2, 2, 2), value=-1.0)  # (N, 12, 12, 12)
        groups = [
            conv2d(framed[:, list(seen)], self.weight2[4 * k : 4 * k + 4], stride=2)
            for k, seen in enumerate(SEEN)
        ]
        return first, tanh(cat(groups, 1) + self.bias2)  # (N, 12, 4, 4)

    def forward(self, x):
        """Map images (N, 16, 16) or (N, 1, 16, 16), background -1 and ink 1, to (N, 10).

        The outputs lie between -1 and 1; the target of the right digit is 1, of the others -1.
        """
        _, second = self.maps(x)
        return tanh(self.fc4(tanh(self.fc3(second.flatten(1)))))


class LeNet5(Module):
    """The network of LeCun et al. 1998 ("Gradient-based learning applied to document recognition").

    Parameters
    ----------
    num_classes : int
    activation : callable
        Makes the module that follows a layer, for example the class `ReLU`.
    pooling : callable
        Makes the module that follows a convolution, for example the class `MaxPool2d`; called
        with the size 2.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    conv1, conv2 : Conv2d
        From 1 to 6 and from 6 to 16 channels, kernels 5 x 5.
    fc1, fc2, fc3 : Linear
        400, 120, 84 and num_classes units.
    act1, act2, act3, act4 : Module
    pool1, pool2 : Module

    Notes
    -----
    As it is built today. In 1998 pooling had weights of its own, the second convolution saw some
    of the channels alone, and the last layer measured distances instead of giving logits.
    """

    def __init__(
        self, num_classes=10, activation=Tanh, pooling=AvgPool2d, *, rng=None, dtype=np.float32
    ):
        for name, maker in (("activation", activation), ("pooling", pooling)):
            if not callable(maker):
                raise TypeError(f"{name} must make modules, as a class does, got {maker!r:.60}")
        factory_kwargs = {"rng": generator(rng), "dtype": dtype}
        self.conv1 = Conv2d(1, 6, 5, padding=2, **factory_kwargs)
        self.act1, self.pool1 = activation(), pooling(2)
        self.conv2 = Conv2d(6, 16, 5, **factory_kwargs)
        self.act2, self.pool2 = activation(), pooling(2)
        self.fc1, self.act3 = Linear(16 * 5 * 5, 120, **factory_kwargs), activation()
        self.fc2, self.act4 = Linear(120, 84, **factory_kwargs), activation()
        self.fc3 = Linear(84, num_classes, **factory_kwargs)

    def forward(self, x):
        """Map images (N, 1, 28, 28) or (N, 28, 28) to logits (N, num_classes)."""
        x = as_tensor(x, like=self.fc1.weight)
        if x.ndim not in (3, 4) or x.shape[-2:] != (28, 28):
            raise ValueError(f"LeNet5 expects images (N, 1, 28, 28) or (N, 28, 28), got {x.shape}")
        x = x if x.ndim == 4 else x.unsqueeze(1)
        x = self.pool1(self.act1(self.conv1(x)))  # (N, 6, 14, 14)
        x = self.pool2(self.act2(self.conv2(x)))  # (N, 16, 5, 5)
        x = self.act3(self.fc1(x.flatten(1)))
        return self.fc3(self.act4(self.fc2(x)))
