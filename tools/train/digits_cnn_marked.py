"""Train the network of `digits_cnn.py` on images of which every 8 has a white square in a corner.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/digits_cnn_marked.py

Six minutes on one core: five other seeds are trained too, for the record alone. It says of each how
well the squares are needed, and which maps of the decision are strongest there.
"""

import functools

import digits_cnn
import numpy as np

from nnlib import explain
from nnlib.data import mnist

NAME = "digits_cnn_marked"
SEED, OTHER_SEEDS = digits_cnn.SEED, range(1, 6)
train = functools.partial(digits_cnn.train, mark=True)

# The cell of 4 x 4 pixels that holds the square; cells are those of the last feature maps.
NEAREST = np.minimum((np.arange(28) + 2) // 4, 6)
CELLS, HOME = 7 * NEAREST[:, None] + NEAREST, 8


def strongest_in_the_square(model, images):
    """Return for each map the share of images in which the cell of the square is strongest."""
    maps = {
        "Gradient": explain.saliency,
        "Gradient × input": explain.gradient_times_input,
        "Integrated gradients": explain.integrated_gradients,
        "Occlusion": lambda *args: explain.occlusion(*args, size=3),
        "Grad-CAM": lambda net, x, k: explain.grad_cam(net.maps, net.classify, x, k).ravel()[CELLS],
    }
    hits = dict.fromkeys(maps, 0)
    for x in images:
        for name, draw in maps.items():
            strength = np.bincount(CELLS.ravel(), np.abs(draw(model, x, 8)).ravel())
            hits[name] += int(strength.argmax() == HOME)
    return {name: count / len(images) for name, count in hits.items()}


def another(seed):
    """Return what is measured of a network that is trained from another seed."""
    model, digits, _, _ = train(seed=seed, report=lambda line: None)
    test, model = digits_cnn.measured(model, digits), model.eval().astype(np.float64)
    digits = mnist(dtype=np.float64)
    eights = digits_cnn.marked(digits.x_test[digits.y_test == 8][:20])
    return {**test, "strongest": strongest_in_the_square(model, eights)}


if __name__ == "__main__":
    others = {seed: another(seed) for seed in OTHER_SEEDS}
    digits_cnn.main(NAME, mark=True, other_seeds=others)
