"""What networks can express: networks built by hand, and the linear pieces of networks counted.

Nothing here is trained. The weights come from a construction, and pieces are found by solving for
the borders of the units, layer by layer, not by sampling.
"""

import math

import numpy as np

from ..checks import check_count, check_number, real_array
from ..layers.activations import LeakyReLU, ReLU, Sigmoid
from ..layers.linear import Linear
from ..layers.module import Sequential

__all__ = [
    "breakpoints",
    "count_linear_pieces",
    "linear_regions",
    "max_regions",
    "relu_interpolant",
    "sawtooth",
    "staircase",
]


def staircase(f, a, b, n, steepness):
    """Network of n sigmoid units whose graph is a staircase along f on [a, b].

    The interval is cut into n + 1 treads of width h. Each tread has the value of f in its middle,
    and a unit makes each of the n jumps. If s is the steepness and ω(h) the largest change of f
    over a distance of h, the error is at most ω(h) (1 + n / (1 + exp(s h / 2))).
    Guide Theorem (universal-approximation), in one dimension.

    Parameters
    ----------
    f : callable
        Takes an array, returns an array of the same shape.
    a, b : float
    n : int
        Hidden units.
    steepness : float
        Weight s of every hidden unit.

    Returns
    -------
    Sequential
        `Linear`, `Sigmoid`, `Linear` in float64, for inputs (N, 1).

    Raises
    ------
    ValueError
        If a < b, a whole n ≥ 1 and steepness > 0 do not all hold, or f returns another shape.
    """
    if not callable(f):
        raise TypeError(f"staircase's f must be a function, got {f!r:.60}")
    check_number("staircase's a", a)
    check_number("staircase's b", b, a, above=True)
    n = check_count("staircase's n", n)
    check_number("staircase's steepness", steepness, 0, above=True)
    h = (b - a) / (n + 1)
    middles = a + h * (np.arange(n + 1) + 0.5)
    treads = np.asarray(f(middles), float)
    if treads.shape != middles.shape:
        raise ValueError(f"f returned the shape {treads.shape} for inputs of {middles.shape}")
    jumps = a + h * np.arange(1, n + 1)
    hidden = _layer(np.full((n, 1), float(steepness)), -steepness * jumps)
    return Sequential(hidden, Sigmoid(), _layer(np.diff(treads)[None], treads[:1]))


def relu_interpolant(x, y):
    """Network of n ReLU units that joins n + 1 points by straight lines.

    Each unit bends the graph at one point, by the change of the slope there. Left of the first
    point the network is constant, right of the last the last slope goes on. If y = f(x), f'' lies
    between -M and M, and the points are at most h apart, the error is at most M h² / 8.
    Guide Theorem (universal-approximation), in one dimension.

    Parameters
    ----------
    x : array_like, shape (n + 1,)
        Increasing.
    y : array_like, shape (n + 1,)

    Returns
    -------
    Sequential
        `Linear`, `ReLU`, `Linear` in float64, for inputs (N, 1).

    Raises
    ------
    ValueError
        If there are fewer than two points, the shapes differ or x does not increase.
    """
    x = real_array("relu_interpolant's x", x, np.float64)
    y = real_array("relu_interpolant's y", y, np.float64)
    if x.ndim != 1 or len(x) < 2 or x.shape != y.shape:
        raise ValueError(f"expected x and y of shape (n + 1,), n >= 1; got {x.shape}, {y.shape}")
    if not (np.diff(x) > 0).all():
        raise ValueError("the points x must increase")
    slopes = np.diff(y) / np.diff(x)
    bends = np.diff(slopes, prepend=0.0)
    hidden = _layer(np.ones((len(bends), 1)), -x[:-1])
    return Sequential(hidden, ReLU(), _layer(bends[None], y[:1]))


