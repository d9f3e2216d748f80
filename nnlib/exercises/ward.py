"""Fifteen small networks with one fault each, to be examined, treated and diagnosed.

A patient is the healthy training run below with one setting changed (and now and then a harmless
one beside it). Settings of your own replace the patient's: whoever finds the one that is wrong and
puts it right sees the network recover. The list of patients stands at the end of this file.
"""

from typing import NamedTuple

import numpy as np

from .. import functional as F
from ..data import DataLoader, mnist
from ..layers.activations import ReLU, Sigmoid, Tanh
from ..layers.linear import Linear
from ..layers.module import Module, Sequential
from ..layers.norm import BatchNorm1d
from ..optim import SGD
from ..training.diagnostics import Recorder
from ..training.fit import accuracy, fit

__all__ = ["CHOICES", "DISEASES", "HEALTHY", "Run", "train"]

HEALTHY = {
    "lr": 0.1,
    "epochs": 8,
    "examples": 1000,
    "batch": 20,
    "order": "shuffled",  # or "sorted"
    "pixels": "standardised",  # or "0 to 255"
    "labels": "right",  # or "shifted", "shuffled"
    "activation": "relu",  # or "tanh", "sigmoid"
    "layers": 2,  # hidden ones
    "width": 32,
    "weights": "random",  # or "zero"; at the start
    "bias": 0.0,  # of hidden units, at the start
    "outputs": "logits",  # or "softmax": what goes into the cross-entropy
    "target": "class",  # or "number": regression on the digit
    "shapes": "equal",  # or "(N, 1) and (N,)": of outputs and targets in the regression
    "gradients": "new",  # or "added up": from step to step
    "norm": "none",  # or "batch"
    "evaluation": "evaluation mode",  # or "training mode"
    "validation": "test digits",  # or "training digits", "none"
    "edge": "as it is",  # or "erased": the first ten pixels of every image
    "damage": "repaired",  # or "as it is"
    "weight_decay": 0.0,
    "seed": 0,
}
CHOICES = {
    "order": ("shuffled", "sorted"),
    "pixels": ("standardised", "0 to 255"),
    "labels": ("right", "shifted", "shuffled"),
    "activation": ("relu", "tanh", "sigmoid"),
    "weights": ("random", "zero"),
    "outputs": ("logits", "softmax"),
    "target": ("class", "number"),
    "shapes": ("equal", "(N, 1) and (N,)"),
    "gradients": ("new", "added up"),
    "norm": ("none", "batch"),
    "evaluation": ("evaluation mode", "training mode"),
    "validation": ("test digits", "training digits", "none"),
    "edge": ("as it is", "erased"),
    "damage": ("repaired", "as it is"),
}
EVERY = 5  # steps from one recorded to the next: curves of eighty points take less room
ACTIVATIONS = {"relu": ReLU, "tanh": Tanh, "sigmoid": Sigmoid}


# What a patient may suffer from; three of these are decoys.
DISEASES = (
    "data sorted",
    "dead units",
    "evaluated in training mode",
    "gradients not zeroed",
    "inputs not standardised",
    "label leaks into the input",
    "labels shifted",
    "labels shuffled",
    "learning rate too high",
    "learning rate too low",
    "one damaged input",
    "one softmax too many",
    "too few examples",
    "too few units",
    "vanishing gradients",
    "weight decay too strong",
    "weights start at zero",
    "wrong axis",
)


class Run(NamedTuple):
    """What `train` returns.

    Attributes
    ----------
    recorder : diagnostics.Recorder
    model : Module
        After training.
    x, y : ndarray
        The digits as the network got them in training, and their targets.
    """

    recorder: Recorder
    model: Module
    x: np.ndarray
    y: np.ndarray


def train(patient=0, **settings):
    """Train a patient, or the healthy network, with some settings changed.

    Parameters
    ----------
    patient : int
        1 to 15; 0 is healthy.
    **settings
        What shall be different, by the names in `HEALTHY`.

    Returns
    -------
    Run
        Also of a run that broke: `Recorder.broken` says where.

    Raises
    ------
    KeyError, ValueError
        If there is no such patient or setting, or a setting cannot be what was asked for.

    Examples
    --------
    >>> run = train(epochs=1, examples=100)
    >>> run.recorder
    Recorder(5 steps, 5 layers)
    >>> run.x.shape
    (100, 784)
    """
    if patient not in range(len(PATIENTS)):
        raise KeyError(f"patients have the numbers 0 to {len(PATIENTS) - 1}, got {patient!r}")
    for name, value in settings.items():
        if name not in HEALTHY:
            raise KeyError(f"{name!r} is no setting; there are {', '.join(HEALTHY)}")
        if name in CHOICES and value not in CHOICES[name]:
            raise ValueError(f"{name} is one of {', '.join(CHOICES[name])}, got {value!r}")
    s = HEALTHY | PATIENTS[patient][1] | settings
    x, y, x_test, y_test = _digits(s, leaking="edge" in PATIENTS[patient][1])
    model, recorder = _network(s), Recorder(EVERY)
    optimizer = (Forgetful if s["gradients"] == "added up" else SGD)(
        model.parameters(), s["lr"], weight_decay=s["weight_decay"]
    )
    loader = DataLoader((x, y), s["batch"], shuffle=s["order"] == "shuffled", rng=s["seed"])
    if s["validation"] == "training digits":
        x_test, y_test = x[:500], y[:500]
    order = np.argsort(y_test, kind="stable")  # as evaluation sets are often stored
    validation = [(x_test[i], y_test[i]) for i in order.reshape(-1, 50)]
    loss = F.cross_entropy
    if s["target"] == "number":
        loss = equal_shapes if s["shapes"] == "equal" else unequal_shapes
    metrics = {"accuracy": accuracy} if s["target"] == "class" else {}
    try:
        with np.errstate(all="ignore"):  # some will overflow
            fit(
                model,
                loader,
                loss,
                optimizer,
                epochs=s["epochs"],
                validation=None if s["validation"] == "none" else validation,
                metrics=metrics,
                recorder=recorder,
            )
    except FloatingPointError:
        pass  # the recorder knows
    return Run(recorder, model, x, y)


