"""The GPT."""

import math

import numpy as np

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


def test_gpt_learns_to_look_back():
    """The second half repeats the first: only attention to the past can know it."""
    rng = np.random.default_rng(0)
    model = models.GPT(4, 8, 32, 4, 2, rng=0)

    def batch():
        half = rng.integers(0, 4, (32, 4))
        return np.concatenate([half, half], 1)

    def loss():
        x = batch()
        return F.cross_entropy(model(x)[:, 3:-1].swapaxes(1, 2), x[:, 4:])

    before, after = trained(model, loss, 150, 3e-3)
    assert before > 1.2
    assert after < 0.3


def test_gpt_does_not_look_ahead():
    model = models.GPT(5, 4, 4, 2, 2, rng=0, **D)
    one = model([[1, 2, 3, 4]]).data
    two = model([[1, 2, 0, 0]]).data
    np.testing.assert_allclose(one[:, :2], two[:, :2])
    assert np.abs(one[:, 2:] - two[:, 2:]).min() > 0


def test_tied_weights_are_one():
    model = models.GPT(5, 4, 4, 2, 1, tie_weights=True, rng=0)
    names = [n for n, _ in model.named_parameters()]
    assert "head.weight" not in names
    assert "head.weight" in model.state_dict()
    count = sum(p.size for p in model.parameters())
    loose = models.GPT(5, 4, 4, 2, 1, rng=0)
    assert sum(p.size for p in loose.parameters()) == count + 5 * 4


def test_gpt_begins_as_gpt2():
    """Almost the same logits everywhere: the first loss is that of a guess, log V."""
    model = models.GPT(50, 16, 64, 4, 4, rng=0)
    x = np.random.default_rng(0).integers(0, 50, (8, 16))
    loss = F.cross_entropy(model(x).swapaxes(1, 2), x).item()
    assert abs(loss - math.log(50)) < 0.1
    deviation = model.blocks[0].linear2.weight.data.std()
    assert math.isclose(deviation, 0.02 / math.sqrt(8), rel_tol=0.05)
