"""Early stopping: when to end training, and the weights that were best until then."""

import math

from ..checks import check_count, check_flag

__all__ = ["EarlyStopping"]


class EarlyStopping:
    """Ends `fit` when a recorded quantity no longer improves, and keeps the best weights.

    Parameters
    ----------
    model : Module
    patience : int
        How many epochs in a row may pass without a new best one.
    quantity : str
        What `fit` records, such as "val_loss" or "val_accuracy".
    larger : bool
        Whether larger is better, as for an accuracy.

    Attributes
    ----------
    best : float
        The best value so far.
    best_epoch : int
        The epoch of this value, from 1; 0 before the first.

    Examples
    --------
    >>> stop = EarlyStopping(model, patience=5)  # doctest: +SKIP
    >>> nn.fit(model, loader, loss, optimizer, epochs=500, validation=held_out, on_epoch=stop)
    >>> stop.restore()  # the weights of stop.best_epoch

    Notes
    -----
    A quantity that is not a number counts as no improvement. Prechelt 1998 compares such rules.
    """

    def __init__(self, model, patience=10, quantity="val_loss", *, larger=False):
        self.model, self.quantity = model, quantity
        self.patience = check_count("EarlyStopping's patience", patience)
        self.larger = check_flag("larger", larger)
        self.best, self.best_epoch = -math.inf if larger else math.inf, 0
        self._weights = None

    def __call__(self, epoch, history):
        """Look at the newest value; return True if it is time to stop."""
        value = history[self.quantity][-1]
        if value > self.best if self.larger else value < self.best:
            self.best, self.best_epoch = value, epoch
            self._weights = self.model.state_dict()
        return epoch - self.best_epoch >= self.patience

    def restore(self):
        """Give the model the weights of the best epoch.

        Raises
        ------
        RuntimeError
            If no epoch has been seen.
        """
        if self._weights is None:
            raise RuntimeError("EarlyStopping has seen no epoch yet: pass it to fit as on_epoch")
        self.model.load_state_dict(self._weights)
