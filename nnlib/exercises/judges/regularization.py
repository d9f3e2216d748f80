"""Exercises on regularization."""

import numpy as np

from ..core import compare, judge, number


@judge("effective parameters by hand")
def effective_parameters_by_hand(answer):
    count = number(answer)
    if np.isclose(count, 1.5, rtol=1e-3):
        return None
    if np.isclose(count, 5.25, rtol=1e-3):
        return "that is the sum of the curvatures: each direction keeps only a share."
    if np.isclose(count, 3.25, rtol=1e-3):
        return "that is the sum of h, but no share h/(h + λ) can be more than 1."
    if count > 3:
        return "there are three directions and no share is more than 1."
    return f"the three shares h/(h + 1) do not add up to {count:g}."


@judge("patience")
def patience(answer):
    def patient(losses, patience):
        best = 1
        for epoch, loss in enumerate(losses, 1):
            if loss < losses[best - 1]:
                best = epoch
            if epoch - best == patience:
                break
        return best, epoch

    cases = [
        {"losses": [5.0, 3.0, 4.0, 2.0, 6.0, 7.0, 8.0, 1.0], "patience": 3},
        {"losses": [3.0, 2.0, 1.0], "patience": 2},
        {"losses": [2.0, 2.0, 2.0, 1.0], "patience": 2},
        {"losses": [1.0, 2.0, 0.5, 2.0, 2.0], "patience": 1},
        {"losses": [1.0, 2.0, 0.5, 2.0, 2.0], "patience": 4},
        {"losses": [1.0, 3.0, 2.0, 4.0], "patience": 2},  # better than the last, not the best
    ]
    hint = (
        "Epochs count from 1; stop once `patience` epochs have passed since the best one, "
        "and a loss that is only equal is no new best."
    )
    return compare(answer, patient, cases, hint=hint)


@judge("noise as a penalty")
def noise_as_a_penalty(answer):
    lam = number(answer)
    if np.isclose(lam, 0.09, rtol=1e-3):
        return None
    if np.isclose(lam, 0.3, rtol=1e-3):
        return "0.3 is the standard deviation; which power of it appears in a mean square?"
    if np.isclose(lam, 0.045, rtol=1e-3) or np.isclose(lam, 0.18, rtol=1e-3):
        return "both the loss and the penalty of Eq. (76) have a factor ½: compare them."
    return "average (r - w·e)² over the noise e: which multiple of |w|² is added?"
