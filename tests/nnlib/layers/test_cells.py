"""Cells: a loop over them is the layer; gradients, errors."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import Tensor

X = np.random.default_rng(0).standard_normal((5, 2, 3))
KINDS = [(nn.RNNCell, nn.RNN), (nn.LSTMCell, nn.LSTM), (nn.GRUCell, nn.GRU)]


@pytest.mark.parametrize(("cell", "layer"), KINDS)
def test_a_loop_over_a_cell_is_the_layer(cell, layer):
    whole = layer(3, 4, rng=0, dtype=np.float64)
    step = cell(3, 4, dtype=np.float64)
    step.load_state_dict({k.removesuffix("_l0"): v for k, v in whole.state_dict().items()})
    expected, _ = whole(X)
    a, b = Tensor(X, requires_grad=True), Tensor(X, requires_grad=True)
    whole(a)[0].sum().backward()
    state, total = None, 0.0
    for t in range(5):
        state = step(b[t], state)
        h = state[0] if cell is nn.LSTMCell else state
        np.testing.assert_allclose(h.data, expected.data[t], rtol=1e-12)
        total = total + h.sum()
    total.backward()
    np.testing.assert_allclose(b.grad, a.grad, rtol=1e-10)
    np.testing.assert_allclose(step.weight_hh.grad, whole.weight_hh_l0.grad, rtol=1e-10)


@pytest.mark.parametrize("bias", [True, False])
def test_shapes(bias):
    for cell, _ in KINDS:
        step = cell(3, 4, bias, rng=0)
        x = X.astype(np.float32)
        for given, shape in ((x[0], (2, 4)), (x[0, 0], (4,))):
            state = step(given)
            assert (state[0] if cell is nn.LSTMCell else state).shape == shape
    assert repr(nn.GRUCell(3, 4, bias=False)) == "GRUCell(3, 4, bias=False)"


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.RNNCell(3, 4, dtype=float)(X), r"expects inputs \(N, 3\) or \(3,\), got"),
        (lambda: nn.RNNCell(3, 4, dtype=float)(X[0], X[0]), r"states of shape \(2, 4\), got"),
        (lambda: nn.LSTMCell(3, 4, dtype=float)(X[0], X[0]), "expects the pair"),
        (lambda: nn.GRUCell(0, 4), "input_size must be a whole number of at least 1"),
        (lambda: nn.RNNCell(3, 4, nonlinearity="gelu"), "must be one of 'tanh', 'relu'"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
