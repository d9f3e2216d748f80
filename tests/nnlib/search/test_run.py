"""Running a search: the same result everywhere, failures, stops, and taking it up again."""

import json
import signal
import sys
import threading
import time
import weakref
from concurrent.futures import Future, ThreadPoolExecutor

import pytest

from nnlib import search

from .objectives import SPACE, bowl, killed, network, slow_bowl

RANDOM = search.Random(SPACE, trials=12, seed=0)
BROWSER = sys.platform == "emscripten"
elsewhere = pytest.mark.skipif(BROWSER, reason="a browser has no second thread or process")
THREADS = [0] if BROWSER else [0, 2]


class Halves(search.Strategy):
    """Batches of two, each around what the batch before found best."""

    total = 8

    def propose(self, trials):
        if len(trials) == self.total:
            return []
        assert [trial.number for trial in trials] == list(range(len(trials)))
        params = SPACE.sample(self.rng(len(trials)))
        if trials:
            params["rate"] = search.Result(trials).best["rate"] / 2
        other = {**params, "dropout": 0.25}
        return [self.trial(len(trials), params), self.trial(len(trials) + 1, other)]


def processes(workers):
    import multiprocessing
    from concurrent.futures import ProcessPoolExecutor

    # Fresh processes, not copies: threads of this one may hold locks just now.
    return ProcessPoolExecutor(workers, mp_context=multiprocessing.get_context("spawn"))


def test_finds_the_lowest_value():
    result = search.run(RANDOM, bowl)
    assert [trial.number for trial in result.trials] == list(range(12))
    assert result.best.value == min(bowl(trial) for trial in result.trials)
    assert all(trial.seconds >= 0 for trial in result.trials)


@elsewhere
@pytest.mark.parametrize("strategy", [RANDOM, Halves(SPACE)], ids=["random", "halves"])
def test_any_number_of_threads_gives_the_same_result(strategy):
    alone = search.run(strategy, bowl)
    for workers in (1, 2, 5):
        with ThreadPoolExecutor(workers) as executor:
            assert search.run(strategy, slow_bowl, executor).trials == alone.trials


@elsewhere
def test_networks_that_train_on_threads_do_not_disturb_each_other():
    alone = search.run(RANDOM, network)
    assert not any(trial.failed for trial in alone.trials)
    with ThreadPoolExecutor(4) as executor:
        assert search.run(RANDOM, network, executor).trials == alone.trials


@elsewhere
def test_processes_give_the_same_result():
    with processes(2) as executor:
        for strategy in (RANDOM, Halves(SPACE)):
            alone = search.run(strategy, bowl)
            assert search.run(strategy, slow_bowl, executor).trials == alone.trials


@pytest.mark.parametrize(
    ("answer", "error"),
    [
        (lambda: 1 / 0, "ZeroDivisionError: division by zero"),
        (lambda: float("nan"), "ValueError: the objective returned nan"),
        (lambda: -float("inf"), "ValueError: the objective returned -inf"),
        (lambda: None, "TypeError: the objective must return a number, it returned None"),
    ],
)
@pytest.mark.parametrize("threads", THREADS)
def test_a_trial_that_fails_is_recorded_and_the_search_goes_on(answer, error, threads, tmp_path):
    def objective(trial):
        return answer() if trial.number in (0, 5) else bowl(trial)

    executor = ThreadPoolExecutor(threads) if threads else None
    result = search.run(RANDOM, objective, executor, state=tmp_path / "search.jsonl")
    assert [trial.number for trial in result.trials if trial.failed] == [0, 5]
    assert result.trials[5].error == error
    assert result.trials[5].value is None
    again = search.run(RANDOM, pytest.fail, state=tmp_path / "search.jsonl")
    assert again.trials == result.trials
    if executor:
        executor.shutdown()


@pytest.mark.parametrize("strategy", [RANDOM, Halves(SPACE)], ids=["random", "halves"])
@pytest.mark.parametrize("stop", [0, 1, 5])
@pytest.mark.parametrize("threads", THREADS)
def test_an_interrupted_search_is_taken_up_again(strategy, stop, threads, tmp_path):
    path, ran = tmp_path / "search.jsonl", []

    def objective(trial):
        ran.append(trial.number)
        if len(ran) == stop + 1:
            raise KeyboardInterrupt
        return bowl(trial)

    executor = ThreadPoolExecutor(threads) if threads else None
    with pytest.raises(KeyboardInterrupt) as caught:
        search.run(strategy, objective, executor, state=path)
    if executor:
        executor.shutdown()
    written = [json.loads(line)["number"] for line in path.read_text().splitlines()[1:]]
    assert sorted(written) == [trial.number for trial in caught.value.result.trials]
    result = search.run(strategy, objective, state=path)
    assert result.trials == search.run(strategy, bowl).trials
    twice = {number for number in ran if ran.count(number) > 1}
    assert not twice & set(written)  # what was interrupted ran again, nothing that had ended


