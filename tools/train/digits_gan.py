"""Train the generator of digits whose weights lie beside `nnlib.models`, with its record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digits_gan.py

A few minutes on one core. The generator is the decoder of `digits_vae.py`, and it sees the same
digits, black where a pixel is above one half and white elsewhere. Its discriminator is not stored.
"""

import time

import numpy as np
from store import store

import nnlib.functional as F
from nnlib import Tensor, no_grad, optim
from nnlib.data import mnist
from nnlib.models import Discriminator, Generator

NAME = "digits_gan"
NETWORK = {"latent": 20, "hidden": 128, "outputs": 784}
SEED, BATCH, STEPS, LR = 0, 64, 12_000, 5e-4
PENALTY = 10.0  # γ of the R1 penalty: without it the discriminator soon makes no error


def r1(judge, x, length=0.1):
    """Return what has the gradient of half the mean squared slope of the logit at real examples.

    It is a difference quotient along the slope, which is taken as a constant.
    """
    leaf = Tensor(x, requires_grad=True)
    judge(leaf).sum().backward()
    slope = leaf.grad
    h = length / max(np.sqrt((slope**2).sum(1).mean()), 1e-3)
    return (judge(x + h * slope) - judge(x - h * slope)).mean() / (2 * h)


def train(steps=STEPS, stop=None, report=print, together=1):
    """Train and return the generator, the discriminator, the first losses and the curve.

    Parameters
    ----------
    steps : int
    stop : int, optional
        Leave after so many steps.
    together : int
        So many examples, all real or all made, the discriminator sees at a time.
    """
    digits = mnist(flatten=True)
    images = np.float32(digits.x_train > 0.5)
    rng = np.random.default_rng(SEED)
    generator = Generator(**NETWORK, rng=rng)
    discriminator = Discriminator(784 * together, 128, rng=rng)
    adam_g, adam_d = (
        optim.Adam(model.parameters(), lr=LR, betas=(0.5, 0.99))
        for model in (generator, discriminator)
    )

    def make():
        return F.sigmoid(generator(generator.codes(BATCH, rng)))

    def judge(x):
        return discriminator(x.reshape(BATCH // together, 784 * together))

    first, curve, since = [], [], []
    for step in range(stop or steps):
        x = images[rng.integers(0, len(images), BATCH)]
        with no_grad():
            made = make().data
        loss = F.discriminator_loss(judge(x), judge(made))
        total = loss + PENALTY * r1(judge, x)
        adam_d.zero_grad()
        total.backward()
        adam_d.step()
        other = F.generator_loss(judge(make()))
        adam_g.zero_grad()
        other.backward()
        adam_g.step()
        since.append((loss.item(), other.item()))
        if step < 5:
            first.append(loss.item())
        if (step + 1) % 2000 == 0:
            means = [round(float(v), 3) for v in np.mean(since, axis=0)]
            curve.append({"step": step + 1, "discriminator": means[0], "generator": means[1]})
            report("step {step}: {discriminator}, {generator}".format(**curve[-1]))
            since = []
    return generator, discriminator, first, curve


def main(name=NAME, together=1):
    """Train from the first step to the last and store the weights."""
    start = time.perf_counter()
    generator, _, first, curve = train(together=together)
    seconds = round(time.perf_counter() - start)
    run = {"seed": SEED, "steps": STEPS, "seconds": seconds, "together": together}
    store(name, generator, NETWORK, **run, first_losses=first, losses=curve)


if __name__ == "__main__":
    main()