def sawtooth(k):
    """Network of k hidden layers of two ReLU units whose graph on [0, 1] has 2ᵏ⁻¹ teeth.

    Each layer folds the interval: u becomes 2u up to 1/2 and 2 - 2u beyond. The graph has 2ᵏ
    linear pieces between 0 and 1; all its numbers are exact. Source: Telgarsky (2016).

    Parameters
    ----------
    k : int
        At least 1.

    Returns
    -------
    Sequential
        In float64, for inputs (N, 1); it has 6k + 1 parameters.

    Raises
    ------
    ValueError
        If k is not a whole number, at least 1.
    """
    k = check_count("sawtooth's k", k)
    fold = np.array([[2.0, -4.0]])  # 2 relu(u) - 4 relu(u - 1/2)
    both = np.ones((2, 1))
    layers = []
    for level in range(k):
        layers += [_layer(both if level == 0 else both @ fold, [0.0, -0.5]), ReLU()]
    return Sequential(*layers, _layer(fold, [0.0]))


def breakpoints(model, start, end):
    """Where, on a segment of the input space, a unit of a piecewise linear network switches.

    Between two neighbours every unit is linear, and so is the network. The points are found layer
    by layer: on a piece where all earlier layers are linear, a unit switches where its linear
    pre-activation is 0.

    Parameters
    ----------
    model : Sequential
        Of `Linear`, `ReLU` and `LeakyReLU`.
    start, end : float or array_like, shape (d,)
        Ends of the segment.

    Returns
    -------
    ndarray
        Positions t from 0 (start) to 1 (end), both included, increasing.

    Raises
    ------
    TypeError
        If the model has a module of another kind.
    ValueError
        If the ends have different shapes, or not as many numbers as the model has inputs.
    """
    ends = [real_array("an end", p, np.float64) for p in (start, end)]
    if ends[0].shape != ends[1].shape:
        raise ValueError(f"the ends have the shapes {ends[0].shape} and {ends[1].shape}")
    ends = np.stack([np.atleast_1d(p) for p in ends])
    t, values = np.array([0.0, 1.0]), ends  # the layer's output at every breakpoint so far
    for kind, part in _parts(model, ends.shape[1:]):
        if kind == "linear":
            values = values @ part[0].T + part[1]
            continue
        left, right = values[:-1], values[1:]
        piece, unit = np.nonzero(left * right < 0)  # rows are in the order of the pieces
        share = left[piece, unit] / (left[piece, unit] - right[piece, unit])
        crossed = left[piece] + share[:, None] * (right[piece] - left[piece])
        crossed[np.arange(len(unit)), unit] = 0.0
        t = np.concatenate([t, t[piece] + share * np.diff(t)[piece]])
        values = np.concatenate([values, crossed])
        t, first = np.unique(t, return_index=True)
        values = values[first]
        values = np.where(values > 0, values, part * values)
    return t


def count_linear_pieces(model, start, end):
    """Linear pieces of a network on a segment: pieces with one set of active units each.

    Two neighbours may have the same slope by chance; they are counted as two. Arguments and errors
    are those of `breakpoints`.

    Returns
    -------
    int
    """
    return len(breakpoints(model, start, end)) - 1


def linear_regions(model, low, high):
    """Regions of a rectangle of the plane on which a piecewise linear network is linear.

    Starting with the rectangle, every unit of every layer cuts the polygons that its border
    crosses: on each of them its pre-activation is linear.

    Parameters
    ----------
    model : Sequential
        Of `Linear`, `ReLU` and `LeakyReLU`, with two inputs.
    low, high : (float, float)
        Opposite corners of the rectangle.

    Returns
    -------
    list of ndarray, each of shape (corners, 2)
        Convex polygons; together they fill the rectangle.

    Raises
    ------
    TypeError
        If the model has a module of another kind.
    ValueError
        If the model has not two inputs, or low is not below high in both coordinates.
    """
    low = real_array("linear_regions' low", low, np.float64)
    high = real_array("linear_regions' high", high, np.float64)
    if not (low.shape == high.shape == (2,) and (low < high).all()):
        raise ValueError(f"expected two corners, low below high; got {low} and {high}")
    (x0, y0), (x1, y1) = low, high
    box = np.array([[x0, y0], [x1, y0], [x1, y1], [x0, y1]], float)
    regions = [(box, box)]  # corners, and the layer's outputs at the corners
    for kind, part in _parts(model, (2,)):
        if kind == "linear":
            regions = [(corners, z @ part[0].T + part[1]) for corners, z in regions]
            continue
        for unit in range(regions[0][1].shape[1]):
            regions = [side for region in regions for side in _cut(*region, unit)]
        regions = [(corners, np.where(z > 0, z, part * z)) for corners, z in regions]
    return [corners for corners, _ in regions]


