"""Exercises on the Transformer."""

import numpy as np

from ..core import call, compare, judge, number


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
    def enough(spaces):
        """Shares of the last space, as far as 0.9 is asked for, at each place."""
        given = spaces.copy()
        keys = call(answer, {"spaces": spaces})
        if keys is None or keys is ...:
            return None
        keys = np.asarray(keys, float)
        if keys.shape != given.shape:
            raise ValueError(f"it returns the shape {keys.shape}, not {given.shape}")
        if np.isnan(keys).any() or (keys == np.inf).any() or keys[0] == -np.inf:
            raise ValueError("a key is no number, or the softmax of the first place has none")
        shares = []
        for t in range(len(keys)):
            p = np.exp(keys[: t + 1] - keys[: t + 1].max())
            shares.append(p[np.flatnonzero(given[: t + 1])[-1]] / p.sum())
        return np.minimum(shares, 0.9)

    if not callable(answer):
        return f"expected a function, got {type(answer).__name__}."
    rng = np.random.default_rng(0)
    cases = [{"spaces": np.array(spaces)} for spaces in ([1], [1, 0, 0], [1, 0, 1, 0, 1, 1, 0])]
    for n in (12, 30, 60):
        cases.append({"spaces": np.maximum(rng.random(n) < 0.25, np.arange(n) == 0).astype(int)})
    hint = (
        "These are the shares of the last space at each place, at most 0.9. A later space must win "
        "clearly against an earlier one, and any space against all other places."
    )
    return compare(enough, lambda spaces: np.full(len(spaces), 0.9), cases, hint=hint, rtol=1e-4)
