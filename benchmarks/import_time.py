"""Measure `import nnlib` beyond `import numpy`: what a reader waits for the package itself.

Each round starts fresh processes, with the bytecode already compiled, as after a first import.
"""

import os
import statistics
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ROUNDS = 20
GOAL = 20.0  # milliseconds
PROGRAM = """
import time
start = time.perf_counter()
import numpy
middle = time.perf_counter()
import nnlib
print(1e3 * (middle - start), 1e3 * (time.perf_counter() - middle))
"""


def main():
    environment = os.environ | {"PYTHONPATH": str(ROOT), "OPENBLAS_NUM_THREADS": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    rounds = []
    for _ in range(ROUNDS + 1):  # the first one compiles
        done = subprocess.run(
            [sys.executable, "-c", PROGRAM],
            capture_output=True,
            text=True,
            check=True,
            env=environment,
        )
        rounds.append([float(word) for word in done.stdout.split()])
    print(f"{'import, ms':34}{'minimum':>10}{'median':>10}{'goal':>8}")
    columns = zip(*rounds[1:], strict=True)
    for what, times in zip(("numpy", "nnlib beyond numpy"), columns, strict=True):
        goal = f"{GOAL:8.0f}" if what.startswith("nnlib") else ""
        print(f"{what:34}{min(times):10.1f}{statistics.median(times):10.1f}{goal}")


if __name__ == "__main__":
    main()
