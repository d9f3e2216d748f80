"""What a training run leaves behind for whoever wants to know why it went as it did."""

import contextlib
import math
from typing import NamedTuple

import numpy as np

from ..autograd.tensor import Tensor, as_tensor, is_grad_enabled
from ..layers.activations import ELU, GELU, SELU, LeakyReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh
from ..layers.prelu import PReLU

__all__ = ["Break", "Recorder", "first_tensor", "saturated_share"]

ACTIVATIONS = (ELU, GELU, SELU, LeakyReLU, PReLU, ReLU, Sigmoid, SiLU, Softplus, Tanh)
SATURATED = 0.97  # |tanh| above it: the slope is below 6 % of the steepest


def first_tensor(output):
    """Return the first tensor of a module's output, which may be a tuple, or None."""
    if isinstance(output, (tuple, list)):
        return next((t for part in output if (t := first_tensor(part)) is not None), None)
    return output if isinstance(output, Tensor) else None


def saturated_share(output):
    """Share of outputs of a tanh beyond ±0.97, of a sigmoid as near to 0 or 1; else NaN."""
    if output.op not in ("tanh", "sigmoid") or not output.data.size:
        return math.nan
    t = output.data if output.op == "tanh" else 2 * output.data - 1  # σ(z) = (1 + tanh(z/2)) / 2
    return float((np.abs(t) > SATURATED).mean())


class Break(NamedTuple):
    """Where a run broke: the step that could not be taken, what was raised, where it began.

    Attributes
    ----------
    step : int
        Steps that had been taken before, and so the place of the broken one on the axis.
    error : str
        What was raised.
    layer : str or None
        The first layer whose output was not finite; None if all were, as when the loss overflows.
    """

    step: int
    error: str
    layer: str | None


