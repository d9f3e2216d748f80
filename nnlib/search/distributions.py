"""The values that one hyperparameter may take, and how likely each is."""

import math
import sys

import numpy as np

from ..checks import check_count, check_flag, check_number, generator, real_array

__all__ = ["Choice", "Distribution", "Integer", "LogUniform", "Uniform"]


class Distribution:
    """The values that one hyperparameter may take.

    A distribution is a map from the unit cube: coordinates drawn uniformly from it become values
    of the distribution. What samples, what lays out a design and what models the objective see
    the cube alone.
    """

    dimensions = 1  # of the cube

    def from_unit(self, u):
        """Return the value at a point of the unit cube, an array of shape (dimensions,)."""
        raise NotImplementedError

    def to_unit(self, value):
        """Return the point of the unit cube that `from_unit` takes back to a value."""
        raise NotImplementedError

    def sample(self, rng=None):
        """Draw a value.

        Parameters
        ----------
        rng : int or numpy.random.Generator, optional
        """
        return self.from_unit(generator(rng).random(self.dimensions))

    def grid(self, points):
        """Return a list of values, evenly spaced in the unit cube from end to end."""
        points = check_count("the points of a grid", points)
        units = np.linspace(0, 1, points) if points > 1 else [0.5]
        return list(dict.fromkeys(self.from_unit(np.array([u])) for u in units))

    def check(self, value):
        """Return a value in Python's own type, or say why it is none of this distribution."""
        raise NotImplementedError

    def _point(self, u):
        u = real_array("a point of the unit cube", u, float)
        if u.shape != (self.dimensions,):
            raise ValueError(f"{self} has points of shape {(self.dimensions,)}, got {u.shape}")
        if not ((u >= 0) & (u <= 1)).all():
            raise ValueError(f"a point of the unit cube has coordinates in [0, 1], got {u}")
        return u

    def _key(self):
        return tuple(vars(self).values())

    def __eq__(self, other):
        return self._key() == other._key() if type(self) is type(other) else NotImplemented

    def __hash__(self):
        return hash((type(self), self._key()))


def _ends(op, low, high, least):
    largest = sys.float_info.max
    low = float(check_number(f"{op}: low", low, least, largest, above=least == 0))
    high = float(check_number(f"{op}: high", high, least, largest, above=least == 0))
    if low >= high:
        raise ValueError(f"{op} needs low < high, got {low:g} and {high:g}")
    return low, high


class Uniform(Distribution):
    """Real numbers from `low` to `high`, all equally likely.

    Examples
    --------
    >>> Uniform(0, 0.5).grid(3)
    [0.0, 0.25, 0.5]
    """

    def __init__(self, low, high):
        self.low, self.high = _ends("Uniform", low, high, -sys.float_info.max)

    def from_unit(self, u):
        (u,) = self._point(u)
        return min(max(float((1 - u) * self.low + u * self.high), self.low), self.high)

    def to_unit(self, value):
        value = self.check(value)
        # Halves, since the distance between the largest numbers is infinite.
        share = (value / 2 - self.low / 2) / (self.high / 2 - self.low / 2)
        return np.array([min(max(share, 0.0), 1.0)])

    def check(self, value):
        return float(check_number(_ValueOf(self), value, self.low, self.high))

    def __repr__(self):
        # Short, but never the same for two different numbers.
        ends = (f"{x:g}" if float(f"{x:g}") == x else repr(x) for x in (self.low, self.high))
        return f"{type(self).__name__}({', '.join(ends)})"


class LogUniform(Uniform):
    """Positive numbers from `low` to `high` whose logarithms are all equally likely.

    Between 0.001 and 0.01 lie as many as between 0.1 and 1: for what counts by its order of
    magnitude, such as a learning rate.

    Examples
    --------
    >>> LogUniform(0.01, 1).grid(3)
    [0.01, 0.1, 1.0]
    """

    def __init__(self, low, high):
        self.low, self.high = _ends("LogUniform", low, high, 0)

    def from_unit(self, u):
        (u,) = self._point(u)
        value = 10 ** ((1 - u) * math.log10(self.low) + u * math.log10(self.high))
        return min(max(float(value), self.low), self.high)

    def to_unit(self, value):
        low, high = math.log(self.low), math.log(self.high)
        share = (math.log(self.check(value)) - low) / (high - low)
        return np.array([min(max(share, 0.0), 1.0)])


