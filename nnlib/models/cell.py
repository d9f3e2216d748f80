"""Small networks around a cell of three nodes and three edges, each edge one of five operations.

The space is that of NAS-Bench-201 (Dong and Yang 2020) in small: 125 cells. A supernet holds all
operations on all edges at once, and mixes them.
"""

import itertools

import numpy as np

from ..autograd.tensor import as_tensor
from ..checks import check_count, generator
from ..layers.activations import ReLU, relu
from ..layers.conv import Conv2d
from ..layers.linear import Linear
from ..layers.module import Module, ModuleList, Sequential
from ..layers.norm import BatchNorm2d
from ..layers.pooling import AvgPool2d, adaptive_avg_pool2d, max_pool2d

__all__ = ["CELL_OPERATIONS", "CellNetwork", "SuperNetwork", "all_cells", "cell_cost"]

CELL_OPERATIONS = ("none", "skip", "conv1", "conv3", "pool")
EDGES = ((0, 1), (0, 2), (1, 2))  # from node, to node


class _Nothing(Module):
    def forward(self, x):
        return x * 0.0


class _Skip(Module):
    def forward(self, x):
        return x


def _operation(name, channels, factory_kwargs):
    if name == "none":
        return _Nothing()
    if name == "skip":
        return _Skip()
    if name == "pool":
        return AvgPool2d(3, stride=1, padding=1)
    width = int(name[-1])
    return Sequential(
        ReLU(),
        Conv2d(channels, channels, width, padding=width // 2, bias=False, **factory_kwargs),
        _norm(channels, factory_kwargs["dtype"]),
    )


def _norm(channels, dtype):
    # Statistics that follow within some 5 steps, since epochs here have few. No scale of its own:
    # in a supernet it could stand in for the weight of the operation.
    return BatchNorm2d(channels, momentum=0.2, affine=False, dtype=dtype)


def _checked(cell):
    if not isinstance(cell, (tuple, list)) or len(cell) != len(EDGES):
        raise ValueError(f"a cell has an operation for each of its edges {EDGES}, got {cell!r:.80}")
    for name in cell:
        if name not in CELL_OPERATIONS:
            raise ValueError(f"an edge carries one of {CELL_OPERATIONS}, got {name!r:.40}")
    return tuple(cell)


def all_cells():
    """Return the 125 cells, tuples of the operations on the edges 0-1, 0-2 and 1-2."""
    return list(itertools.product(CELL_OPERATIONS, repeat=len(EDGES)))


def cell_cost(cell, channels=8, size=14):
    """Multiply-adds of `CellNetwork` for one image, and its weights.

    Parameters
    ----------
    cell : tuple of str
    channels, size : int
        Channels of the cell, and side of the image.

    Returns
    -------
    multiply_adds, weights : int
        Those of an edge count if it leads from the image to the output. The pooling of an edge
        counts nine additions for each of its outputs.
    """
    cell = _checked(cell)
    channels, size = check_count("channels", channels), check_count("size", size, 2)
    first, direct, second = cell
    alive = [direct] + [first, second] * ("none" not in (first, second))
    weights = {"conv1": channels**2, "conv3": 9 * channels**2}
    per_pixel = weights | {"pool": 9 * channels}
    inner = (size // 2) ** 2
    adds = 9 * channels * size**2 + 40 * channels
    adds += inner * sum(per_pixel.get(name, 0) for name in alive)
    return adds, 9 * channels + 40 * channels + 10 + sum(weights.get(name, 0) for name in alive)


class _Frame(Module):
    """What lies around the cell: a convolution that sees the image, and a layer that decides."""

    def __init__(self, channels, factory_kwargs):
        channels = check_count("channels", channels)
        self.stem = Conv2d(1, channels, 3, padding=1, bias=False, **factory_kwargs)
        self.norm = _norm(channels, factory_kwargs["dtype"])
        self.head = Linear(4 * channels, 10, **factory_kwargs)

    def enter(self, images):
        """Map images (N, H, W) or (N, 1, H, W) to node 0, (N, channels, H / 2, W / 2)."""
        x = as_tensor(images, like=self.head.weight)
        x = x.unsqueeze(1) if x.ndim == 3 else x
        return max_pool2d(self.norm(self.stem(x)), 2)

    def leave(self, x):
        """Map the last node to logits (N, 10)."""
        return self.head(adaptive_avg_pool2d(relu(x), 2).flatten(1))


class CellNetwork(_Frame):
    """A network with one cell: node 1 is e01(node 0), node 2 is e02(node 0) + e12(node 1).

    Parameters
    ----------
    cell : tuple of str
        The operations on the edges 0-1, 0-2 and 1-2: "none", "skip" (the identity), "conv1" or
        "conv3" (ReLU, convolution 1 x 1 or 3 x 3, batch normalisation) or "pool" (mean of 3 x 3).
    channels : int
    rng : int or numpy.random.Generator, optional
    dtype : dtype

    Attributes
    ----------
    stem : Conv2d
        With the normalisation `norm` and max pooling before the cell.
    edges : ModuleList
    head : Linear
        Behind a ReLU and means over the four quarters of each map.
    """

    def __init__(self, cell, channels=8, *, rng=None, dtype=np.float32):
        factory_kwargs = {"rng": generator(rng), "dtype": dtype}
        self.cell = _checked(cell)
        super().__init__(channels, factory_kwargs)
        self.edges = ModuleList([_operation(name, channels, factory_kwargs) for name in self.cell])

    def forward(self, images):
        """Map images (N, H, W) or (N, 1, H, W) to logits (N, 10)."""
        e01, e02, e12 = self.edges
        x = self.enter(images)
        return self.leave(e02(x) + e12(e01(x)))


class SuperNetwork(_Frame):
    """All cells in one network: every edge carries all operations, and mixes what they give.

    With a mixture of zeros and ones it is the network of one cell, with shared weights.

    Parameters
    ----------
    channels : int
    rng : int or numpy.random.Generator, optional
    dtype : dtype

    Attributes
    ----------
    edges : ModuleList of ModuleList
        ``edges[e][o]`` is operation o of edge e.

    References
    ----------
    H. Liu, K. Simonyan, Y. Yang (2019). DARTS: differentiable architecture search. ICLR.
    """

    def __init__(self, channels=8, *, rng=None, dtype=np.float32):
        factory_kwargs = {"rng": generator(rng), "dtype": dtype}
        super().__init__(channels, factory_kwargs)
        self.edges = ModuleList(
            [
                ModuleList([_operation(name, channels, factory_kwargs) for name in CELL_OPERATIONS])
                for _ in EDGES
            ]
        )

    def forward(self, images, mix):
        """Map images (N, H, W) or (N, 1, H, W) to logits (N, 10).

        Parameters
        ----------
        images : Tensor or array_like
        mix : Tensor or array_like, shape (3, 5)
            What each operation of each edge is multiplied by.
        """
        mix = as_tensor(mix, like=self.head.weight)
        if mix.shape != (len(EDGES), len(CELL_OPERATIONS)):
            raise ValueError(f"a mixture has the shape (3, 5), got {mix.shape}")
        x = self.enter(images)
        one = self._mixed(0, x, mix)
        return self.leave(self._mixed(1, x, mix) + self._mixed(2, one, mix))

    def _mixed(self, edge, x, mix):
        total = None
        for o, operation in enumerate(self.edges[edge]):
            if CELL_OPERATIONS[o] == "none":
                continue  # adds zero; its share of the mixture is what the others lack
            term = operation(x) * mix[edge, o]
            total = term if total is None else total + term
        return total
