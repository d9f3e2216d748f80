"""Exercises on self-supervised learning."""

import numpy as np

from ..core import compare, judge, numbers


@judge("three pairs by hand")
def three_pairs_by_hand(answer):
    loss, slope = numbers(answer, 2)
    p = 1 / (1 + 4 * np.exp(-2))
    if not np.isclose(loss, -np.log(p), atol=2e-3):
        if np.isclose(loss, np.log(1 + 4 * np.exp(-1)), atol=2e-3):
            return "the loss leaves out the temperature: the logits are the similarities over τ."
        if np.isclose(loss, np.log(1 + 5 * np.exp(-2)), atol=2e-3):
            return "there are four others: the vector is not its own candidate."
        if np.isclose(loss, np.log(4) - 2, atol=2e-3):
            return "the partner is a candidate too, and belongs in the sum."
        return "the loss is not right: the logits are 1 for the partner and -1 for four others."
    if np.isclose(slope, (p - 1) / 0.5, atol=4e-3):
        return None
    if np.isclose(slope, p - 1, atol=4e-3):
        return "the loss is right; the derivative lacks the factor 1/τ."
    if np.isclose(slope, (1 - p) / 0.5, atol=4e-3):
        return "the loss is right; its derivative has the other sign: more similar costs less."
    return "the loss is right; the derivative is not: it is (p - 1)/τ with p = exp(-loss)."


@judge("how far to trust a token")
def how_far_to_trust_a_token(answer):
    cases = [
        {"q": q, "V": V, "same": same, "random": random}
        for q, V, same, random in (
            (0.5, 73, 0.1, 0.1),
            (0.001, 73, 0.1, 0.1),
            (0.2, 4, 0.3, 0.05),
            (0.3, 10, 0.2, 0.0),
            (0.05, 2, 0.01, 0.6),
        )
    ]
    return compare(
        answer,
        lambda q, V, same, random: q * (same + random / V) / (same * q + random / V),
        cases,
        hint="The seen token is the original if it was kept, or if the random one hit it.",
        rtol=1e-4,
        atol=1e-7,
    )


@judge("images and captions")
def images_and_captions(answer):
    rng = np.random.default_rng(0)
    cases = [
        {"u": rng.normal(size=(n, d)), "v": rng.normal(size=(n, d)), "tau": tau}
        for n, d, tau in ((2, 3, 1.0), (5, 4, 0.5), (7, 2, 0.2))
    ]

    def wanted(u, v, tau):
        u, v = (a / np.linalg.norm(a, axis=1, keepdims=True) for a in (u, v))
        s = u @ v.T / tau
        total = np.logaddexp.reduce(s, 0) + np.logaddexp.reduce(s, 1)
        return (total / 2 - np.diag(s)).mean()

    return compare(
        answer,
        wanted,
        cases,
        hint="Rows and columns of the cosines over τ are logits, and the diagonal is right.",
        rtol=1e-4,
        atol=1e-6,
    )
