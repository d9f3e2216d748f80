"""The table of differences in book/pytorch.md, row by row, beside the code."""

import inspect
import re
from pathlib import Path

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import GPT
from tests.nnlib import fuzz

PAGE = Path(__file__).resolve().parents[2] / "book" / "pytorch.md"
X = np.arange(6.0).reshape(2, 3)


def rows():
    """Return the first cells of the table."""
    text = PAGE.read_text(encoding="utf-8")
    table = text.split("(pytorch-differences)=")[1].split("(pytorch-guide)=")[0]
    cells = re.findall(r"^\| (.*?) \|", table, re.M)
    return [cell for cell in cells if cell != "Matter" and not cell.startswith("---")]


def random_numbers():
    for thing in (nn.Linear, nn.Dropout, F.dropout, nn.init.xavier_normal):
        assert inspect.signature(thing).parameters["rng"].default is None
    a, b = (nn.Linear(3, 2, rng=1).weight.data for _ in range(2))
    assert np.array_equal(a, b)
    assert not hasattr(nn, "manual_seed")


def device():
    assert not hasattr(nn.Tensor, "to")
    assert not hasattr(nn.Tensor, "cuda")


def maximum():
    assert isinstance(nn.Tensor(X).max(dim=0), nn.Tensor)
    x = nn.Tensor([1.0, 1.0], requires_grad=True)
    x.max(dim=0).backward()
    np.testing.assert_array_equal(x.grad, [0.5, 0.5])


def saving(tmp_path):
    model = nn.Linear(3, 2, rng=0)
    nn.save(model, tmp_path / "model.npz")
    with np.load(tmp_path / "model.npz") as file:
        assert sorted(file.files) == ["bias", "weight"]


def states_are_copies():
    model = nn.Linear(3, 2, rng=0)
    assert not np.shares_memory(model.state_dict()["weight"], model.weight.data)


def step_without_gradient():
    with pytest.raises(RuntimeError, match="gradient"):
        optim.SGD([nn.Parameter([1.0])], 0.1).step()


def flat_states():
    p = nn.Parameter([1.0])
    optimizer = optim.Adam([p])
    p.grad = np.ones(1)
    optimizer.step()
    state = optimizer.state_dict()
    assert not any(isinstance(value, dict) for value in state.values())
    groups, states = optim.state.nested(state)
    assert (set(groups), set(states)) == ({0}, {0})
    assert "exp_avg" in states[0]


def centred_rmsprop():
    p = nn.Parameter(np.zeros(1, np.float32))
    optimizer = optim.RMSprop([p], 0.1, centered=True)
    for _ in range(50):
        p.grad = np.full(1, 1e3, np.float32)
        optimizer.step()
    assert np.isfinite(p.data).all()


def kept_keys():
    assert "cache" in inspect.signature(nn.MultiheadAttention.forward).parameters
    assert GPT(5, 4, 4, 2, 1, rng=0).generate([[1]], 6, rng=0).shape == (1, 7)


def lookahead():
    assert list(inspect.signature(optim.Lookahead).parameters) == ["optimizer", "k", "alpha"]


def softmax():
    np.testing.assert_array_equal(nn.Softmax()(X).data, F.softmax(X, -1).data)


def empty_batches():
    with pytest.raises(ValueError, match="empty batch"):
        F.mse_loss(np.zeros((0, 2)), np.zeros((0, 2)))
    with pytest.raises(ValueError, match="ignore"):
        F.cross_entropy(X, [-100, -100])


def training_loop():
    loader = nn.data.DataLoader((X.astype(np.float32), X.astype(np.float32)[:, :2]), 2)
    model = nn.Linear(3, 2, rng=0)
    history = nn.fit(model, loader, F.mse_loss, optim.SGD(model.parameters(), 0.01), epochs=1)
    assert isinstance(history, nn.History)


def inside_a_run():
    loader = nn.data.DataLoader((X.astype(np.float32), X.astype(np.float32)[:, :2]), 2)
    model, recorder = nn.Linear(3, 2, rng=0), nn.diagnostics.Recorder()
    optimizer = optim.SGD(model.parameters(), 0.01)
    nn.fit(model, loader, F.mse_loss, optimizer, epochs=1, recorder=recorder)
    assert len(recorder.loss) == len(loader)


def reversed_axes():
    x = nn.Tensor(np.zeros((2, 3, 4)))
    assert x.T.shape == x.transpose().shape == (4, 3, 2)


def places():
    x = nn.Tensor(X)
    for found in (x.argmax(1), x.argmin(1), nn.argsort(x), x.sort().indices, x.topk(1).indices):
        assert isinstance(found, np.ndarray)


def size():
    x = nn.Tensor(X)
    assert (x.size, x.size(0), x.size()) == (6, 2, (2, 3))


def spread():
    for call in (nn.Tensor(X).var, nn.Tensor(X).std):
        with pytest.raises(TypeError):
            call(0, True)


def floats():
    assert nn.Tensor([1.0]).dtype == nn.tensor([1.0]).dtype == np.float64
    assert nn.Linear(2, 2, rng=0).weight.dtype == np.float32


def types():
    with pytest.raises(TypeError, match="only tensors of float32 and float64"):
        nn.Tensor(np.ones(2, np.float16), requires_grad=True)
    with pytest.raises(TypeError, match="never casts silently"):
        nn.Tensor(X) + X.astype(np.float32)


def errors():
    for call in (lambda: nn.Tensor(X) @ X, lambda: nn.Linear(0, 1), lambda: nn.Tensor(["a"])):
        with pytest.raises((ValueError, TypeError)) as caught:
            call()
        assert fuzz.own(caught.value)


def speed():
    assert (PAGE.parent / "speed.md").is_file()


CHECKS = {
    "Random numbers": random_numbers,
    "Device": device,
    "Maximum along an axis": maximum,
    "Saving": saving,
    "`state_dict()`": states_are_copies,
    "`step()` without any gradient": step_without_gradient,
    "An optimizer's `state_dict()`": flat_states,
    "Centred RMSprop where $v - \\bar g^2$ rounds below 0": centred_rmsprop,
    "Keys and values kept while a text is written": kept_keys,
    "Lookahead": lookahead,
    "`nn.Softmax()`": softmax,
    "Mean of a batch that is empty, or whose targets are all ignored": empty_batches,
    "Training loop": training_loop,
    "What happens inside a run": inside_a_run,
    "Reversing all axes": reversed_axes,
    "Indices, as from `argmax`, `sort`, `topk`": places,
    "`x.size`": size,
    "`x.var(0, True)`, `x.std(0, True)`": spread,
    "Python's floats": floats,
    "Types": types,
    "Errors": errors,
    "Speed": speed,
}


def test_every_row_has_a_check_and_every_check_a_row():
    assert rows() == list(CHECKS)


@pytest.mark.parametrize("row", CHECKS)
def test_row(row, tmp_path):
    check = CHECKS[row]
    check(tmp_path) if inspect.signature(check).parameters else check()
