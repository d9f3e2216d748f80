"""LeNet-5: two convolutions with pooling, then three linear layers; it read cheques by 1998."""

import numpy as np

from ..activations import Tanh
from ..conv import Conv2d
from ..linear import Linear
from ..module import Module
from ..pooling import AvgPool2d
from ..tensor import as_tensor

__all__ = ["LeNet5"]


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
        made = {"rng": np.random.default_rng(rng), "dtype": dtype}
        self.conv1 = Conv2d(1, 6, 5, padding=2, **made)
        self.act1, self.pool1 = activation(), pooling(2)
        self.conv2 = Conv2d(6, 16, 5, **made)
        self.act2, self.pool2 = activation(), pooling(2)
        self.fc1, self.act3 = Linear(16 * 5 * 5, 120, **made), activation()
        self.fc2, self.act4 = Linear(120, 84, **made), activation()
        self.fc3 = Linear(84, num_classes, **made)

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
