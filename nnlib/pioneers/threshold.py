"""The threshold unit of McCulloch and Pitts, 1943, and the networks that they made of it."""

import numpy as np

from ..checks import check_number, real_array

__all__ = ["BooleanNetwork", "mcculloch_pitts", "mcculloch_pitts_1943"]


def mcculloch_pitts(x, w, theta):
    """Threshold unit: 1 where Σ wᵢxᵢ ≥ θ, else 0. Guide Eq. (1).

    It is Guide Definition (mcculloch-pitts-neuron).

    Parameters
    ----------
    x : array_like, shape (..., n)
        Binary inputs.
    w : array_like, shape (n,)
    theta : float
        The threshold.

    Returns
    -------
    ndarray of int64, shape (...)

    Raises
    ------
    ValueError
        If an input is neither 0 nor 1, or the shapes do not fit.
    """
    x, w = _binary(x), real_array("w", w)
    check_number("theta", theta)
    if w.ndim != 1 or x.ndim == 0 or x.shape[-1] != len(w):
        raise ValueError(f"inputs of shape {x.shape} do not fit weights of shape {w.shape}")
    return (x @ w >= theta).astype(np.int64)


def mcculloch_pitts_1943(excitatory, inhibitory, theta):
    """The unit of the paper of 1943: equal excitatory inputs, absolute inhibition.

    It fires where no inhibitory input is active and at least θ excitatory ones are. Guide
    Eq. (1) with weight 1 on excitatory and a weight below -(n - θ) on inhibitory inputs says the
    same. Source: McCulloch & Pitts (1943), assumptions 1-5.

    Parameters
    ----------
    excitatory : array_like, shape (..., n)
    inhibitory : array_like, shape (..., m)
        m may be 0.
    theta : int
        A positive whole number.

    Returns
    -------
    ndarray of int64, shape (...)
    """
    theta = float(check_number("the threshold of 1943", theta, 1))
    if not theta.is_integer():
        raise ValueError(f"the threshold of 1943 is a positive whole number, got {theta}")
    excitatory, inhibitory = _binary(excitatory), _binary(inhibitory)
    fires = (excitatory.sum(-1) >= theta) & ~inhibitory.any(-1)
    return fires.astype(np.int64)


class BooleanNetwork:
    """A two-layer network of threshold units for any Boolean function. Guide Eq. (1).

    One hidden unit for every row of the truth table whose output is 1: it has weight +1 for an
    input that is 1 in that row, -1 for one that is 0, and the number of ones as its threshold,
    so that it fires for this row alone. The output unit is their OR.

    Parameters
    ----------
    rows : array_like, shape (2**n, n)
        All rows of the truth table, each once, in any order.
    outputs : array_like, shape (2**n,)

    Attributes
    ----------
    hidden_weights : ndarray of int64, shape (units, n)
    hidden_thresholds : ndarray of int64, shape (units,)
    """

    def __init__(self, rows, outputs):
        rows, outputs = _binary(rows), _binary(outputs)
        if rows.ndim != 2 or outputs.shape != (len(rows),):
            raise ValueError(
                f"expected rows (2**n, n) and as many outputs, got {rows.shape} and {outputs.shape}"
            )
        distinct = len(np.unique(rows, axis=0))
        if len(rows) != 2 ** rows.shape[1] or distinct != len(rows):
            raise ValueError(
                f"{rows.shape[1]} inputs have {2 ** rows.shape[1]} rows, each once; got "
                f"{len(rows)} rows, {distinct} of them distinct"
            )
        minterms = rows[outputs == 1]
        self.hidden_weights = 2 * minterms - 1
        self.hidden_thresholds = minterms.sum(1)

    def __call__(self, x):
        """Outputs, shape (...), for binary inputs of shape (..., n)."""
        x = _binary(x)
        hidden = (x @ self.hidden_weights.T >= self.hidden_thresholds).astype(np.int64)
        return mcculloch_pitts(hidden, np.ones(hidden.shape[-1], np.int64), 1)


def _binary(x):
    x = real_array("inputs", x)
    if x.size and not np.isin(x, (0, 1)).all():
        raise ValueError(f"inputs must be 0 or 1, found {x[~np.isin(x, (0, 1))].flat[0]:g}")
    return x.astype(np.int64)
