"""Look inside a network while it learns: what its layers give, what flows back, where it breaks.

Everything here is made of forward hooks and of the graph that tensors keep anyway; a network that
nobody watches does no extra work.
"""

import collections
import contextlib
import math

import numpy as np

from ..autograd.tensor import Tensor, backward_hook
from ..layers.module import evaluating
from .recorder import Break, Recorder, saturated_share

__all__ = [
    "Break",
    "Recorder",
    "Watch",
    "check_finite",
    "dead_units",
    "detect_anomaly",
    "update_ratio",
    "watch",
]


def _named_once(model):
    """Yield (dotted name, module), each module once, by its first name."""
    seen = set()
    for name, module in model.named_modules():
        if id(module) not in seen:
            seen.add(id(module))
            yield name, module


def _tensors(output):
    """Return the tensors of a module's output, which may be a tuple of them."""
    if isinstance(output, Tensor):
        return [output]
    if isinstance(output, (tuple, list)):
        return [t for part in output for t in _tensors(part)]
    return []


# -- statistics of every layer -----------------------------------------------------------------


def watch(model):
    """Record statistics of every layer while a ``with`` block runs.

    Parameters
    ----------
    model : Module

    Returns
    -------
    Watch

    Examples
    --------
    >>> import nnlib as nn
    >>> model = nn.models.MLP([2, 3, 1], nn.Tanh, rng=0)
    >>> with watch(model) as seen:
    ...     model(np.ones((4, 2), np.float32)).sum().backward()
    >>> seen.layers
    ['0', '1', '2']
    >>> len(seen["1"]["gradient_norm"])
    1
    """
    return Watch(model)


class Watch:
    """What `watch` recorded: ``seen[layer][quantity]`` is a list, one number for each call.

    Layers are the modules without modules inside, by their dotted names. Of a layer that returns
    several tensors the first one counts.

    mean, std : of the output
    zeros : share of outputs that are exactly 0
    saturated : share of outputs of a tanh beyond ±0.97, of a sigmoid as near to 0 or 1; else NaN
    gradient_mean, gradient_std, gradient_norm : of the loss by the output; NaN without `backward`

    Gradients are taken when the model is called again or the block ends, so call `backward` before.
    """

    columns = "mean std zeros saturated gradient_mean gradient_std gradient_norm".split()

    def __init__(self, model):
        self.model, self.records, self.pending, self.handles = model, {}, [], []

    def __enter__(self):
        self.handles.append(self.model.register_forward_pre_hook(self._collect))
        for name, module in _named_once(self.model):
            if not any(True for _ in module.children()):
                self.handles.append(module.register_forward_hook(self._hook(name)))
        return self

    def __exit__(self, *exception):
        for handle in self.handles:
            handle.remove()
        self.handles = []
        self._collect()

    @property
    def layers(self):
        """Names of the layers that were called, in the order of their first call."""
        return list(self.records)

    def __getitem__(self, layer):
        if layer not in self.records:
            raise KeyError(f"no layer {layer!r} was called; there are {self.layers}")
        return self.records[layer]

    def _hook(self, name):
        def look(module, inputs, output):
            tensors = _tensors(output)
            if not tensors:
                return
            record = self.records.setdefault(name, {column: [] for column in self.columns})
            values = _statistics(tensors[0]) + [math.nan] * 3
            for column, value in zip(self.columns, values, strict=True):
                record[column].append(value)
            if tensors[0].requires_grad and not tensors[0].is_leaf:
                place = len(record["mean"]) - 1
                self.pending.append((tensors[0].retain_grad(), record, place))

        return look

    def _collect(self, *called):
        """Take the gradients that have come; then let go of the graph."""
        for tensor, record, place in self.pending:
            if tensor.grad is not None:
                g = tensor.grad.astype(np.float64)
                record["gradient_mean"][place] = float(g.mean())
                record["gradient_std"][place] = float(g.std())
                record["gradient_norm"][place] = float(np.linalg.norm(g))
        self.pending = []

    def __str__(self):
        width = max([5, *map(len, self.records)])
        lines = [f"{'layer':{width}}" + "".join(f"{c:>15}" for c in self.columns)]
        for name, record in self.records.items():
            lines.append(f"{name:{width}}" + "".join(f"{record[c][-1]:15.3g}" for c in record))
        return "\n".join(lines)


