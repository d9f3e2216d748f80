"""Exercises on what networks can express."""

import numpy as np

from ..core import call, compare, judge, number, numbers


@judge("a hat by hand")
def a_hat_by_hand(answer):
    weights = numbers(answer, 3)
    if np.allclose(weights, [2, -3, 1]):
        return None
    if np.allclose(weights, [2, -1, 0]):
        return "these are the slopes; a unit's weight is the change of the slope where it bends."
    slopes = ", ".join(f"{s:g}" for s in np.cumsum(weights))
    return f"with these weights the slopes are {slopes}; wanted are 2, -1, 0."


@judge("treads of a staircase")
def treads_of_a_staircase(answer):
    def wanted(edges, heights):
        return float(heights[0]), edges[1:-1], np.diff(heights)

    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    rng = np.random.default_rng(0)
    cases = [{"edges": np.array([0.0, 1.0, 3.0, 4.0]), "heights": np.array([0.2, 0.7, 0.4])}]
    for n in (1, 4, 9):
        edges = np.sort(rng.uniform(size=n + 2))
        cases.append({"edges": edges, "heights": rng.normal(size=n + 1)})
    parts = ("output bias", "places of the steps", "output weights")
    hints = (
        "The first tread has no step before it: its height is where the output starts.",
        "Only the edges between two treads have a step, not the two ends.",
        "A step adds the difference of two treads, the later minus the earlier.",
    )
    for k, (part, hint) in enumerate(zip(parts, hints, strict=True)):
        problem = compare(
            lambda edges, heights, k=k: _part(answer, edges, heights, k),
            lambda edges, heights, k=k: wanted(edges, heights)[k],
            cases,
            hint=hint,
            rtol=1e-4,
            atol=1e-6,
        )
        if problem:
            return f"the {part}: {problem}"
    return None


def _part(answer, edges, heights, k):
    """One of the three things that an answer returns; None while it returns nothing."""
    result = call(answer, {"edges": edges, "heights": heights})
    if result is None or result is ...:
        return None
    if len(result) != 3:
        raise ValueError(f"it returns {len(result)} things, not three")
    return result[k]


@judge("a triangular tower")
def a_triangular_tower(answer):
    try:
        W, b, c = answer
        W, b, c = np.asarray(W, float), np.asarray(b, float), number(c)
    except (TypeError, ValueError):
        return f"expected (W, b, c), got {answer!r}."
    if W.shape != (3, 2) or b.size != 3:
        return f"W needs three rows of two and b three numbers, got {W.shape} and {b.shape}."
    side = np.concatenate([np.linspace(-1, 2, 62), [-0.01, -0.003, 0.003, 0.01]])
    x1, x2 = (grid.ravel() for grid in np.meshgrid(side, side))
    # Points near each edge, and none on it: there rounding would decide.
    near = np.linspace(0.05, 0.9, 9)
    x1 = np.concatenate([x1, near, near])
    x2 = np.concatenate([x2, 1 - near - 0.005, 1 - near + 0.005])
    off = np.minimum(np.minimum(np.abs(x1), np.abs(x2)), np.abs(1 - x1 - x2)) > 1e-6
    x1, x2 = x1[off], x2[off]
    inside = (x1 > 0) & (x2 > 0) & (x1 + x2 < 1)
    on = (W @ np.stack([x1, x2]) + b.reshape(3, 1) > 0).sum(0)
    wrong = np.flatnonzero((on > c) != inside)
    if not wrong.size:
        return None
    k = wrong[np.argmin(np.hypot(x1[wrong] - 1 / 3, x2[wrong] - 1 / 3))]
    where = f"at ({x1[k]:.2f}, {x2[k]:.2f}) {on[k]} of the units are on"
    if inside[k]:
        return f"{where}, not more than c = {c:g}, but the point is inside the triangle."
    return f"{where}, more than c = {c:g}, but the point is outside the triangle."
