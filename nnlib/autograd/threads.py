"""Several cores for work that falls into independent parts.

BLAS uses all cores by itself, but only within one product; everything else in NumPy runs on one.
Where a primitive works through its examples block by block, the examples are shared out among
Python threads instead, each with one thread of BLAS: NumPy lets go of the interpreter while it
computes. How many threads there are is what BLAS may use, so ``OPENBLAS_NUM_THREADS`` and
`threadpoolctl.threadpool_limits` decide for both.

Without threadpoolctl, which tells BLAS how many threads to use, and in the browser, which has no
threads, everything runs on one core.
"""

import contextvars
import functools
import os
import threading

__all__ = ["share_out", "threads"]

LEAST = 1 << 22  # multiplications of a share: below, starting a thread costs more than it brings
_alone = threading.Lock()  # held by the one piece of work that is shared out at a time


@functools.cache
def _blas():
    """Return the controller of BLAS's threads, or None."""
    try:
        from threadpoolctl import ThreadpoolController
    except ImportError:
        return None
    return ThreadpoolController().select(user_api="blas")


@functools.cache
def _pool(count):
    """Return threads that wait for work."""
    from concurrent.futures import ThreadPoolExecutor  # brings logging along: not on every import

    return ThreadPoolExecutor(count, "nnlib")


if hasattr(os, "register_at_fork"):
    os.register_at_fork(after_in_child=_pool.cache_clear)  # threads do not survive a fork


def threads():
    """Return how many threads BLAS may use; 1 where nobody can tell."""
    blas = _blas()
    return max((library["num_threads"] for library in blas.info()), default=1) if blas else 1


def share_out(work, n, cost):
    """Let several threads do the work of n examples.

    Parameters
    ----------
    work : callable
        ``work(start, stop)`` does the work of some examples and returns a result.
    n : int
    cost : float
        Multiplications that one example takes.

    Returns
    -------
    list
        The results, in the order of the examples. If an example cost little, or other work is
        shared out already, there is a single one.
    """
    count = min(n, int(n * cost // LEAST))
    if count < 2 or not _alone.acquire(blocking=False):
        return [work(0, n)]
    try:
        count = min(count, threads())
        if count < 2:
            return [work(0, n)]
        edges = [n * k // count for k in range(count + 1)]
        with _blas().limit(limits=1):
            others = [
                # A context of its own: np.errstate holds in it as where it was set.
                _pool(count - 1).submit(contextvars.copy_context().run, work, *edges[k : k + 2])
                for k in range(1, count)
            ]
            try:
                first = work(0, edges[1])
            finally:
                for other in others:
                    other.exception()  # waits: BLAS keeps its limit until all have ended
            return [first, *(other.result() for other in others)]
    finally:
        _alone.release()
