"""Exercises on the backward pass."""

import itertools

import numpy as np

from ..core import compare, is_number, judge


@judge("backward by hand")
def backward_by_hand(answer):
    try:
        found = np.asarray(answer, float)
    except (TypeError, ValueError):
        return "expected a list of two rows with two numbers each."
    if found.shape != (2, 2):
        return f"expected two rows with two numbers each, got the shape {found.shape}."
    wanted = np.array([[36.0, 24.0], [0.0, 0.0]])
    for j, i in np.ndindex(2, 2):
        if not np.isclose(found[j, i], wanted[j, i]):
            hint = (
                "the second hidden unit has z = -1: what is the slope of ReLU there?"
                if j
                else "it is the error signal of the first hidden unit times the input."
            )
            return f"row {j + 1}, column {i + 1} is not {found[j, i]:g}; {hint}"
    return None


@judge("hidden delta")
def hidden_delta(answer):
    def reference(W_next, delta_next, A):
        return (delta_next @ W_next) * (1 - A**2)

    rng = np.random.default_rng(0)
    cases = [{"W_next": np.array([[2.0]]), "delta_next": np.array([[3.0]]), "A": np.zeros((1, 1))}]
    for n, m, batch in ((1, 1, 1), (3, 2, 4), (2, 5, 1)):
        cases.append(
            {
                "W_next": rng.normal(size=(m, n)),
                "delta_next": rng.normal(size=(batch, m)),
                "A": np.tanh(rng.normal(size=(batch, n))),
            }
        )
    return compare(answer, reference, cases, hint="The slope of tanh at z is 1 - tanh(z)².")


@judge("softmax backward")
def softmax_backward(answer):
    def reference(P, G):
        return P * (G - (G * P).sum(1, keepdims=True))

    rng = np.random.default_rng(0)
    cases = [{"P": np.array([[0.5, 0.5]]), "G": np.array([[1.0, 0.0]])}]
    for shape in ((1, 3), (4, 2), (2, 5)):
        e = np.exp(rng.normal(size=shape))
        cases.append({"P": e / e.sum(1, keepdims=True), "G": rng.normal(size=shape)})
    return compare(
        answer, reference, cases, hint="Each logit moves every output: collect Σ G P of the row."
    )


@judge("equal start")
def equal_start(answer):
    if not is_number(answer, 1):
        return (
            f"{answer!r} is not their number. If two hidden units have equal weights before a "
            "step, how do their error signals and gradients differ?"
        )
    return None


@judge("shared weight")
def shared_weight(answer):
    def reference(w, x, T):
        a = [x]
        for _ in range(T):
            a.append(np.tanh(w * a[-1]))
        slope = 0.0  # forward this time: what w has done to a so far
        for before, after in itertools.pairwise(a):
            slope = (1 - after**2) * (before + w * slope)
        return slope

    cases = [
        {"w": w, "x": x, "T": T}
        for w, x, T in ((0.5, 1.0, 1), (2.0, 1.0, 2), (-0.7, 0.4, 3), (1.5, -0.2, 6), (0.0, 1.0, 3))
    ]
    hint = "The weight acts at every t. Add what it does at each place, with the signal there."
    return compare(answer, reference, cases, hint=hint)
