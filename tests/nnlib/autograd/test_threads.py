"""Work shared out among threads: the same results as on one core, and nothing left behind."""

import threading
import warnings

import numpy as np
import pytest

import nnlib.functional as F
from nnlib import Tensor
from nnlib.autograd import threads
from nnlib.autograd.threads import share_out

threadpoolctl = pytest.importorskip("threadpoolctl")
MUCH = threads.LEAST  # the cost of an example that is worth a thread


@pytest.fixture
def two(monkeypatch):
    """Two threads, whatever the machine and its settings say."""
    with threadpoolctl.threadpool_limits(limits=2, user_api="blas"):
        if threads.threads() < 2:
            pytest.skip("this BLAS has one thread")
        yield


def ran_in(seen):
    def work(start, stop):
        seen.add(threading.current_thread().name)
        return start, stop

    return work


def test_every_example_belongs_to_one_share(two):
    for n in (2, 3, 7, 8):
        seen = set()
        shares = share_out(ran_in(seen), n, MUCH)
        assert len(shares) == 2
        assert [i for start, stop in shares for i in range(start, stop)] == list(range(n))
        assert len(seen) == 2
        assert threading.current_thread().name in seen


def test_shares_run_at_the_same_time(two):
    both = threading.Barrier(2)
    share_out(lambda *edges: both.wait(timeout=30), 2, MUCH)  # alone, the first would wait in vain


@pytest.mark.parametrize(("n", "cost"), [(0, MUCH), (1, MUCH), (8, 1), (100, MUCH / 100)])
def test_little_work_stays_where_it_is(two, n, cost):
    seen = set()
    assert share_out(ran_in(seen), n, cost) == [(0, n)]
    assert seen == {threading.current_thread().name}


def test_one_thread_of_blas_means_one_thread():
    seen = set()
    with threadpoolctl.threadpool_limits(limits=1, user_api="blas"):
        assert share_out(ran_in(seen), 8, MUCH) == [(0, 8)]
    assert seen == {threading.current_thread().name}


def test_without_threadpoolctl_everything_runs_here(monkeypatch):
    monkeypatch.setattr(threads, "_blas", lambda: None)
    assert threads.threads() == 1
    assert share_out(lambda *edges: edges, 8, MUCH) == [(0, 8)]


def test_blas_has_one_thread_within_a_share_and_its_own_after(two):
    inside = share_out(lambda *edges: threads.threads(), 2, MUCH)
    assert inside == [1, 1]
    assert threads.threads() == 2


def test_shares_within_shares_run_in_their_own_thread(two):
    inner = share_out(lambda *edges: share_out(lambda *e: e, 4, MUCH), 2, MUCH)
    assert inner == [[(0, 4)], [(0, 4)]]


def test_an_error_comes_through_and_leaves_blas_as_it_was(two):
    def work(start, stop):
        raise KeyError(start)

    with pytest.raises(KeyError):
        share_out(work, 8, MUCH)
    assert threads.threads() == 2
    assert len(share_out(lambda *edges: edges, 2, MUCH)) == 2


def test_errstate_holds_in_the_threads(two):
    def work(start, stop):
        return np.float32(1) / np.zeros(2, np.float32)

    with warnings.catch_warnings():
        warnings.simplefilter("error")
        with np.errstate(divide="ignore"):
            assert np.isinf(share_out(work, 2, MUCH)).all()
    with np.errstate(divide="raise"), pytest.raises(FloatingPointError):
        share_out(work, 2, MUCH)


def gradients(function, *shapes):
    rng = np.random.default_rng(0)
    inputs = [Tensor(rng.standard_normal(s).astype(np.float32), requires_grad=True) for s in shapes]
    out = function(*inputs)
    out.backward(rng.standard_normal(out.shape).astype(np.float32))
    return [out.data, *(t.grad for t in inputs)]


@pytest.mark.parametrize(
    ("function", "shapes"),
    [
        (lambda x, w, b: F.conv2d(x, w, b, padding=1), [(9, 8, 20, 20), (16, 8, 3, 3), (16,)]),
        (lambda x, w: F.conv2d(x, w, stride=2, groups=2), [(9, 8, 21, 21), (16, 4, 3, 3)]),
        (lambda x, w: F.conv_transpose2d(x, w, stride=2), [(9, 16, 20, 20), (16, 8, 3, 3)]),
        (F.gelu, [(300_000,)]),
        (F.silu, [(5, 70_000)]),
    ],
    ids=["conv2d", "conv2d, stride, groups", "conv_transpose2d", "gelu", "silu"],
)
def test_primitives_compute_the_same_with_two_threads(two, monkeypatch, function, shapes):
    counted = []

    def counting(count):
        counted.append(count)
        return pool(count)

    pool = threads._pool
    monkeypatch.setattr(threads, "LEAST", 1000)
    monkeypatch.setattr(threads, "_pool", counting)
    shared = gradients(function, *shapes)
    assert counted, "nothing was shared out"
    monkeypatch.setattr(threads, "threads", lambda: 1)
    for a, b in zip(shared, gradients(function, *shapes), strict=True):
        np.testing.assert_allclose(a, b, rtol=1e-4, atol=1e-4 * np.abs(b).max())