@pytest.fixture
def interruptible():
    """Let control-C raise KeyboardInterrupt, whatever other tests of this process have set."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@elsewhere
def test_an_interrupt_while_threads_run_keeps_what_has_ended(tmp_path, interruptible):
    path, stopped, pauses = tmp_path / "search.jsonl", threading.Event(), [0.2, 5, 5, 5]

    def objective(trial):
        # As control-C does, and again if the first is lost in code that swallows exceptions, such
        # as the callback of a weak reference. A signal wakes a thread that waits for a lock.
        while trial.number == 5 and not stopped.wait(pauses.pop(0)):
            signal.pthread_kill(threading.main_thread().ident, signal.SIGINT)
        return bowl(trial)

    with ThreadPoolExecutor(1) as executor:
        with pytest.raises(KeyboardInterrupt) as caught:
            search.run(RANDOM, objective, executor, state=path)
        stopped.set()
    assert [trial.number for trial in caught.value.result.trials] == [0, 1, 2, 3, 4]
    assert search.run(RANDOM, bowl, state=path).trials == search.run(RANDOM, bowl).trials


def test_more_trials_take_up_the_file_of_fewer(tmp_path):
    path, ran = tmp_path / "search.jsonl", []
    search.run(search.Random(SPACE, trials=4), bowl, state=path)

    def objective(trial):
        ran.append(trial.number)
        return bowl(trial)

    result = search.run(RANDOM, objective, state=path)
    assert ran == list(range(4, 12))
    assert result.trials == search.run(RANDOM, bowl).trials


@elsewhere
def test_a_killed_worker_ends_the_search_with_what_is_finished(tmp_path):
    path = tmp_path / "search.jsonl"
    with (
        processes(1) as executor,
        pytest.raises(RuntimeError, match="run the search again with a new executor") as caught,
    ):
        search.run(RANDOM, killed, executor, state=path)
    assert [trial.number for trial in caught.value.result.trials] == [0, 1, 2]
    with pytest.raises(RuntimeError, match="the executor broke"):
        search.run(RANDOM, killed, executor, state=path)  # the broken one
    result = search.run(RANDOM, bowl, state=path)
    assert result.trials == search.run(RANDOM, bowl).trials


@elsewhere
def test_an_objective_that_cannot_travel_is_a_fault_of_the_search(tmp_path):
    with (
        processes(1) as executor,
        pytest.raises(TypeError, match=r"cannot send the objective .*local.*with def"),
    ):
        search.run(RANDOM, lambda trial: 0.0, executor, state=tmp_path / "search.jsonl")
    assert len((tmp_path / "search.jsonl").read_text().splitlines()) == 1


class LikeDask:
    """Has `submit`, but gives futures of another kind, as a Client of dask does."""

    def submit(self, function, *args):
        return "future"


@pytest.mark.parametrize("executor", [4, LikeDask(), ThreadPoolExecutor])
def test_what_is_no_executor(executor):
    with pytest.raises(TypeError, match=r"Pass a ThreadPoolExecutor .* client.get_executor\(\)"):
        search.run(RANDOM, bowl, executor)


def test_an_executor_that_fails_is_no_failed_trial():
    class Full:
        def submit(self, function, *args):
            future = Future()
            future.set_exception(OSError("no space"))
            return future

    with pytest.raises(RuntimeError, match=r"cannot run the trials: OSError: no space"):
        search.run(RANDOM, bowl, Full())


def test_a_trial_that_has_killed_every_worker_is_a_failed_trial():
    class KilledWorker(Exception):
        """As dask has it."""

    class Deadly:
        def submit(self, function, objective, trial):
            future = Future()
            if trial.number == 2:
                future.set_exception(KilledWorker("it has killed 4"))
            else:
                future.set_result(function(objective, trial))
            return future

    result = search.run(RANDOM, bowl, Deadly())
    assert [t.error for t in result.trials if t.failed] == ["KilledWorker: it has killed 4"]


@elsewhere
def test_lets_go_of_a_future_as_soon_as_it_is_read():
    alive = weakref.WeakSet()

    class Watching(ThreadPoolExecutor):
        def submit(self, function, *args):
            future = super().submit(function, *args)
            alive.add(future)
            return future

    def objective(trial):
        if trial.number == 3:
            end = time.monotonic() + 5
            while len(alive) > 1 and time.monotonic() < end:  # until the others have been read
                time.sleep(0.01)
            return len(alive)
        return 0.0

    with Watching(1) as executor:
        result = search.run(search.Random(SPACE, trials=4), objective, executor)
    assert result.trials[3].value == 1


def test_a_strategy_numbers_its_trials_on():
    class Wrong(search.Strategy):
        def propose(self, trials):
            return [self.trial(1, SPACE.sample(0))]

    with pytest.raises(ValueError, match=r"numbered from 0 on, got \[1\]"):
        search.run(Wrong(SPACE), bowl)


def test_the_progress_bar_shows_the_best(capsys):
    search.run(RANDOM, bowl, progress=True)
    shown = capsys.readouterr().err
    assert "12/12" in shown
    assert f"best={search.run(RANDOM, bowl).best.value:.3g}"[:8] in shown


@pytest.mark.parametrize("wrong", [(SPACE, bowl), (RANDOM, 3)])
def test_what_is_no_strategy_and_no_objective(wrong):
    with pytest.raises(TypeError, match="run needs a"):
        search.run(*wrong)


def test_an_objective_cannot_change_what_was_tried():
    def greedy(trial):
        return trial.params.pop("x")

    space = search.Space(x=search.Uniform(0, 1))
    result = search.run(search.Random(space, 3, seed=0), greedy)
    assert [t.params["x"] for t in result.trials] == [t.value for t in result.trials]


def test_whatever_ends_a_search_carries_what_has_ended():
    class Broken(search.Random):
        def propose(self, trials):
            if trials:
                raise ValueError("no idea")
            return super().propose(trials)

    with pytest.raises(ValueError, match="no idea") as caught:
        search.run(Broken(search.Space(x=search.Uniform(0, 1)), 3), lambda trial: 1.0)
    assert len(caught.value.result) == 3
