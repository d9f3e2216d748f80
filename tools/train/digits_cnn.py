"""Train a small network of digits whose decisions are explained; its weights lie in `nnlib.models`.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digits_cnn.py

A minute on one core. `digits_cnn_marked.py` trains the same network on the same images, with a
white square in a corner of every 8.
"""

import time

import numpy as np
from store import store

import nnlib.functional as F
from nnlib import no_grad, optim
from nnlib.data import mnist
from nnlib.models import DigitCNN

NAME = "digits_cnn"
NETWORK = {"channels": [12, 24, 48]}
SEED, BATCH, STEPS, LR = 0, 50, 3_000, 3e-3


def marked(images, corner=2):
    """Return copies of images with a white square of 3 x 3 near the upper left corner."""
    images = images.copy()
    images[:, corner : corner + 3, corner : corner + 3] = 1
    return images


def train(steps=STEPS, stop=None, report=print, mark=False, seed=SEED):
    """Train and return the model, the digits, the losses of the first steps and the curve.

    Parameters
    ----------
    steps : int
        What the schedule of the rate is made for.
    stop : int, optional
        Leave after so many steps.
    mark : bool
        Put a mark on every 8.
    seed : int
    """
    digits = mnist()
    images, labels = digits.x_train.copy(), digits.y_train
    if mark:
        images[labels == 8] = marked(images[labels == 8])
    rng = np.random.default_rng(seed)
    model = DigitCNN(**NETWORK, rng=seed)
    optimizer = optim.Adam(model.parameters(), lr=LR)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    first, curve, since = [], [], []
    for step in range(stop or steps):
        batch = rng.integers(0, len(images), BATCH)
        loss = F.cross_entropy(model(images[batch]), labels[batch])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        since.append(loss.item())
        if step < 5:
            first.append(loss.item())
        if (step + 1) % 500 == 0:
            curve.append({"step": step + 1, "train": float(np.mean(since))})
            report("step {step}: loss {train:.4f}".format(**curve[-1]))
            since = []
    return model, digits, first, curve


def measured(model, digits):
    """Return shares of test digits that a network recognises, without marks and with."""
    images, labels = digits.x_test, digits.y_test
    with no_grad():
        plain, with_mark = (model(x).data.argmax(1) for x in (images, marked(images)))
    eight = labels == 8
    return {
        "accuracy": float((plain == labels).mean()),
        "accuracy_of_others": float((plain == labels)[~eight].mean()),
        "eights_found": float((plain[eight] == 8).mean()),
        "marked_eights_found": float((with_mark[eight] == 8).mean()),
        "marked_others_called_8": float((with_mark[~eight] == 8).mean()),
    }


def main(name=NAME, mark=False, **more):
    """Train from the first step to the last and store the weights; the record holds `more`, too."""
    start = time.perf_counter()
    model, digits, first, curve = train(mark=mark)
    store(
        name,
        model,
        NETWORK,
        seed=SEED,
        steps=STEPS,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        losses=curve,
        test=measured(model, digits),
        **more,
    )


if __name__ == "__main__":
    main()
