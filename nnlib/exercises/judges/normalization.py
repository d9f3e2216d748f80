"""Exercises on normalization."""

import numpy as np

from ..core import call, compare, judge


@judge("a column by hand")
def a_column_by_hand(answer):
    try:
        y, dx = (np.asarray(part, float) for part in answer)
    except (TypeError, ValueError):
        return f"expected two rows of four numbers, y and dx, got {answer!r}."
    if y.shape != (4,) or dx.shape != (4,):
        return f"expected four numbers in each row, got shapes {y.shape} and {dx.shape}."
    if not np.allclose(y, [-1, -1, 3, 3], atol=1e-3):
        if np.allclose(y, [-1, -1, 1, 1], atol=1e-3):
            return "this is x̂; y still needs the scale and the shift."
        if np.allclose(np.abs(y - 1), np.sqrt(3), atol=1e-2):
            return "y is made with the variance over n - 1; a batch is divided by the biased one."
        return "y is not right: the mean of the inputs is 3, and their standard deviation is 2."
    if np.allclose(dx, [0.5, -0.5, 0, 0], atol=1e-3):
        return None
    if np.allclose(dx, [0.25, -0.25, 0, 0], atol=1e-3):
        return "y is right; in dx the factor γ is missing."
    if np.allclose(dx, [1, -1, 0, 0], atol=1e-3):
        return "y is right; dx still has to be divided by σ."
    if np.allclose(dx, [1, 0, 0, 0], atol=1e-3):
        return "y is right; dx leaves out that the mean and the deviation depend on the inputs too."
    if np.allclose(dx.sum(), 0, atol=1e-3):
        return "y is right; dx has the sum 0, as it must, but g·x̂ is not taken away rightly."
    return "y is right; dx is not: its sum must be 0, since a common shift changes nothing."


@judge("fold a batch norm")
def fold_a_batch_norm(answer):
    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    rng = np.random.default_rng(0)
    cases = []
    for units, inputs, eps in ((1, 1, 0.5), (3, 5, 1e-5), (4, 2, 0.1)):
        case = {"W": rng.normal(size=(units, inputs))}
        case |= {name: rng.normal(size=units) for name in ("b", "gamma", "beta", "mean")}
        cases.append(case | {"var": rng.uniform(0.5, 4, units), "eps": eps})

    def wanted(W, b, gamma, beta, mean, var, eps):
        scale = gamma / np.sqrt(var + eps)
        return scale[:, None] * W, scale * (b - mean) + beta

    parts = (
        ("weights", "Row by row they are multiplied by γ/√(var + ε)."),
        (
            "bias",
            "The old bias is normalised too: b - mean is scaled, and β is added unscaled.",
        ),
    )
    for k, (part, hint) in enumerate(parts):
        problem = compare(
            lambda k=k, **case: _part(call(answer, case), k),
            lambda k=k, **case: wanted(**case)[k],
            cases,
            hint=hint,
            rtol=1e-4,
            atol=1e-5,
        )
        if problem:
            return f"the {part}: {problem}"
    return None


def _part(result, k):
    """One of the two things that an answer returns; None while it returns nothing."""
    if result is None or result is ...:
        return None
    if not isinstance(result, (tuple, list)) or len(result) != 2:
        raise ValueError("expected two things, the weights and the bias")
    return result[k]


@judge("back through RMS norm")
def back_through_rms_norm(answer):
    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    rng = np.random.default_rng(0)
    cases = [
        {"g": rng.normal(size=shape), "x": rng.normal(1, 2, size=shape), "eps": eps}
        for shape, eps in (((1, 2), 0.1), ((4, 3), 1e-5), ((3, 8), 0.5))
    ]

    def wanted(g, x, eps):
        r = np.sqrt((x**2).mean(-1, keepdims=True) + eps)
        return (g - x / r * (g * x / r).mean(-1, keepdims=True)) / r

    return compare(
        answer,
        wanted,
        cases,
        hint="With ∂r/∂x_j = x̂_j/d, a part along x̂ is taken from g, and nothing for a mean; "
        "each row by itself.",
        rtol=1e-4,
        atol=1e-5,
    )
