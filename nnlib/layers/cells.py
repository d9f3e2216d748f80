"""One step of a recurrent network, for those who write the loop over the steps themselves."""

import math

import numpy as np

from ..autograd.tensor import as_tensor, float_tensor
from ..checks import check_count, check_flag, check_word, float_type, generator
from .init import uniform_bound
from .module import Module, Parameter
from .recurrent import gru, lstm, rnn

__all__ = ["GRUCell", "LSTMCell", "RNNCell"]


class _Cell(Module):
    """What the cells share: weights, shapes, states."""

    gates = 1
    states = 1  # the LSTM has two: hidden and cell

    def __init__(self, input_size, hidden_size, bias=True, *, rng=None, dtype=np.float32):
        kind = type(self).__name__
        self.input_size = check_count(f"{kind}: input_size", input_size)
        self.hidden_size = check_count(f"{kind}: hidden_size", hidden_size)
        bias, dtype = check_flag("bias", bias), float_type(dtype)
        rng, bound = generator(rng), 1 / math.sqrt(hidden_size)
        rows = self.gates * hidden_size

        def parameter(*shape):
            return Parameter(uniform_bound(shape, bound, rng, dtype))

        self.weight_ih = parameter(rows, input_size)
        self.weight_hh = parameter(rows, hidden_size)
        self.bias_ih = parameter(rows) if bias else None
        self.bias_hh = parameter(rows) if bias else None

    def _step(self, input, hx, run):
        """Check what came, run one step of a batch, and undo a batch of one."""
        kind = type(self).__name__
        x = float_tensor(as_tensor(input, like=self.weight_ih), kind)
        if x.ndim not in (1, 2) or x.shape[-1] != self.input_size:
            n = self.input_size
            raise ValueError(f"{kind} expects inputs (N, {n}) or ({n},), got {x.shape}")
        batched = x.ndim == 2
        x = x if batched else x.unsqueeze(0)
        shape = (len(x), self.hidden_size)
        if hx is None:
            states = [as_tensor(np.zeros(shape, x.dtype))] * self.states
        else:
            given = hx if isinstance(hx, (tuple, list)) and self.states == 2 else (hx,)
            if len(given) != self.states:
                raise ValueError(f"{kind} expects the pair (h, c), got {len(given)} states")
            states = [as_tensor(s, like=x) for s in given]
            states = states if batched else [s.unsqueeze(0) if s.ndim == 1 else s for s in states]
            for s in states:
                if s.shape != shape:
                    expected = shape if batched else shape[1:]
                    raise ValueError(f"{kind} expects states of shape {expected}, got {s.shape}")
        weights = [self.weight_ih, self.weight_hh, self.bias_ih, self.bias_hh]
        if self.bias_ih is None:
            weights[2:] = [as_tensor(np.zeros(len(self.weight_ih), x.dtype))] * 2
        out = run(x.unsqueeze(0), *states, *weights)
        return [out[k] if batched else out[k, 0] for k in range(self.states)]

    def extra_repr(self):
        """Sizes, in PyTorch's words."""
        bias = "" if self.bias_ih is not None else ", bias=False"
        return f"{self.input_size}, {self.hidden_size}{bias}"


class RNNCell(_Cell):
    """One step of an `RNN`: h' = tanh(W_ih x + b_ih + W_hh h + b_hh). Guide Eq. (57).

    Parameters
    ----------
    input_size, hidden_size : int
    bias : bool
    nonlinearity : {"tanh", "relu"}
    rng : int or numpy.random.Generator, optional
        Source of the initial weights.
    dtype : dtype

    Attributes
    ----------
    weight_ih, weight_hh : Parameter, shapes (gates · hidden, in) and (gates · hidden, hidden)
    bias_ih, bias_hh : Parameter, shape (gates · hidden,), or None
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        bias=True,
        nonlinearity="tanh",
        *,
        rng=None,
        dtype=np.float32,
    ):
        self.nonlinearity = check_word("nonlinearity", nonlinearity, ("tanh", "relu"))
        super().__init__(input_size, hidden_size, bias, rng=rng, dtype=dtype)

    def forward(self, input, hx=None):
        """Map (N, input_size), and a state (N, hidden_size) or 0, to the next state."""
        (h,) = self._step(input, hx, lambda *parts: rnn(*parts, self.nonlinearity))
        return h


class LSTMCell(_Cell):
    """One step of an `LSTM`; parameters as in `RNNCell`, rows as there. Guide Eqs. (59)-(64)."""

    gates = 4
    states = 2

    def forward(self, input, hx=None):
        """Map (N, input_size), and a pair (h, c) or zeros, to the next pair."""
        h, c = self._step(input, hx, lstm)
        return h, c


class GRUCell(_Cell):
    """One step of a `GRU`; parameters as in `RNNCell`, rows as in `GRU`."""

    gates = 3

    def forward(self, input, hx=None):
        """Map (N, input_size), and a state (N, hidden_size) or 0, to the next state."""
        (h,) = self._step(input, hx, gru)
        return h
