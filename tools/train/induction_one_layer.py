"""Train one layer of attention on the sequences of `induction.py`: it is the control.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/induction_one_layer.py

About three minutes on one core. Three learning rates and three seeds, with as many heads as two
layers have together and twice as many steps. What is stored is the first seed at the rate that has
the best mean.
"""

import time

from induction import NETWORK as TWO
from induction import share_right
from induction import train as train_network
from store import store

NAME = "induction_one_layer"
NETWORK = {**TWO, "num_heads": 4, "num_layers": 1}
SEED, STEPS, RATES, SEEDS = 0, 3000, (0.003, 0.01, 0.03), 3
LR = 0.01  # the best of the three


def train(steps=STEPS, stop=None, seed=SEED, lr=LR):
    """Train and return the model, None, the losses of the first steps and the curve."""
    return train_network(steps, stop, NETWORK, seed, lr)


def main():
    """Train all and store the weights of the first seed at the best rate."""
    start = time.perf_counter()
    tried = []
    for lr in RATES:
        for seed in range(SEEDS):
            right = share_right(train(seed=seed, lr=lr)[0])
            tried.append({"rate": lr, "seed": seed, "right": round(right, 3)})
            print(tried[-1], flush=True)
    model, _, first, curve = train()
    store(
        NAME,
        model,
        NETWORK,
        seed=SEED,
        steps=STEPS,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        curve=curve[1::2],
        tried=tried,
    )


if __name__ == "__main__":
    main()
