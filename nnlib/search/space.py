"""The space of a search: hyperparameters by their names, each with its distribution."""

import numpy as np

from ..checks import generator, real_array
from .distributions import Distribution

__all__ = ["Space"]


class Space:
    """Hyperparameters by their names, each with its distribution, in the order in which they stand.

    Parameters
    ----------
    **distributions : Uniform, LogUniform, Integer or Choice

    Attributes
    ----------
    dimensions : int
        Of the unit cube, onto which the space is mapped: one for each parameter, but for a
        `Choice` one for each option.

    Examples
    --------
    >>> from nnlib.search import Choice, LogUniform
    >>> space = Space(rate=LogUniform(1e-4, 1.0), unit=Choice("relu", "tanh"))
    >>> space.to_unit({"rate": 0.01, "unit": "tanh"})
    array([0.5, 0. , 1. ])
    >>> space.from_unit([0.5, 0.2, 0.7])
    {'rate': 0.01, 'unit': 'tanh'}
    """

    def __init__(self, /, **distributions):
        if not distributions:
            raise ValueError("Space needs at least one parameter, such as rate=Uniform(0, 1)")
        for name, distribution in distributions.items():
            if not isinstance(distribution, Distribution):
                raise TypeError(
                    f"{name} must be a Uniform, LogUniform, Integer or Choice, "
                    f"got {distribution!r:.60}"
                )
        self.distributions = dict(distributions)
        self.dimensions = sum(d.dimensions for d in distributions.values())

    def sample(self, rng=None):
        """Draw the parameters, each by itself; return them as a dict.

        Parameters
        ----------
        rng : int or numpy.random.Generator, optional
        """
        rng = generator(rng)
        return {name: d.sample(rng) for name, d in self.distributions.items()}

    def to_unit(self, params):
        """Return the point of the unit cube, of shape (dimensions,), of some parameters."""
        params = self.check(params)
        return np.concatenate([d.to_unit(params[name]) for name, d in self.distributions.items()])

    def from_unit(self, u):
        """Return the parameters at a point of the unit cube.

        Of the coordinates of a `Choice` the largest says which option is meant, the first of
        equals; a whole number is the one in whose interval the coordinate lies.
        """
        u = real_array("a point of the unit cube", u, float)
        if u.shape != (self.dimensions,):
            raise ValueError(f"the space has points of shape {(self.dimensions,)}, got {u.shape}")
        params, start = {}, 0
        for name, d in self.distributions.items():
            params[name] = d.from_unit(u[start : start + d.dimensions])
            start += d.dimensions
        return params

    def check(self, params):
        """Return parameters in Python's own types, or say what is wrong with them."""
        if not isinstance(params, dict) or set(params) != set(self.distributions):
            given = list(params) if isinstance(params, dict) else params
            raise ValueError(
                f"the space has the parameters {list(self.distributions)}, got {given!r:.200}"
            )
        return {name: d.check(params[name]) for name, d in self.distributions.items()}

    def __getitem__(self, name):
        if name not in self.distributions:
            raise KeyError(f"there is no parameter {name!r}; there are {list(self)}")
        return self.distributions[name]

    def __iter__(self):
        return iter(self.distributions)

    def __len__(self):
        return len(self.distributions)

    def __eq__(self, other):
        if not isinstance(other, Space):
            return NotImplemented
        return list(self.distributions.items()) == list(other.distributions.items())

    def __hash__(self):
        return hash(tuple(self.distributions.items()))

    def __repr__(self):
        return f"Space({', '.join(f'{name}={d}' for name, d in self.distributions.items())})"
