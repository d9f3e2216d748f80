"""What arguments must be, said once: numbers, pairs, words, axes, shapes, groups.

Each function returns the argument in the form that one computes with, or raises one sentence that
names what came and what was expected.
"""

import math
import operator

import numpy as np

__all__ = [
    "check_axes",
    "check_axis",
    "check_count",
    "check_flag",
    "check_groups",
    "check_lengths",
    "check_number",
    "check_shape",
    "check_sizes",
    "check_word",
    "float_type",
    "generator",
    "number_type",
    "one_of",
    "pair",
    "real_array",
    "reduced_axes",
]


def check_number(name, value, low=-math.inf, high=math.inf, *, above=False, below=False, nan=False):
    """Return a number that lies between two bounds.

    Parameters
    ----------
    name : str
        What the message calls it, such as "dropout needs a probability p"; or what becomes such a
        text when it is formatted, where making it costs more than the check.
    value : float
    low, high : float
        The bounds, which belong to the range.
    above, below : bool
        Whether `value` must lie above `low`, below `high`.
    nan : bool
        Whether it may be NaN.

    Raises
    ------
    ValueError
        If it lies elsewhere or is NaN.
    TypeError
        If it is no number.
    """
    if type(value) is float and low < value < high:  # by far the most frequent case
        return value
    if not isinstance(value, (int, float, np.integer, np.floating)) or isinstance(value, bool):
        raise TypeError(f"{name} must be a number, got {value!r:.60}")
    if nan and math.isnan(value):
        return value
    inside = low <= value <= high
    if not inside or (above and value == low) or (below and value == high):
        ends = "(" if above or low == -math.inf else "[", ")" if below or high == math.inf else "]"
        raise ValueError(f"{name} must lie in {ends[0]}{low:g}, {high:g}{ends[1]}, got {value}")
    return value


def check_count(name, value, least=1):
    """Return a whole number of at least `least` as an int; NumPy's are taken too.

    Raises
    ------
    ValueError
        If it is no whole number or too small.
    """
    try:
        count = None if isinstance(value, (bool, np.bool_)) else operator.index(value)
    except TypeError:
        count = None
    if count is None or count < least:
        bound = "" if least == -math.inf else f" of at least {least}"
        raise ValueError(f"{name} must be a whole number{bound}, got {value!r:.60}")
    return count


def check_sizes(op, *sizes):
    """Return sizes as ints; they must be whole numbers from 1 on."""
    try:
        return [check_count("a size", size) for size in sizes]
    except ValueError:
        *first, last = (f"{size!r:.60}" for size in sizes)
        words = f"{', '.join(first)} and {last}" if first else last
        raise ValueError(f"{op} needs positive sizes, got {words}") from None


def check_flag(name, value):
    """Return True or False, of Python or NumPy, or 1 or 0 in their place."""
    if value is True or value is False:
        return value
    if isinstance(value, (np.bool_, int)) and value in (0, 1):
        return bool(value)
    raise TypeError(f"{name} must be True or False, got {value!r:.60}")


def generator(rng):
    """Return a generator of random numbers from one, a seed, or None for fresh randomness."""
    if isinstance(rng, np.random.Generator):
        return rng
    try:
        return np.random.default_rng(rng)
    except (TypeError, ValueError):
        raise TypeError(
            f"rng must be a numpy.random.Generator, a seed from 0 on or None, got {rng!r:.60}"
        ) from None


def real_array(name, value, dtype=None):
    """Return real numbers as an array, of a type if one is given."""
    try:
        array = np.asarray(getattr(value, "data", value) if hasattr(value, "vjp") else value)
        if array.dtype.kind in "fiub":
            return array if dtype is None else array.astype(dtype, copy=False)
    except (TypeError, ValueError, RuntimeError):
        pass
    raise TypeError(f"{name} must be real numbers in rows of equal length, got {value!r:.60}")


def number_type(dtype):
    """Return a dtype of real numbers, or say what came instead."""
    try:
        kind = np.dtype(dtype)
    except TypeError:
        raise TypeError(f"{dtype!r:.60} names no type of numbers; np.float32 does") from None
    if dtype is None or kind.kind not in "fiub":
        raise TypeError(f"{dtype!r:.60} is no type of real numbers; np.float32 is")
    return kind


