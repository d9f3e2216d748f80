"""Let nnlib and PyTorch run the same steps in turn, one process and one thread each.

A slow moment of the machine meets both, and the smallest time of all rounds counts. Before any
time is believed, what the steps compute must agree. Without PyTorch nnlib runs alone; another
Python that has it can be named: TORCH_PYTHON=/path/to/python.
"""

import importlib.util
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
ROUNDS = 12
SECONDS = 0.25  # of each library in each round


def run(program, make, results, goals, title, tolerance):
    """Run the contest, or one side of it if this process was started for that.

    Parameters
    ----------
    program : str
        The file that calls this, to be started once for each library.
    make : dict of str to callable
        For "nnlib" and "torch": takes the name of a workload and returns its step.
    results : callable
        Takes a fresh step, runs it and returns numbers that both libraries must agree on.
    goals : dict of str to float or None
        For each workload the wanted time over PyTorch's.
    title : str
        What a step is.
    tolerance : float
        Of the comparison.
    """
    if sys.argv[1:2] == ["--serve"]:
        serve(make[sys.argv[2]], results)
    else:
        compare(program, goals, title, tolerance)


def serve(make, results):
    """Answer, for each workload on a line of input, with its results or the best time."""
    steps = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in steps:
            step = steps[name] = make(name)
            print(json.dumps(results(step)), flush=True)
            continue
        step, best, end = steps[name], float("inf"), time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < end:
            step()
            best = min(best, time.perf_counter() - start)
        print(json.dumps(best), flush=True)


class Contestant:
    """One library in its own process."""

    def __init__(self, program, library, python):
        environment = os.environ | {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
        for variable in ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE"):  # they slow NumPy down
            environment.pop(variable, None)
        environment["PYTHONPATH"] = str(ROOT)
        self.process = subprocess.Popen(
            [python, program, "--serve", library],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
            env=environment,
        )

    def ask(self, name):
        """Send one line and wait for the answer."""
        print(name, file=self.process.stdin, flush=True)
        answer = self.process.stdout.readline()
        if not answer:
            sys.exit(f"the process of {self.process.args[-1]} has ended")
        return json.loads(answer)

    def close(self):
        """End the process."""
        self.process.stdin.close()
        self.process.wait()


def compare(program, goals, title, tolerance):
    """Let both libraries run every workload in turn and print the table."""
    python = {"nnlib": sys.executable, "torch": os.environ.get("TORCH_PYTHON", sys.executable)}
    libraries = ["nnlib", "torch"]
    if "TORCH_PYTHON" not in os.environ and importlib.util.find_spec("torch") is None:
        libraries = ["nnlib"]
        print(
            "PyTorch is not installed here, so nnlib runs alone. To compare: pip install torch in "
            "any environment with NumPy, then TORCH_PYTHON=/path/to/its/python make bench."
        )
    contestants = {name: Contestant(program, name, python[name]) for name in libraries}
    print(f"{title:42}{'nnlib ms':>10}{'torch ms':>10}{'ratio':>8}{'goal':>8}")
    for name, goal in goals.items():
        found = [c.ask(name) for c in contestants.values()]
        if not np.allclose(found[0], found[-1], rtol=tolerance, atol=tolerance):
            sys.exit(f"{name}: the results differ, no time counts: {found}")
        best = dict.fromkeys(libraries, float("inf"))
        for _ in range(ROUNDS):
            for library, contestant in contestants.items():
                best[library] = min(best[library], contestant.ask(name))
        row = f"{name:42}{1e3 * best['nnlib']:10.4f}"
        if "torch" in best:
            row += f"{1e3 * best['torch']:10.4f}{best['nnlib'] / best['torch']:8.3f}"
            row += f"{goal:8.2f}" if goal else ""
        print(row, flush=True)
    for contestant in contestants.values():
        contestant.close()