def _statistics(output):
    a = output.data.astype(np.float64)
    if a.size == 0:
        return [math.nan] * 4
    zeros = float((a == 0).mean())
    return [float(a.mean()), float(a.std()), zeros, saturated_share(output)]


# -- which module made which tensor ------------------------------------------------------------


class _Places:
    """Remembers when modules began and ended; a tensor's age then tells where it was made."""

    def __init__(self, model):
        self.model, self.handles, self.open = model, [], []
        self.spans = collections.deque(maxlen=100_000)  # (begin, end, name)

    def __enter__(self):
        for name, module in _named_once(self.model):
            self.handles.append(module.register_forward_pre_hook(self._begin(name)))
            self.handles.append(module.register_forward_hook(self._end(name)))
        return self

    def __exit__(self, *exception):
        for handle in self.handles:
            handle.remove()
        self.handles = []

    def _begin(self, name):
        return lambda module, inputs: self.open.append((Tensor(0.0).order, name))

    def _end(self, name):
        def end(module, inputs, output):
            while self.open:  # above it lie modules that an error has left
                begin, which = self.open.pop()
                if which == name:
                    self.spans.append((begin, Tensor(0.0).order, name))
                    return

        return end

    def of(self, tensor):
        """Return the name of the innermost module in which a tensor was made, or None."""
        around = [(b, name) for b, e, name in self.spans if b < tensor.order < e]
        around += [(b, name) for b, name in self.open if b < tensor.order]
        return max(around)[1] if around else None


def dead_units(model, x):
    """Find the units of ReLUs that are 0 for every example: no gradient reaches their weights.

    Parameters
    ----------
    model : Module
        Run in evaluation mode, then put back.
    x : array_like
        Examples, as many as the judgement needs.

    Returns
    -------
    dict of str to ndarray of bool
        For every ReLU True where a unit is dead: a channel of images (N, C, H, W), else a number
        along the last axis. Named after the module that contains it, with "#2" and so on for
        further ReLUs there.

    Raises
    ------
    ValueError
        If no ReLU was found.
    """
    with evaluating(model), _Places(model) as places:
        outputs = _tensors(model(x))
        nodes = {t.order: t for out in outputs if out.requires_grad for t in out.graph()}
    dead = {}
    for order in sorted(nodes):
        tensor = nodes[order]
        if tensor.op == "relu":
            name = base = places.of(tensor) or ""
            count = 1
            while name in dead:
                count += 1
                name = f"{base}#{count}"
            unit = 1 if tensor.ndim == 4 else tensor.ndim - 1
            dead[name] = (tensor.data == 0).all(tuple(k for k in range(tensor.ndim) if k != unit))
    if not dead:
        raise ValueError(f"no ReLU was found in {type(model).__name__}")
    return dead


def update_ratio(model, before):
    """Size of a training step beside the size of the weights: ‖Δw‖ / ‖w‖ for every parameter.

    About 1e-3 is a rule of thumb: far below it the learning rate is likely too low, far above it
    too high (Karpathy, notes of CS231n, "Neural Networks Part 3", ratio of weights to updates).

    Parameters
    ----------
    model : Module
        After the step.
    before : dict of str to ndarray
        Its `Module.state_dict` before the step.

    Returns
    -------
    dict of str to float
        By names of parameters; inf where all weights were 0.
    """
    ratios = {}
    for name, parameter in model.named_parameters():
        if name not in before or before[name].shape != parameter.shape:
            raise ValueError(f"the state before the step does not fit: see {name}")
        old = before[name].astype(np.float64)
        step, size = np.linalg.norm(parameter.data - old), np.linalg.norm(old)
        ratios[name] = float(step / size) if size else math.inf if step else 0.0
    return ratios


# -- the first number that is none -------------------------------------------------------------


