"""Train the autoencoder of digits whose weights lie beside `nnlib.models`, with its record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digits_vae.py

A minute or two on one core. It has twenty latent units, and sees the 10,000 training digits, black
where a pixel is above one half and white elsewhere; the 2,000 test digits are only measured.
`digits_vae_plane.py` trains the same with two latent units.
"""

import time

import numpy as np
from store import store

from nnlib import optim
from nnlib.data import mnist
from nnlib.models import VAE

NAME = "digits_vae"
NETWORK = {"inputs": 784, "hidden": 128, "latent": 20}
SEED, BATCH, STEPS, LR = 0, 100, 6_000, 3e-3


def train(steps=STEPS, stop=None, report=print, network=NETWORK, lr=LR):
    """Train and return the model, what is held out, the losses of the first steps and the curve.

    Parameters
    ----------
    steps : int
        What the schedule of the rate is made for.
    stop : int, optional
        Leave after so many steps.
    network : dict
        Arguments of `VAE`.
    lr : float
        The rate to begin with.
    """
    digits = mnist(flatten=True)
    images, held_out = (np.float32(x > 0.5) for x in (digits.x_train, digits.x_test))
    rng = np.random.default_rng(SEED)
    model = VAE(**network, rng=SEED)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    first, curve, since = [], [], []
    for step in range(stop or steps):
        loss = -model.elbo(images[rng.integers(0, len(images), BATCH)])
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        since.append(-loss.item())
        if step < 5:
            first.append(loss.item())
        if (step + 1) % 1000 == 0:
            test = model.elbo(held_out).item()
            curve.append({"step": step + 1, "train": np.mean(since), "test": test})
            report(
                "step {step}: ELBO {train:.1f} in training, {test:.1f} in test".format(**curve[-1])
            )
            since = []
    return model, held_out, first, curve


def main(name=NAME, network=NETWORK, lr=LR, steps=STEPS):
    """Train from the first step to the last and store the weights."""
    start = time.perf_counter()
    model, _, first, curve = train(steps, network=network, lr=lr)
    store(
        name,
        model,
        network,
        seed=SEED,
        steps=steps,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        elbo=curve,
    )


if __name__ == "__main__":
    main()
