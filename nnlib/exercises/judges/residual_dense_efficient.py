"""Exercises on residual, dense and scaled networks."""

import numpy as np

from ..core import compare, judge, number, numbers


@judge("three blocks by hand")
def three_blocks_by_hand(answer):
    try:
        slope, parts = answer
    except (TypeError, ValueError):
        return f"expected a number and four numbers, slope and parts, got {answer!r:.60}."
    slope, parts = number(slope), np.array(numbers(parts, 4))
    if not np.isclose(slope, 3, atol=1e-3):
        if np.isclose(slope, -1, atol=1e-3):
            return "this is the slope of the branches alone; each block adds its input."
        return "the slope of the whole is a product of three factors, one plus each branch's slope."
    if np.allclose(parts, [1, 2.5, 0.5, -1], atol=1e-3):
        return None
    if not np.isclose(parts.sum(), slope, atol=1e-3):
        return f"the slope is right, but the parts must add up to it; they give {parts.sum():g}."
    return (
        "the slope is right, and the parts add up to it, but they are not sorted rightly: "
        "the part of one branch is the sum of the three slopes."
    )


@judge("weights of a dense block")
def weights_of_a_dense_block(answer):
    cases = [
        {"channels": 8, "growth_rate": 4, "layers": 1, "bn_size": None},
        {"channels": 8, "growth_rate": 4, "layers": 3, "bn_size": None},
        {"channels": 5, "growth_rate": 3, "layers": 7, "bn_size": None},
        {"channels": 8, "growth_rate": 4, "layers": 3, "bn_size": 4},
        {"channels": 6, "growth_rate": 2, "layers": 5, "bn_size": 1},
    ]

    def wanted(channels, growth_rate, layers, bn_size):
        total = 0
        for layer in range(layers):
            read = channels + layer * growth_rate
            middle = None if bn_size is None else bn_size * growth_rate
            total += 9 * read * growth_rate if middle is None else read * middle
            total += 0 if middle is None else 9 * middle * growth_rate
        return total

    return compare(
        answer,
        wanted,
        cases,
        hint="Each layer reads growth_rate channels more than the one before; "
        "a kernel has 9 or 1 weights for every channel read and every channel made.",
    )


@judge("scale a network for video")
def scale_a_network_for_video(answer):
    cases = [
        {"budget": 2.0, "alpha": 1.2, "beta": 1.1, "gamma": 1.15},
        {"budget": 8.0, "alpha": 2.0, "beta": 1.0, "gamma": 1.0},
        {"budget": 27.0, "alpha": 1.0, "beta": 1.0, "gamma": 3.0},
        {"budget": 100.0, "alpha": 1.3, "beta": 1.2, "gamma": 1.05},
    ]

    def wanted(budget, alpha, beta, gamma):
        phi = np.log(budget) / np.log(alpha * beta**2 * gamma**3)
        return alpha**phi, beta**phi, gamma**phi

    return compare(
        answer,
        wanted,
        cases,
        hint="The price grows by (α β² γ³) to the power φ: choose φ so that this is the budget, "
        "then return α, β and γ to that power.",
        rtol=1e-4,
    )
