"""Run a search: here, on threads, on processes or on a cluster, with the same result."""

import math
import time
from contextlib import nullcontext
from dataclasses import replace

from ..training.progress import progress_bar
from .result import Result
from .state import State
from .strategy import Strategy

__all__ = ["run"]


def run(strategy, objective, executor=None, *, state=None, progress=None):
    """Run the trials that a strategy proposes, until it proposes none.

    Parameters
    ----------
    strategy : Strategy
        What to try, such as ``Random(space, trials=30)``.
    objective : callable
        ``objective(trial)`` returns a number; lower is better. It reads ``trial["rate"]``, takes
        all its randomness from ``trial.seed``, and spends ``trial.budget``, if there is one. An
        exception, NaN or infinity makes a failed trial, and the search goes on.
    executor : concurrent.futures.Executor, optional
        Where the trials run: a ``ThreadPoolExecutor`` or ``ProcessPoolExecutor`` of
        `concurrent.futures`, ``client.get_executor()`` of a ``dask.distributed.Client``, or
        anything else whose ``submit`` gives futures of `concurrent.futures`. Left out: here, one
        after the other. It is not shut down.
    state : str or path-like, optional
        A file to which every trial is written as soon as it has ended. If it exists, the search is
        taken up again: what stands there does not run a second time, failed trials included.
    progress : bool, optional
        Show a progress bar (needs tqdm). Left out: only in a terminal.

    Returns
    -------
    Result

    Raises
    ------
    TypeError
        If the executor is no executor, or cannot send the objective to where it runs.
    ValueError
        If the file belongs to another search.
    RuntimeError
        If the executor breaks, for instance because a worker was killed. What has ended is in the
        file; run the search again with a new executor, and it goes on from there.
    KeyboardInterrupt
        As from anywhere; what has ended is in the file. This exception, and any other that ends a
        search, carries it as its attribute ``result``, too.

    Notes
    -----
    Threads share one Python: they speed up an objective that spends its time in large products of
    matrices, or waits. They also share whatever is global. An objective for threads makes its own
    model, data loader and generators, and does not call `numpy.random.seed`. With several workers
    on one machine set ``OPENBLAS_NUM_THREADS=1`` (or what your BLAS reads) before Python starts,
    or every worker will try to use all cores.

    Processes and clusters get the objective by pickle: define it with ``def`` in a file that can
    be imported, not in a notebook or as a ``lambda``. Dask also takes these.

    Examples
    --------
    >>> from nnlib.search import Random, Space, Uniform
    >>> result = run(Random(Space(x=Uniform(-1, 1)), trials=50), lambda trial: trial["x"] ** 2)
    >>> abs(result.best["x"]) < 0.1
    True
    """
    if not isinstance(strategy, Strategy):
        raise TypeError(f"run needs a strategy, such as search.Random, got {strategy!r:.60}")
    if not callable(objective):
        raise TypeError(f"run needs a function of a trial as its objective, got {objective!r:.60}")
    if isinstance(executor, type):
        raise _no_executor(executor, "it is a class, not an instance")
    if executor is not None and not callable(getattr(executor, "submit", None)):
        raise _no_executor(executor, "it has no method submit")
    file = None if state is None else State(state, strategy)
    trials, ended = [], {}  # of the batches before this one, and of this one by number
    shown = {}

    def record(trial):
        if file is not None:
            file.append(trial)
        ended[trial.number] = trial
        if trial.done:
            shown["best"] = min(trial.value, shown.get("best", math.inf))
        else:
            shown["failed"] = shown.get("failed", 0) + 1
        bar.update()
        bar.set_postfix(shown)

    with file or nullcontext(), progress_bar(strategy.total, "trial", progress) as bar:
        try:
            while batch := strategy.propose(list(trials)):
                _check_numbers(batch, len(trials))
                ended = _known(file, batch)
                bar.update(len(ended))
                waiting = [trial for trial in batch if trial.number not in ended]
                if executor is None:
                    for trial in waiting:
                        record(_attempt(objective, trial))
                else:
                    _run_on(executor, waiting, objective, record)
                trials += [ended[trial.number] for trial in batch]
                ended = {}
        except BaseException as error:
            error.result = Result([*trials, *ended.values()])
            raise
    return Result(trials)