def float_type(dtype):
    """Return float32 or float64, in which layers compute."""
    kind = number_type(dtype)
    if kind not in (np.float32, np.float64):
        raise TypeError(f"layers compute in float32 or float64, not {kind}")
    return kind


def check_word(name, value, allowed):
    """Return one of the allowed words."""
    if not isinstance(value, str) or value not in allowed:
        words = ", ".join(repr(word) for word in allowed)
        raise ValueError(f"{name} must be one of {words}, got {value!r:.60}")
    return value


def pair(value, name, least):
    """Return an int or two ints, as vertical and horizontal, of at least `least` each."""
    both = value if isinstance(value, (tuple, list)) else (value, value)
    try:
        both = tuple(operator.index(k) for k in both)  # NumPy's whole numbers too
    except TypeError:
        both = ()
    if len(both) != 2 or min(both) < least:
        raise ValueError(f"{name} must be one or two whole numbers from {least} on, got {value!r}")
    return both


def check_axes(shape, axis, op=""):
    """Return an axis, or a tuple of different ones, that an array of this shape has.

    Raises
    ------
    TypeError
        If an axis is no whole number.
    ValueError
        If there is no such axis, or one is named twice.
    """
    if type(axis) is int and -len(shape) <= axis < len(shape):  # by far the most frequent case
        return axis
    several = isinstance(axis, (tuple, list))
    axes = axis if several else (axis,)
    try:
        if any(isinstance(k, (bool, np.bool_)) for k in axes):
            raise TypeError
        axes = [operator.index(k) for k in axes]
    except TypeError:
        raise TypeError(f"an axis must be a whole number, got {axis!r:.60}") from None
    for k in axes:
        if not -len(shape) <= k < len(shape):
            start = f"{op}: " if op else ""
            raise ValueError(f"{start}axis {k} does not exist: the tensor has shape {shape}")
    if len({k % len(shape) for k in axes}) < len(axes):
        raise ValueError(f"axes {tuple(axes)} name one axis of {shape} twice")
    return tuple(axes) if several else axes[0]


def one_of(op, axis, dim):
    """Return the one that is given of NumPy's `axis` and PyTorch's `dim`, or None."""
    if axis is not None and dim is not None:
        raise TypeError(f"{op}: give axis or dim, not both: they are two names of one thing")
    return dim if axis is None else axis


def reduced_axes(op, shape, axis, dim=None):
    """Return what NumPy reduces along: None for all axes, or checked ones.

    A number has no axis, but one may name its 0 or -1, as in PyTorch.
    """
    axis = one_of(op, axis, dim)
    if axis is None:
        return None
    axes = check_axes(shape or (1,), axis, op)
    return axes if shape else None


def check_axis(op, shape, axis, dim=None):
    """Return the one axis along which an operation works; None for a number, which has none."""
    axis = one_of(op, axis, dim)
    if axis is None or isinstance(axis, (tuple, list)):
        raise TypeError(f"{op} works along one axis, got {axis!r:.60}")
    axis = check_axes(shape or (1,), axis, op)
    return axis if shape else None


def check_lengths(op, lengths, least=0):
    """Return a shape that may have come as one list: ``f(2, 3)`` or ``f((2, 3))``."""
    one = len(lengths) == 1 and isinstance(lengths[0], (tuple, list))
    lengths = tuple(lengths[0] if one else lengths)
    return tuple([check_count(f"{op}: a length", n, least) for n in lengths])


def check_shape(op, name, shape, expected):
    """Refuse a shape other than the expected one."""
    if shape != expected:
        raise ValueError(f"{op}: {name} must have shape {expected}, got {shape}")


def check_groups(groups, **counts):
    """Refuse a number of groups that does not divide all counts, such as ``channels=6``."""
    counts = {name: check_count(name, count) for name, count in counts.items()}
    groups = check_count("groups", groups, -math.inf)
    if groups < 1 or any(count % groups for count in counts.values()):
        parts = " and ".join(f"{count} {name}" for name, count in counts.items())
        raise ValueError(f"{groups} groups do not divide {parts}")
