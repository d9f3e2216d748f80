"""What all optimizers share: groups of parameters with their settings, the step, the state."""

import math

import numpy as np

from ..autograd.tensor import Tensor
from .store import Store

__all__ = ["Optimizer"]

# What schedules write into a group besides its settings, and a name to tell groups apart.
NOTES = {"initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum", "name"}


class Optimizer:
    """Base of all optimizers.

    Parameters
    ----------
    params : iterable of Tensor, or list of dict
        Usually ``model.parameters()``. Or groups, each a dictionary with its parameters under
        "params" and the settings that differ from the rest: ``{"params": [...], "lr": 0.1}``.
        All parameters are of one floating-point type.
    defaults : dict
        The settings of groups that do not name their own, "lr" among them.

    Attributes
    ----------
    param_groups : list of dict
        The groups with all their settings. They may be changed between steps:
        ``optimizer.param_groups[0]["lr"] = 0.01``.

    Notes
    -----
    No step looks for NaN in gradients; that would cost a pass over them. `fit` refuses a loss
    that is not finite, and ``clip_grad_norm_(parameters, max_norm, error_if_nonfinite=True)``
    a gradient.
    """

    _clock = (("step", 0),)  # what is kept for each parameter, beside its buffers

    def __init__(self, params, defaults):
        if isinstance(params, Tensor):
            raise TypeError("params must be an iterable of tensors or of groups, got one Tensor")
        groups = list(params)
        if not groups:
            raise ValueError("the optimizer got no parameters")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        self.defaults = {name: plain(value) for name, value in defaults.items()}
        self.param_groups, self._stores = [], []
        for group in groups:
            self.add_param_group(group)

    def add_param_group(self, param_group):
        """Add parameters, with settings of their own where the dictionary names them.

        Raises
        ------
        TypeError
            If there is something else than tensors that require a gradient, an unknown setting,
            or a second floating-point type.
        ValueError
            If a setting is out of its range or a parameter is there already.
        """
        if not isinstance(param_group, dict):
            raise TypeError(f"a group is a dict with 'params', got {param_group!r:.60}")
        known = self.defaults.keys() | NOTES | {"params"}
        if not {"params"} <= param_group.keys() <= known:
            raise TypeError(
                f"a group needs 'params' and may set {sorted(self.defaults)}; got "
                f"{sorted(param_group)}"
            )
        params = param_group["params"]
        params = [params] if isinstance(params, Tensor) else list(params)
        group = self.defaults | {name: plain(value) for name, value in param_group.items()}
        group["params"] = params
        if not params:
            raise ValueError("the optimizer got no parameters")
        for p in params:
            if not isinstance(p, Tensor) or not p.requires_grad:
                raise TypeError(f"expected tensors that require a gradient, got {p!r:.60}")
        everything = [p for g in [*self.param_groups, group] for p in g["params"]]
        if len({id(p) for p in everything}) < len(everything):
            raise ValueError("a parameter was given to the optimizer twice")
        dtypes = sorted({str(p.dtype) for p in everything})
        if len(dtypes) > 1:
            raise TypeError(f"the parameters have dtypes {dtypes}: an optimizer takes one type")
        self._check_group(group)
        self.param_groups.append(group)
        self._stores.append(Store(params, self._clock))
        self._stores[-1].allocate(self._buffers(group))

    def _check_group(self, group):
        """Raise ValueError if a setting of a group is out of its range."""
        for name in ("lr", "weight_decay"):
            check(name, group[name], 0, math.inf)

    def _buffers(self, group):
        """What is kept for every number of a parameter: {name: its first value}."""
        return {}

    @property
    def params(self):
        """All parameters, in the order of their groups."""
        return [p for group in self.param_groups for p in group["params"]]

    @property
    def lr(self):
        """The learning rate, if all groups share it; setting it sets it for all."""
        rates = {group["lr"] for group in self.param_groups}
        if len(rates) > 1:
            raise ValueError(f"the groups have different rates: {sorted(rates)}")
        return rates.pop()

    @lr.setter
    def lr(self, value):
        check("lr", value, 0, math.inf)
        for group in self.param_groups:
            group["lr"] = float(value)

    @property
    def state(self):
        """What is remembered: {parameter: {name: array of its shape, "step": number}}.

        The arrays are the optimizer's own, so that the next step changes them.
        """
        return {
            p: store.clocks[k]
            | {name: a[store.places[k]].reshape(p.shape) for name, a in store.state.items()}
            for store in self._stores
            for k, p in enumerate(store.params)
        }

    def zero_grad(self):
        """Forget the gradients, so that the next `backward` starts from zero."""
        for group in self.param_groups:
            for p in group["params"]:
                p.grad = None

    def step(self):
        """Change every parameter that has a gradient. All is checked before any is changed.

        Raises
        ------
        RuntimeError
            If none has one: then ``backward()`` was not called.
        TypeError
            If a gradient is not of the type that the parameters had when the optimizer was made.
        ValueError
            If a learning rate has become negative or NaN, or a gradient is not of its
            parameter's shape.
        """
        work = []
        for group, store in zip(self.param_groups, self._stores, strict=True):
            if not group["lr"] >= 0:
                check("lr", group["lr"], 0, math.inf)
            places = store.due()
            if places:
                work.append((group, store, places))
        if not work:
            raise RuntimeError(
                "step() found no gradient on any parameter: call backward() on the loss first"
            )
        for group, store, places in work:
            needed = self._buffers(group)
            if needed is not store.buffers and needed != store.buffers:  # a setting has changed
                store.allocate(needed)
            for clock, runs in store.teams(places):
                clock["step"] += 1
                lr = float(group["lr"])
                numbers = store.in_arrays(self._numbers(group, lr, clock))
                for run in runs:
                    self._change(run, group, lr, numbers)

    def _change(self, run, group, lr, numbers):
        """Change the parameters of one run."""
        decay, climb = group["weight_decay"], group["maximize"]
        decoupled = decay and group.get("decoupled_weight_decay", False)
        penalty = decay and not decoupled
        g = run.gradients(own=climb or penalty)
        if climb:
            np.negative(g, g)
        if penalty:
            g += np.multiply(run.weights(), decay, run.change)
        self._update(g, run.change, run.free, run.state, *numbers)
        if decoupled:
            theta = run.weights()
            theta *= lr * decay
            run.change += theta
        run.subtract()

    def _numbers(self, group, lr, clock):
        """Return the numbers of this step that `_update` needs, computed once for all parameters.

        ``clock["step"]`` is the number of this update, from 1.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define a step")

    def _update(self, g, change, free, state, *numbers):
        """Compute from gradients what shall be subtracted from the parameters.

        Parameters
        ----------
        g : ndarray
            The gradients, flat, not to be changed.
        change : ndarray
            Where the result goes.
        free : list of ndarray
            Two more arrays of that length to compute in.
        state : list of ndarray
            What `_buffers` names, in its order; to be brought up to date in place.
        *numbers
            What `_numbers` returned, each as an array without axes.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define a step")

    def state_dict(self):
        """Return everything needed to go on exactly: {name: number or copy of an array}.

        The names are "state.3.exp_avg" and "param_groups.0.lr", with PyTorch's words in them.
        Nothing is nested, so that ``np.savez(file, **optimizer.state_dict())`` stores it.
        """
        found, k = {}, 0
        for i, (group, store) in enumerate(zip(self.param_groups, self._stores, strict=True)):
            for name, value in group.items():
                found[f"param_groups.{i}.{name}"] = value
            found[f"param_groups.{i}.params"] = np.arange(k, k + len(store.params))
            for clock, place, p in zip(store.clocks, store.places, store.params, strict=True):
                for name, value in clock.items():
                    found[f"state.{k}.{name}"] = value
                for name in self._buffers(group):
                    found[f"state.{k}.{name}"] = store.state[name][place].reshape(p.shape).copy()
                k += 1
        return found

    def load_state_dict(self, state):
        """Take over what `state_dict` gave, also after ``np.load``.

        Make a schedule before loading: it writes its first rate into the groups.

        Raises
        ------
        KeyError
            If names are missing or unknown.
        ValueError
            If a number of parameters, a shape, a type or a setting does not fit. In all cases
            nothing has been changed.
        """
        groups, arrays, expected, k = [], [], set(), 0
        for i, (old, store) in enumerate(zip(self.param_groups, self._stores, strict=True)):
            prefix, names = f"param_groups.{i}.", old.keys() - NOTES
            names |= {name for name in NOTES if prefix + name in state}
            expected |= {prefix + name for name in names}
            group = {name: plain(state[prefix + name]) for name in names if prefix + name in state}
            group = old | group | {"params": old["params"]}
            self._check_group(group)
            groups.append(group)
            for p in store.params:
                shapes = dict.fromkeys(dict(self._clock), ()) | dict.fromkeys(
                    self._buffers(group), p.shape
                )
                expected |= {f"state.{k}.{name}" for name in shapes}
                arrays.append(
                    {
                        name: self._fitting(f"state.{k}.{name}", state, shape, p.dtype)
                        for name, shape in shapes.items()
                        if f"state.{k}.{name}" in state
                    }
                )
                k += 1
        missing, unknown = sorted(expected - set(state)), sorted(set(state) - expected)
        if missing or unknown:
            raise KeyError(f"state_dict does not fit: missing {missing}, unknown {unknown}")

        found = iter(arrays)
        for i, store in enumerate(self._stores):
            self.param_groups[i].update(groups[i])
            store.allocate(self._buffers(groups[i]))
            clocks = []
            for k in range(len(store.params)):
                remembered = next(found)
                clocks.append({name: plain(remembered.pop(name)) for name, _ in self._clock})
                for name, array in remembered.items():
                    store.state[name][store.places[k]] = array.reshape(-1)
            store.set_clocks(clocks)

    def _fitting(self, name, state, shape, dtype):
        value = np.asarray(state[name])
        if value.shape != shape:
            raise ValueError(f"{name} has shape {value.shape} in the state, {shape} here")
        if name.rsplit(".", 1)[-1] not in dict(self._clock) and value.dtype != dtype:
            raise ValueError(f"{name} is {value.dtype} in the state, {dtype} here")
        return value

    def __repr__(self):
        lines = [
            f"  {len(group['params'])} parameters: "
            + ", ".join(f"{name}={value!r}" for name, value in group.items() if name != "params")
            for group in self.param_groups
        ]
        return f"{type(self).__name__}(\n" + "\n".join(lines) + "\n)"


def plain(value):
    """Turn numbers of NumPy into Python's, and lists and arrays of them into tuples."""
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return tuple(value) if isinstance(value, list) else value


def check(name, value, low, high, open_above=False):
    """Raise ValueError unless a setting is finite and lies between low and high."""
    if not low <= value <= high or (open_above and value == high) or math.isinf(value):
        bracket = f"[{low}, {high})" if open_above or math.isinf(high) else f"[{low}, {high}]"
        raise ValueError(f"{name} must lie in {bracket}, got {value}")
