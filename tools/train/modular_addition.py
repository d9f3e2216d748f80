"""Train a network on half of all sums modulo 67 and write it with its record.

    OPENBLAS_NUM_THREADS=1 .venv/bin/python tools/train/modular_addition.py

Some six minutes on one core, of which the stored network takes twenty seconds: twelve other seeds
are trained as well, and some without weight decay, at three rates and in double precision. All
training sums are seen at every step. 3 + 4 and 4 + 3 are one sum, so that no test sum was seen the
other way round.

The curve also says how many unseen sums are right with the last step's eight strongest frequencies
alone; its control is the same start without weight decay, asked for the same eight.
"""

import time

import numpy as np
from store import store

import nnlib as nn
import nnlib.functional as F
from nnlib import optim
from nnlib.models import ModularAdder

NAME = "modular_addition"
NETWORK = {"modulus": 67, "embed_dim": 32, "width": 64}
SEED, STEPS, LR, BETAS, DECAY, OTHERS, UNDECAYED = 0, 4000, 0.01, (0.9, 0.98), 0.5, 12, 3
EARLY = 400  # a step at which the stored network is still no better than a guess


def sums(seed=SEED):
    """Return training and test pairs, a half each, chosen at random from all with a <= b."""
    pairs = np.transpose(np.triu_indices(NETWORK["modulus"]))
    order = np.random.default_rng(seed).permutation(len(pairs))
    return np.split(pairs[order], 2)


def measured(model, pairs):
    """Return the loss and the share of right sums."""
    with nn.no_grad():
        logits = model(pairs)
    sums = pairs.sum(1) % NETWORK["modulus"]
    right = float((logits.data.argmax(1) == sums).mean())
    return F.cross_entropy(logits, sums).item(), right


def spectrum(model):
    """Share of each frequency 1 to 33 in what the numbers add to the hidden units."""
    table = model.embedding.weight.data @ model.hidden.weight.data.T
    power = (np.abs(np.fft.rfft(table, axis=0))[1:] ** 2).sum(1)
    return [round(float(share), 4) for share in power / power.sum()]


def eight(spectrum):
    """Return the eight strongest frequencies, from 1 to 33."""
    return 1 + np.argsort(spectrum)[-8:]


def matrices(model):
    """Return copies of E, W and V in float64."""
    parts = model.embedding, model.hidden, model.head
    return [np.array(part.weight.data, np.float64) for part in parts]


