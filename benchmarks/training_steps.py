"""Measure whole training steps of six networks: nnlib beside PyTorch and others.

A step is forward, loss, backward and Adam, in float32, through the public interface of each
library. nnlib has PyTorch's names, so both train the very same code. JAX (compiled) and autograd
take part with networks of their own, mygrad in the first two. See `contest` for how time is taken
and how the other libraries are found.

    python benchmarks/training_steps.py [--threads 2] [--save]
"""

import itertools

import contest
import numpy as np
from contest.others import OTHERS

RATE = 1e-3
TOLERANCE = 1e-4  # of the first four losses


def mlp(nn, sizes, activation):
    """Linear layers with activations between them."""
    layers = []
    for n_in, n_out in itertools.pairwise(sizes):
        layers += [nn.Linear(n_in, n_out), activation()]
    return nn.Sequential(*layers[:-1])


def lenet(nn):
    """LeNet-5 with ReLU and max pooling."""

    class LeNet(nn.Module):
        def __init__(self):
            super().__init__()
            self.features = nn.Sequential(
                *(nn.Conv2d(1, 6, 5, padding=2), nn.ReLU(), nn.MaxPool2d(2)),
                *(nn.Conv2d(6, 16, 5), nn.ReLU(), nn.MaxPool2d(2)),
            )
            self.classifier = mlp(nn, (400, 120, 84, 10), nn.ReLU)

        def forward(self, x):
            return self.classifier(self.features(x).flatten(1))

    return LeNet()


def residual(nn):
    """Three convolutions of 16 channels with batch normalisation, two of them skipped."""

    class Residual(nn.Module):
        def __init__(self):
            super().__init__()
            self.conv1, self.bn1 = nn.Conv2d(1, 16, 3, padding=1), nn.BatchNorm2d(16)
            self.conv2, self.bn2 = nn.Conv2d(16, 16, 3, padding=1), nn.BatchNorm2d(16)
            self.conv3, self.bn3 = nn.Conv2d(16, 16, 3, padding=1), nn.BatchNorm2d(16)
            self.relu, self.head = nn.ReLU(), nn.Linear(16, 10)

        def forward(self, x):
            x = self.relu(self.bn1(self.conv1(x)))
            block = self.bn3(self.conv3(self.relu(self.bn2(self.conv2(x)))))
            return self.head(self.relu(x + block).mean((2, 3)))

    return Residual()


def lstm(nn):
    """An LSTM that reads 50 steps and classifies by its last output."""

    class Reader(nn.Module):
        def __init__(self):
            super().__init__()
            self.lstm, self.head = nn.LSTM(64, 128), nn.Linear(128, 10)

        def forward(self, x):
            return self.head(self.lstm(x)[0][-1])

    return Reader()


def gpt(nn):
    """Two blocks of a GPT over 64 positions."""

    class GPT(nn.Module):
        def __init__(self):
            super().__init__()
            self.tokens, self.positions = nn.Embedding(65, 64), nn.Embedding(64, 64)
            blocks = [
                nn.TransformerEncoderLayer(
                    64, 4, 256, 0.0, "gelu", batch_first=True, norm_first=True
                )
                for _ in range(2)
            ]
            self.blocks, self.norm = nn.ModuleList(blocks), nn.LayerNorm(64)
            self.head = nn.Linear(64, 65, bias=False)

        def forward(self, x):
            places, mask = self.around(x)
            h = self.tokens(x) + self.positions(places)
            for block in self.blocks:
                h = block(h, src_mask=mask, is_causal=True)
            return self.head(self.norm(h)).reshape(-1, 65)

    return GPT()


