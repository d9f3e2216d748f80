"""Train the GPT whose weights lie beside `nnlib.models` and write them with their record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/shakespeare_gpt.py

About twenty minutes on one core. The last tenth of the text is never trained on: the record holds
the loss there. Everything is drawn from one seed, so that a second run takes the same steps, up to
what another processor rounds differently.
"""

import argparse
import time

import numpy as np
from store import characters, store

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import GPT
from nnlib.optim.lr_scheduler import CosineAnnealingLR, LinearLR, SequentialLR

NAME = "shakespeare_gpt"
NETWORK = {
    "block_size": 128,
    "embed_dim": 96,
    "num_heads": 6,
    "num_layers": 4,
    "dropout": 0.1,
    "tie_weights": True,
}
SEED, BATCH, STEPS, WARMUP = 0, 16, 8_000, 200
LR, WEIGHT_DECAY, MAX_NORM = 2e-3, 0.1, 1.0
EVERY = 500  # steps from one entry of the record to the next


def bits(model, tokens, block):
    """Return the mean bits per character, each told from at least half a block before it.

    Windows of one block overlap by a half, and of each only the second half counts.
    """
    half = block // 2
    starts = np.arange(0, len(tokens) - block, half)
    windows = tokens[starts[:, None] + np.arange(block + 1)]
    total = 0.0
    model.eval()
    with nn.no_grad():
        for some in np.array_split(windows, -(-len(windows) // 32)):
            logits = model(some[:, :-1])[:, half:]
            targets = some[:, half + 1 :]
            loss = F.cross_entropy(
                logits.reshape(-1, model.vocab_size), targets.ravel(), reduction="sum"
            )
            total += loss.item()
    model.train()
    return total / (len(windows) * half) / np.log(2)


def train(steps=STEPS, stop=None, share=0.9, network=NETWORK, report=print):
    """Train and return the model, the losses of the first steps and the curve.

    Parameters
    ----------
    steps : int
        What the schedule of the rate is made for.
    stop : int, optional
        Leave after so many steps.
    share : float
        Part of the text that is trained on; what is told at the end comes after it.
    """
    alphabet, train_part, rest = characters(share)
    rng = np.random.default_rng(SEED)
    model = GPT(len(alphabet), **network, rng=rng)
    matrices = [p for p in model.parameters() if p.ndim == 2]
    vectors = [p for p in model.parameters() if p.ndim != 2]
    groups = [{"params": matrices}, {"params": vectors, "weight_decay": 0.0}]
    optimizer = optim.AdamW(groups, lr=LR, betas=(0.9, 0.95), weight_decay=WEIGHT_DECAY)
    warmup = LinearLR(optimizer, start_factor=1 / WARMUP, total_iters=WARMUP)
    cosine = CosineAnnealingLR(optimizer, T_max=steps - WARMUP, eta_min=LR / 20)
    schedule = SequentialLR(optimizer, [warmup, cosine], milestones=[WARMUP])
    block = network["block_size"]
    window = np.arange(block + 1)
    first, curve, since = [], [], []
    for step in range(1, (stop or steps) + 1):
        starts = rng.integers(0, len(train_part) - block, BATCH)
        batch = train_part[starts[:, None] + window]
        logits = model(batch[:, :-1])
        loss = F.cross_entropy(logits.reshape(-1, len(alphabet)), batch[:, 1:].ravel())
        optimizer.zero_grad()
        loss.backward()
        optim.clip_grad_norm_(model.parameters(), MAX_NORM)
        optimizer.step()
        schedule.step()
        since.append(loss.item() / np.log(2))
        if step <= 5:
            first.append(loss.item())
        if step % EVERY == 0:
            held_out = bits(model, rest, block)
            curve.append({"step": step, "train": np.mean(since), "test": held_out})
            report(f"step {step:5d}: {np.mean(since):.3f} bits in training, {held_out:.3f} in test")
            since = []
    return model, alphabet, first, curve


def main():
    """Train from the first step to the last and store the weights."""
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("--steps", type=int, default=STEPS)
    steps = parser.parse_args().steps
    start = time.perf_counter()
    model, alphabet, first, curve = train(steps)
    store(
        NAME,
        model,
        {"vocab_size": len(alphabet), **NETWORK},
        alphabet=alphabet,
        seed=SEED,
        steps=steps,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        bits_per_character=curve,
    )


if __name__ == "__main__":
    main()
