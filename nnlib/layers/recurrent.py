"""Recurrent networks: one layer that reads a sequence step by step and remembers what it read.

Each kind is one primitive over all steps. Forward is a loop, since a step needs the one before.
Backward is the same loop from the end: the gradient of a state is what the output at that step
says plus what the next step sends back. The gradients of the weights are sums over all steps; they
wait until the end, where one matrix product makes them all.

Sequences inside this file are (T, N, features): step first. Gates lie side by side in one matrix,
in PyTorch's order, so that one product serves them all.
"""

import math

import numpy as np

from ..autograd.dual import like
from ..autograd.tensor import as_tensor, cat, float_tensor, record, stack
from ..checks import check_flag, check_number, check_sizes, check_word, float_type, generator
from .dropout import dropout
from .init import uniform_bound
from .linear import tall_product
from .module import Module, Parameter

__all__ = ["GRU", "LSTM", "RNN"]

# Each primitive below takes
#     x (T, N, n_in), h0 (N, n), W_ih (rows, n_in), W_hh (rows, n), b_ih and b_hh (rows,)
# with n rows for every gate, and returns one tensor (T, N, n) of all hidden states; that of the
# LSTM has the last cell state as one more row. Without biases pass zeros that need no gradient.


def _weight_gradient(dz, x):
    """Gradient of W from those of z = W x at all steps and examples: Eq. (30), summed."""
    count = dz.shape[0] * dz.shape[1]
    return dz.reshape(count, dz.shape[2]).T @ x.reshape(count, x.shape[2])


def _previous(states, h0):
    """Return the hidden states that the steps began from."""
    return np.concatenate([h0[None], states[:-1]])


def rnn(x, h0, W_ih, W_hh, b_ih, b_hh, nonlinearity):
    """Compute h_t = tanh(W_ih x_t + W_hh h_{t-1} + b), or with ReLU. Guide Eq. (57)."""
    X, Wi, Wh = x.data, W_ih.data, W_hh.data
    Z = tall_product(X, Wi.T) + (b_ih.data + b_hh.data)  # the input's part of all steps at once
    WhT = Wh.T.copy()  # a product with a contiguous matrix is faster
    H, h = np.empty_like(Z, order="C"), h0.data
    zero = np.zeros_like(h, order="C")
    for t in range(len(X)):
        z = Z[t]
        z += h @ WhT
        h = np.tanh(z, out=H[t]) if nonlinearity == "tanh" else np.maximum(z, zero, out=H[t])

    def vjp(g):
        slope = 1 - H * H if nonlinearity == "tanh" else (H > 0).astype(H.dtype)
        dZ, dh = np.empty_like(H, order="C"), np.zeros_like(h0.data)
        for t in reversed(range(len(X))):
            dh = dh + g[t]  # from the output and from the next step
            np.multiply(dh, slope[t], out=dZ[t])
            dh = dZ[t] @ Wh  # Eq. (29), back through time
        dW_ih, dW_hh = _weight_gradient(dZ, X), _weight_gradient(dZ, _previous(H, h0.data))
        dx = tall_product(dZ, Wi) if x.requires_grad else None
        return dx, dh, dW_ih, dW_hh, dZ.sum((0, 1)), dZ.sum((0, 1))

    return record("rnn", H, (x, h0, W_ih, W_hh, b_ih, b_hh), vjp)


