"""What all optimizers share: groups of parameters with their settings, the step, the state."""

import math

import numpy as np

from ..autograd.tensor import Tensor
from .bucket import pack
from .state import SCALARS, fitting, flat, nested, plain

__all__ = ["Optimizer"]

# What schedules write into a group besides its settings, and a name to tell groups apart.
NOTES = {"initial_lr", "max_lr", "min_lr", "max_momentum", "base_momentum", "name"}
# What PyTorch's groups say about how to compute, not what; passed over in a state.
PYTORCHS_OWN = {"foreach", "fused", "capturable", "differentiable"}


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

    _optional_state = ()  # names that some settings keep, beside those of `_initial_state`

    def __init__(self, params, defaults):
        if isinstance(params, Tensor):
            raise TypeError("params must be an iterable of tensors or of groups, got one Tensor")
        if not hasattr(params, "__iter__") or isinstance(params, np.ndarray):
            raise TypeError(f"params must be a list of tensors or of groups, got {params!r:.60}")
        groups = list(params)
        if not groups:
            raise ValueError("the optimizer got no parameters")
        if not isinstance(groups[0], dict):
            groups = [{"params": groups}]
        self.defaults = {name: plain(value) for name, value in defaults.items()}
        self.param_groups, self._buckets = [], []
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
        states = [self._first_state(group, p) for p in params]
        self.param_groups.append(group)
        self._buckets.append(pack(params, params[0].dtype, states))

    def _check_group(self, group):
        """Raise ValueError if a setting of a group is out of its range."""
        for name in ("lr", "weight_decay"):
            check(name, group[name], 0, math.inf)

    def _initial_state(self, group):
        """State before the first step: {name: number, or what every element of an array is}."""
        return {}

    def _first_state(self, group, p):
        return {
            name: value if name in SCALARS else np.full(p.shape, value, p.dtype)
            for name, value in self._initial_state(group).items()
        }

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
        """What is remembered, under PyTorch's names: {parameter: {"step": 3, "exp_avg": array}}.

        The arrays are the optimizer's own, so that the next step changes them.
        """
        return dict(zip(self.params, self._states(), strict=True))

    def _states(self):
        """State of every parameter, in the order of `params`."""
        states = []
        for group, buckets in zip(self.param_groups, self._buckets, strict=True):
            by_place = {
                k: bucket.state_of(i)
                for bucket in buckets
                for i, (k, _, _) in enumerate(bucket.members)
            }
            states += [by_place[k] for k in range(len(group["params"]))]
        return states

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
        ready = []
        for group, buckets in zip(self.param_groups, self._buckets, strict=True):
            if not group["lr"] >= 0:
                check("lr", group["lr"], 0, math.inf)
            for bucket in buckets:
                indices = bucket.with_gradient()
                if indices:
                    ready.append((group, buckets, bucket, indices))
        if not ready:
            raise RuntimeError(
                "step() found no gradient on any parameter: call backward() on the loss first"
            )
        for group, buckets, bucket, indices in ready:
            if len(indices) < len(bucket.members):  # from now on they have different states
                buckets.remove(bucket)
                bucket, others = bucket.split(indices)
                buckets += [bucket, others]
            self._step_bucket(group, bucket)

    def _step_bucket(self, group, bucket):
        """Change the parameters of one bucket."""
        bucket.add_state(self._initial_state(group))
        everything, gradient = bucket.gather()
        for block, state in bucket.blocks():
            self._step_block(everything[block], gradient[block], state, group, bucket.room)
        bucket.scatter(everything)

    def _step_block(self, theta, g, state, group, room):
        """Change a block of parameters: the sign of the gradient, weight decay, the update."""
        lr, decay = float(group["lr"]), group["weight_decay"]
        own, *scratch = (array[: g.size] for array in room)
        if group["maximize"]:
            g = np.negative(g, out=own)
        if decay and group.get("decoupled_weight_decay", False):
            theta *= 1 - lr * decay
        elif decay:
            g = np.add(g, np.multiply(theta, decay, out=scratch[0]), out=own)
        self._update(theta, g, state, group, lr, scratch)

    def _update(self, theta, g, state, group, lr, scratch):
        """Make one step, in place.

        Parameters
        ----------
        theta : ndarray
            The parameters, flat.
        g : ndarray
            Their gradient, not to be changed.
        state : dict
            What `_initial_state` names; to be brought up to date.
        group : dict
            The settings.
        lr : float
            The learning rate.
        scratch : (ndarray, ndarray)
            Two arrays like g to compute in.
        """
        raise NotImplementedError(f"{type(self).__name__} does not define a step")

    def state_dict(self):
        """Return everything needed to go on exactly: {name: number or copy of an array}.

        The names are "state.3.exp_avg" and "param_groups.0.lr", with PyTorch's words in them.
        Nothing is nested, so that ``np.savez(file, **optimizer.state_dict())`` stores it;
        `nnlib.optim.state.nested` sorts it into groups and states.
        """
        return flat(self.param_groups, self._states())

    def load_state_dict(self, state):
        """Take over what `state_dict` gave, also after ``np.load``, or a state of PyTorch's.

        PyTorch's may stay nested; its tensors must have become arrays. A parameter of which the
        state holds nothing begins anew, as in PyTorch. Make a schedule before loading: it writes
        its first rate into the groups.

        Raises
        ------
        KeyError
            If names are missing or unknown.
        ValueError
            If a number of parameters, a shape, a type or a setting does not fit. In all cases
            nothing has been changed.
        """
        loaded_groups, loaded_states = nested(state)
        missing, unknown, groups, packed, k = [], [], [], [], 0

        def compare(prefix, names, required, optional):
            missing.extend(prefix + name for name in required - names)
            unknown.extend(prefix + name for name in names - required - optional)

        for i, old in enumerate(self.param_groups):
            params, settings = old["params"], loaded_groups.pop(i, {})
            compare(f"param_groups.{i}.", settings.keys(), old.keys() - NOTES, NOTES | PYTORCHS_OWN)
            count = len(settings.get("params", params))
            if count != len(params):
                raise ValueError(
                    f"group {i} has {count} parameters in the state, {len(params)} here"
                )
            known = settings.keys() & (old.keys() | NOTES)
            group = old | {name: plain(settings[name]) for name in known} | {"params": params}
            self._check_group(group)
            groups.append(group)

            states = []
            for p in params:
                initial, values = self._first_state(group, p), loaded_states.pop(k, {})
                prefix = f"state.{k}."
                if values:
                    compare(prefix, values.keys(), initial.keys(), set(self._optional_state))
                    values = {name: fitting(prefix + name, values[name], p) for name in values}
                states.append(values or initial)
                k += 1
            packed.append((params, params[0].dtype, states))

        for word, others in (("param_groups", loaded_groups), ("state", loaded_states)):
            unknown += [f"{word}.{k}.{name}" for k in others for name in others[k]]
        if missing or unknown:
            raise KeyError(
                f"state_dict does not fit: missing {sorted(missing)}, unknown {sorted(unknown)}"
            )
        for old, new in zip(self.param_groups, groups, strict=True):
            old.update(new)
        self._buckets = [pack(*group) for group in packed]

    def __repr__(self):
        lines = [
            f"  {len(group['params'])} parameters: "
            + ", ".join(f"{name}={value!r}" for name, value in group.items() if name != "params")
            for group in self.param_groups
        ]
        return f"{type(self).__name__}(\n" + "\n".join(lines) + "\n)"


def check(name, value, low, high, open_above=False):
    """Raise ValueError unless a setting is finite and lies between low and high."""
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r:.60}")
    if not low <= value <= high or (open_above and value == high) or math.isinf(value):
        bracket = f"[{low}, {high})" if open_above or math.isinf(high) else f"[{low}, {high}]"
        raise ValueError(f"{name} must lie in {bracket}, got {value}")


def moving_average(average, beta, value, scratch):
    """Update in place: average ← β average + (1 - β) value. `scratch` may be `value` itself."""
    average *= beta
    average += np.multiply(value, 1 - beta, out=scratch)
