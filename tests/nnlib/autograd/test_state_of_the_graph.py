"""Copies, changed parameters, recording, modes: what the graph remembers and what it refuses."""

import copy
import pickle
import subprocess
import sys
import threading

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F
from nnlib import func, models, optim
from nnlib.autograd.tensor import Tensor, backward_hook


def leaf(*numbers):
    return Tensor(np.array(numbers), requires_grad=True)


# -- copies ----------------------------------------------------------------------------------


def test_a_shallow_copy_has_a_gradient_of_its_own():
    x = leaf(1.0, 2.0)
    y = copy.copy(x)
    (y * y).sum().backward()
    assert x.grad is None
    assert y.grad.tolist() == [2.0, 4.0]
    assert y.data is x.data


def test_a_shallow_copy_of_a_result_leads_to_the_same_leaves():
    x = leaf(3.0)
    y = x * x
    (copy.copy(y) + y).sum().backward()
    assert x.grad.tolist() == [12.0]


def side_by_side(*targets):
    """Run functions, each in a thread of its own, to their ends."""
    threads = [threading.Thread(target=target) for target in targets]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no second process")
def test_a_pickled_model_trains_on_in_another_process(tmp_path):
    model = nn.Linear(2, 1, rng=0)
    path = tmp_path / "model.pickle"
    path.write_bytes(pickle.dumps(model))
    program = (
        "import pickle, sys, numpy as np, nnlib as nn\n"
        "model = pickle.load(open(sys.argv[1], 'rb'))\n"
        "model(np.ones((3, 2), np.float32)).sum().backward()\n"
        "print(model.weight.grad.tolist())\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program, path], capture_output=True, text=True, check=True
    )
    assert done.stdout == "[[3.0, 3.0]]\n"


def test_history_is_neither_copied_deep_nor_pickled():
    x = leaf(1.0) * 2
    for how in (copy.deepcopy, pickle.dumps):
        with pytest.raises(RuntimeError, match="without history"):
            how(x)


# -- parameters that change between forward and backward ---------------------------------------


def test_a_step_between_forward_and_backward_is_refused():
    w = leaf(2.0)
    optimizer = optim.SGD([w], lr=0.1)
    a, b = (w * w).sum(), (w * w * w).sum()
    a.backward()
    optimizer.step()
    with pytest.raises(RuntimeError, match=r"was changed in place .* operation 'mul'"):
        b.backward()


def test_a_loaded_state_between_forward_and_backward_is_refused():
    model = nn.Linear(2, 1, rng=0)
    out = model(np.ones((1, 2), np.float32)).sum()
    model.load_state_dict(model.state_dict())
    with pytest.raises(RuntimeError, match="was changed in place"):
        out.backward()


def test_what_needs_no_number_of_the_parameter_may_go_on():
    w = leaf(2.0)
    optimizer = optim.SGD([w], lr=0.1)
    total = (w + 1.0).sum()
    total.backward()
    optimizer.step()
    total.backward()
    assert w.grad.tolist() == [2.0]


def test_the_usual_loop_is_not_disturbed():
    model = nn.models.MLP([2, 3, 1], nn.Tanh, rng=0)
    optimizer = optim.Adam(model.parameters())
    for _ in range(3):
        optimizer.zero_grad()
        model(np.ones((4, 2), np.float32)).sum().backward()
        optimizer.step()


# -- recording -------------------------------------------------------------------------------


def test_no_grad_decorates_with_and_without_parentheses():
    x = leaf(1.0)

    @nn.no_grad
    def plain(y):
        """Doubles."""
        return y * 2

    @nn.no_grad()
    def called(y):
        return y * 2

    assert not plain(x).requires_grad
    assert not called(x).requires_grad
    assert plain.__doc__ == "Doubles."
    assert (x * 2).requires_grad
    with pytest.raises(TypeError, match="no_grad decorates a function, got 3"):
        nn.no_grad(3)


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no second thread")
def test_every_thread_has_its_own_switch():
    both, seen, x = threading.Barrier(2, timeout=10), {}, leaf(1.0, 2.0)

    @nn.no_grad
    def evaluate():
        both.wait()
        both.wait()  # while the other thread computes its loss
        seen["evaluates"] = nn.is_grad_enabled()

    def train():
        both.wait()
        loss = (x * x).sum()
        both.wait()
        loss.backward()
        seen["trains"] = nn.is_grad_enabled()

    side_by_side(evaluate, train)
    assert seen == {"evaluates": False, "trains": True}
    assert x.grad.tolist() == [2.0, 4.0]


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no second thread")
def test_threads_inside_one_function_restore_their_own_switch():
    inside, left, seen = threading.Barrier(2, timeout=10), threading.Event(), {}

    @nn.no_grad
    def shared(wait):
        inside.wait()
        wait()

    def recording():
        shared(lambda: None)
        seen["recording"] = nn.is_grad_enabled()
        left.set()

    def silent():
        with nn.no_grad():
            shared(lambda: left.wait(10))
            seen["silent"] = nn.is_grad_enabled()

    side_by_side(recording, silent)
    assert seen == {"recording": True, "silent": False}


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no second thread")
def test_a_hook_sees_no_pass_of_another_thread():
    seen, mine, other = [], leaf(1.0) * 2, leaf(1.0) * 3

    def watched():
        with backward_hook(seen.append, lambda node, g, made: seen.append(node)):
            other.backward()

    with backward_hook(seen.append, lambda node, g, made: seen.append(node)):
        thread = threading.Thread(target=other.backward)
        thread.start()
        thread.join()
        assert seen == []
        mine.backward()
    assert seen == [mine, mine]
    thread = threading.Thread(target=watched)  # a hook of its own there, none here any more
    thread.start()
    thread.join()
    mine.backward()
    assert seen == [mine, mine, other, other]


@pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no second thread")
def test_what_is_broken_in_another_thread_is_not_this_one_s_anomaly():
    broken, x = (leaf(np.inf) * 2).sum(), leaf(2.0)
    errors = []

    def train():
        try:
            broken.backward()
        except FloatingPointError as error:
            errors.append(error)

    with nn.diagnostics.detect_anomaly():
        thread = threading.Thread(target=train)
        thread.start()
        thread.join()
        (x * x).sum().backward()
        with pytest.raises(FloatingPointError):
            broken.backward()
    assert errors == []


def test_enable_grad_inside_of_no_grad():
    x = leaf(1.0)
    with nn.no_grad():
        with nn.enable_grad():
            assert (x * 2).requires_grad
        assert not (x * 2).requires_grad


def test_grad_works_inside_of_no_grad():
    with nn.no_grad():
        assert func.grad(lambda x: (x * x).sum())(np.array([3.0])).data.tolist() == [6.0]


# -- modes -----------------------------------------------------------------------------------


def frozen_part(model):
    """Put one part of a model in evaluation mode, as one does to freeze it."""
    model.train()
    part = next(m for name, m in model.named_modules() if name and isinstance(m, nn.Dropout))
    part.eval()
    return [m.training for _, m in model.named_modules()]


@pytest.mark.parametrize(
    "model",
    [
        models.GPT(5, 4, 8, 2, 1, rng=0),
        models.RecurrentLM(5, 4, 8, rng=0),
    ],
    ids=["GPT", "RecurrentLM"],
)
def test_writing_leaves_every_mode_as_it_was(model):
    before = frozen_part(model)
    model.generate(np.array([[1, 2]]), 3, rng=0)
    assert [m.training for _, m in model.named_modules()] == before


def test_evaluating_and_decoding_leave_every_mode_as_it_was():
    model = nn.Sequential(nn.Linear(2, 2, rng=0), nn.Dropout(0.5))
    before = frozen_part(model)
    nn.evaluate(model, [(np.ones((1, 2), np.float32), np.array([0]))], F.cross_entropy)
    assert [m.training for _, m in model.named_modules()] == before
    model = models.Seq2SeqTransformer(5, 5, 8, 2, 1, rng=0)
    before = frozen_part(model)
    model.greedy_decode(np.array([[1, 2]]), 0, 4, 3)
    assert [m.training for _, m in model.named_modules()] == before


# -- gradients of bounds -----------------------------------------------------------------------


def test_bounds_of_clip_get_the_gradient_where_they_are_met():
    x, low, high = leaf(-2.0, 0.5, 3.0), leaf(-1.0), leaf(2.0)
    (x.clip(low, high) * np.array([1.0, 10.0, 100.0])).sum().backward()
    assert x.grad.tolist() == [0.0, 10.0, 0.0]
    assert low.grad.tolist() == [1.0]
    assert high.grad.tolist() == [100.0]


def test_crossed_bounds_of_clip_are_the_upper_one():
    x, low, high = leaf(-2.0, 0.5, 3.0), leaf(2.0), leaf(1.0)
    x.clip(low, high).sum().backward()
    assert (x.grad.tolist(), low.grad.tolist(), high.grad.tolist()) == ([0.0] * 3, [0.0], [3.0])


def test_a_slope_that_would_lose_its_gradient_is_refused():
    with pytest.raises(TypeError, match="negative_slope must be a number, got Tensor"):
        F.leaky_relu(leaf(1.0), leaf(0.1))
