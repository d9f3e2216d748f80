"""Exercises on attention."""

import numpy as np

from ..core import call, compare, judge, numbers


@judge("query for given shares")
def query_for_given_shares(answer):
    query = np.array(numbers(answer, 2))
    keys = np.array([[1.0, 0], [0, 1], [-1, -1]])
    shares = np.exp(keys @ query)
    shares /= shares.sum()
    if np.allclose(shares, [1 / 2, 1 / 3, 1 / 6], atol=2e-3):
        return None
    rooted = np.exp(keys @ query / np.sqrt(2))
    if np.allclose(rooted / rooted.sum(), [1 / 2, 1 / 3, 1 / 6], atol=2e-3):
        return "this query is right for scores divided by √2; here they are the plain products."
    found = ", ".join(f"{share:.3f}" for share in shares)
    return f"with this query the shares are {found}; wanted are 0.500, 0.333, 0.167."


@judge("mask of a window")
def mask_of_a_window(answer):
    def wanted(n, width):
        back = np.arange(n)[:, None] - np.arange(n)
        return (back >= 0) & (back < width)

    def whole(n, width):
        mask = call(answer, {"n": n, "width": width})
        if mask is None or mask is ...:
            return None
        return np.asarray(mask).astype(float)

    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    cases = [{"n": n, "width": width} for n, width in ((4, 2), (1, 1), (6, 1), (5, 9), (7, 3))]
    hint = "Row i may look at the columns i, i - 1, … as far as there are any, `width` in all."
    return compare(whole, lambda n, width: wanted(n, width).astype(float), cases, hint=hint)


@judge("smoothing as attention")
def smoothing_as_attention(answer):
    try:
        query, key = answer
    except (TypeError, ValueError):
        return f"expected two functions, (query, key), got {answer!r:.60}."
    if not (callable(query) and callable(key)):
        return "expected two functions, (query, key)."

    def shares(new, old, h):
        q, k = query(new, h), key(old, h)
        if q is None or k is None or q is ... or k is ...:
            return None
        q, k = np.asarray(q, float), np.asarray(k, float)
        for name, part, x in (("query", q, new), ("key", k, old)):
            if part.shape != (len(x), 2):
                raise ValueError(f"{name} returns the shape {part.shape}, not {(len(x), 2)}")
        scores = q @ k.T
        scores = np.exp(scores - scores.max(1, keepdims=True))
        return scores / scores.sum(1, keepdims=True)

    def wanted(new, old, h):
        weights = np.exp(-((new[:, None] - old) ** 2) / (2 * h**2))
        return weights / weights.sum(1, keepdims=True)

    rng = np.random.default_rng(0)
    cases = [{"new": np.array([0.5]), "old": np.array([0.0, 1.0, 3.0]), "h": 1.0}]
    for n, h in ((3, 1.0), (5, 0.5), (4, 2.0)):
        cases.append({"new": rng.uniform(-2, 2, n), "old": rng.uniform(-2, 2, n + 2), "h": h})
    hint = "Multiply out -(x - x_j)²/2h²: which term is the same for all keys?"
    return compare(shares, wanted, cases, hint=hint, rtol=1e-4, atol=1e-6)