def split(E, key):
    """Return the embedding with these frequencies and its mean alone, and without these."""
    p, waves = len(E), np.fft.rfft(E, axis=0)
    there = np.isin(np.arange(p // 2 + 1), key)[:, None]
    mean = np.arange(p // 2 + 1)[:, None] == 0
    return [np.fft.irfft(waves * (mask | mean), p, axis=0) for mask in (there, ~there)]


def right_by(weights, key, pairs):
    """Share of these sums that are right with these frequencies of the embedding alone."""
    E, W, V = weights
    U = split(E, key)[0] @ W.T
    logits = np.maximum(U[pairs].sum(1), 0) @ V.T
    return float((logits.argmax(1) == pairs.sum(1) % len(E)).mean())


def train(steps=STEPS, stop=None, seed=SEED, decay=DECAY, lr=LR, key=None, dtype=np.float32):
    """Train and return the model, None, the losses of the first steps and the curve.

    "test_by_key" in the curve is the share of right test sums with the frequencies ``key`` alone,
    which are the eight strongest of the last step if nothing is given.
    """
    (pairs, test), rng = sums(seed), np.random.default_rng([seed, 1])
    model = ModularAdder(**NETWORK, rng=rng, dtype=dtype)
    # larger than by default: the network then fits what it has seen long before it finds a rule
    for weight, std in ((model.embedding, 0.5), (model.hidden, 32**-0.5), (model.head, 0.5)):
        weight.weight.data[...] = std * rng.standard_normal(weight.weight.shape)
    optimizer = optim.AdamW(model.parameters(), lr=lr, betas=BETAS, weight_decay=decay)
    first, curve, snapshots = [], [], []
    for step in range((stop or steps) + 1):
        if step % 100 == 0:
            snapshots.append(matrices(model))
            (loss, right), (test_loss, test_right) = measured(model, pairs), measured(model, test)
            curve.append(
                {
                    "step": step,
                    "loss": loss,
                    "right": round(right, 4),
                    "test_loss": round(test_loss, 4),
                    "test_right": round(test_right, 4),
                    "spectrum": spectrum(model),
                }
            )
        loss = F.cross_entropy(model(pairs), pairs.sum(1) % NETWORK["modulus"])
        optimizer.zero_grad()
        loss.backward()
        if step < (stop or steps):
            optimizer.step()
        if step < 3:
            first.append(loss.item())
    key = eight(curve[-1]["spectrum"]) if key is None else key
    for entry, weights in zip(curve, snapshots, strict=True):
        entry["test_by_key"] = round(right_by(weights, key, test), 4)
    return model, None, first, curve


def account(model, curve):
    """Return what the record says of another seed: when it was right, and its circles."""
    early = next(c for c in curve if c["step"] == EARLY)
    return {
        "right": curve[-1]["right"],
        "test_right": curve[-1]["test_right"],
        "memorised": next((c["step"] for c in curve if c["right"] > 0.99), None),
        "generalised": next((c["step"] for c in curve if c["test_right"] > 0.99), None),
        "spectrum": curve[-1]["spectrum"],
        "early": {name: early[name] for name in ("step", "test_right", "test_by_key")},
        **{name: round(float(value), 4) for name, value in circles(model, curve).items()},
    }


def circles(model, curve):
    """Measure what a network does with its eight strongest frequencies.

    "only" and "without": the share of right sums with these frequencies of the embedding alone, and
    without them. "twice": the share of hidden units in which inputs and outputs have the same main
    frequency, and the phase of the outputs is twice that of the inputs within 0.15. "erased": the
    share of right sums when no linear probe can read cos(w(a - b)) from the hidden units; before,
    one can with an R² of "read".
    """
    p = NETWORK["modulus"]
    key = eight(curve[-1]["spectrum"])
    E, W, V = matrices(model)
    a, b = np.divmod(np.arange(p * p), p)

    def right(hidden):
        return ((hidden @ V.T).argmax(1) == (a + b) % p).mean()

    def hidden(E):
        U = E @ W.T
        return np.maximum(U[a] + U[b], 0)

    only, without = (right(hidden(table)) for table in split(E, key))
    inputs, outputs = (np.fft.rfft(x, axis=0)[1:] for x in (E @ W.T, V))
    main, units = np.abs(inputs).argmax(0), np.arange(NETWORK["width"])
    phases = outputs[main, units] * np.conj(inputs[main, units]) ** 2
    twice = (np.abs(np.angle(phases)) < 0.15) & (main == np.abs(outputs).argmax(0))
    H = hidden(E) - hidden(E).mean(0)
    target = np.cos(2 * np.pi * np.outer(a - b, key) / p)
    target -= target.mean(0)
    error = target - H @ np.linalg.lstsq(H, target, rcond=None)[0]
    basis, _ = np.linalg.qr(H.T @ target)
    return {
        "only": only,
        "without": without,
        "twice": twice.mean(),
        "read": 1 - (error**2).sum() / (target**2).sum(),
        "erased": right(hidden(E) - H @ basis @ basis.T),
    }


def main():
    """Train from the first step to the last and store the weights."""
    start = time.perf_counter()
    model, _, first, curve = train()
    print(account(model, curve), flush=True)
    control = train(decay=0.0, key=eight(curve[-1]["spectrum"]))[3]
    runs = []
    for seed in range(1, OTHERS + 1):
        network, _, _, its_curve = train(seed=seed)
        runs.append({"seed": seed, "decay": DECAY, "rate": LR, **account(network, its_curve)})
        print(runs[-1], flush=True)
    undecayed = [(seed, LR, np.float32) for seed in range(1, UNDECAYED + 1)]
    undecayed += [(1, LR / 3, np.float32), (1, LR * 3, np.float32), (1, LR, np.float64)]
    for seed, lr, dtype in undecayed:
        network, _, _, its_curve = train(3 * STEPS, seed=seed, decay=0.0, lr=lr, dtype=dtype)
        run = account(network, its_curve)
        what = {"seed": seed, "decay": 0.0, "rate": round(lr, 4), "dtype": np.dtype(dtype).name}
        runs.append({**what, **run})
        print(runs[-1], flush=True)
    store(
        NAME,
        model,
        NETWORK,
        seed=SEED,
        steps=STEPS,
        seconds=round(time.perf_counter() - start),
        first_losses=first,
        curve=curve,
        undecayed_curve=control[::4],
        other_runs=runs,
    )


if __name__ == "__main__":
    main()