class Recorder:
    """Records a training run step by step: ``fit(..., recorder=recorder)``.

    `nnlib.viz.dashboard` draws what it holds. A second `fit` with the same recorder goes on
    where the first has ended. In a loop of your own::

        with recorder.watching(model, optimizer):
            for x, y in loader:
                optimizer.zero_grad()
                out = model(x)
                value = loss(out, y)
                value.backward()
                with recorder.step(value, out, y):
                    optimizer.step()

    Parameters
    ----------
    every : int
        Record each step whose number is a multiple of it; the first step has the number 0. A step
        of a small network takes twice as long when it is recorded.

    Attributes
    ----------
    taken : int
        Steps of training so far, recorded or not.
    steps : list of int
        The numbers of the recorded steps. The lists below have one entry for each of them.
    loss, rate : list of float
        The loss of the batch; the learning rate (NaN if groups of parameters differ in it).
    accuracy, confidence : list of float
        Of the batch; the mean of the largest softmax of the outputs. NaN unless targets are
        whole numbers and outputs are (N, C).
    predicted, target : list of ndarray of int
        How often each class was predicted and was right in the batch; empty like the last two.
    output_mean, output_std, target_mean, target_std : list of float
        Of all other outputs and targets, as in regression; else NaN.
    gradient_norm, update_ratio : dict of str to list of float
        For every layer with parameters of its own: norm of their gradient, all taken together, NaN
        if none came; and ‖Δw‖ / ‖w‖ of the step, as in `update_ratio`.
    mean, std, dead, saturated : dict of str to list of float
        For every layer without layers inside: mean and standard deviation of its output; of a
        ReLU the share of units that are 0 for the whole batch, else NaN; of a tanh the share beyond
        ±0.97, of a sigmoid as near to 0 or 1, else NaN.
    activations : list of str
        Names of those layers that are activation functions.
    epochs : list of (int, dict)
        Steps taken, and what `fit` recorded then.
    broken : Break or None
        Set when a FloatingPointError has ended the run. What was recorded before is kept.

    Examples
    --------
    >>> import nnlib as nn
    >>> import nnlib.functional as F
    >>> x, y = nn.data.blobs(40, rng=0)
    >>> model = nn.models.MLP([2, 8, 2], rng=0, dtype=np.float64)
    >>> loader = nn.data.DataLoader((x, y), 10)
    >>> recorder = Recorder()
    >>> optimizer = nn.optim.SGD(model.parameters(), lr=0.1)
    >>> _ = nn.fit(model, loader, F.cross_entropy, optimizer, epochs=2, recorder=recorder)
    >>> recorder
    Recorder(8 steps, 3 layers)
    >>> len(recorder.gradient_norm["0"])
    8
    """

    def __init__(self, every=1):
        if isinstance(every, bool) or not isinstance(every, int) or every < 1:
            raise ValueError(f"every must be a whole number of at least 1, got {every!r}")
        self.every, self.taken, self.steps = every, 0, []
        self.loss, self.rate, self.accuracy, self.confidence = [], [], [], []
        self.predicted, self.target = [], []
        self.output_mean, self.output_std, self.target_mean, self.target_std = [], [], [], []
        self.gradient_norm, self.update_ratio = {}, {}
        self.mean, self.std, self.dead, self.saturated = {}, {}, {}, {}
        self.activations, self.epochs, self.broken = [], [], None
        self._outputs, self._model, self._optimizer = {}, None, None

    def __repr__(self):
        broken = f", broken at step {self.broken.step}" if self.broken else ""
        return f"Recorder({self.taken} steps, {len(self.mean)} layers{broken})"

    # -- what a training loop calls ------------------------------------------------------------

    @contextlib.contextmanager
    def watching(self, model, optimizer):
        """Look at the layers of a model while a ``with`` block trains it.

        A FloatingPointError inside is noted as `broken`, and passed on.
        """
        if self._model is not None:
            raise RuntimeError("this recorder is watching a training run already")
        self._model, self._optimizer, self.broken = model, optimizer, None
        leaves = [(n, m) for n, m in model.named_modules() if not any(True for _ in m.children())]
        handles = [m.register_forward_hook(self._hook(n)) for n, m in leaves]
        try:
            yield self
        except FloatingPointError as error:
            bad = (n for n, out in self._outputs.items() if not np.isfinite(out.data).all())
            self.broken = Break(self.taken, str(error), next(bad, None))
            raise
        finally:
            for handle in handles:
                handle.remove()
            self._outputs, self._model, self._optimizer = {}, None, None

    @contextlib.contextmanager
    def step(self, loss, output, target):
        """Record one step; the ``with`` block takes it, with the gradients as they are.

        Parameters
        ----------
        loss : Tensor
            Of the batch, after ``loss.backward()``.
        output : Tensor
            Of the model for the batch.
        target : array_like
        """
        if self._model is None:
            raise RuntimeError("step() belongs inside `with recorder.watching(model, optimizer)`")
        if self.taken % self.every:
            yield
        else:
            layers = self._layers()
            before = {name: [p.data.copy() for p in ps] for name, ps in layers.items()}
            with np.errstate(all="ignore"):  # a run may be about to break
                self._note(loss, output, target)
                for name, parameters in layers.items():
                    came = [p.grad for p in parameters if p.grad is not None]
                    self._add(self.gradient_norm, name, _norm(came) if came else math.nan)
            self.steps.append(self.taken)
            yield
            with np.errstate(all="ignore"):
                for name, parameters in layers.items():
                    size = _norm(before[name])
                    moved = [p.data - b for p, b in zip(parameters, before[name], strict=True)]
                    change = _norm(moved)
                    ratio = change / size if size else math.inf if change else 0.0
                    self._add(self.update_ratio, name, ratio)
        self.taken += 1
        self._outputs = {}

    def epoch(self, values):
        """Note what was measured at the end of an epoch, a dict of str to float."""
        self.epochs.append((self.taken, dict(values)))

    # -- how it is noted -----------------------------------------------------------------------

    def _hook(self, name):
        def look(module, inputs, output):
            # Validation does not record gradients; it is not training, whatever mode it is in.
            if is_grad_enabled() and (tensor := first_tensor(output)) is not None:
                self._outputs[name] = tensor
                if name not in self.activations and isinstance(module, ACTIVATIONS):
                    self.activations.append(name)

        return look

    def _layers(self):
        """Parameters by the name of the module whose own they are."""
        layers = {}
        for name, parameter in self._model.named_parameters():
            layers.setdefault(name.rpartition(".")[0], []).append(parameter)
        return layers

    def _add(self, series, name, value):
        """Append to a layer's list; a layer that comes late, or not each time, has gaps of NaN."""
        values = series.setdefault(name, [])
        values += [math.nan] * (len(self.loss) - 1 - len(values))
        values.append(float(value))

    def _note(self, loss, output, target):
        self.loss.append(float(as_tensor(loss).data))
        rates = {group["lr"] for group in self._optimizer.param_groups}
        self.rate.append(rates.pop() if len(rates) == 1 else math.nan)
        self._note_output(as_tensor(output).data, as_tensor(target).data)
        for name, tensor in self._outputs.items():
            a = tensor.data
            self._add(self.mean, name, a.mean() if a.size else math.nan)
            self._add(self.std, name, a.std() if a.size else math.nan)
            self._add(self.saturated, name, saturated_share(tensor))
            unit = 1 if a.ndim == 4 else a.ndim - 1  # a channel of images, else the last axis
            others = tuple(k for k in range(a.ndim) if k != unit)
            relu = tensor.op == "relu" and a.size
            self._add(self.dead, name, (a == 0).all(others).mean() if relu else math.nan)

    def _note_output(self, out, y):
        classes = out.ndim == 2 and y.shape == out.shape[:1] and y.dtype.kind in "iu"
        accuracy = confidence = math.nan
        predicted = target = np.zeros(0, int)
        spread = [math.nan] * 4
        if classes and out.size:
            p = np.exp(out - out.max(1, keepdims=True))
            best, count = out.argmax(1), out.shape[1]
            accuracy, confidence = (best == y).mean(), (p.max(1) / p.sum(1)).mean()
            predicted = np.bincount(best, minlength=count)
            known = y[(y >= 0) & (y < count)]  # one may be to be ignored, such as -100
            target = np.bincount(known.astype(np.intp), minlength=count)  # 32 bits in a browser
        elif out.size and y.size and y.dtype.kind in "fiu":
            spread = [out.mean(), out.std(), y.mean(), y.std()]
        self.accuracy.append(float(accuracy))
        self.confidence.append(float(confidence))
        self.predicted.append(predicted)
        self.target.append(target)
        series = (self.output_mean, self.output_std, self.target_mean, self.target_std)
        for values, value in zip(series, spread, strict=True):
            values.append(float(value))


def _norm(arrays):
    """Norm of all numbers of several arrays together."""
    return math.sqrt(sum(float(np.vdot(a, a)) for a in arrays))
