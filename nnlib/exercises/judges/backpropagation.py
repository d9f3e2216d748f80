"""Exercises on the backward pass."""

import itertools

import numpy as np

from ..core import ask, compare, is_number, judge


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


@judge("backward of a skip")
def backward_of_a_skip(answer):
    rng = np.random.default_rng(0)
    cases = [{"W": np.zeros((1, 1)), "A": np.array([[2.0]]), "G": np.array([[3.0]])}]
    for n, batch in ((1, 1), (2, 3), (3, 1), (4, 2)):
        cases.append(
            {
                "W": rng.normal(size=(n, n)),
                "A": rng.normal(size=(batch, n)),
                "G": rng.normal(size=(batch, n)),
            }
        )
    for case in cases:
        W, A, G = case["W"], case["A"], case["G"]
        delta = G * (1 - np.tanh(A @ W.T) ** 2)
        found = ask(answer, case)
        if not hasattr(found, "__len__") or len(found) != 2:
            return "expected two results, the gradients with respect to A and to W."
        try:
            dA, dW = (np.asarray(part, float) for part in found)
        except (TypeError, ValueError):
            return "expected two arrays of numbers."
        if dA.shape != A.shape or dW.shape != W.shape:
            return f"expected the shapes {A.shape} and {W.shape}, got {dA.shape} and {dW.shape}."
        if not np.allclose(dA, G + delta @ W, rtol=1e-5, atol=1e-6):
            if np.allclose(dA, delta @ W, rtol=1e-5, atol=1e-6):
                return "a also reaches the output directly, past the layer: add that path."
            if np.allclose(dA, G + G @ W, rtol=1e-5, atol=1e-6):
                return "the slope of tanh is missing on the path through the layer."
            return (
                f"for W = {np.round(W, 3).tolist()} the gradient with respect to A is wrong. "
                "Two paths lead from a to the output: one with the factor 1, one through the layer."
            )
        if not np.allclose(dW, delta.T @ A, rtol=1e-5, atol=1e-6):
            return "the gradient of W is wrong: error at its end times activity at its beginning."
    return None


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
