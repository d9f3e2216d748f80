"""Exercises on losses."""

import numpy as np

from ..core import ask, compare, is_number, judge, numbers


@judge("cross-entropy by hand")
def cross_entropy_by_hand(answer):
    found = numbers(answer, 3)
    hints = (
        "class 1 is not the truth: its gradient is its probability.",
        "class 2 is the truth: its gradient is its probability minus 1.",
        "class 3 is not the truth: its gradient is its probability.",
    )
    for k, wanted in enumerate((0.125, -0.625, 0.5)):
        if not np.isclose(found[k], wanted):
            return f"number {k + 1} is not {found[k]:g}; {hints[k]}"
    return None


@judge("stable cross-entropy")
def stable_cross_entropy(answer):
    def reference(Z, y):
        top = Z.max(1)
        return top + np.log(np.exp(Z - top[:, None]).sum(1)) - Z[np.arange(len(y)), y]

    rng = np.random.default_rng(0)
    cases = [{"Z": np.log([[1.0, 2.0, 5.0]]), "y": np.array([1])}]
    cases.append({"Z": rng.normal(size=(4, 3)), "y": np.array([2, 0, 1, 1])})
    for top in (100.0, 1000.0):
        extreme = np.array([[0, top], [0, -top], [top, -top]], np.float32)
        cases.append({"Z": extreme, "y": np.array([0, 1, 0])})
    with np.errstate(all="ignore"):
        if np.shape(ask(answer, cases[1])) == ():
            return "expected one loss for each row, got a single number: leave out the mean."
    with np.errstate(all="ignore"):  # a naive answer overflows; its value says so
        return compare(
            answer, reference, cases, hint="Subtract the largest logit, and take no log of softmax."
        )


@judge("pinball loss")
def pinball_loss(answer):
    def reference(y, y_hat, tau):
        return np.maximum(tau * (y - y_hat), (tau - 1) * (y - y_hat))

    rng = np.random.default_rng(0)
    cases = [
        {"y": np.array([3.0]), "y_hat": np.array([1.0]), "tau": 0.9},
        {"y": np.array([1.0]), "y_hat": np.array([3.0]), "tau": 0.9},
    ]
    for tau in (0.5, 0.1):
        cases.append({"y": rng.normal(size=5), "y_hat": rng.normal(size=5), "tau": tau})
    return compare(answer, reference, cases, hint="A loss is never negative, on either side.")


@judge("breakdown")
def breakdown(answer):
    if not is_number(answer, 5):
        return (
            f"{answer!r} is not the largest. Six good points against five bad ones: which side has "
            "the majority, and how hard can each point pull?"
        )
    return None
