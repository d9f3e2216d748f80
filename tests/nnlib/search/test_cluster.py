"""A real cluster: a scheduler of dask and two workers, one of which is killed in the middle."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest

from nnlib import search

from .objectives import SPACE, Log, bowl

pytestmark = pytest.mark.skipif(sys.platform == "emscripten", reason="a browser has no cluster")
ROOT = Path(__file__).resolve().parents[3]
RANDOM = search.Random(SPACE, trials=24, seed=0)
SECONDS = 30  # what anything may take on a machine that is busy with something else


def until(condition):
    """Wait until a condition holds, and return it."""
    end = time.monotonic() + SECONDS
    while not (answer := condition()):
        assert time.monotonic() < end, "waited in vain"
        time.sleep(0.01)
    return answer


def start(program, folder, *arguments):
    """Start a program of dask; what it says goes to a file, which a failing test shows."""
    with open(folder / f"{program}.out", "ab") as out:
        return subprocess.Popen(
            [sys.executable, "-m", f"distributed.cli.{program}", *arguments, "--no-dashboard"],
            cwd=folder,
            env={**os.environ, "PYTHONPATH": str(ROOT), "PYTHONWARNINGS": "ignore"},
            stdout=out,
            stderr=out,
        )


@pytest.fixture(scope="module")
def cluster(tmp_path_factory):
    """A client of a scheduler and two workers, all of them processes of their own."""
    from dask.distributed import Client

    folder, programs = tmp_path_factory.mktemp("cluster"), []
    address = folder / "scheduler.json"
    place = ["--host", "127.0.0.1", "--scheduler-file", str(address)]
    worker = ["--no-nanny", "--nthreads", "1", "--memory-limit", "0"]
    worker += ["--local-directory", str(folder), "--death-timeout", str(SECONDS)]
    try:
        programs.append(start("dask_scheduler", folder, *place, "--port", "0"))
        programs += [start("dask_worker", folder, *place, *worker) for _ in range(2)]
        until(address.exists)
        with Client(scheduler_file=str(address), timeout=SECONDS) as client:
            client.wait_for_workers(2, timeout=SECONDS)
            yield client
    finally:
        for program in programs[::-1]:
            program.kill()
            program.wait()
        for path in sorted(folder.glob("*.out")):
            print(f"-- {path.name}", path.read_text(), sep="\n")


def lines(path):
    return path.read_text().splitlines() if path.exists() else []


def test_a_client_is_no_executor_but_has_one(cluster):
    with pytest.raises(TypeError, match=r"Client.*gave a distributed.*client.get_executor\(\)"):
        search.run(RANDOM, bowl, cluster)


def test_dask_takes_a_function_that_pickle_does_not(cluster):
    result = search.run(RANDOM, lambda trial: 2 * bowl(trial), cluster.get_executor())
    assert result.best.value == 2 * search.run(RANDOM, bowl).best.value


def test_an_objective_that_cannot_travel_is_a_fault_of_the_search(cluster):
    lock = threading.Lock()
    with pytest.raises(TypeError, match="cannot send the objective"):
        search.run(RANDOM, lambda trial: lock, cluster.get_executor())


def test_a_trial_that_fails_is_recorded_and_the_search_goes_on(cluster):
    result = search.run(RANDOM, lambda trial: 1 / (trial.number - 3), cluster.get_executor())
    assert [t.error for t in result.trials if t.failed] == ["ZeroDivisionError: division by zero"]


def test_a_worker_is_killed_and_nothing_is_lost_or_done_twice(cluster, tmp_path):
    state, log = tmp_path / "search.jsonl", tmp_path / "log"
    killed = []

    def kill():
        """Kill the worker that is in the middle of trial 9, once its results have come home."""
        pid = int(until(lambda: lines(tmp_path / "waiting"))[0])
        mine = {int(line.split()[0]) for line in lines(log) if int(line.split()[1]) == pid}
        until(lambda: mine <= {json.loads(line)["number"] for line in lines(state)[1:]})
        # Dask runs again what the worker still holds; it is told to let go just after the
        # result is written.
        address = next(where for where, its in cluster.run(os.getpid).items() if its == pid)
        until(lambda: not cluster.has_what([address])[address])
        killed.append(pid)
        os.kill(pid, signal.SIGKILL)

    killer = threading.Thread(target=kill)
    killer.start()
    result = search.run(RANDOM, Log(tmp_path, stuck=9), cluster.get_executor(), state=state)
    killer.join()

    assert result.trials == search.run(RANDOM, bowl).trials  # as alone
    ran = [int(line.split()[0]) for line in lines(log)]
    assert sorted(ran) == list(range(24))  # each to its end exactly once
    numbers = [json.loads(line)["number"] for line in lines(state)[1:]]
    assert sorted(numbers) == list(range(24))
    pids = {int(line.split()[1]) for line in lines(log)}
    assert len(pids - set(killed)) == 1
    assert search.run(RANDOM, pytest.fail, state=state).trials == result.trials
