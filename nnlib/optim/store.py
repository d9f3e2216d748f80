"""What an optimizer remembers of a group of parameters, side by side in flat arrays.

For small parameters the number of NumPy calls is what costs: neighbours are joined, so that a
formula is computed once for all of them. A large one runs alone, without a copy of its gradient.
"""

import itertools

import numpy as np

__all__ = ["Run", "Store"]

LARGE = 65536  # numbers, from where a copy costs more than another ten calls of NumPy


class Store:
    """State and clocks of the parameters of one group.

    Attributes
    ----------
    params : list of Tensor
    dtype : dtype
        Of the parameters when the optimizer was made.
    state : dict of str to ndarray
        One flat array per quantity, for all parameters one after the other.
    clocks : list of dict
        For each parameter how many gradients it has had, under "step", and what numbers an
        optimizer keeps besides. Parameters that have always met share one dictionary.
    """

    def __init__(self, params, clock):
        self.params = params
        self._listed = [(k, p, p.shape) for k, p in enumerate(params)]
        self.dtype = params[0].dtype
        ends = list(itertools.accumulate(p.size for p in params))
        self.places = [slice(end - p.size, end) for p, end in zip(params, ends, strict=True)]
        self.state = {}
        numbers = np.empty(8, self.dtype)
        self._numbers, self._views = numbers, [numbers[i : i + 1].reshape(()) for i in range(8)]
        self.set_clocks([dict(clock)] * len(params))

    def set_clocks(self, clocks):
        """Give every parameter its clock; equal ones become one, so that they go on together."""
        self.clocks = [clocks[clocks.index(clock)] for clock in clocks]
        self.all_met = all(clock is self.clocks[0] for clock in self.clocks)
        self._runs, self._all_runs = {}, None

    def allocate(self, buffers):
        """Hold arrays {name: number to fill a new one with}, and no others."""
        for name, fill in buffers.items():
            if name not in self.state:
                self.state[name] = np.full(self.places[-1].stop, fill, self.dtype)
        self.state = {name: self.state[name] for name in buffers}  # in the order of `_buffers`
        self.buffers = buffers
        self._runs, self._all_runs = {}, None  # they hold views of the state

    def in_arrays(self, numbers):
        """Return numbers as arrays without axes, which NumPy takes up twice as fast.

        They are the store's own: the next call overwrites them.
        """
        count = len(numbers)
        self._numbers[:count] = numbers
        return self._views[:count]

    def due(self):
        """Return the places of all parameters with a gradient, after a check of these.

        Raises
        ------
        TypeError
            If a gradient is not of the type that the parameters had at first.
        ValueError
            If it is not of the shape of its parameter.
        """
        places, dtype = [], self.dtype
        for k, p, shape in self._listed:
            g = p.grad
            if g is None:
                continue
            if g.dtype != dtype or g.shape != shape:
                error = TypeError if g.dtype != dtype else ValueError
                raise error(
                    f"parameter {k} has a gradient of {g.dtype}, {g.shape}, but was {dtype}, "
                    f"{shape} when the optimizer was made: convert the model first"
                )
            places.append(k)
        return places

    def teams(self, places):
        """Return (clock, runs) for the parameters that have had their gradients together."""
        if self.all_met and len(places) == len(self.clocks):
            self._all_runs = self._all_runs or list(self._join(places))
            return [(self.clocks[0], self._all_runs)]
        self.all_met, by_clock = False, {}
        for k in places:
            by_clock.setdefault(id(self.clocks[k]), []).append(k)
        found = []
        for team in by_clock.values():
            clock = self.clocks[team[0]].copy()  # those that wait now keep the old one
            for k in team:
                self.clocks[k] = clock
            found.append((clock, self.runs(tuple(team))))
        return found

    def runs(self, team):
        """Return the runs over some parameters; those of the last teams are remembered."""
        if team not in self._runs:
            if len(self._runs) > 16:
                self._runs.clear()
            self._runs[team] = list(self._join(team))
        return self._runs[team]

    def _join(self, team):
        small = []
        for k in team:
            large = self.params[k].size >= LARGE
            if small and (large or small[-1] != k - 1):
                yield Run(self, small)
                small = []
            if large:
                yield Run(self, [k])
            else:
                small.append(k)
        if small:
            yield Run(self, small)


class Run:
    """Neighbouring parameters that are worked on at once.

    Attributes
    ----------
    state : list of ndarray
        Their part of each of the store's arrays.
    change : ndarray
        Room for what shall be subtracted from them, flat.
    free : list of ndarray
        Two more such arrays to compute in.
    """

    def __init__(self, store, places):
        self.params = [store.params[k] for k in places]
        start, stop = store.places[places[0]].start, store.places[places[-1]].stop
        self.state = [array[start:stop] for array in store.state.values()]
        # Rooms that are never used cost nothing.
        rooms = [np.empty(stop - start, store.dtype) for _ in range(5)]
        self.change, self._gradients, self._weights, *self.free = rooms
        cuts = [slice(store.places[k].start - start, store.places[k].stop - start) for k in places]

        def beside(room):
            return [
                (p, room[here].reshape(p.shape)) for p, here in zip(self.params, cuts, strict=True)
            ]

        self._each_change, self._each_gradient = beside(self.change), beside(self._gradients)
        self._each_weight = beside(self._weights)

    def gradients(self, own=False):
        """Return the gradients side by side; not to be changed unless a copy, `own`, is asked."""
        if len(self.params) == 1 and not own:
            return self.params[0].grad.reshape(-1)
        for p, part in self._each_gradient:
            part[...] = p.grad
        return self._gradients

    def weights(self):
        """Return a copy of the parameters, side by side."""
        for p, part in self._each_weight:
            part[...] = p.data
        return self._weights

    def subtract(self):
        """Subtract the change from the parameters."""
        for p, part in self._each_change:
            p.data -= part
