"""28,800 trainings of small digit networks, run beforehand, so that searches can be compared.

Judging a strategy takes hundreds of searches and the truth about every setting. Here the objective
looks its value up: a search that would train for minutes is replayed in milliseconds. The script
tools/train/digit_searches.py made the table.
"""

import json
from pathlib import Path

import numpy as np

from .distributions import Integer, LogUniform, Uniform
from .space import Space

__all__ = ["DigitTable", "digit_table"]

FOLDER = Path(__file__).parent


class DigitTable:
    """Errors of networks 196-width-10 on digits, for every combination of five hyperparameters.

    Each network saw 500 digits for up to 27 epochs, by gradient descent in batches of 50, and was
    trained three times with other seeds. `objective` takes any setting in `space` and gives the
    result of the nearest one that was trained.

    Attributes
    ----------
    space : Space
        rate : learning rate; memory : 1 / (1 - momentum), the number of steps over which momentum
        averages; decay : weight decay; dropout : of hidden units; width : their number.
    levels : dict of str to ndarray
        The values that were trained.
    epochs : tuple of int
        After how many epochs errors were counted: 1, 3, 9, 27.
    validation : ndarray, shape (16, 5, 5, 4, 6, seeds, epochs)
        Share of the 1,000 validation digits that are wrong; NaN where the loss was not finite.
    test : ndarray, shape (16, 5, 5, 4, 6, seeds)
        Share of the 2,000 test digits that are wrong after 27 epochs, or NaN.
    """

    def __init__(self):
        record = json.loads((FOLDER / "digit_table.json").read_text())
        levels = {name: np.array(values) for name, values in record["levels"].items()}
        levels["momentum"] = 1 / (1 - levels["momentum"])
        names = ["memory" if name == "momentum" else name for name in levels]
        self.levels = dict(zip(names, levels.values(), strict=True))
        self.epochs, self.seeds = tuple(record["epochs"]), record["seeds"]
        with np.load(FOLDER / "digit_table.npz") as stored:
            self.validation = _share(stored["validation"], 1000)
            self.test = _share(stored["test"], 2000)
        low, high = ({k: v[i].item() for k, v in self.levels.items()} for i in (0, -1))
        self.space = Space(
            rate=LogUniform(low["rate"], high["rate"]),
            memory=LogUniform(low["memory"], high["memory"]),
            decay=LogUniform(low["decay"], high["decay"]),
            dropout=Uniform(low["dropout"], high["dropout"]),
            width=Integer(low["width"], high["width"], log=True),
        )

    def index(self, params):
        """Place in the table of the trained setting that is nearest to some parameters.

        Parameters
        ----------
        params : dict
            Of `space`. Distances are logarithmic but for dropout.

        Returns
        -------
        tuple of int
        """
        params, place = self.space.check(params), []
        for name, levels in self.levels.items():
            value = params[name]
            if name != "dropout":
                levels, value = np.log(levels), np.log(value)
            place.append(int(np.abs(levels - value).argmin()))
        return tuple(place)

    def objective(self, trial):
        """Validation error after ``trial.budget`` epochs, or all 27 if it has none.

        The trial's seed chooses one of the three trainings.

        Raises
        ------
        FloatingPointError
            If the loss of that training was not finite.
        ValueError
            If nothing was counted after that many epochs.
        """
        budget = self.epochs[-1] if trial.budget is None else trial.budget
        if budget not in self.epochs:
            raise ValueError(f"errors were counted after {self.epochs} epochs, not after {budget}")
        place = (*self.index(trial.params), trial.seed % self.seeds, self.epochs.index(budget))
        error = self.validation[place]
        if np.isnan(error):
            raise FloatingPointError("the loss is not finite")
        return float(error)

    def truth(self, params):
        """Mean test error over the three trainings: what a setting is worth; NaN if one diverged.

        Parameters
        ----------
        params : dict

        Returns
        -------
        float
        """
        return float(self.test[self.index(params)].mean())


def digit_table():
    """Return the `DigitTable`, read from the package."""
    return DigitTable()


def _share(wrong, count):
    return np.where(wrong == np.iinfo(wrong.dtype).max, np.nan, wrong / count)
