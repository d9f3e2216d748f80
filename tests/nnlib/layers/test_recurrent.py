"""Recurrent layers against the guide's equations, composed step by step from Tensor operations."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor, cat, stack
from nnlib.layers import recurrent

RNG = np.random.default_rng(0)
KINDS = {"RNN": nn.RNN, "LSTM": nn.LSTM, "GRU": nn.GRU}


def rnn_step(x, h, Wi, Wh, bi, bh):
    return (h @ Wh.T + x @ Wi.T + (bi + bh)).tanh()  # Eq. (57)


def lstm_step(x, h, c, Wi, Wh, bi, bh):
    """Eqs. (59)-(64), with one matrix W over the joined vector [h, x] for every gate."""
    n = h.shape[1]
    joined = cat([h, x], 1)
    (Wi_, Wf, WC, Wo), (b_i, b_f, b_C, b_o) = (
        [cat([Wh, Wi], 1)[k * n : (k + 1) * n] for k in range(4)],
        [(bi + bh)[k * n : (k + 1) * n] for k in range(4)],
    )
    f = F.sigmoid(joined @ Wf.T + b_f)  # Eq. (59)
    i = F.sigmoid(joined @ Wi_.T + b_i)  # Eq. (60)
    candidate = (joined @ WC.T + b_C).tanh()  # Eq. (61)
    c = f * c + i * candidate  # Eq. (62)
    o = F.sigmoid(joined @ Wo.T + b_o)  # Eq. (63)
    return o * c.tanh(), c  # Eq. (64)


def gru_step(x, h, Wi, Wh, bi, bh):
    n = h.shape[1]
    from_x, from_h = x @ Wi.T + bi, h @ Wh.T + bh
    r = F.sigmoid(from_x[:, :n] + from_h[:, :n])
    z = F.sigmoid(from_x[:, n : 2 * n] + from_h[:, n : 2 * n])
    new = (from_x[:, 2 * n :] + r * from_h[:, 2 * n :]).tanh()
    return (1 - z) * new + z * h


def composed(kind, x, states, weights):
    """All hidden states, and for the LSTM the last cell state, step by step."""
    out = []
    for t in range(len(x)):
        if kind == "LSTM":
            states = lstm_step(x[t], *states, *weights)
        else:
            states = [{"RNN": rnn_step, "GRU": gru_step}[kind](x[t], *states, *weights)]
        out.append(states[0])
    return stack([*out, *states[1:]])


def arrays_of(kind, steps, n, n_in, hidden, rng):
    gates = {"RNN": 1, "LSTM": 4, "GRU": 3}[kind] * hidden
    shapes = [(n, hidden)] * (2 if kind == "LSTM" else 1)
    shapes += [(gates, n_in), (gates, hidden), (gates,), (gates,)]
    return [rng.standard_normal((steps, n, n_in))] + [rng.standard_normal(s) for s in shapes]


def fused(kind, x, *rest):
    if kind == "RNN":
        return recurrent.rnn(x, *rest, "tanh")
    return {"LSTM": recurrent.lstm, "GRU": recurrent.gru}[kind](x, *rest)


@pytest.mark.equation(57)
@pytest.mark.equation(59)
@pytest.mark.equation(60)
@pytest.mark.equation(61)
@pytest.mark.equation(62)
@pytest.mark.equation(63)
@pytest.mark.equation(64)
@pytest.mark.parametrize("kind", KINDS)
@given(st.tuples(*[st.integers(1, 4)] * 4), st.integers(0, 9))
def test_is_the_guides_step_repeated(kind, sizes, seed):
    """Outputs and all gradients, under one random cotangent of every state."""
    arrays = arrays_of(kind, *sizes, np.random.default_rng(seed))
    count = 2 if kind == "LSTM" else 1
    results = []
    for way in ("fused", "composed"):
        x, *rest = [Tensor(a.copy(), requires_grad=True) for a in arrays]
        if way == "fused":
            out = fused(kind, x, *rest)
        else:
            out = composed(kind, x, rest[:count], rest[count:])
        out.backward(np.random.default_rng(1).standard_normal(out.shape))
        results.append([out.data, x.grad] + [t.grad for t in rest])
    for one, other in zip(*results, strict=True):
        np.testing.assert_allclose(one, other, rtol=1e-9, atol=1e-11)


@pytest.mark.parametrize("kind", KINDS)
def test_gradcheck_of_every_input(kind):
    arrays = arrays_of(kind, 3, 2, 2, 2, RNG)
    nn.gradcheck(lambda x, *rest: fused(kind, x.tanh(), *[r * 0.7 for r in rest]), arrays)


def test_gradcheck_with_relu():
    arrays = arrays_of("RNN", 3, 2, 2, 2, RNG)
    nn.gradcheck(lambda x, *rest: recurrent.rnn(x.tanh(), *rest, "relu"), arrays)


@pytest.mark.equation(57)
@pytest.mark.equation(58)
def test_rnn_with_outputs_by_hand():
    """h_t from Eq. (57) and y_t = W_ho h_t + b_o, the logits of Eq. (58), vector by vector."""
    net, head = nn.RNN(3, 4, rng=0, dtype=np.float64), nn.Linear(4, 2, rng=1, dtype=np.float64)
    x = RNG.standard_normal((5, 1, 3))
    y = head(net(x)[0]).data
    W_ih, W_hh, b_ih, b_hh = (p.data for p in net.parameters())
    h = np.zeros(4)
    for t in range(5):
        h = np.tanh(W_hh @ h + W_ih @ x[t, 0] + b_ih + b_hh)
        np.testing.assert_allclose(y[t, 0], head.weight.data @ h + head.bias.data, rtol=1e-12)


@pytest.mark.equation(62)
def test_open_forget_gate_carries_a_gradient_over_many_steps():
    """With f = 1 and i = 0 the cell and its gradient pass 200 steps unchanged."""
    net = nn.LSTM(1, 1, dtype=np.float64)
    for p in net.parameters():
        p.data[...] = 0
    net.bias_ih_l0.data[:] = [-40, 40, 0, 0]  # input closed, forget open
    c0 = Tensor(np.full((1, 1, 1), 0.3), requires_grad=True)
    _, (_, c) = net(np.ones((200, 1, 1)), (np.zeros((1, 1, 1)), c0))
    assert c.item() == pytest.approx(0.3)
    c.sum().backward()
    assert c0.grad.item() == pytest.approx(1)


@pytest.mark.parametrize("kind", KINDS)
def test_from_the_end_is_the_turned_sequence(kind):
    net = KINDS[kind](3, 2, bidirectional=True, rng=0, dtype=np.float64)
    plain = KINDS[kind](3, 2, dtype=np.float64)
    state = net.state_dict()
    plain.load_state_dict({k: state[k + "_reverse"] for k in plain.state_dict()})
    x = RNG.standard_normal((4, 2, 3))
    np.testing.assert_allclose(net(x)[0].data[..., 2:], plain(x[::-1].copy())[0].data[::-1])


@pytest.mark.parametrize("kind", KINDS)
def test_sequence_in_two_parts_is_the_whole(kind):
    net = KINDS[kind](3, 2, num_layers=2, rng=0, dtype=np.float64)
    x = RNG.standard_normal((5, 2, 3))
    whole, end = net(x)
    first, state = net(x[:2])
    second, last = net(x[2:], state)
    np.testing.assert_allclose(whole.data, np.concatenate([first.data, second.data]))
    ends = zip(end, last, strict=True) if kind == "LSTM" else [(end, last)]
    for one, other in ends:
        np.testing.assert_allclose(one.data, other.data)


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("kind", KINDS)
def test_shape_and_dtype(kind, dtype):
    net = KINDS[kind](3, 2, num_layers=2, bidirectional=True, dtype=dtype)
    batch_first = KINDS[kind](3, 2, batch_first=True, dtype=dtype)
    for layer, shape, out, state in [
        (net, (5, 4, 3), (5, 4, 4), (4, 4, 2)),
        (net, (5, 3), (5, 4), (4, 2)),
        (net, (5, 0, 3), (5, 0, 4), (4, 0, 2)),
        (batch_first, (4, 5, 3), (4, 5, 2), (1, 4, 2)),
    ]:
        x = Tensor(np.ones(shape, dtype), requires_grad=True)
        y, last = layer(x)
        h = last[0] if kind == "LSTM" else last
        assert (y.shape, h.shape, y.dtype, h.dtype) == (out, state, dtype, dtype)
        (y.sum() + h.sum()).backward()
        assert {p.grad.dtype for p in layer.parameters()} | {x.grad.dtype} == {np.dtype(dtype)}


def test_dropout_falls_between_layers_in_training_alone():
    net = nn.GRU(3, 8, num_layers=2, dropout=0.5, rng=0)
    x = RNG.standard_normal((5, 2, 3)).astype(np.float32)
    assert not np.array_equal(net(x)[0].data, net(x)[0].data)
    net.eval()
    np.testing.assert_array_equal(net(x)[0].data, net(x)[0].data)
    assert np.array_equal(
        nn.GRU(3, 8, 2, dropout=0.5, rng=0)(x)[0].data,
        nn.GRU(3, 8, 2, dropout=0.5, rng=0)(x)[0].data,
    )


def test_refuses():
    net, x = nn.LSTM(3, 2), np.ones((5, 4, 3), np.float32)
    for call, message in [
        (lambda: net(x[..., :2]), r"LSTM expects inputs \(T, N, 3\) or \(T, 3\), got \(5, 4, 2\)"),
        (
            lambda: nn.GRU(3, 2, batch_first=True)(x[0, 0]),
            r"GRU expects inputs \(N, T, 3\) or \(T, 3\), got \(3,\)",
        ),
        (lambda: net(x[:0]), r"LSTM got sequences without steps: shape \(0, 4, 3\)"),
        (lambda: net(x, (x, x, x)), r"the pair \(h_0, c_0\), got 3 states"),
        (lambda: net(x, (x[:1], x[:1])), r"initial states of shape \(1, 4, 2\).*got \(1, 4, 3\)"),
        (lambda: nn.RNN(3, 2)(x, x[0]), r"RNN expects initial states.*got \(4, 3\)"),
        (lambda: nn.RNN(0, 2), "RNN needs positive sizes, got 0, 2 and 1"),
        (lambda: nn.GRU(3, 2, 0), "positive sizes, got 3, 2 and 0"),
        (lambda: nn.RNN(3, 2, nonlinearity="gelu"), "got 'gelu'"),
        (lambda: nn.GRU(3, 2, dropout=2), "must lie in .0, 1., got 2"),
    ]:
        with pytest.raises(ValueError, match=message):
            call()
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        net(x.astype(float))
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        net(x, (np.zeros((1, 4, 2)), np.zeros((1, 4, 2))))


def test_names_and_first_values_are_pytorchs():
    net = nn.LSTM(3, 100, num_layers=2, bidirectional=True, rng=0)
    shapes = {name: p.shape for name, p in net.named_parameters()}
    assert shapes["weight_ih_l0"] == (400, 3)
    assert shapes["weight_ih_l1_reverse"] == (400, 200)
    assert shapes["weight_hh_l1"] == (400, 100)
    assert shapes["bias_hh_l0_reverse"] == (400,)
    assert len(shapes) == 16
    for p in net.parameters():
        assert np.abs(p.data).max() <= 0.1
    assert net.weight_hh_l0.data.var() == pytest.approx(0.01 / 3, rel=0.02)
    assert repr(nn.GRU(3, 2, 2, batch_first=True)) == "GRU(3, 2, num_layers=2, batch_first=True)"