# -- the parts of a run ------------------------------------------------------------------------


def _digits(s, leaking):
    """Digits and targets as the settings want them."""
    digits, rng = mnist(flatten=True, dtype=np.float64), np.random.default_rng(s["seed"])
    chosen = rng.permutation(len(digits.y_train))[: s["examples"]]
    x, y = digits.x_train[chosen], digits.y_train[chosen]
    few = rng.permutation(len(digits.y_test))[:500]
    x_test, y_test = digits.x_test[few], digits.y_test[few]
    for images, labels in ((x, y), (x_test, y_test)):
        if leaking:  # whoever scanned the digits left a mark of their class at the edge
            images[np.arange(len(labels)), labels] = 1.0
        if s["edge"] == "erased":
            images[:, :10] = 0.0
        if s["pixels"] == "0 to 255":
            images *= 255
        else:
            images -= 0.13
            images /= 0.31
    if s["damage"] == "as it is":
        x[len(x) // 3, 400] = np.nan
    if s["labels"] == "shifted":
        y = (y + 1) % 10
    elif s["labels"] == "shuffled":
        y = rng.permutation(y)
    if s["order"] == "sorted":
        order = np.argsort(y, kind="stable")
        x, y = x[order], y[order]
    if s["target"] == "number":
        y, y_test = y.astype(float), y_test.astype(float)
        if s["shapes"] == "equal":
            y, y_test = y[:, None], y_test[:, None]
    return x, y, x_test, y_test


def _network(s):
    rng, layers, n = np.random.default_rng(s["seed"]), [], 784
    for _ in range(s["layers"]):
        layers.append(Linear(n, s["width"], rng=rng, dtype=np.float64))
        layers[-1].bias.data[...] = s["bias"]
        if s["norm"] == "batch":
            norm = AlwaysTraining if s["evaluation"] == "training mode" else BatchNorm1d
            layers.append(norm(s["width"], dtype=np.float64))
        layers.append(ACTIVATIONS[s["activation"]]())
        n = s["width"]
    layers.append(Linear(n, 10 if s["target"] == "class" else 1, rng=rng, dtype=np.float64))
    if s["outputs"] == "softmax":
        layers.append(Probabilities())
    model = Sequential(*layers)
    if s["weights"] == "zero":
        for parameter in model.parameters():
            parameter.data[...] = 0
    return model


class Probabilities(Module):
    """A softmax at the end of a network."""

    def forward(self, x):
        """Turn logits into probabilities."""
        return F.softmax(x)


class AlwaysTraining(BatchNorm1d):
    """Batch normalisation with the batch's own statistics, even in evaluation."""

    def forward(self, x):
        """Ignore the mode."""
        return F.batch_norm(x, weight=self.weight, bias=self.bias, training=True)


class Forgetful(SGD):
    """Gradient descent that never forgets a gradient."""

    def zero_grad(self):
        """Do nothing."""


def equal_shapes(out, y):
    """Mean squared error of (N, 1) and (N, 1)."""
    return ((out - y) ** 2).mean()


def unequal_shapes(out, y):
    """What NumPy makes of (N, 1) and (N,): all outputs meet all targets."""
    return ((out - y) ** 2).mean()


# -- the patients: do not read on if you want to find out for yourself --------------------------

PATIENTS = [
    ("healthy", {}),
    ("vanishing gradients", {"layers": 8, "activation": "sigmoid"}),
    ("labels shifted", {"labels": "shifted"}),
    ("learning rate too low", {"lr": 1e-4, "width": 48}),
    ("one softmax too many", {"outputs": "softmax"}),
    ("dead units", {"bias": -12.0}),
    ("one damaged input", {"damage": "as it is"}),
    ("data sorted", {"order": "sorted", "lr": 0.05}),
    ("weights start at zero", {"weights": "zero", "activation": "tanh"}),
    ("label leaks into the input", {"edge": "as it is", "width": 24}),
    ("labels shuffled", {"labels": "shuffled"}),
    ("inputs not standardised", {"pixels": "0 to 255", "lr": 0.03}),
    ("wrong axis", {"target": "number", "shapes": "(N, 1) and (N,)", "lr": 0.01}),
    ("learning rate too high", {"lr": 1.0, "width": 48}),
    ("evaluated in training mode", {"norm": "batch", "evaluation": "training mode"}),
    ("gradients not zeroed", {"gradients": "added up", "lr": 0.01}),
]
