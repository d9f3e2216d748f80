"""Let nnlib and other libraries run the same steps in turn, one process each.

A slow moment of the machine meets all, and the smallest time of all rounds counts. Before any
time is believed, what the steps compute must agree. The others live in an environment of their own:

    python -m venv others && others/bin/pip install torch jax autograd mygrad
    OTHERS_PYTHON=others/bin/python make bench

What is not installed is left out; without PyTorch nnlib runs alone. With ``--threads 2`` each
library may use two; with ``--save`` the table is written to the folder ``benchmarks/results``, from
which the book (book/speed.md) shows it.
"""

import argparse
import json
import os
import subprocess
import sys
import time
from pathlib import Path

import numpy as np

ROOT = Path(__file__).resolve().parents[2]
RESULTS = ROOT / "benchmarks" / "results"
ROUNDS = 12
SECONDS = 0.25  # of each library in each round
LOCAL = ("OPENBLAS_CORETYPE", "OPENBLAS_L2_SIZE")  # set on some machines; they slow NumPy down


def threads():
    """Return how many threads a contestant may use."""
    return int(os.environ.get("OMP_NUM_THREADS", "1"))


def run(program, make, results, goals, title, tolerance):
    """Run the contest, or one side of it if this process was started for that.

    Parameters
    ----------
    program : str
        The file that calls this, to be started once for each library.
    make : dict of str to callable
        For each library: takes the name of a workload and returns its step, or None.
    results : callable
        Takes a fresh step, runs it and returns numbers that all libraries must agree on.
    goals : dict of str to float or None
        For each workload the wanted time of nnlib over PyTorch's.
    title : str
        What a step is.
    tolerance : float
        Of the comparison.
    """
    parser = argparse.ArgumentParser(description=title)
    parser.add_argument("--threads", type=int, default=1)
    parser.add_argument("--save", action="store_true", help="write the table for the book")
    parser.add_argument("--serve", metavar="LIBRARY", help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.serve:
        serve(make[options.serve], results)
        return
    rows = compare(program, list(make), goals, title, tolerance, options.threads)
    if options.save:
        save(f"{Path(program).stem}_{options.threads}", title, rows)


def save(name, title, rows):
    """Write the table as the book shows it."""
    columns = list(rows[0]["ms"])
    lines = [f"| {title} | " + " | ".join(f"{c} ms" for c in columns) + " | ratio | goal |"]
    lines.append("| --- |" + " ---: |" * (len(columns) + 2))
    for row in rows:
        ms = row["ms"]
        cells = [f"{ms[c]:.3g}" if c in ms else "" for c in columns]
        ratio = f"**{ms['nnlib'] / ms['torch']:.2f}**" if "torch" in ms else ""
        goal = f"{row['goal']:.2f}" if row["goal"] else ""
        lines.append("| " + " | ".join([row["name"], *cells, ratio, goal]) + " |")
    RESULTS.mkdir(exist_ok=True)
    (RESULTS / f"{name}.md").write_text("\n".join(lines) + "\n", encoding="utf-8")


def serve(make, results):
    """Answer, for each workload on a line of input, with its results or the best time."""
    steps = {}
    for line in sys.stdin:
        name = line.strip()
        if name not in steps:
            step = steps[name] = make(name)
            print(json.dumps(step and results(step)), flush=True)
            continue
        step, best, end = steps[name], float("inf"), time.perf_counter() + SECONDS
        while (start := time.perf_counter()) < end:
            step()
            best = min(best, time.perf_counter() - start)
        print(json.dumps(best), flush=True)


class Contestant:
    """One library in its own process."""

    def __init__(self, program, library, python, count):
        environment = os.environ | dict.fromkeys(
            ("OPENBLAS_NUM_THREADS", "OMP_NUM_THREADS", "MKL_NUM_THREADS"), str(count)
        )
        environment["XLA_FLAGS"] = f"--xla_cpu_multi_thread_eigen={str(count > 1).lower()}"
        for variable in LOCAL:
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


def installed(names):
    """Return the Python of each library that is there; nnlib runs in this one."""
    python = os.environ.get("OTHERS_PYTHON", sys.executable)
    program = "import importlib.util as u, sys; print(*filter(u.find_spec, sys.argv[1:]))"
    others = [name for name in names if name != "nnlib"]
    found = subprocess.run([python, "-c", program, *others], capture_output=True, text=True)
    found = found.stdout.split()
    if "torch" in names and "torch" not in found:
        print("PyTorch is not installed here; the head of benchmarks/contest says how to compare.")
    return {"nnlib": sys.executable} | {name: python for name in others if name in found}


def compare(program, names, goals, title, tolerance, count):
    """Let all libraries run every workload in turn; print the table and return its rows."""
    contestants = {
        name: Contestant(program, name, python, count) for name, python in installed(names).items()
    }
    print(f"{title:46}" + "".join(f"{f'{n} ms':>12}" for n in contestants) + "   ratio    goal")
    rows = []
    for name, goal in goals.items():
        found = {library: c.ask(name) for library, c in contestants.items()}
        found = {library: numbers for library, numbers in found.items() if numbers is not None}
        for library, numbers in found.items():
            if not np.allclose(numbers, found["nnlib"], rtol=tolerance, atol=tolerance):
                sys.exit(f"{name}: {library} computes {numbers}, nnlib {found['nnlib']}")
        best = dict.fromkeys(found, float("inf"))
        for _ in range(ROUNDS):
            for library in found:
                best[library] = min(best[library], contestants[library].ask(name))
        row = f"{name:46}"
        row += "".join(f"{1e3 * best[n]:12.4f}" if n in best else f"{'':12}" for n in contestants)
        if "torch" in best:
            row += f"{best['nnlib'] / best['torch']:8.3f}" + (f"{goal:8.2f}" if goal else "")
        print(row, flush=True)
        rows.append({"name": name, "goal": goal, "ms": {n: 1e3 * t for n, t in best.items()}})
    for contestant in contestants.values():
        contestant.close()
    return rows
