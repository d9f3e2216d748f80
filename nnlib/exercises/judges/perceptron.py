"""Exercises on the perceptron."""

import numpy as np

from ...data import separable
from ...pioneers import Perceptron
from ..core import ask, compare, is_number, judge, numbers


@judge("perceptron on AND")
def perceptron_on_and(answer):
    x = np.array([[0, 0], [0, 1], [1, 0], [1, 1]])
    wanted = Perceptron(eta=0.5).fit(x, np.array([-1, -1, -1, 1])).updates
    if not is_number(answer, wanted):
        return (
            f"{answer!r} is not the number of updates. After the first pass there have been 2, and "
            "w = (1, 1), θ = 0; sign(0) is +1."
        )
    return None


def _examples(seed, n, dimension):
    rng = np.random.default_rng(seed)
    return rng, rng.normal(size=(n, dimension)), rng.choice([-1, 1], n)


@judge("margin")
def margin(answer):
    def reference(w, theta, x, d):
        return (d * (x @ w - theta)).min() / np.sqrt(w @ w + theta**2)

    one = np.array([1.0, 0.0])
    cases = [
        {"w": one, "theta": 0.0, "x": np.array([[2.0, 5.0], [-3.0, 1.0]]), "d": np.array([1, -1])},
        {"w": one, "theta": 1.0, "x": np.array([[2.0, 5.0]]), "d": np.array([1])},
    ]
    for seed, dimension in ((0, 2), (1, 5)):
        rng, x, d = _examples(seed, 6, dimension)
        w, theta = rng.normal(size=dimension), float(rng.normal())
        cases.append({"w": w, "theta": theta, "x": x, "d": d})
    return compare(answer, reference, cases, hint="The length of (w, θ) counts, not that of w.")


@judge("dual perceptron")
def dual_perceptron(answer):
    def reference(c, x, d, new):
        return (new @ x.T + 1) @ (c * d)

    cases = []
    for seed, dimension in ((0, 1), (1, 3)):
        rng, x, d = _examples(seed, 4, dimension)
        c, new = rng.integers(0, 3, 4), rng.normal(size=(2, dimension))
        cases.append({"c": c, "x": x, "d": d, "new": new})
    return compare(
        answer, reference, cases, hint="The constant input -1 adds 1 to every inner product."
    )


@judge("order of examples")
def order_of_examples(answer):
    x, d = separable(40, 0.1, rng=3)
    shuffler = np.random.default_rng(0)
    orders = [shuffler.permutation(40) for _ in range(300)]
    wanted = np.median([Perceptron().fit(x[order], d[order]).updates for order in orders])
    if not is_number(answer, wanted):
        return f"{answer!r} is not the median of the 300 runs; each starts from zero."
    return None


@judge("weights from comparisons")
def weights_from_comparisons(answer):
    for seed, n in ((0, 2), (1, 5), (2, 12)):
        rng = np.random.default_rng(seed)
        hidden, (a, b) = rng.normal(size=n), rng.normal(size=(2, 80, n)) + 1
        lead = (a - b) @ hidden / np.linalg.norm(hidden)
        clear = np.abs(lead) > 0.1
        first = lead[clear, None] > 0
        better, worse = np.where(first, a[clear], b[clear]), np.where(first, b[clear], a[clear])
        w = numbers(ask(answer, {"better": better, "worse": worse}), n)
        wrong = int(((better - worse) @ w <= 0).sum())
        if wrong:
            return (
                f"of {len(better)} comparisons of films with {n} features, {wrong} come out wrong "
                "or as a draw. Which vector must have a positive sum with w?"
            )
    return None
