"""Exercises on the networks of 1986 and 1989."""

import numpy as np

from ..core import compare, judge, numbers


@judge("second layer of 1989")
def second_layer_of_1989(answer):
    pair = tuple(round(value, 3) for value in numbers(answer, 2))
    if pair == (38592, 2592):
        return None
    if pair in ((38400, 2592), (38400, 2400), (38592, 2400)):
        return "the biases count too, as connections and as parameters: one for each of 192 units."
    if pair == (38592, 2412):
        return "the biases are not shared: each of the 192 units has its own."
    return (
        f"it is not {answer!r}: a unit has 8 · 25 inputs and a bias; a map has one set of weights."
    )


@judge("hidden slopes")
def hidden_slopes(answer):
    def logistic(z):
        return 1 / (1 + np.exp(-z))

    def reference(x, d, W, b, V, c):
        h = logistic(W @ x + b)
        y = logistic(V @ h + c)
        delta = (y - d) * y * (1 - y)
        return np.outer((V.T @ delta) * h * (1 - h), x)

    one = np.ones
    cases = [
        {"x": one(1), "d": one(1), "W": 0 * one((1, 1)), "b": 0 * one(1), "V": 2 * one((1, 1))}
        | {"c": 0 * one(1)}
    ]
    for seed, (n, k, m) in ((0, (3, 2, 1)), (1, (2, 4, 3))):
        rng = np.random.default_rng(seed)
        shapes = {"x": (n,), "d": (m,), "W": (k, n), "b": (k,), "V": (m, k), "c": (m,)}
        cases.append({name: rng.normal(size=shape) for name, shape in shapes.items()})
    return compare(
        answer, reference, cases, hint="First δ of the outputs, then Vᵀδ times h (1 - h)."
    )


@judge("shared slope")
def shared_slope(answer):
    def reference(G, table):
        return np.array([G[table == k].sum() for k in range(1, table.max() + 1)])

    cases = [{"G": np.array([[1.0, 2.0, 1.0]]), "table": np.array([[1, 0, 1]])}]
    for seed, shape in ((0, (2, 3)), (1, (5, 4))):
        rng = np.random.default_rng(seed)
        cases.append({"G": rng.normal(size=shape), "table": rng.integers(0, 4, shape)})
    return compare(
        answer, reference, cases, hint="Add up what belongs to one number; 0 is no connection."
    )
