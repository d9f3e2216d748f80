"""Measure how time and memory of a training step grow: nnlib beside PyTorch, one thread each.

One of width, depth, batch and sequence length is doubled at a time, the rest stays. A line through
the logarithms of the last three points gives the exponent; theory says 2 for the width of a
multilayer perceptron, 1 for depth and batch, and between 1 and 2 for the length of what attention
reads. Every point is measured in fresh processes; memory is the highest resident size of a process
beyond what it had before the model was made.

    python benchmarks/growth.py [--save]
"""

import argparse
import json
import os
import resource
import subprocess
import time

import contest
import numpy as np

MLP = {"width": 512, "depth": 4, "batch": 256}
SWEEPS = {
    # name: (values, theory's exponent of time, of memory)
    "width": ((256, 512, 1024, 2048), "2", "2"),
    "depth": ((2, 4, 8, 16), "1", "1"),
    "batch": ((128, 256, 512, 1024, 2048), "1", "1"),
    "sequence": ((64, 128, 256, 512), "1 to 2", "1 to 2"),
}
SECONDS = 1.0


def make_step(nn, F, optimizer, wrap, sweep, value):
    """Return a training step of the network whose `sweep` is `value`; for both libraries."""
    rng = np.random.default_rng(0)
    if sweep == "sequence":
        model = nn.TransformerEncoderLayer(64, 4, 256, 0.0, "gelu", batch_first=True)
        x = wrap(rng.standard_normal((8, value, 64)).astype(np.float32))
        optimizer = optimizer(model.parameters())
        loss_of = lambda: F.mse_loss(model(x), x)  # noqa: E731
    else:
        size = MLP | {sweep: value}
        layers = [nn.Linear(256, size["width"])]
        for _ in range(size["depth"] - 1):
            layers += [nn.ReLU(), nn.Linear(size["width"], size["width"])]
        model = nn.Sequential(*layers, nn.ReLU(), nn.Linear(size["width"], 10))
        x = wrap(rng.standard_normal((size["batch"], 256)).astype(np.float32))
        y = wrap(rng.integers(0, 10, size["batch"]))
        optimizer = optimizer(model.parameters())
        loss_of = lambda: F.cross_entropy(model(x), y)  # noqa: E731

    def step():
        optimizer.zero_grad()
        loss_of().backward()
        optimizer.step()

    return step


def measure(library, sweep, value):
    """Print the smallest time of a step in seconds and the memory it needs in bytes."""
    if library == "torch":
        import torch
        import torch.nn.functional as F
        from torch import nn

        torch.set_num_threads(1)
        parts = (nn, F, torch.optim.Adam, torch.from_numpy)
    else:
        import nnlib as nn
        import nnlib.functional as F

        parts = (nn, F, nn.optim.Adam, lambda a: a)
    np.ones((64, 64), np.float32) @ np.ones((64, 64), np.float32)  # the library of products is up
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    step = make_step(*parts, sweep, value)
    best, end = float("inf"), time.perf_counter() + SECONDS
    while (start := time.perf_counter()) < end:
        step()
        best = min(best, time.perf_counter() - start)
    after = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    print(json.dumps([best, 1024 * (after - before)]))


def ask(library, python, sweep, value):
    """Measure one point in a process of its own."""
    environment = {k: v for k, v in os.environ.items() if k not in contest.LOCAL}
    environment |= {"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"}
    environment["PYTHONPATH"] = str(contest.ROOT)
    done = subprocess.run(
        [python, __file__, "--point", library, sweep, str(value)],
        capture_output=True,
        text=True,
        check=True,
        env=environment,
    )
    return json.loads(done.stdout)


def slope(values, numbers):
    """The exponent of growth over the last three points."""
    return np.polyfit(np.log(values[-3:]), np.log(numbers[-3:]), 1)[0]


def main(save):
    """Measure all sweeps, print the exponents, and draw them."""
    lines = ["| doubled | theory: time | nnlib | PyTorch | theory: memory | nnlib | PyTorch |"]
    lines.append("| --- " * 7 + "|")
    found = {}
    libraries = contest.installed(["nnlib", "torch"])
    for sweep, (values, in_time, in_memory) in SWEEPS.items():
        points = {}
        for library, python in libraries.items():
            points[library] = [min(ask(library, python, sweep, v) for _ in "ab") for v in values]
        found[sweep] = values, points
        cells = [sweep]
        for k, theory in enumerate((in_time, in_memory)):
            cells.append(theory)
            for library in ("nnlib", "torch"):
                numbers = [p[k] for p in points.get(library, ())]
                cells.append(f"{slope(values, numbers):.2f}" if numbers else "")
        lines.append("| " + " | ".join(cells) + " |")
        print(lines[-1], flush=True)
        for library, list_of in points.items():
            shown = "  ".join(
                f"{v}: {1e3 * t:.2f} ms {m / 1e6:.0f} MB"
                for v, (t, m) in zip(values, list_of, strict=True)
            )
            print(f"    {library:6} {shown}", flush=True)
    if save:
        contest.RESULTS.mkdir(exist_ok=True)
        (contest.RESULTS / "growth.md").write_text("\n".join(lines) + "\n", encoding="utf-8")
        draw(found)


def draw(found):
    """Draw time and memory of all sweeps into one picture."""
    import matplotlib.pyplot as plt

    from nnlib.viz import BLUE, VERMILION, use_style

    use_style()
    fig, axes = plt.subplots(2, 4, figsize=(9.6, 5.2), sharey="row")
    marks = {"nnlib": (BLUE, "o", "-"), "torch": (VERMILION, "s", "--")}
    for column, (sweep, (values, points)) in enumerate(found.items()):
        for library, numbers in points.items():
            color, marker, line = marks[library]
            for row, factor in enumerate((1e3, 1e-6)):
                axes[row, column].loglog(
                    *(values, [factor * p[row] for p in numbers]),
                    color=color,
                    marker=marker,
                    linestyle=line,
                    label={"torch": "PyTorch"}.get(library, library),
                )
        for ax in axes[:, column]:
            ax.set_xticks(values, map(str, values))
            ax.minorticks_off()
        axes[1, column].set_xlabel(sweep)
    axes[0, 0].set(ylabel="milliseconds")
    axes[1, 0].set(ylabel="megabytes")
    axes[0, 0].legend()
    fig.suptitle("Time and memory of one training step", x=0.01, ha="left", weight="bold")
    fig.savefig(contest.RESULTS / "growth.png", dpi=150, metadata={"Software": None})


if __name__ == "__main__":
    parser = argparse.ArgumentParser(description=__doc__.partition("\n")[0])
    parser.add_argument("--save", action="store_true", help="write table and picture for the book")
    parser.add_argument("--point", nargs=3, help=argparse.SUPPRESS)
    options = parser.parse_args()
    if options.point:
        measure(options.point[0], options.point[1], int(options.point[2]))
    else:
        main(options.save)
