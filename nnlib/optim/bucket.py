"""Buckets: parameters that an optimizer updates together, side by side in flat arrays.

In a small network the number of NumPy calls is what a step costs, so small parameters share a
bucket and an update is computed once for all of them. A large parameter is a bucket of its own,
without any copy, and is updated block by block: an update goes over its arrays a dozen times, and
only what lies in the cache is fast to go over again.
"""

import itertools
import math

import numpy as np

from ..autograd.tensor import increment_version
from .state import SCALARS

__all__ = ["Bucket", "pack"]

LARGE = 2**15  # elements, from where copying them costs more than another dozen calls of NumPy
BLOCK = 2**16  # elements, of which an update's arrays stay in a cache of a megabyte or two


class Bucket:
    """Parameters of one group that have made the same steps, and their state.

    Parameters
    ----------
    members : list of (int, Tensor, tuple)
        Each parameter with its place in the group, and the shape that it had at first.
    dtype : dtype
        Of the parameters at first.
    state : dict
        As PyTorch keeps it for one parameter, {"step": 3, "exp_avg": array, ...}, but for all of
        them: each array is flat, one parameter after the other.

    Attributes
    ----------
    room : (ndarray, ndarray, ndarray)
        Flat arrays of a block's length to compute in.
    """

    def __init__(self, members, dtype, state):
        self.members, self.dtype, self.state = members, dtype, state
        ends = list(itertools.accumulate(math.prod(shape) for _, _, shape in members))
        self._slices, self._size = list(map(slice, [0, *ends], ends)), ends[-1]
        self.room = tuple(np.empty(min(self._size, BLOCK), dtype) for _ in range(3))
        # What is never written to costs no memory.
        self._theta, self._g = (np.empty(self._size, dtype) for _ in range(2))
        self._views = [
            (p, self._view(self._theta, i), self._view(self._g, i))
            for i, (_, p, _) in enumerate(members)
        ]

    def __reduce__(self):
        """Copies and pickles are built anew, since views would lose the arrays they look into."""
        return Bucket, (self.members, self.dtype, self.state)

    def _view(self, array, i):
        """Parameter i's part of a flat array, in its shape."""
        return array[self._slices[i]].reshape(self.members[i][2])

    def state_of(self, i):
        """State of parameter i, as PyTorch keeps it; the arrays are views."""
        return {
            name: value if name in SCALARS else self._view(value, i)
            for name, value in self.state.items()
        }

    def add_state(self, initial):
        """Begin to keep what a new setting needs: {name: number to begin from}."""
        for name, value in initial.items():
            if name not in self.state:
                self.state[name] = (
                    value if name in SCALARS else np.full(self._size, value, self.dtype)
                )

    def with_gradient(self):
        """Check the gradients; return which of the members have one.

        Raises
        ------
        TypeError
            If a gradient is not of the type that the parameters had at first.
        ValueError
            If it is not of the shape of its parameter.
        """
        indices, dtype = [], self.dtype
        for i, (k, p, shape) in enumerate(self.members):
            g = p.grad
            if g is None:
                continue
            if g.dtype != dtype or g.shape != shape:
                error = TypeError if g.dtype != dtype else ValueError
                raise error(
                    f"parameter {k} has a gradient of {g.dtype}, {g.shape}, but was {dtype}, "
                    f"{shape} when the optimizer was made: convert the model first"
                )
            indices.append(i)
        return indices

    def split(self, indices):
        """Return two buckets: the members of these indices, and the others."""
        others = [i for i in range(len(self.members)) if i not in indices]
        return self._part(indices), self._part(others)

    def _part(self, indices):
        members = [self.members[i] for i in indices]
        return Bucket(members, self.dtype, join([self.state_of(i) for i in indices]))

    def gather(self):
        """Return θ and the gradient g, flat; what changes in θ is for `scatter`.

        Of a large parameter both are views, unless its array is transposed or has gaps.
        """
        if len(self.members) == 1:
            ((_, p, _),) = self.members
            return p.data.reshape(-1), p.grad.reshape(-1)
        for p, theta, g in self._views:
            theta[...] = p.data
            g[...] = p.grad
        return self._theta, self._g

    def blocks(self):
        """Yield a slice of the flat arrays and its state, until all have been updated.

        What is a number in the state counts for all blocks; what an update adds to it is kept.
        """
        if self._size <= BLOCK:
            yield slice(None), self.state
            return
        made = []
        for start in range(0, self._size, BLOCK):
            block = slice(start, start + BLOCK)
            made.append({k: v if k in SCALARS else v[block] for k, v in self.state.items()})
            yield block, made[-1]
        new = made[0].keys() - (self.state.keys() - SCALARS)
        self.state |= join([{name: state[name] for name in new} for state in made])

    def scatter(self, theta):
        """Write θ back to the parameters."""
        for _, p, _ in self.members:
            increment_version(p)
        if len(self.members) == 1:
            ((_, p, shape),) = self.members
            if not p.data.flags.c_contiguous:  # else θ is a view of it
                p.data[...] = theta.reshape(shape)
            return
        for p, view, _ in self._views:
            p.data[...] = view


def pack(params, dtype, states):
    """Put parameters with their states into buckets.

    Small ones go together if they keep the same and have made the same steps.

    Parameters
    ----------
    params : list of Tensor
        All of one group.
    dtype : dtype
    states : list of dict
        Of each parameter: numbers, and arrays of its shape.

    Returns
    -------
    list of Bucket
    """
    together = {}
    for k, (p, state) in enumerate(zip(params, states, strict=True)):
        steps = tuple((name, state[name]) for name in state if name in SCALARS)
        together.setdefault(k if p.size >= LARGE else (*sorted(state), *steps), []).append(k)
    return [
        Bucket([(k, params[k], params[k].shape) for k in ks], dtype, join([states[k] for k in ks]))
        for ks in together.values()
    ]


def join(states):
    """One state for several parameters, whose numbers and names are the same."""
    return {
        name: value
        if name in SCALARS
        else np.concatenate([state[name].reshape(-1) for state in states])
        for name, value in states[0].items()
    }