class Integer(Distribution):
    """Whole numbers from `low` to `high`, both included.

    Parameters
    ----------
    low, high : int
    log : bool
        All logarithms equally likely, not all numbers: for widths and sizes of batches.

    Examples
    --------
    >>> Integer(8, 128, log=True).grid(3)
    [8, 32, 128]
    """

    def __init__(self, low, high, log=False):
        self.log = check_flag("Integer: log", log)
        self.low = check_count("Integer: low", low, 1 if self.log else -math.inf)
        self.high = check_count("Integer: high", high, -math.inf)
        if self.low >= self.high:
            raise ValueError(f"Integer needs low < high, got {self.low} and {self.high}")
        if max(-self.low, self.high) > 2**53:
            raise ValueError(f"Integer reaches from -2**53 to 2**53, got {low} and {high}")

    def _edges(self):
        # Every number has the interval of length 1 around it, on the scale of the logarithm too.
        low, high = self.low - 0.5, self.high + 0.5
        return (math.log(low), math.log(high)) if self.log else (low, high)

    def from_unit(self, u):
        (u,) = self._point(u)
        low, high = self._edges()
        place = (1 - u) * low + u * high
        value = math.floor((math.exp(place) if self.log else place) + 0.5)
        return min(max(value, self.low), self.high)

    def to_unit(self, value):
        value = self.check(value)
        low, high = self._edges()
        return np.array([((math.log(value) if self.log else value) - low) / (high - low)])

    def grid(self, points):
        """Return a list of numbers, evenly spaced; fewer where rounding makes them equal."""
        points = check_count("the points of a grid", points)
        if points == 1:
            return [self.from_unit(np.array([0.5]))]
        spaced = (np.geomspace if self.log else np.linspace)(self.low, self.high, points)
        return list(dict.fromkeys(int(value) for value in np.rint(spaced)))

    def check(self, value):
        value = check_count(_ValueOf(self), value, -math.inf)
        if not self.low <= value <= self.high:
            raise ValueError(f"{_ValueOf(self)} lies in [{self.low}, {self.high}], got {value}")
        return value

    def __repr__(self):
        return f"Integer({self.low}, {self.high}{', log=True' if self.log else ''})"


class Choice(Distribution):
    """One of several options, all equally likely.

    In the unit cube it has a coordinate for each option: `to_unit` gives 1 to the chosen one and
    0 to the others, so that no two options are nearer than any others. `from_unit` takes the
    option whose coordinate is largest, the first of equals.

    Parameters
    ----------
    *options : str, int, float, bool, None, or tuple of these
        All different. A search writes them to its file, so functions and classes are named, and
        looked up by the objective.

    Examples
    --------
    >>> Choice("relu", "tanh").to_unit("tanh")
    array([0., 1.])
    """

    def __init__(self, *options):
        if not options:
            raise ValueError("Choice needs at least one option")
        self.options = tuple(_plain(option) for option in options)
        for k, option in enumerate(self.options):
            if option in self.options[:k]:
                raise ValueError(f"Choice needs different options, got {option!r:.60} twice")

    @property
    def dimensions(self):
        """Of the unit cube: the number of options."""
        return len(self.options)

    def from_unit(self, u):
        return self.options[int(self._point(u).argmax())]

    def to_unit(self, value):
        return np.eye(len(self.options))[self.options.index(self.check(value))]

    def grid(self, points=None):
        """Return all options."""
        if points is not None:
            raise ValueError(f"a grid has all options of {self}: leave its points out")
        return list(self.options)

    def check(self, value):
        value = _plain(value)
        if value not in self.options:
            raise ValueError(f"{_ValueOf(self)} must be one of its options, got {value!r:.60}")
        return self.options[self.options.index(value)]

    def __repr__(self):
        return f"Choice({', '.join(map(repr, self.options))})"


class _ValueOf:
    """What a message calls a value; its text is made only if there is something to say."""

    def __init__(self, distribution):
        self.distribution = distribution

    def __str__(self):
        return f"a value of {self.distribution}"


def _plain(option):
    """Return an option in Python's own types, such as JSON can hold; a list becomes a tuple."""
    if isinstance(option, np.generic):
        option = option.item()
    if option is None or isinstance(option, (str, bool, int)):
        return option
    if isinstance(option, float) and math.isfinite(option):
        return option
    if isinstance(option, (tuple, list)):
        return tuple(_plain(part) for part in option)
    raise TypeError(
        "an option of Choice must be a string, a finite number, True, False, None or a tuple of "
        f"these, got {option!r:.60}; give it a name, and let the objective look it up"
    )
