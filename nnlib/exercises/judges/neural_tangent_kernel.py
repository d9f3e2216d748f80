"""Exercises on the neural tangent kernel."""

import numpy as np

from ..core import Wrong, ask, compare, judge, number, numbers


@judge("tangent kernel by hand")
def tangent_kernel_by_hand(answer):
    found = numbers(answer, 3)
    wanted = (2, 1 / np.pi, np.sqrt(3) / (2 * np.pi) + 2 / 3)
    only_outputs = (1, 1 / np.pi, np.sqrt(3) / (2 * np.pi) + 1 / 3)
    for name, value, right, half in zip("abc", found, wanted, only_outputs, strict=True):
        if np.isclose(value, right, atol=5e-3):
            continue
        if np.isclose(value, half, atol=5e-3):
            return f"({name}) is Σ alone; the hidden weights contribute a second term."
        return f"({name}) is not {value:g}: first find γ, then both terms of the kernel."
    return None


@judge("steps needed")
def steps_needed(answer):
    rng = np.random.default_rng(0)
    Q = np.linalg.qr(rng.normal(size=(4, 4)))[0]
    wide = Q * [4, 1, 0.1, 1e-5] @ Q.T
    cases = (
        ([[2.0]], [1.0], 0.25, 0.3),  # the square is quartered: one step
        ([[2.0]], [3.0], 0.25, 0.01),
        ([[2.0]], [3.0], 0.25, 1.0),  # at once
        (wide, rng.normal(size=4), 0.2, 0.5),
        (wide, rng.normal(size=4), 0.2, 1e-6),
    )
    for kernel, y, lr, share in cases:
        kernel, y = np.array(kernel), np.array(y)
        case = {"kernel": kernel, "y": y, "lr": lr, "share": share}
        found = number(ask(answer, case))
        values, V = np.linalg.eigh(kernel)
        parts = (V.T @ y) ** 2
        if found < 0 or found != round(found):
            return f"expected a whole number of steps, got {found:g}."

        def left(t, values=values, parts=parts, lr=lr):
            return ((1 - lr * values) ** (2 * t) * parts).sum() / parts.sum()

        if left(found) > share * (1 + 1e-9):
            note = " Errors are squared: their factor counts twice." if len(y) == 1 else ""
            return f"after {found:g} steps a share {left(found):.3g} is left, not {share:g}.{note}"
        if found and left(found - 1) <= share * (1 - 1e-9):
            return f"one step less than {found:g} is enough for the share {share:g}."
    return None


@judge("leaky kernel")
def leaky_kernel(answer):
    rng = np.random.default_rng(0)
    cases = [
        {"X1": rng.normal(size=(n, d)), "X2": rng.normal(size=(m, d)), "s": s}
        for n, m, d, s in ((2, 3, 2, 0.0), (3, 1, 4, 0.1), (2, 2, 3, 1.0), (1, 4, 2, -1.0))
    ]

    def wanted(X1, X2, s):
        lengths = np.outer(np.linalg.norm(X1, axis=1), np.linalg.norm(X2, axis=1))
        gamma = np.arccos(np.clip(X1 @ X2.T / lengths, -1, 1))
        slopes = ((1 + s**2) * (np.pi - gamma) + 2 * s * gamma) / np.pi
        return slopes * (X1 @ X2.T) / X1.shape[1]

    first = ask(answer, cases[0])
    right = wanted(**cases[0])
    if np.shape(first) != right.shape:
        raise Wrong(f"expected a row for each of X1 and a column for each of X2, {right.shape}.")
    hint = "Where is the product of two slopes 1, where s², where s, and how likely is each?"
    if np.allclose(first, 2 * right) or np.allclose(first, right * 2 / 2 * cases[0]["X1"].shape[1]):
        hint = "A factor is missing: 2/n under the sum, and 1/d with the product of the inputs."
    elif np.allclose(first, right) is False and np.allclose(
        ask(answer, cases[2]) - wanted(**cases[2]), 0
    ):
        hint = "For s = 1 it is right. For s = 0 only pairs that are both positive count."
    return compare(answer, wanted, cases, hint=hint, rtol=1e-5, atol=1e-6)
