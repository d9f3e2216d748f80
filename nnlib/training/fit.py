"""The training loop that every chapter uses, and what it remembers."""

import contextlib

import numpy as np

from ..autograd.tensor import as_tensor, no_grad
from ..layers.module import evaluating
from .progress import progress_bar

__all__ = ["History", "accuracy", "evaluate", "fit"]


def accuracy(output, target):
    """Share of examples whose largest logit is the right class.

    Parameters
    ----------
    output : Tensor or array_like, shape (N, C)
    target : array_like of int, shape (N,)

    Returns
    -------
    float
    """
    output, target = as_tensor(output).data, as_tensor(target).data
    if output.ndim != 2 or target.shape != output.shape[:1]:
        raise ValueError(f"accuracy got outputs {output.shape} and targets {target.shape}")
    if output.size == 0:
        raise ValueError(f"accuracy of an empty batch is not defined: the shape is {output.shape}")
    if np.isnan(output).any():
        raise ValueError("accuracy got outputs that are NaN: no class is the largest")
    return float((output.argmax(1) == target).mean())


class History:
    """What `fit` recorded: one number per epoch and quantity.

    Examples
    --------
    >>> history = History()
    >>> history.append(loss=0.5)
    >>> history["loss"]
    [0.5]
    """

    def __init__(self):
        self.series = {}

    def append(self, **values):
        """Add one epoch."""
        for name, value in values.items():
            self.series.setdefault(name, []).append(float(value))

    def __getitem__(self, name):
        if name not in self.series:
            raise KeyError(f"{name!r} was not recorded; there are {sorted(self.series)}")
        return self.series[name]

    def __contains__(self, name):
        return name in self.series

    def __len__(self):
        return max(map(len, self.series.values()), default=0)

    def __repr__(self):
        last = ", ".join(f"{k} {v[-1]:.4g}" for k, v in self.series.items())
        return f"History({len(self)} epochs; last: {last})"


def evaluate(model, loader, loss, metrics=None):
    """Mean loss and metrics of a model over a loader, in evaluation mode, without gradients.

    The mean loss is the empirical risk. Guide Eq. (17).

    Returns
    -------
    dict of str to float
        "loss" and one entry per metric, weighted by the sizes of the batches.
    """
    functions = {"loss": lambda out, y: loss(out, y).item(), **(metrics or {})}
    totals, count = dict.fromkeys(functions, 0.0), 0
    with evaluating(model), no_grad():
        for x, y in loader:
            out = model(x)
            for name, function in functions.items():
                totals[name] += function(out, y) * len(x)
            count += len(x)
    if count == 0:
        raise ValueError("the loader gave no batch: there is nothing to evaluate")
    return {name: total / count for name, total in totals.items()}


def fit(
    model,
    loader,
    loss,
    optimizer,
    *,
    epochs,
    validation=None,
    metrics=None,
    progress=None,
    on_epoch=None,
    recorder=None,
):
    """Train: for every batch forward, loss, backward, step. It minimises Guide Eq. (17).

    Parameters
    ----------
    model : Module
    loader : iterable of (x, y)
        Usually a `DataLoader`.
    loss : callable
        ``loss(output, y)`` returns a scalar Tensor.
    optimizer : Optimizer
    epochs : int
        Passes over the loader.
    validation : iterable of (x, y), optional
        Evaluated after every epoch, recorded as "val_loss" and so on.
    metrics : dict of str to callable, optional
        For example ``{"accuracy": accuracy}``.
    progress : bool, optional
        Show a progress bar (needs tqdm). Left out: only in a terminal, so that what a notebook
        stores stays the same from run to run.
    on_epoch : callable, optional
        ``on_epoch(epoch, history)`` is called after every epoch, from 1; returning True stops.
    recorder : diagnostics.Recorder, optional
        Records every step, layer by layer; `nnlib.viz.dashboard` draws it. It keeps what it has
        when the run breaks.

    Returns
    -------
    History
        "loss" and the metrics on the training batches as they were seen, and their validation
        counterparts.

    Raises
    ------
    FloatingPointError
        As soon as the loss is not finite; names the epoch and the batch.
    ValueError
        If there is no epoch, or a pass over the loader gives no batch.
    """
    if epochs < 1:
        raise ValueError(f"epochs must be at least 1, got {epochs}")
    metrics, history = metrics or {}, History()
    watching = recorder.watching(model, optimizer) if recorder else contextlib.nullcontext()
    model.train()
    with watching, progress_bar(epochs, "epoch", progress) as bar:
        for epoch in range(1, epochs + 1):
            totals, count = dict.fromkeys(["loss", *metrics], 0.0), 0
            for batch, (x, y) in enumerate(loader):
                optimizer.zero_grad()
                out = model(x)
                value = loss(out, y)
                if not np.isfinite(value.data).all():
                    raise FloatingPointError(
                        f"the loss is {value.item()} in epoch {epoch}, batch {batch}: the "
                        "learning rate may be too high"
                    )
                value.backward()
                with recorder.step(value, out, y) if recorder else contextlib.nullcontext():
                    optimizer.step()
                totals["loss"] += value.item() * len(x)
                for name, metric in metrics.items():
                    totals[name] += metric(out, y) * len(x)
                count += len(x)
            if count == 0:
                raise ValueError(
                    f"the loader gave no batch in epoch {epoch}: nothing to learn from"
                )
            record = {name: total / count for name, total in totals.items()}
            if validation is not None:
                held_out = evaluate(model, validation, loss, metrics)
                record |= {f"val_{name}": value for name, value in held_out.items()}
            history.append(**record)
            if recorder:
                recorder.epoch(record)
            bar.set_postfix(record)
            bar.update()
            if on_epoch is not None and on_epoch(epoch, history):
                break
    return history
