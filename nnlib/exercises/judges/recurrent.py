"""Exercises on recurrent networks."""

import numpy as np

from ...layers.cells import GRUCell
from ..core import compare, judge, number


@judge("a bias for fifty steps")
def a_bias_for_fifty_steps(answer):
    bias = number(answer)
    f = 0.5 ** (1 / 50)
    if abs(bias - np.log(f / (1 - f))) < 0.05:
        return None
    if abs(bias - f) < 0.005:
        return "that is the value of the gate; its bias goes through the sigmoid first."
    left = (1 / (1 + np.exp(-bias))) ** 50
    return f"with the bias {bias:g}, {left:.3g} of the cell is left after 50 steps, not a half."


@judge("a step of a GRU")
def a_step_of_a_gru(answer):
    def wanted(h, x, W_ih, W_hh, b_ih, b_hh):
        return _gru(h, x, W_ih, W_hh, b_ih, b_hh)

    rng = np.random.default_rng(0)
    cases = []
    for n, inputs in ((1, 1), (3, 2), (4, 5)):
        shapes = {"h": (n,), "x": (inputs,), "W_ih": (3 * n, inputs), "W_hh": (3 * n, n)}
        shapes |= {"b_ih": (3 * n,), "b_hh": (3 * n,)}
        cases.append({name: rng.normal(size=shape) for name, shape in shapes.items()})
    problem = compare(answer, wanted, cases, rtol=1e-4, atol=1e-6)
    if problem is None or not callable(answer):
        return problem
    for change, hint in (
        ("swapped", "The gate z multiplies the old state, 1 - z the candidate."),
        ("before", "The gate r multiplies the product with the matrix, its bias included."),
        ("order", "The rows are those of r, then z, then the candidate."),
    ):

        def changed(h, x, W_ih, W_hh, b_ih, b_hh, change=change):
            return _gru(h, x, W_ih, W_hh, b_ih, b_hh, change)

        if compare(answer, changed, cases, rtol=1e-4, atol=1e-6) is None:
            return f"{problem} {hint}"
    return problem


def _gru(h, x, W_ih, W_hh, b_ih, b_hh, change=None):
    """One step of a GRU, or of one with a common mistake."""
    if change is None:
        cell = GRUCell(len(x), len(h), dtype=np.float64)
        for name, value in zip(
            ("weight_ih", "weight_hh", "bias_ih", "bias_hh"),
            (W_ih, W_hh, b_ih, b_hh),
            strict=True,
        ):
            getattr(cell, name).data[...] = value
        return cell(np.array(x), np.array(h)).data
    (x_r, x_z, x_n), (h_r, h_z, h_n) = np.split(W_ih @ x + b_ih, 3), np.split(W_hh @ h + b_hh, 3)
    r, z = (1 / (1 + np.exp(-a)) for a in (x_r + h_r, x_z + h_z))
    if change == "order":
        r, z = z, r
    n = np.tanh(x_n + r * h_n)
    if change == "before":
        n = np.tanh(x_n + np.split(W_hh, 3)[2] @ (r * h) + np.split(b_hh, 3)[2])
    return (1 - z) * h + z * n if change == "swapped" else z * h + (1 - z) * n


@judge("a cell that counts")
def a_cell_that_counts(answer):
    try:
        W, b = answer
        W, b = np.asarray(W, float), np.asarray(b, float).reshape(-1)
    except (TypeError, ValueError):
        return f"expected a pair (W, b) of numbers, got {answer!r}."
    if W.shape != (4, 3) or b.shape != (4,):
        return f"W needs the shape (4, 3) and b (4,), got {W.shape} and {b.shape}."
    if not (np.isfinite(W).all() and np.isfinite(b).all()):
        return "all weights must be finite numbers."
    texts = ["(", "()", "(a)", "((a)b)", "(" * 50 + ")" * 50, "(a" * 20 + "b" * 40 + ")" * 20]
    texts += ["a" * 50 + "(" + "b" * 48 + ")"]
    rng = np.random.default_rng(0)
    for _ in range(5):
        opened, letters = 0, []
        for _ in range(100):
            c = rng.choice(list("()a") if opened else list("(a"))
            opened += (c == "(") - (c == ")")
            letters.append(c)
        texts.append("".join(letters))
    for text in texts:
        C, opened = 0.0, 0
        for k, c in enumerate(text, 1):
            z = W[:, "()".find(c)] + b
            f, i = (1 + np.tanh(z[:2] / 2)) / 2
            C = f * C + i * np.tanh(z[2])
            opened += (c == "(") - (c == ")")
            if not abs(C - opened) <= 0.1:
                return (
                    f"after {_short(text[:k])} {opened} brackets are open, and the cell is "
                    f"{C:.3g}; there f = {f:.3g}, i = {i:.3g}, candidate {np.tanh(z[2]):.3g}."
                )
    return None


def _short(text):
    """A text, or its end if it is long."""
    return repr(text) if len(text) <= 12 else f"{len(text)} letters that end with {text[-8:]!r}"