def _check_numbers(batch, start):
    numbers = [getattr(trial, "number", trial) for trial in batch]
    if numbers != list(range(start, start + len(batch))):
        raise ValueError(
            f"after {start} trials a strategy proposes trials numbered from {start} on, "
            f"got {numbers!r:.60}"
        )


def _known(file, batch):
    """Return the trials of a batch that have run already, as the file has them, by number."""
    numbers = [trial.number for trial in batch if file is not None and trial.number in file.trials]
    return {number: file.trials[number] for number in numbers}


def _attempt(objective, trial):
    """Run one trial, wherever this is; return it with its value or its error."""
    start = time.perf_counter()
    value = error = None
    try:
        # a copy: what the objective does to its parameters is not what was tried
        returned = objective(replace(trial, params=dict(trial.params)))
        try:
            value = float(returned)
        except (TypeError, ValueError):
            raise TypeError(
                f"the objective must return a number, it returned {returned!r:.60}"
            ) from None
        if not math.isfinite(value):
            raise ValueError(f"the objective returned {value}")
    except Exception as exception:
        value, error = None, _text(exception)
    return replace(trial, value=value, error=error, seconds=time.perf_counter() - start)


def _run_on(executor, trials, objective, record):
    """Run trials on an executor, and record each as it ends."""
    from concurrent.futures import as_completed

    futures = {}  # to the trials that they run
    try:
        for trial in trials:
            futures[_submit(executor, objective, trial)] = trial
        for future in as_completed(futures):
            record(_outcome(future, futures[future]))
            # Let go at once: as long as one holds a future of dask, the trial runs again if the
            # worker that has its result dies.
            del futures[future], future
    except BaseException:
        for future in futures:
            if not future.cancel() and future.done() and not future.exception():
                record(future.result())  # it ended while the search was being stopped
        raise


def _submit(executor, objective, trial):
    from concurrent.futures import Future

    try:
        future = executor.submit(_attempt, objective, trial)
    except Exception as error:
        raise _fault(error) from error
    if not isinstance(future, Future):
        getattr(future, "cancel", lambda: None)()
        raise _no_executor(
            executor, f"its submit gave a {type(future).__module__}.{type(future).__name__}"
        )
    return future


def _outcome(future, trial):
    """Return the trial that a future ran, or raise what has hit the search as a whole.

    What the objective raises is caught where it runs. So an exception of the future is the
    executor's, and would be the same for the trials to come.
    """
    from concurrent.futures import CancelledError

    try:
        return future.result()
    except (Exception, CancelledError) as error:
        if type(error).__name__ == "KilledWorker":  # dask: every worker that tried it has died
            return replace(trial, error=_text(error))
        raise _fault(error) from error


def _fault(error):
    """Return what to tell of an executor's own error, and of the way on."""
    from concurrent.futures import BrokenExecutor, CancelledError

    if isinstance(error, (BrokenExecutor, CancelledError)):
        return RuntimeError(
            "the executor broke before the search was over; a worker may have been killed, run "
            "out of memory, or failed to import the objective. With a state file nothing that has "
            "ended is lost: run the search again with a new executor and the same file "
            f"({_text(error)})"
        )
    # The words of pickle in each Python, and of dask.
    if any(word in _text(error).lower() for word in ("pickl", "get local object", "serializ")):
        return TypeError(
            f"the executor cannot send the objective to its workers ({_text(error)}). For "
            "processes, define it with def at the top level of a file that can be imported, and "
            "let it open files and make generators itself"
        )
    return RuntimeError(f"the executor cannot run the trials: {_text(error)}")


def _text(error):
    return f"{type(error).__name__}: {error}"


def _no_executor(executor, why):
    return TypeError(
        f"run needs an executor of concurrent.futures, got {executor!r:.60}: {why}. Pass a "
        "ThreadPoolExecutor or a ProcessPoolExecutor; for a dask.distributed.Client, pass "
        "client.get_executor()"
    )