def check_finite(model):
    """Raise if a parameter, a buffer or a gradient of a model holds a NaN or an infinite number.

    To be called before ``optimizer.step()``, which would spread it: nothing has been changed yet.

    Parameters
    ----------
    model : Module

    Raises
    ------
    FloatingPointError
        Naming the first array that is not finite and how many of its numbers are not.
    """
    for name, value in [*model.named_parameters(), *model.named_buffers()]:
        for what, array in (("", value.data), ("gradient of ", value.grad)):
            if array is None or array.dtype.kind != "f":
                continue
            wrong = array.size - int(np.isfinite(array).sum())
            if wrong:
                raise FloatingPointError(
                    f"the {what}{name} holds {wrong} of {array.size} entries that are NaN or ∞"
                )


@contextlib.contextmanager
def detect_anomaly(model=None):
    """Stop at the first operation, forward or backward, that makes NaN or infinity.

    Inside the ``with`` block every result is checked, which costs time. NumPy's own warnings of
    overflow and the like are silent meanwhile.

    Parameters
    ----------
    model : Module, optional
        Its layers are checked as they are called, and messages name them. Operations outside of
        it, such as a loss, are checked when `Tensor.backward` begins in this thread.

    Raises
    ------
    FloatingPointError
        Naming layer and operation, and the range of what went into it.
    """
    places = _Places(model) if model is not None else None
    names = {id(p): name for name, p in model.named_parameters()} if model is not None else {}

    def check_forward(tensor):
        for node in reversed(tensor.graph()):  # the oldest comes first
            if not np.isfinite(node.data).all():
                raise FloatingPointError(_words(node, places, names))
        if not np.isfinite(tensor.data).all():
            raise FloatingPointError(_words(tensor, places, names))

    def check_backward(node, g, gradients):
        if not np.isfinite(g).all():
            where = _where(node, places)
            raise FloatingPointError(f"the gradient that reaches {where} {_range(g)}")
        for x, gx in zip(node.inputs, gradients, strict=True):
            if x.requires_grad and gx is not None and not np.isfinite(gx).all():
                where = _where(node, places)
                raise FloatingPointError(
                    f"backward through {where}: the gradient of its input {_range(gx)}, while the "
                    f"gradient that came in {_range(g)} and the input {_range(x.data)}"
                )

    def after(name):
        def check(module, inputs, output):
            for tensor in _tensors(output):
                if tensor.dtype.kind == "f" and not np.isfinite(tensor.data).all():
                    for x in inputs:
                        if isinstance(x, Tensor) and x.requires_grad:
                            check_forward(x)
                        elif not _finite(x):
                            raise FloatingPointError(f"the input of {_layer(name)} {_range(x)}")
                    check_forward(tensor)

        return check

    with contextlib.ExitStack() as stack:
        stack.enter_context(np.errstate(all="ignore"))
        if model is not None:
            for name, module in _named_once(model):  # before the hooks that close a span
                stack.enter_context(module.register_forward_hook(after(name)))
            stack.enter_context(places)
        stack.enter_context(backward_hook(check_forward, check_backward))
        yield


def _finite(x):
    """Whether an input holds no broken number; what holds no floating-point numbers does not."""
    a = x.data if isinstance(x, Tensor) else x
    return not (isinstance(a, np.ndarray) and a.dtype.kind == "f") or bool(np.isfinite(a).all())


def _layer(name):
    return f"layer {name!r}" if name else "the model"


def _where(node, places):
    name = places.of(node) if places is not None else None
    inside = "" if name is None else f" in {_layer(name)}"
    return f"operation {node.op!r}{inside}"


def _range(a):
    """Say what an array holds."""
    a = np.asarray(a.data if isinstance(a, Tensor) else a)
    good = a[np.isfinite(a)]
    span = f"runs from {good.min():.4g} to {good.max():.4g}" if good.size else "has no number"
    if good.size == a.size:
        return span
    nan = int(np.isnan(a).sum())
    bad = f"{nan} NaN and {a.size - good.size - nan} infinite of {a.size}"
    return f"has {bad}" + (f" and else {span}" if good.size else "")


def _words(node, places, names):
    """Say where numbers went wrong first."""
    if node.is_leaf and not node.inputs:
        if id(node) in names:
            return f"parameter {names[id(node)]!r} {_range(node.data)}"
        if node.op == "leaf":
            return f"an input {_range(node.data)}"
    inputs = [f"input {k} {_range(x.data)}" for k, x in enumerate(node.inputs)]
    return "; ".join([f"the output of {_where(node, places)} {_range(node.data)}", *inputs])
