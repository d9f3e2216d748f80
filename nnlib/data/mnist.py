"""Handwritten digits: 10,000 to learn from and 2,000 to be tested on, drawn from MNIST."""

import io
from typing import NamedTuple

import numpy as np

from ..checks import check_flag, float_type
from .files import verified

__all__ = ["Digits", "mnist"]


class Digits(NamedTuple):
    """Images and their digits, in two parts.

    Attributes
    ----------
    x_train, x_test : ndarray
        Images with values in [0, 1].
    y_train, y_test : ndarray of int64
        Digits 0..9.
    """

    x_train: np.ndarray
    y_train: np.ndarray
    x_test: np.ndarray
    y_test: np.ndarray


def mnist(flatten=False, dtype=np.float32, folder=None):
    """Load the bundled part of MNIST: 1,000 training and 200 test images of each digit.

    Parameters
    ----------
    flatten : bool
        Images as rows of 784 numbers instead of 28 x 28.
    dtype : dtype
        Of the images.
    folder : path, optional
        Where ``mnist.npz`` lies, if not in the package.

    Returns
    -------
    Digits
        ``x_train`` (10000, 28, 28), ``y_train`` (10000,), ``x_test`` (2000, 28, 28),
        ``y_test`` (2000,).

    Raises
    ------
    FileNotFoundError, OSError
        If the file is missing or damaged.
    TypeError
        If the type holds no floating-point numbers.

    Notes
    -----
    Y. LeCun, C. Cortes, C. J. C. Burges, The MNIST database of handwritten digits;
    CC BY-SA 3.0. The draw is random with a fixed seed; no image was changed.
    """
    dtype, flatten = float_type(dtype), check_flag("mnist: flatten", flatten)
    with np.load(io.BytesIO(verified("mnist.npz", folder)), allow_pickle=False) as stored:
        parts = {name: stored[name] for name in Digits._fields}
    for part in ("x_train", "x_test"):
        images = parts[part].astype(dtype) / np.asarray(255, dtype)
        parts[part] = images.reshape(len(images), -1) if flatten else images
    for part in ("y_train", "y_test"):
        parts[part] = parts[part].astype(np.int64)
    return Digits(**parts)
