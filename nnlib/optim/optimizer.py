"""What all optimizers share: the parameters, their gradients side by side, and the two calls."""

import itertools
import math

import numpy as np

from ..tensor import Tensor

__all__ = ["Optimizer"]


class Optimizer:
    """What all optimizers share: the parameters and the two calls around ``backward()``.

    Parameters
    ----------
    params : iterable of Tensor
        Usually ``model.parameters()``; all of one floating-point type.
    lr : float
        Learning rate.
    weight_decay : float
        λ of an L2 penalty: λθ is added to the gradient.

    Notes
    -----
    The gradients of all parameters are copied side by side into one array, so that a formula is
    computed once for all of them: for small networks the number of NumPy calls is what costs.
    """

    def __init__(self, params, lr, weight_decay=0.0):
        self.params = list(params)
        if not self.params:
            raise ValueError("the optimizer got no parameters")
        for p in self.params:
            if not isinstance(p, Tensor) or not p.requires_grad:
                raise TypeError(f"expected tensors that require a gradient, got {p!r:.60}")
        dtypes = sorted({str(p.dtype) for p in self.params})
        if len(dtypes) > 1:
            raise TypeError(f"the parameters have dtypes {dtypes}: an optimizer takes one type")
        check("lr", lr, 0, math.inf)
        check("weight_decay", weight_decay, 0, math.inf)
        self.lr, self.weight_decay = float(lr), float(weight_decay)
        self.steps = 0

        ends = list(itertools.accumulate(p.size for p in self.params))
        self._places = [slice(end - p.size, end) for p, end in zip(self.params, ends, strict=True)]
        self._all = np.zeros(ends[-1], self.params[0].dtype)
        self._parts = [
            self._all[place].reshape(p.shape)
            for p, place in zip(self.params, self._places, strict=True)
        ]
        self._clocks = [0] * len(self.params)  # how many gradients each parameter has had

    def zero_grad(self):
        """Forget the gradients, so that the next `backward` starts from zero."""
        for p in self.params:
            p.grad = None

    def step(self):
        """Change every parameter that has a gradient.

        Raises
        ------
        RuntimeError
            If none has one: then ``backward()`` was not called.
        TypeError
            If a gradient is not of the type that the parameters had when the optimizer was made.
        """
        with_gradient = [k for k, p in enumerate(self.params) if p.grad is not None]
        if not with_gradient:
            raise RuntimeError(
                "step() found no gradient on any parameter: call backward() on the loss first"
            )
        self.steps += 1
        for k in with_gradient:
            p, part = self.params[k], self._parts[k]
            if p.grad.dtype != part.dtype:
                raise TypeError(
                    f"parameter {k} has a gradient of {p.grad.dtype}, but was {part.dtype} when "
                    "the optimizer was made: convert the model first"
                )
            part[...] = p.grad
            if self.weight_decay:
                part += self.weight_decay * p.data
            self._clocks[k] += 1

        clocks = self._clocks
        if len(with_gradient) == len(clocks) and clocks[0] == min(clocks) == max(clocks):
            self._update(self._all, slice(None), clocks[0])
        else:  # some have waited: each by its own clock
            for k in with_gradient:
                self._update(self._all[self._places[k]], self._places[k], clocks[k])
        for k in with_gradient:
            self.params[k].data -= self._parts[k]

    def _update(self, g, place, t):
        """Turn gradients into what is subtracted from the parameters, in place.

        `g` is an array of the optimizer's own, `place` the slice of the state that belongs to it,
        and this is its update number `t`, from 1.
        """
        raise NotImplementedError


def check(name, value, low, high, open_above=False):
    """Raise ValueError unless a setting is finite and lies between low and high."""
    if not low <= value <= high or (open_above and value == high) or math.isinf(value):
        bracket = f"[{low}, {high})" if open_above or math.isinf(high) else f"[{low}, {high}]"
        raise ValueError(f"{name} must lie in {bracket}, got {value}")
