"""Exercises on what depth saves."""

import numpy as np

from ..core import compare, judge, number, numbers


@judge("units for six folds")
def units_for_six_folds(answer):
    units = number(answer)
    if np.isclose(units, 63):
        return None
    if np.isclose(units, 64):
        return "64 units draw the graph exactly; the theorem forbids n + 1 < 64 only."
    if np.isclose(units, 12):
        return "12 units are enough in six layers; in one layer each of them makes one piece."
    if units < 63:
        return (
            f"with {units:g} units there are at most {units + 1:g} pieces, and the sawtooth has 64."
        )
    return f"{units:g} are enough, but not the fewest that n + 1 ≥ 2⁶ allows."


@judge("square by folding")
def square_by_folding(answer):
    def reference(x, k):
        u, total = x, x
        for j in range(1, k + 1):
            u = 1 - np.abs(2 * u - 1)
            total = total - u / 4**j
        return total

    x = np.random.default_rng(0).uniform(size=7)
    cases = [{"x": np.array([0.0, 0.3, 0.5, 1.0]), "k": 1}, *({"x": x, "k": k} for k in (0, 2, 5))]
    hint = "T is folded once more for every j, and then divided by 4 to the power of j."
    return compare(answer, reference, cases, hint=hint, rtol=1e-5, atol=1e-6)


@judge("towers by folding")
def towers_by_folding(answer):
    towers, units = numbers(answer, 2)
    if np.isclose(towers, 12) and np.isclose(units, 64):
        return "the other way round: first the towers, then the units."
    if not np.isclose(towers, 64):
        if np.isclose(towers, 8):
            return "8 is right along one side; the other side is folded as often."
        return f"{towers:g} towers: a fold of one coordinate doubles everything, and there are six."
    if not np.isclose(units, 12):
        return f"the towers are right; {units:g} units: a fold of one coordinate takes two ReLUs."
    return None
