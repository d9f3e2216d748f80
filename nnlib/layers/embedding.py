"""Embedding: a table with one learnt row for every word, symbol or class."""

import math

import numpy as np

from ..autograd.tensor import as_tensor, record
from ..checks import check_count, check_sizes, float_type, generator
from .module import Module, Parameter

__all__ = ["Embedding", "embedding"]


def _row_number(padding_idx, rows):
    """Return padding_idx as a number from 0 on, or None."""
    if padding_idx is None:
        return None
    if not -rows <= check_count("padding_idx", padding_idx, -math.inf) < rows:
        raise ValueError(f"padding_idx must be {-rows}..{rows - 1}, got {padding_idx}")
    return padding_idx % rows


def embedding(input, weight, padding_idx=None):
    """Take row number i of the table for every index i: the product of a one-hot row with it.

    Parameters
    ----------
    input : array_like of int, any shape
        Row numbers.
    weight : Tensor, shape (num_embeddings, embedding_dim)
    padding_idx : int, optional
        A row that gets no gradient.

    Returns
    -------
    Tensor, shape (*input.shape, embedding_dim)

    Raises
    ------
    ValueError
        If an index or padding_idx is out of range, or weight is not a table.
    TypeError
        If input does not hold whole numbers.
    """
    weight = as_tensor(weight)
    if weight.ndim != 2:
        raise ValueError(f"embedding expects a table of shape (rows, columns), got {weight.shape}")
    rows, columns = weight.shape
    padding_idx = _row_number(padding_idx, rows)
    index = as_tensor(input).data
    if index.dtype.kind not in "iu":
        raise TypeError(f"embedding expects whole numbers, got {index.dtype}")
    if index.size and (index.min() < 0 or index.max() >= rows):
        raise ValueError(f"indices must be 0..{rows - 1}, found {index.min()} to {index.max()}")

    def vjp(g):
        # Row i gets the sum of the gradients of all its uses. Sorting brings the uses of a row
        # together, which is several times faster than adding them one by one (np.add.at).
        dweight = np.zeros_like(g, shape=weight.shape, order="C")
        if index.size:
            order = np.argsort(index, axis=None, kind="stable")
            uses = index.ravel()[order]
            first = np.flatnonzero(np.concatenate([[True], uses[1:] != uses[:-1]]))
            dweight[uses[first]] = np.add.reduceat(g.reshape(-1, columns)[order], first)
        if padding_idx is not None:
            dweight[padding_idx] = 0
        return (dweight,)

    return record("embedding", weight.data[index], (weight,), vjp)


class Embedding(Module):
    """A table of learnt rows.

    Parameters
    ----------
    num_embeddings, embedding_dim : int
        Rows and columns of the table.
    padding_idx : int, optional
        A row that begins at 0 and is never trained.
    rng : int or numpy.random.Generator, optional
        Source of the initial rows, which are standard normal as in PyTorch.
    dtype : dtype

    Attributes
    ----------
    weight : Parameter, shape (num_embeddings, embedding_dim)
    """

    def __init__(
        self, num_embeddings, embedding_dim, padding_idx=None, *, rng=None, dtype=np.float32
    ):
        check_sizes("Embedding", num_embeddings, embedding_dim)
        dtype = float_type(dtype)
        self.padding_idx = _row_number(padding_idx, num_embeddings)
        rng = generator(rng)
        table = rng.standard_normal((num_embeddings, embedding_dim)).astype(dtype)
        if self.padding_idx is not None:
            table[self.padding_idx] = 0
        self.weight = Parameter(table)

    def forward(self, input):
        """Map indices (...) to rows (..., embedding_dim)."""
        return embedding(input, self.weight, self.padding_idx)

    def extra_repr(self):
        """Sizes, in PyTorch's words."""
        rows, columns = self.weight.shape
        padding = "" if self.padding_idx is None else f", padding_idx={self.padding_idx}"
        return f"{rows}, {columns}{padding}"