WORKLOADS = {
    # name: (builder, shape of the input, number of classes or 0 for yes and no, goal)
    "W1 MLP 784-256-128-10, batch 128": (
        lambda nn: mlp(nn, (784, 256, 128, 10), nn.ReLU),
        *((128, 784), 10, 0.75),
    ),
    "W2 MLP 2-16-16-1, batch 64": (
        lambda nn: mlp(nn, (2, 16, 16, 1), nn.Tanh),
        *((64, 2), 0, 0.10),
    ),
    "W3 LeNet-5, 28x28, batch 64": (lenet, (64, 1, 28, 28), 10, 0.85),
    "W4 3 convolutions, BatchNorm, skip, batch 32": (residual, (32, 1, 28, 28), 10, 1.15),
    "W5 LSTM 64-128, T 50, batch 32": (lstm, (50, 32, 64), 10, 0.95),
    "W6 GPT, 2 blocks, d 64, T 64, batch 16": (gpt, (16, 64), 65, 0.85),
}


def problem(name):
    """Inputs and targets, the same for all libraries."""
    _, shape, classes, _ = WORKLOADS[name]
    rng = np.random.default_rng(0)
    if name.startswith("W6"):
        text = rng.integers(0, classes, (shape[0], shape[1] + 1))
        return text[:, :-1], text[:, 1:].reshape(-1)
    x = rng.standard_normal(shape).astype(np.float32)
    if not classes:
        return x, (x[:, :1] * x[:, 1:] > 0).astype(np.float32)
    return x, rng.integers(0, classes, shape[1] if name.startswith("W5") else shape[0])


def weights(shapes):
    """Initial numbers for parameters of these shapes, of PyTorch's default spread."""
    rng = np.random.default_rng(1)
    for shape in shapes:
        bound = 1 / np.sqrt(np.prod(shape[1:]) if len(shape) > 1 else 100)
        yield rng.uniform(-bound, bound, shape).astype(np.float32)


def repeated(model, optimizer, loss_of):
    """Return a function that makes one step and returns the loss; for nnlib and for PyTorch."""

    def step():
        optimizer.zero_grad()
        loss = loss_of(model)
        loss.backward()
        optimizer.step()
        return loss.item()

    return step


def nnlib_step(name):
    """One step in nnlib."""
    import nnlib as nn
    import nnlib.functional as F

    x, y = problem(name)
    model = WORKLOADS[name][0](nn)
    for p, w in zip(model.parameters(), weights(p.shape for p in model.parameters()), strict=True):
        p.data[...] = w
    model.around = lambda x: (np.arange(x.shape[1]), nn.causal_mask(x.shape[1]))
    loss = F.cross_entropy if WORKLOADS[name][2] else F.binary_cross_entropy_with_logits
    optimizer = nn.optim.Adam(model.parameters(), lr=RATE)
    return repeated(model, optimizer, lambda m: loss(m(x), y))


def torch_step(name):
    """The same in PyTorch."""
    import torch
    import torch.nn.functional as F
    from torch import nn

    torch.set_num_threads(contest.threads())
    x, y = map(torch.from_numpy, problem(name))
    model = WORKLOADS[name][0](nn)
    shapes = [tuple(p.shape) for p in model.parameters()]
    with torch.no_grad():
        for p, w in zip(model.parameters(), weights(shapes), strict=True):
            p.copy_(torch.from_numpy(w))
    mask = nn.Transformer.generate_square_subsequent_mask(64)
    model.around = lambda x: (torch.arange(x.shape[1]), mask)
    loss = F.cross_entropy if WORKLOADS[name][2] else F.binary_cross_entropy_with_logits
    optimizer = torch.optim.Adam(model.parameters(), lr=RATE)
    return repeated(model, optimizer, lambda m: loss(m(x), y))


def other_step(library):
    """Return the maker of steps for a library with code of its own."""

    def make(name):
        import nnlib as nn

        shapes = [p.shape for p in WORKLOADS[name][0](nn).parameters()]
        inputs, classes = problem(name), WORKLOADS[name][2]
        return OTHERS[library](name[:2], list(weights(shapes)), *inputs, classes, RATE)

    return make


def losses(step):
    """The losses of the first four steps."""
    return [step() for _ in range(4)]


if __name__ == "__main__":
    goals = {name: goal for name, (*_, goal) in WORKLOADS.items()}
    make = {"nnlib": nnlib_step, "torch": torch_step}
    make |= {library: other_step(library) for library in OTHERS}
    contest.run(__file__, make, losses, goals, "one training step", TOLERANCE)