def lstm(x, h0, c0, W_ih, W_hh, b_ih, b_hh):
    """Run an LSTM; gates in the order input, forget, candidate, output. Guide Eqs. (59)-(64).

    The gates of a step come from the row [x, h, 1] times one matrix each, and from one tanh:
    σ(z) = ½ tanh(½ z) + ½, and the ½ inside is in the matrices already. Four products with narrow
    matrices are faster than one with a wide one, and each gate then lies in one piece.
    """
    X, n_in, n = x.data, x.shape[2], h0.shape[1]
    steps, batch = X.shape[:2]
    half = np.full((4, batch, n), 0.5, X.dtype)  # of full shape, to spare the broadcasting
    half[2] = 1  # the candidate is a plain tanh
    rest = 1 - half
    W = np.concatenate([W_ih.data, W_hh.data, (b_ih.data + b_hh.data)[:, None]], 1)
    W = W.reshape(4, n, -1).swapaxes(1, 2) * np.array([0.5, 0.5, 1, 0.5], X.dtype)[:, None, None]
    W = W.copy()  # (4, n_in + n + 1, n)

    kind = like(X, W, h0.data, c0.data)
    rows = np.ones_like(
        kind, shape=(steps + 1, batch, n_in + n + 1), order="C"
    )  # [x_t, h_{t-1}, 1]
    rows[:-1, :, :n_in] = X
    rows[0, :, n_in:-1] = h0.data
    A = np.empty_like(kind, shape=(steps, 4, batch, n), order="C")  # activations of the gates
    C = np.empty_like(kind, shape=(steps + 1, batch, n), order="C")  # cell states, from c0 on
    tanh_C = np.empty_like(kind, shape=(steps, batch, n), order="C")
    out = np.empty_like(C, order="C")
    C[0] = c0.data
    for t in range(steps):
        a = np.matmul(rows[t], W, out=A[t])
        np.tanh(a, out=a)
        a *= half
        a += rest
        i, f, g, o = a  # Eqs. (60), (59), (61), (63)
        c = np.multiply(f, C[t], out=C[t + 1])
        c += i * g  # Eq. (62)
        np.tanh(c, out=tanh_C[t])
        h = np.multiply(o, tanh_C[t], out=out[t])  # Eq. (64)
        rows[t + 1, :, n_in:-1] = h
    out[steps] = C[steps]

    def vjp(g_out):
        Wh = W_hh.data.copy()
        slope = A * A  # derivatives of the gates: σ' = a - a², of the candidate tanh' = 1 - a²
        np.subtract(1, slope[:, 2], out=slope[:, 2])
        for k in (0, 1, 3):
            np.subtract(A[:, k], slope[:, k], out=slope[:, k])
        through = 1 - tanh_C * tanh_C
        through *= A[:, 3]  # ∂h/∂c = o (1 - tanh² c)
        dZ = np.empty_like(A, shape=(steps, batch, 4 * n), order="C")
        dh, dc = np.zeros_like(h0.data, order="C"), g_out[steps].copy()
        for t in reversed(range(steps)):
            i, f, g, _ = A[t]
            dh = dh + g_out[t]
            dc += dh * through[t]  # Eq. (64)
            dz = slope[t]
            dz[:3] *= dc
            dz[0] *= g  # Eqs. (62), (60)
            dz[1] *= C[t]  # Eqs. (62), (59)
            dz[2] *= i  # Eqs. (62), (61)
            dz[3] *= dh
            dz[3] *= tanh_C[t]  # Eqs. (64), (63)
            dc *= f  # the cell's path back: one product with the forget gate, no matrix
            dZ[t].reshape(batch, 4, n)[...] = dz.swapaxes(0, 1)
            dh = dZ[t] @ Wh
        dW = _weight_gradient(dZ, rows[:-1])  # of W_ih, W_hh and b, in one product
        dx = tall_product(dZ, W_ih.data) if x.requires_grad else None
        db = dW[:, -1]
        return dx, dh, dc, dW[:, :n_in], dW[:, n_in:-1], db, db

    return record("lstm", out, (x, h0, c0, W_ih, W_hh, b_ih, b_hh), vjp)


def gru(x, h0, W_ih, W_hh, b_ih, b_hh):
    """Run a GRU: gates reset r and update z, candidate n; h_t = (1 - z) n + z h_{t-1}.

    As in PyTorch the reset gate multiplies the product W_hn h + b_hn, after the matrix.
    """
    X, Wi, Wh, n = x.data, W_ih.data, W_hh.data, h0.shape[1]
    Z = tall_product(X, Wi.T) + b_ih.data  # the input's part of all steps at once
    WhT = Wh.T.copy()
    half = X.dtype.type(0.5)
    A = np.empty_like(Z, order="C")  # r, z and the candidate
    U = np.empty_like(Z, shape=(*X.shape[:2], n), order="C")  # W_hn h + b_hn
    H, h = np.empty_like(U, order="C"), h0.data
    for t in range(len(X)):
        back = h @ WhT
        back += b_hh.data
        U[t] = back[:, 2 * n :]
        gates = A[t, :, : 2 * n]
        np.add(Z[t, :, : 2 * n], back[:, : 2 * n], out=gates)
        gates *= half
        np.tanh(gates, out=gates)  # σ(z) = ½ tanh(½ z) + ½
        gates *= half
        gates += half
        r, z, new = (A[t, :, k * n : (k + 1) * n] for k in range(3))
        np.multiply(r, U[t], out=new)
        new += Z[t, :, 2 * n :]
        np.tanh(new, out=new)
        np.subtract(h, new, out=H[t])
        H[t] *= z
        H[t] += new  # new + z (h - new)
        h = H[t]
    before = _previous(H, h0.data)

    def vjp(g):
        dZ, dB, dh = np.empty_like(A, order="C"), np.empty_like(A), np.zeros_like(h0.data)
        for t in reversed(range(len(X))):
            r, z, new = (A[t, :, k * n : (k + 1) * n] for k in range(3))
            dr, dz, dnew = (dZ[t, :, k * n : (k + 1) * n] for k in range(3))
            dh = dh + g[t]
            dnew[...] = dh * (1 - z) * (1 - new * new)
            dz[...] = dh * (before[t] - new) * (z - z * z)
            dr[...] = dnew * U[t] * (r - r * r)
            dB[t] = dZ[t]
            dB[t, :, 2 * n :] *= r  # the path through W_hn h + b_hn
            dh = dh * z + dB[t] @ Wh
        dW_ih, dW_hh = _weight_gradient(dZ, X), _weight_gradient(dB, before)
        dx = tall_product(dZ, Wi) if x.requires_grad else None
        return dx, dh, dW_ih, dW_hh, dZ.sum((0, 1)), dB.sum((0, 1))

    return record("gru", H, (x, h0, W_ih, W_hh, b_ih, b_hh), vjp)


