"""Train two layers of attention on tokens that repeat, and write them with their record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/induction.py

About a minute and a half on one core. A sequence begins with 6 to 19 different random letters,
which are then read again and again. Ten other seeds are trained as well, and the record holds what
their heads do.
"""

import time

import numpy as np
from store import store

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import AttentionOnly

NAME = "induction"
NETWORK = {"vocab_size": 32, "block_size": 40, "embed_dim": 32, "num_heads": 2, "num_layers": 2}
SEED, STEPS, BATCH, LR, OTHERS = 0, 1500, 32, 0.01, 10


def repeated(rng, count, low=6, high=20):
    """Return tokens (count, 41), and where the next one can be known: after the first round."""
    length = rng.integers(low, high, count)[:, None]
    letters = rng.permuted(np.tile(np.arange(NETWORK["vocab_size"]), (count, 1)), axis=1)
    place = np.arange(NETWORK["block_size"] + 1)
    return np.take_along_axis(letters, place % length, 1), place[:-1] >= length


def share_right(model, count=300):
    """Return the share of right tokens, where they can be known, in sequences of its own."""
    x, known = repeated(np.random.default_rng(1), count)
    with nn.no_grad():
        return float((model(x[:, :-1]).data.argmax(-1) == x[:, 1:])[known].mean())


def train(steps=STEPS, stop=None, network=NETWORK, seed=SEED, lr=LR):
    """Train and return the model, None, the losses of the first steps and the curve."""
    rng = np.random.default_rng(seed)
    model = AttentionOnly(**network, rng=rng)
    optimizer = optim.Adam(model.parameters(), lr=lr)
    schedule = optim.lr_scheduler.CosineAnnealingLR(optimizer, steps)
    first, curve = [], []
    for step in range(stop or steps):
        x, _ = repeated(rng, BATCH)
        loss = F.cross_entropy(model(x[:, :-1]).reshape(-1, model.vocab_size), x[:, 1:].ravel())
        optimizer.zero_grad()
        loss.backward()
        optimizer.step()
        schedule.step()
        if step < 3:
            first.append(loss.item())
        if step % 50 == 49:
            curve.append({"step": step + 1, "loss": loss.item(), "right": share_right(model)})
    return model, None, first, curve


def scores(model):
    """Mean shares of the heads: at the token before, and at those after earlier occurrences.

    The first is measured in the first round, in which alone it is needed, the second later.
    """
    rng, before, after = np.random.default_rng(2), [], []
    for length in range(6, 20):
        x, _ = repeated(rng, 20, length, length + 1)
        patterns = np.stack(model.patterns(x[:, :-1])).mean(1)  # (layers, heads, T, T)
        t = np.arange(1, length)
        before.append(patterns[..., t, t - 1].mean(-1))
        t, s = np.indices(patterns.shape[2:])
        last = (t >= length) & (s <= t) & ((t + 1 - s) % length == 0)
        after.append((patterns * last).sum((2, 3)) / (NETWORK["block_size"] - length))
    return np.mean(before, 0), np.mean(after, 0)


def without(model, layer, head):
    """Share of right tokens when one head writes nothing; of both heads for ``head=None``."""
    size = NETWORK["embed_dim"] // NETWORK["num_heads"]
    kept = np.ones(NETWORK["embed_dim"], np.float32)
    kept[slice(None) if head is None else slice(head * size, (head + 1) * size)] = 0
    with model.layers[layer].out_proj.register_forward_pre_hook(lambda _, inputs: inputs[0] * kept):
        return share_right(model)


def account(model):
    """Return what the record says of a trained network: scores and ablations of its heads."""
    before, after = scores(model)
    places = [(layer, head) for layer in (0, 1) for head in (0, 1, None)]
    return {
        "right": share_right(model),
        "before": np.float64(before).round(3).tolist(),
        "after": np.float64(after).round(3).tolist(),
        "without": {f"{k} {h}": round(without(model, k, h), 3) for k, h in places},
    }


def main():
    """Train from the first step to the last and store the weights."""
    start = time.perf_counter()
    model, _, first, curve = train()
    others = []
    for seed in range(1, OTHERS + 1):
        others.append({"seed": seed, **account(train(seed=seed)[0])})
        print(others[-1], flush=True)
    print(account(model))
    store(
        NAME,
        model,
        NETWORK,
        seed=SEED,
        steps=STEPS,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        curve=curve,
        other_seeds=others,
    )


if __name__ == "__main__":
    main()
