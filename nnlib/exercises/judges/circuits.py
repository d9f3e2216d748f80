"""Exercises on what trained networks compute inside."""

import numpy as np

from ..core import ask, judge, number, numbers


@judge("an even modulus")
def an_even_modulus(answer):
    pairs, answers = numbers(answer, 2)
    if (pairs, answers) == (10, 2):
        return None
    if (pairs, answers) == (2, 10):
        return "the two numbers are the wrong way round: pairs first."
    if pairs == 5:
        return "a − b may be 5, but it may be −5 too."
    if pairs != 10:
        return "all logits are 0 where cos(π(a − b)/10) is: count the pairs with that difference."
    return "the pairs are right; cos(2π · 2c/10) is 1 wherever 10 divides 2c."


def _score(pattern, tokens, shift=1):
    """Mean over places with an earlier occurrence of the shares `shift` places after these."""
    found = []
    for t in range(len(tokens)):
        earlier = [s + shift for s in range(t) if tokens[s] == tokens[t]]
        if earlier:
            found.append(sum(pattern[t, s] for s in earlier))
    return float(np.mean(found)) if found else 0.0


@judge("induction score")
def induction_score(answer):
    rng = np.random.default_rng(0)
    cases = [[0, 1, 2, 0, 1, 2, 0], [3, 3, 1, 3], [4, 2, 0, 1], list(rng.integers(0, 5, 12))]
    for tokens in cases:
        pattern = np.tril(rng.random((len(tokens), len(tokens))))
        pattern /= pattern.sum(1, keepdims=True)
        given = np.array(tokens)
        case = f"for tokens {list(map(int, tokens))}"
        found = number(ask(answer, {"pattern": pattern, "tokens": given}), case)
        if abs(found - _score(pattern, tokens)) < 1e-6:
            continue
        if len(set(tokens)) == len(tokens):
            return f"{case} nothing occurs twice: the score is 0.0, the answer is {found:.3f}."
        if abs(found - _score(pattern, tokens, 0)) < 1e-6:
            return f"{case} these are the shares at the earlier occurrences, not after them."
        if abs(found * len(tokens) - _score(pattern, tokens) * _places(tokens)) < 1e-6:
            return f"{case} the mean is over the places whose token has occurred before, not all."
        return f"{case} expected {_score(pattern, tokens):.7f}, got {found:.7f}."
    return None


def _places(tokens):
    """How many places have a token that has occurred before."""
    return len(tokens) - len(set(tokens))


@judge("a slide rule")
def a_slide_rule(answer):
    found = np.array(numbers(answer, 66))
    if not np.array_equal(found, found.round()):
        return "the addresses must be whole numbers."
    found = found.astype(int) % 66
    if len(set(found)) < 66:
        return "two numbers have the same address modulo 66."
    n = np.arange(1, 67)
    product = n[:, None] * n % 67
    off = (found[product - 1] - found[:, None] - found) % 66 != 0
    if off.any():
        a, b = 1 + np.argwhere(off)[0]
        return (
            f"{a} and {b} have the addresses {found[a - 1]} and {found[b - 1]}, their product "
            f"{a * b % 67} has {found[a * b % 67 - 1]}."
        )
    return None