class _Recurrent(Module):
    """What `RNN`, `LSTM` and `GRU` share: layers, directions, weights, shapes, states."""

    gates = 1
    states = 1  # the LSTM has two: hidden and cell

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        *,
        rng=None,
        dtype=np.float32,
    ):
        kind = type(self).__name__
        check_sizes(kind, input_size, hidden_size, num_layers)
        bias, dtype = check_flag("bias", bias), float_type(dtype)
        batch_first = check_flag("batch_first", batch_first)
        bidirectional = check_flag("bidirectional", bidirectional)
        check_number("dropout's probability", dropout, 0, 1)
        self.input_size, self.hidden_size, self.num_layers = input_size, hidden_size, num_layers
        self.bias, self.batch_first, self.dropout = bias, batch_first, dropout
        self.bidirectional = bidirectional
        self.rng = rng = generator(rng)
        bound, rows = 1 / math.sqrt(hidden_size), self.gates * hidden_size
        ways = 2 if bidirectional else 1
        for name, layer, _ in self._passes():
            width = input_size if layer == 0 else ways * hidden_size
            shapes = {"weight_ih": (rows, width), "weight_hh": (rows, hidden_size)}
            if bias:
                shapes |= {"bias_ih": (rows,), "bias_hh": (rows,)}
            for what, shape in shapes.items():
                values = uniform_bound(shape, bound, rng, dtype)
                setattr(self, f"{what}_{name}", Parameter(values))

    def _passes(self):
        """Yield (PyTorch's name, layer, whether from the end) of every pass over a sequence."""
        for layer in range(self.num_layers):
            yield f"l{layer}", layer, False
            if self.bidirectional:
                yield f"l{layer}_reverse", layer, True

    def _first_states(self, given, batch, like, batched):
        """Return the initial states as checked tensors (passes, N, hidden_size)."""
        shape = (self.num_layers * (1 + self.bidirectional), batch, self.hidden_size)
        if given is None:
            return [as_tensor(np.zeros(shape, like.dtype))] * self.states
        given = given if self.states == 2 and isinstance(given, (tuple, list)) else (given,)
        if len(given) != self.states:
            raise ValueError(f"LSTM expects the pair (h_0, c_0), got {len(given)} states")
        states = [as_tensor(s, like=like) for s in given]
        states = states if batched else [s.unsqueeze(1) if s.ndim == 2 else s for s in states]
        for s in states:
            if s.shape != shape:
                raise ValueError(
                    f"{type(self).__name__} expects initial states of shape {shape} "
                    f"(layers · directions, N, hidden_size), got {s.shape}"
                )
        return states

    def forward(self, input, hx=None):
        """Read sequences.

        Parameters
        ----------
        input : Tensor or array_like, shape (T, N, input_size)
            With ``batch_first`` (N, T, input_size); one sequence alone is (T, input_size).
        hx : Tensor, shape (layers · directions, N, hidden_size), optional
            Initial states, 0 if left out; for the LSTM the pair (h_0, c_0).

        Returns
        -------
        output : Tensor, shape (T, N, directions · hidden_size)
            Hidden states of the last layer at all steps, ordered as the input is.
        h_n : Tensor, shape (layers · directions, N, hidden_size)
            Last hidden states; for the LSTM the pair (h_n, c_n).

        Raises
        ------
        ValueError
            If shapes do not fit or the sequence is empty.
        TypeError
            If floating-point types differ.
        """
        kind = type(self).__name__
        x = float_tensor(as_tensor(input, like=self.weight_ih_l0), kind)
        if x.ndim not in (2, 3) or x.shape[-1] != self.input_size:
            shape = "(N, T, {})" if self.batch_first else "(T, N, {})"
            raise ValueError(
                f"{kind} expects inputs {shape.format(self.input_size)} or "
                f"(T, {self.input_size}), got {x.shape}"
            )
        batched = x.ndim == 3
        if not batched:
            x = x.unsqueeze(1)
        elif self.batch_first:
            x = x.swapaxes(0, 1)
        if len(x) == 0:
            raise ValueError(f"{kind} got sequences without steps: shape {x.shape}, step first")
        first = self._first_states(hx, x.shape[1], x, batched)

        last, outputs = [[] for _ in first], []
        for k, (name, _, reverse) in enumerate(self._passes()):
            if k and not reverse:  # a new layer reads what the one before wrote
                x = outputs[0] if len(outputs) == 1 else cat(outputs, 2)
                x, outputs = dropout(x, self.dropout, self.training, rng=self.rng), []
            sequence = x[::-1] if reverse else x
            output, *states = self._run(sequence, [s[k] for s in first], self._weights(name))
            outputs.append(output[::-1] if reverse else output)
            for collected, state in zip(last, states, strict=True):
                collected.append(state)
        output = outputs[0] if len(outputs) == 1 else cat(outputs, 2)
        states = [stack(s) for s in last]
        if not batched:
            output, states = output.squeeze(1), [s.squeeze(1) for s in states]
        elif self.batch_first:
            output = output.swapaxes(0, 1)
        return output, states[0] if self.states == 1 else tuple(states)

    def _weights(self, name):
        """Return W_ih, W_hh, b_ih and b_hh of one pass."""
        weights = [getattr(self, f"weight_{k}_{name}") for k in ("ih", "hh")]
        if self.bias:
            return weights + [getattr(self, f"bias_{k}_{name}") for k in ("ih", "hh")]
        zeros = as_tensor(np.zeros(len(weights[0]), weights[0].dtype))
        return [*weights, zeros, zeros]

    def _run(self, x, states, weights):
        """Return the hidden states of one pass and its last states; every kind has its own."""
        raise NotImplementedError

    def extra_repr(self):
        """Sizes, in PyTorch's words."""
        words = f"{self.input_size}, {self.hidden_size}"
        defaults = {"num_layers": 1, "bias": True, "batch_first": False, "dropout": 0.0}
        for name, default in (defaults | {"bidirectional": False}).items():
            if getattr(self, name) != default:
                words += f", {name}={getattr(self, name)}"
        return words