def max_regions(n, d):
    """Most linear regions that ReLU networks of these widths can have on d inputs.

    One layer of n units: n hyperplanes cut d-dimensional space into at most Σ C(n, i) parts, for
    i from 0 to d (Schläfli, Zaslavsky). Every further layer cuts each part by the same rule, so
    for several layers the product of these numbers is a bound, in general not reached.

    Parameters
    ----------
    n : int or sequence of int
        Units of the hidden layer, or of each.
    d : int
        Inputs.

    Returns
    -------
    int

    Raises
    ------
    ValueError
        If n ≥ 0 and d ≥ 1, in whole numbers, do not both hold.
    """
    several = isinstance(n, (tuple, list)) or (isinstance(n, np.ndarray) and n.ndim)
    widths = n if several else [n]
    widths = [check_count("max_regions' n", width, 0) for width in widths]
    d = check_count("max_regions' d", d)
    return math.prod(sum(math.comb(width, i) for i in range(d + 1)) for width in widths)


def _layer(weight, bias):
    """Make a float64 `Linear` of given weights."""
    layer = Linear(*np.shape(weight)[::-1], dtype=np.float64, rng=0)
    layer.weight.data[...], layer.bias.data[...] = weight, bias
    return layer


def _parts(model, shape):
    """List the parts of a model: its matrices and biases, and the slopes below 0 between them."""
    if not isinstance(model, Sequential):
        raise TypeError(f"expected a Sequential, got {model!r:.60}")
    parts = []
    for module in model:
        if isinstance(module, Linear):
            weight = module.weight.data.astype(np.float64)
            bias = 0.0 if module.bias is None else module.bias.data.astype(np.float64)
            parts.append(("linear", (weight, bias)))
        elif isinstance(module, ReLU):
            parts.append(("bend", 0.0))
        elif isinstance(module, LeakyReLU):
            parts.append(("bend", module.negative_slope))
        else:
            raise TypeError(
                f"expected Linear, ReLU and LeakyReLU modules, got {type(module).__name__}"
            )
    n_in = next((part[0].shape[1] for kind, part in parts if kind == "linear"), None)
    if n_in is not None and shape != (n_in,):
        raise ValueError(f"the model has {n_in} inputs, the points have the shape {shape}")
    return parts


def _cut(corners, z, unit):
    """Cut a convex polygon where a unit's pre-activation is 0; one or two polygons."""
    side = z[:, unit]
    if not (side.min() < 0 < side.max()):
        return [(corners, z)]
    halves = ([], [])
    for k in range(len(side)):
        before, here = side[k - 1], side[k]
        if before * here < 0:
            share = before / (before - here)
            point = corners[k - 1] + share * (corners[k] - corners[k - 1])
            value = z[k - 1] + share * (z[k] - z[k - 1])
            value[unit] = 0.0
            for half in halves:
                half.append((point, value))
        if here >= 0:
            halves[0].append((corners[k], z[k]))
        if here <= 0:
            halves[1].append((corners[k], z[k]))
    return [(np.array([p for p, _ in half]), np.array([v for _, v in half])) for half in halves]
