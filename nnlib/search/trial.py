"""A trial: one setting of the hyperparameters, and what became of it."""

from dataclasses import dataclass, field

__all__ = ["Trial"]


@dataclass(frozen=True)
class Trial:
    """One setting of the hyperparameters, and what became of it.

    Two trials are equal if everything but their seconds is.

    Attributes
    ----------
    number : int
        Its place in the search, from 0.
    params : dict
        The hyperparameters by their names; ``trial["rate"]`` reads one.
    seed : int
        From the strategy's seed and the number. An objective that takes all its randomness from
        it gives the same value on every worker, however many there are.
    budget : float or None
        What the objective may spend, such as a number of epochs, if the strategy gives it.
    value : float or None
        What the objective returned; lower is better.
    error : str or None
        Why there is no value, such as "ValueError: the loss is nan".
    seconds : float or None
        How long the objective took.
    """

    number: int
    params: dict = field(hash=False)
    seed: int = 0
    budget: float | None = None
    value: float | None = None
    error: str | None = None
    seconds: float | None = field(default=None, compare=False)

    def __getitem__(self, name):
        if name not in self.params:
            raise KeyError(f"there is no parameter {name!r}; there are {list(self.params)}")
        return self.params[name]

    @property
    def done(self):
        """Whether the objective gave a value."""
        return self.value is not None

    @property
    def failed(self):
        """Whether the objective ended in an error, or in a value that is not finite."""
        return self.error is not None
