"""The recurrent language model."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import models, optim

D = {"dtype": np.float64}


def trained(model, loss, steps, lr=1e-2):
    """Train with Adam; return the first and the last loss."""
    optimizer = optim.Adam(model.parameters(), lr=lr)
    values = []
    for _ in range(steps):
        optimizer.zero_grad()
        value = loss()
        value.backward()
        optimizer.step()
        values.append(value.item())
    return values[0], values[-1]


@pytest.mark.parametrize("kind", ["RNN", "LSTM", "GRU"])
def test_a_language_model_learns_to_count(kind):
    x = (np.arange(12) + np.arange(4)[:, None]) % 5
    model = models.RecurrentLM(5, 8, 16, kind=kind, rng=0)

    def loss():
        return F.cross_entropy(model(x[:, :-1])[0].swapaxes(1, 2), x[:, 1:])

    trained(model, loss, 80, 2e-2)
    assert model.generate([[3]], 6, top_k=1).tolist() == [[3, 4, 0, 1, 2, 3, 4]]


def test_the_state_carries_on():
    model = models.RecurrentLM(5, 3, 4, 2, rng=0, **D)
    tokens = np.array([[1, 2, 3, 4, 0, 1]])
    whole, last = model(tokens)
    first, state = model(tokens[:, :2])
    state = model.detach(state)
    assert not any(s.requires_grad for s in state)
    rest, end = model(tokens[:, 2:], state)
    np.testing.assert_allclose(whole.data, nn.cat([first, rest], 1).data)
    np.testing.assert_allclose(last[1].data, end[1].data)
    gru = models.RecurrentLM(5, 3, 4, kind="GRU", rng=0)
    assert gru.detach(gru(tokens)[1]).shape == (1, 1, 4)
