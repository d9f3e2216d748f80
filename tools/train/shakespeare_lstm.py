"""Train the LSTM whose weights lie beside `nnlib.models` and write them with their record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/shakespeare_lstm.py

Some ten to twenty minutes on one core. It has as many weights as the GPT that
`shakespeare_gpt.py` trains and reads as many characters: the same nine tenths of the text, 34
times. The last tenth is never trained on. Rate and dropout are the first that were tried.
"""

import time

import numpy as np
from store import characters, store

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import RecurrentLM

NAME = "shakespeare_lstm"
NETWORK = {"embed_dim": 64, "hidden_size": 300, "kind": "LSTM", "dropout": 0.2}
SEED, PLACES, LENGTH, PASSES = 0, 16, 32, 34
LR, MAX_NORM = 5e-3, 1.0


def bits(model, tokens, rows=40):
    """Return the mean bits per character, of so many long rows that are each read from a start."""
    pieces = tokens[: len(tokens) // rows * rows].reshape(rows, -1)
    model.eval()
    with nn.no_grad():
        logits, _ = model(pieces[:, :-1])
    model.train()
    loss = F.cross_entropy(logits.reshape(-1, model.vocab_size), pieces[:, 1:].ravel())
    return loss.item() / np.log(2)


def train(steps=None, stop=None, report=print):
    """Train and return the model, its alphabet, the losses of the first steps and the curve.

    Parameters
    ----------
    steps : int, optional
        What the schedule of the rate is made for; at most `PASSES` readings, which is the default.
    stop : int, optional
        Leave after so many steps.
    """
    alphabet, train_part, rest = characters()
    rows = train_part[: len(train_part) // PLACES * PLACES].reshape(PLACES, -1)
    one_pass = (rows.shape[1] - 1) // LENGTH
    steps = steps or PASSES * one_pass
    model = RecurrentLM(len(alphabet), **NETWORK, rng=SEED)
    optimizer = optim.Adam(model.parameters(), lr=LR)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    state, first, curve, since = None, [], [], []
    for step in range(stop or steps):
        k = step % one_pass * LENGTH
        # every reading begins anew
        logits, state = model(rows[:, k : k + LENGTH], state if k else None)
        state = model.detach(state)
        following = rows[:, k + 1 : k + LENGTH + 1]
        loss = F.cross_entropy(logits.reshape(-1, len(alphabet)), following.ravel())
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        schedule.step()
        since.append(loss.item() / np.log(2))
        if step < 5:
            first.append(loss.item())
        if (step + 1) % one_pass == 0:
            curve.append({"step": step + 1, "train": np.mean(since), "test": bits(model, rest)})
            report(
                "step {step}: {train:.3f} bits in training, {test:.3f} in test".format(**curve[-1])
            )
            since = []
    return model, alphabet, first, curve


def main():
    """Train from the first step to the last and store the weights."""
    start = time.perf_counter()
    model, alphabet, first, curve = train()
    store(
        NAME,
        model,
        {"vocab_size": len(alphabet), **NETWORK},
        alphabet=alphabet,
        seed=SEED,
        steps=curve[-1]["step"],
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        bits_per_character=curve,
    )


if __name__ == "__main__":
    main()
