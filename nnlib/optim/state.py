"""How an optimizer's state is written down: flat, for files. PyTorch's nested form is read, too."""

import numpy as np

__all__ = ["SCALARS", "fitting", "flat", "nested", "plain"]

SCALARS = {"step", "mu_product"}  # one number for a parameter; all else is an array of its shape


def flat(param_groups, states):
    """Return {"param_groups.0.lr": value, "state.3.exp_avg": copy of an array}."""
    written, k = {}, 0
    for i, group in enumerate(param_groups):
        for name, value in group.items():
            written[f"param_groups.{i}.{name}"] = value
        written[f"param_groups.{i}.params"] = np.arange(k, k + len(group["params"]))
        k += len(group["params"])
    for k, state in enumerate(states):
        for name, value in state.items():
            written[f"state.{k}.{name}"] = value if name in SCALARS else value.copy()
    return written


def nested(state):
    """Return ({i: settings of a group}, {k: state of a parameter}) of a state of either form.

    Raises
    ------
    KeyError
        If a name belongs to neither.
    """
    if "param_groups" in state:
        groups = {i: dict(group) for i, group in enumerate(state["param_groups"])}
        # SGD of PyTorch may write None for a momentum buffer that is not there yet
        states = {
            k: {name: value for name, value in values.items() if value is not None}
            for k, values in state["state"].items()
        }
        return groups, states
    parts, unknown = {"param_groups": {}, "state": {}}, []
    for key in state:
        kind, _, rest = key.partition(".")
        number, _, name = rest.partition(".")
        if kind in parts and number.isdecimal() and name:
            parts[kind].setdefault(int(number), {})[name] = state[key]
        else:
            unknown.append(key)
    if unknown:
        raise KeyError(f"state_dict does not fit: missing [], unknown {sorted(unknown)}")
    return parts["param_groups"], parts["state"]


def fitting(key, value, p):
    """Return a number or an array of a state, after a check that it fits the parameter."""
    value, name = np.asarray(value), key.rsplit(".", 1)[-1]
    shape = () if name in SCALARS else p.shape
    if value.shape != shape:
        raise ValueError(f"{key} has shape {value.shape} in the state, {shape} here")
    if name in SCALARS:  # PyTorch counts steps in floating point
        return int(value) if name == "step" else float(value)
    if value.dtype != p.dtype:
        raise ValueError(f"{key} is {value.dtype} in the state, {p.dtype} here")
    return value


def plain(value):
    """Turn numbers of NumPy into Python's, and lists and arrays of them into tuples."""
    value = value.tolist() if isinstance(value, np.ndarray | np.generic) else value
    return tuple(value) if isinstance(value, list) else value
