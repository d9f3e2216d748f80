"""769 trainings of 125 small convolutional cells, run beforehand, so that searches can be compared.

The script tools/train/digit_cells.py made the table, and digit_supernets.py trained all cells in
one network, forty times.
"""

import json
from pathlib import Path
from typing import NamedTuple

import numpy as np

from ..models.cell import CELL_OPERATIONS, cell_cost
from .distributions import Choice
from .space import Space

__all__ = ["DigitCells", "Supernets", "digit_cells", "digit_supernets"]

FOLDER = Path(__file__).parent
NAMES = ("e01", "e02", "e12")


class DigitCells:
    """Accuracies of all `nnlib.models.CellNetwork` of 8 channels on digits of 14 x 14 pixels.

    Each of the 125 cells saw 1,000 digits for up to nine epochs, five times with other seeds; the
    twelve that did best in the mean then saw them with twelve further seeds.

    Attributes
    ----------
    space : Space
        e01, e02, e12 : the operations on the three edges.
    epochs : tuple of int
        After how many epochs accuracies were measured: 1, 3, 9.
    validation : ndarray, shape (5, 5, 5, seeds, epochs)
        Share of the 1,000 validation digits that are right; operations in the order of
        `nnlib.models.CELL_OPERATIONS`.
    test : ndarray, shape (5, 5, 5, seeds, epochs)
        Share of the 2,000 test digits that are right.
    best : ndarray of int, shape (12, 3)
        Places of the twelve cells with the highest mean test accuracy, highest first.
    again : ndarray, shape (12, further seeds)
        Share of the test digits that these have right after nine epochs with further seeds.
    multiply_adds, weights : ndarray, shape (5, 5, 5)
        What one image costs, and the size of the network: `nnlib.models.cell_cost`.
    """

    def __init__(self):
        record = json.loads((FOLDER / "digit_cells.json").read_text())
        self.epochs, self.seeds = tuple(record["epochs"]), record["seeds"]
        with np.load(FOLDER / "digit_cells.npz") as stored:
            self.validation, self.test = stored["validation"] / 1000, stored["test"] / 2000
            self.best, self.again = stored["best"].astype(int), stored["again"] / 2000
        self.space = Space(**{name: Choice(*CELL_OPERATIONS) for name in NAMES})
        shape = (len(CELL_OPERATIONS),) * len(NAMES)
        costs = [cell_cost(self.cell(place)) for place in np.ndindex(shape)]
        self.multiply_adds, self.weights = np.array(costs).T.reshape(2, *shape)

    @staticmethod
    def cell(place):
        """Return the operations of the cell at a place (i, j, k) of the table."""
        return tuple(CELL_OPERATIONS[i] for i in place)

    def index(self, params):
        """Return the place in the table, a tuple of int, of some parameters."""
        params = self.space.check(params)
        return tuple(CELL_OPERATIONS.index(params[name]) for name in NAMES)

    def objective(self, trial):
        """Validation error after ``trial.budget`` epochs, or all nine if it has none.

        The trial's seed chooses one of the five trainings.

        Raises
        ------
        ValueError
            If nothing was measured after that many epochs.
        """
        budget = self.epochs[-1] if trial.budget is None else trial.budget
        if budget not in self.epochs:
            raise ValueError(f"accuracy is known after {self.epochs} epochs, not after {budget}")
        run = (trial.seed % self.seeds, self.epochs.index(budget))
        return float(1 - self.validation[(*self.index(trial.params), *run)])

    def truth(self, params):
        """Mean test accuracy over the five trainings: what a cell is worth.

        Parameters
        ----------
        params : dict

        Returns
        -------
        float
        """
        return float(self.test[self.index(params)][:, -1].mean())


def digit_cells():
    """Return the `DigitCells`, read from the package."""
    return DigitCells()


class Supernets(NamedTuple):
    """What supernets ended with; each field has an array for each kind of training.

    The kinds are "first" and "second", DARTS of either order for nine epochs, "long", first order
    for 27, and "sampled", 27 epochs in which each step trains one cell drawn at random. Ten seeds.

    Attributes
    ----------
    alpha : dict of ndarray, shape (seeds, epochs + 1, 3, 5)
        Before the start and after each epoch; not of "sampled".
    mixed : dict of ndarray, shape (seeds,)
        Validation accuracy of the mixture at the end; not of "sampled".
    cells : dict of ndarray, shape (seeds, 5, 5, 5)
        Validation accuracy of every cell with the weights that it finds in the supernet.
    """

    alpha: dict
    mixed: dict
    cells: dict


def digit_supernets():
    """Return the `Supernets`, read from the package."""
    with np.load(FOLDER / "digit_supernets.npz") as stored:
        parts = {name: {} for name in Supernets._fields}
        for key in stored.files:
            kind, field = key.split("_")
            parts[field][kind] = stored[key] if field == "alpha" else stored[key] / 1000
    return Supernets(**parts)
