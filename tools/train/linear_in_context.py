"""Train the transformer that learns linear regression in its context and write it with its record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/linear_in_context.py

Some twenty minutes on one core that others use too. No task is ever seen twice.
"""

import time

import numpy as np
from store import store

from nnlib import optim
from nnlib.models import InContextRegressor, regression_tasks

NAME = "linear_in_context"
NETWORK = {"features": 4, "embed_dim": 64, "num_heads": 4, "num_layers": 3}
SEED, STEPS, TASKS, POINTS, NOISE = 0, 15_000, 64, 16, 0.5
LR, WARM_UP, MAX_NORM = 2e-3, 200, 1.0


def train(steps=STEPS, stop=None, report=print):
    """Train and return the model, its optimizer, the losses of the first steps and the curve.

    Parameters
    ----------
    steps : int
        What the schedule of the rate is made for.
    stop : int, optional
        Leave after so many steps.
    """
    rng = np.random.default_rng(SEED)
    model = InContextRegressor(**NETWORK, rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=LR)
    warm_up = optim.lr_scheduler.LinearLR(optimizer, 0.05, 1.0, WARM_UP)
    cosine = optim.lr_scheduler.CosineAnnealingLR(optimizer, max(steps - WARM_UP, 1))
    schedule = optim.lr_scheduler.SequentialLR(optimizer, [warm_up, cosine], [WARM_UP])
    first, curve, since = [], [], []
    for step in range(stop or steps):
        x, y, _ = regression_tasks(
            TASKS, POINTS, NETWORK["features"], NOISE, rng=rng, dtype=np.float32
        )
        loss = ((model(x, y) - y) ** 2).mean()
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        schedule.step()
        since.append(loss.item())
        if step < 5:
            first.append(loss.item())
        if (step + 1) % 500 == 0:
            curve.append({"step": step + 1, "squared_error": float(np.mean(since))})
            report("step {step}: {squared_error:.3f}".format(**curve[-1]), flush=True)
            since = []
    return model, optimizer, first, curve


def main():
    """Train from the first step to the last and store the weights."""
    start = time.perf_counter()
    model, _, first, curve = train()
    store(
        NAME,
        model,
        NETWORK,
        seed=SEED,
        steps=STEPS,
        noise=NOISE,
        points=POINTS,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        curve=curve,
    )


if __name__ == "__main__":
    main()