class RNN(_Recurrent):
    """A simple recurrent network. Guide Eqs. (57), (58), the latter by a `Linear` after it.

    Parameters
    ----------
    input_size, hidden_size, num_layers : int
    nonlinearity : {"tanh", "relu"}
    bias, batch_first : bool
    dropout : float
        Probability to drop between layers, in training.
    bidirectional : bool
        Whether a second pass reads from the end; its output is appended to that of the first.
    rng : int or numpy.random.Generator, optional
        Source of the initial weights and of the masks of dropout.
    dtype : dtype

    Attributes
    ----------
    weight_ih_l0, weight_hh_l0 : Parameter, shapes (gates · hidden, in) and (gates · hidden, hidden)
    bias_ih_l0, bias_hh_l0 : Parameter, shape (gates · hidden,)
        Likewise for l1, ... and, reading from the end, l0_reverse, ... One bias would do; two are
        PyTorch's.

    Notes
    -----
    Initial values are uniform on ±1/√hidden_size, PyTorch's default.
    """

    def __init__(
        self,
        input_size,
        hidden_size,
        num_layers=1,
        nonlinearity="tanh",
        bias=True,
        batch_first=False,
        dropout=0.0,
        bidirectional=False,
        *,
        rng=None,
        dtype=np.float32,
    ):
        check_word("nonlinearity", nonlinearity, ("tanh", "relu"))
        self.nonlinearity = nonlinearity
        options = num_layers, bias, batch_first, dropout, bidirectional
        super().__init__(input_size, hidden_size, *options, rng=rng, dtype=dtype)

    def _run(self, x, states, weights):
        out = rnn(x, *states, *weights, self.nonlinearity)
        return out, out[-1]


class LSTM(_Recurrent):
    """Long short-term memory: a cell that keeps what its gates let it. Guide Eqs. (59)-(64).

    Parameters, attributes and `forward` are those of `RNN`, without nonlinearity; rows of the
    weights are those of the input gate, the forget gate, the candidate and the output gate.
    States are pairs (h, c).
    """

    gates = 4
    states = 2

    def _run(self, x, states, weights):
        out = lstm(x, *states, *weights)
        return out[:-1], out[-2], out[-1]


class GRU(_Recurrent):
    """Gated recurrent unit: an LSTM's gates with one state (Cho et al. 2014).

    Parameters, attributes and `forward` are those of `RNN`, without nonlinearity; rows of the
    weights are those of the reset gate, the update gate and the candidate.
    """

    gates = 3

    def _run(self, x, states, weights):
        out = gru(x, *states, *weights)
        return out, out[-1]
