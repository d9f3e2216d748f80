"""Train the generator of digits against a discriminator that sees two at a time.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digits_gan_pairs.py

All else is as in `digits_gan.py`, the number of images in a batch too.
"""

import functools

import digits_gan

NAME = "digits_gan_pairs"
SEED = digits_gan.SEED
train = functools.partial(digits_gan.train, together=2)

if __name__ == "__main__":
    digits_gan.main(NAME, together=2)
