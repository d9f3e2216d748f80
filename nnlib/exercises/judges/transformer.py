"""Exercises on the Transformer."""

import numpy as np

from ..core import compare, judge, number


@judge("weights of GPT-2")
def weights_of_gpt_2(answer):
    found = number(answer)
    blocks, tokens, places = 12 * 12 * 768**2, 50_257 * 768, 1_024 * 768
    if abs(found / (blocks + tokens + places) - 1) < 2e-3:  # biases and norms may be counted
        return None
    if np.isclose(found, blocks, rtol=2e-3):
        return "these are the blocks; tokens and places have vectors, too."
    if np.isclose(found, blocks + tokens, rtol=2e-3):
        return "the places have vectors, too."
    if np.isclose(found, blocks + 2 * tokens + places, rtol=2e-3):
        return "the table of tokens is counted twice, but it is one and the same."
    return f"{found:,.0f} is not it: a block has 4d² weights for attention and 8d² besides."


@judge("a cut below the top")
def a_cut_below_the_top(answer):
    def wanted(p, share):
        kept = np.where(p >= share * p.max(), p, 0)
        return kept / kept.sum()

    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    rng = np.random.default_rng(0)
    cases = [
        {"p": np.array([0.1, 0.5, 0.15, 0.25]), "share": 0.25},
        {"p": np.array([0.1, 0.5, 0.15, 0.25]), "share": 0.9},
        {"p": np.array([0.25, 0.25, 0.25, 0.25]), "share": 1.0},
    ]
    for n, share in ((5, 0.05), (8, 0.3), (20, 0.5)):
        cases.append({"p": rng.dirichlet(np.ones(n)), "share": share})
    hint = "Compare with the share times the largest probability, then divide by the sum."
    return compare(answer, wanted, cases, hint=hint, rtol=1e-4, atol=1e-6)


@judge("the last space")
def the_last_space(answer):
    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    rng = np.random.default_rng(0)
    for n in (1, 5, 12, 30, 60):
        spaces = (rng.random(n) < 0.25).astype(int)
        spaces[0] = 1
        result = answer(spaces.copy())
        if result is None or result is ...:
            return "the function returns nothing yet."
        try:
            keys = np.asarray(result, float)
        except (TypeError, ValueError):
            return f"expected one number for each place, got {result!r:.60}."
        if keys.shape != (n,):
            return f"expected one number for each of {n} places, got the shape {keys.shape}."
        if np.isnan(keys).any() or (keys == np.inf).any() or keys[0] == -np.inf:
            return "a key is not a number, or the softmax of the first place has none."
        for t in range(n):
            shares = np.exp(keys[: t + 1] - keys[: t + 1].max())
            last = np.flatnonzero(spaces[: t + 1])[-1]
            share = shares[last] / shares.sum()
            if share < 0.9:
                best = int(shares.argmax())
                what = "a space" if spaces[best] else "no space"
                return (
                    f"of {n} places, place {t} gives its last space, at {last}, the share "
                    f"{share:.2f}; the largest share is at {best}, {what}."
                )
    return None
