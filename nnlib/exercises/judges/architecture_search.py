"""Exercises on the search for architectures."""

import itertools

import numpy as np

from ..core import array, ask, judge, numbers


@judge("best of two cells")
def best_of_two(answer):
    without, with_replacement = numbers(answer, 2)
    values = (0.80, 0.85, 0.90, 0.95)
    pairs = [max(pair) for pair in itertools.combinations(values, 2)]
    all_pairs = [max(pair) for pair in itertools.product(values, repeat=2)]
    wanted = np.mean(pairs), np.mean(all_pairs)
    if np.allclose((without, with_replacement), wanted, atol=1e-3):
        return None
    if np.allclose((with_replacement, without), wanted, atol=1e-3):
        return "the two numbers are the wrong way round: without replacement comes first."
    if abs(without - wanted[0]) < 1e-3:
        return (
            "the first is right; with replacement there are 16 pairs, 4 of them of one cell twice."
        )
    if abs(with_replacement - wanted[1]) < 1e-3:
        return "the second is right; without replacement there are 6 pairs, all equally likely."
    return "list the 6 pairs of different cells, and take the larger accuracy of each."


@judge("pareto front")
def pareto_front(answer):
    rng = np.random.default_rng(5)
    cases = [
        ([3, 1, 2, 2], [0.9, 0.7, 0.8, 0.6]),
        ([1, 1, 2, 3], [0.5, 0.7, 0.7, 0.9]),
        ([1, 1, 2], [0.5, 0.5, 0.4]),
        (rng.integers(1, 9, 30).tolist(), (rng.integers(1, 9, 30) / 10).tolist()),
    ]
    for cost, accuracy in cases:
        points = list(zip(cost, accuracy, strict=True))
        wanted = [
            k
            for k, (c, a) in enumerate(points)
            if not any(d <= c and b >= a and (d < c or b > a) for d, b in points)
        ]
        given = {"cost": np.array(cost), "accuracy": np.array(accuracy)}
        found = ask(answer, given)
        case = f"for cost {cost} and accuracy {accuracy}" if len(cost) < 9 else "for 30 cells"
        try:
            found = np.array(list(found) if isinstance(found, (set, frozenset)) else found).ravel()
            if found.dtype == bool and found.shape == (len(cost),):
                found = np.flatnonzero(found)
            places = sorted(int(k) for k in found)
            whole = np.array_equal(np.sort(found), places)
        except (TypeError, ValueError, OverflowError):
            return f"{case} expected a list of places, got {found!r:.60}."
        if not whole:
            return f"{case} places are whole numbers, got {found.tolist()!r:.60}."
        if places and not 0 <= places[0] <= places[-1] < len(cost):
            return f"{case} places run from 0 to {len(cost) - 1}, got {places!r:.60}."
        if len(set(places)) < len(places):
            return f"{case} a place occurs twice in {places!r:.60}."
        if places == wanted:
            continue
        extra, missing = set(places) - set(wanted), set(wanted) - set(places)
        if extra:
            k = min(extra)
            return f"{case} cell {k} is dominated, but is in the answer." + (
                " Two cells of equal cost: the less accurate one is dominated."
                if 0 <= k < len(cost) and cost.count(cost[k]) > 1
                else ""
            )
        return f"{case} cell {min(missing)} is dominated by none, but is missing."
    return None


@judge("the others as baseline")
def leave_one_out(answer):
    for scores in ([1.0, 0.0], [0.9, 0.8, 0.4], [0.5, 0.7, 0.7, 0.1, 0.2]):
        values = np.array(scores)
        n = len(values)
        wanted = values - (values.sum() - values) / (n - 1)
        case = f"for the scores {scores}"
        found = array(ask(answer, {"scores": values}), values.shape, case)
        if np.allclose(found, wanted, atol=1e-5):
            continue
        if np.allclose(found, values - values.mean(), atol=1e-5):
            return f"{case} the mean includes the draw itself; that makes the estimate too short."
        if np.allclose(found, wanted - values, atol=1e-5) or np.allclose(
            found, values - wanted, atol=1e-5
        ):
            return f"{case} these are the baselines; the advantage is the score minus it."
        return f"{case} the result is {found.round(3).tolist()}, not {wanted.round(3).tolist()}."
    return None


@judge("two levels")
def two_levels(answer):
    first, unrolled, best = numbers(answer, 3)
    if np.allclose((first, unrolled, best), (0, 1 / 3, 0.5), atol=2e-3):
        return None
    if abs(first) > 2e-3:
        return "with ξ = 0 the gradient in α is ∂L_val/∂α = α alone; at rest it is 0."
    if abs(best - 0.5) > 2e-3:
        return "the best response is w*(α) = α: put it into L_val and minimise in α."
    return "w' = w − ξ(w − α), so the gradient is α + ξ(w' − 1); at rest w = w' = α."
