"""A small convolutional network that ends in an average over places: its class scores are maps."""

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_sizes, generator
from ..layers.activations import ReLU
from ..layers.conv import Conv2d
from ..layers.linear import Linear
from ..layers.module import Module, Sequential

__all__ = ["DigitCNN"]


class DigitCNN(Module):
    """Three convolutions, the mean of each last map, and one linear layer (N, C, H, W) -> (N, K).

    The first two convolutions move in steps of 2, so images of 28 x 28 end as maps of 7 x 7. The
    head is that of Lin, Chen & Yan, "Network in Network", 2014, for which class activation maps
    were made.

    Parameters
    ----------
    channels : sequence of int
        Maps after each of the three convolutions.
    classes : int
    in_channels : int
        Of the image.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    features : Sequential
        The convolutions, each followed by a ReLU.
    head : Linear
        Its row k holds the weights of class k.
    """

    def __init__(
        self, channels=(12, 24, 48), classes=10, in_channels=1, *, rng=None, dtype=np.float32
    ):
        if not isinstance(channels, (tuple, list)) or len(channels) != 3:
            raise ValueError(f"DigitCNN needs three numbers of channels, got {channels!r:.60}")
        first, second, third = check_sizes("DigitCNN", *channels)
        classes, in_channels = check_sizes("DigitCNN", classes, in_channels)
        rng = generator(rng)
        options = {"rng": rng, "dtype": dtype}
        self.features = Sequential(
            Conv2d(in_channels, first, 5, stride=2, padding=2, **options),
            ReLU(),
            Conv2d(first, second, 3, stride=2, padding=1, **options),
            ReLU(),
            Conv2d(second, third, 3, padding=1, **options),
            ReLU(),
        )
        self.head = Linear(third, classes, **options)

    def maps(self, x):
        """Map images (N, H, W) or (N, C, H, W) to the last feature maps (N, channels, H/4, W/4)."""
        x = as_tensor(x)
        if x.ndim == 3:
            x = x.reshape(x.shape[0], 1, *x.shape[1:])
        return self.features(x)

    def classify(self, maps):
        """Map feature maps to the scores of the classes: the mean over places, then the head."""
        return self.head(as_tensor(maps).mean(axis=(2, 3)))

    def forward(self, x):
        """Map images to the scores of the classes, (N, classes)."""
        return self.classify(self.maps(x))
