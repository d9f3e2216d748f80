"""Train the autoencoder of digits with two latent units, as `digits_vae.py` trains one with twenty.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digits_vae_plane.py

Two or three minutes on one core. With this rate two numbers learn more than with 2e-3, and fit
the training digits less closely than with 1e-2.
"""

import functools

import digits_vae

NAME = "digits_vae_plane"
NETWORK = digits_vae.NETWORK | {"latent": 2}
SEED, STEPS, LR = digits_vae.SEED, 8_000, 5e-3
train = functools.partial(digits_vae.train, network=NETWORK, lr=LR)

if __name__ == "__main__":
    digits_vae.main(NAME, NETWORK, LR, STEPS)
