"""Datasets in mini-batches, under PyTorch's names, as plain NumPy arrays."""

import numpy as np

from ..checks import check_count, check_flag, generator, real_array

__all__ = ["DataLoader", "TensorDataset"]


class TensorDataset:
    """Several arrays whose rows belong together.

    Parameters
    ----------
    *arrays : array_like
        Of equal length; for example images and labels.
    """

    def __init__(self, *arrays):
        if not arrays:
            raise ValueError("TensorDataset needs at least one array")
        self.arrays = tuple(real_array("an array of the dataset", a) for a in arrays)
        if any(a.ndim == 0 for a in self.arrays):
            raise ValueError("TensorDataset needs arrays with rows, got a number")
        lengths = [len(a) for a in self.arrays]
        if len(set(lengths)) > 1:
            raise ValueError(f"the arrays must have equal lengths, got {lengths}")

    def __len__(self):
        return len(self.arrays[0])

    def __getitem__(self, index):
        return tuple(a[index] for a in self.arrays)


class DataLoader:
    """Iterate over a dataset in mini-batches; every pass is one epoch. Guide Eqs. (33), (34).

    Parameters
    ----------
    dataset : TensorDataset, or tuple of arrays
    batch_size : int
    shuffle : bool
        Draw a new order for every pass.
    drop_last : bool
        Leave out a last batch that is smaller than the others.
    rng : int or numpy.random.Generator, optional
        Source of the orders.

    Yields
    ------
    tuple of ndarray
        One array per array of the dataset, with `batch_size` rows.
    """

    def __init__(self, dataset, batch_size=1, shuffle=False, drop_last=False, *, rng=None):
        check_count("batch_size", batch_size)
        self.dataset = TensorDataset(*dataset) if isinstance(dataset, tuple) else dataset
        number = isinstance(self.dataset, np.ndarray) and self.dataset.ndim == 0
        if number or not all(hasattr(self.dataset, n) for n in ("__len__", "__getitem__")):
            raise TypeError(f"expected a dataset or a tuple of arrays, got {dataset!r:.60}")
        if len(self.dataset) == 0:
            raise ValueError("the dataset is empty")
        self.batch_size, self.shuffle = batch_size, check_flag("shuffle", shuffle)
        self.drop_last = check_flag("drop_last", drop_last)
        self.rng = generator(rng)

    def __len__(self):
        whole, rest = divmod(len(self.dataset), self.batch_size)
        return whole + (rest > 0 and not self.drop_last)

    def __iter__(self):
        n = len(self.dataset)
        order = self.rng.permutation(n) if self.shuffle else np.arange(n)
        for k in range(len(self)):
            yield self.dataset[order[k * self.batch_size : (k + 1) * self.batch_size]]
