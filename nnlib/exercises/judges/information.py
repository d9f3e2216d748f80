"""Exercises on information."""

import numpy as np

from ..core import compare, is_number, judge, numbers


@judge("bits by hand")
def bits_by_hand(answer):
    h_y, i_ty = numbers(answer, 2)
    if not is_number(h_y, 1.0, 1e-3):
        return "H(Y) is not right: Y is as often 0 as 1."
    if is_number(i_ty, 0.5, 1e-3):
        return None
    if is_number(i_ty, 1, 1e-3):
        return "H(Y) is right. T does not always tell Y: look at the inputs with T = 1."
    if is_number(i_ty, 1.5, 1e-3):
        return "H(Y) is right; 1.5 bits are H(T). T cannot know more about Y than Y has."
    return "H(Y) is right; subtract from it what is uncertain about Y once T is known."


@judge("what a grouping keeps")
def what_a_grouping_keeps(answer):
    rng = np.random.default_rng(0)
    cases = [
        {"p_xy": np.kron(np.eye(2), np.ones((2, 2))) / 8, "groups": np.array([0, 0, 1, 1])},
        {"p_xy": np.kron(np.eye(2), np.ones((2, 2))) / 8, "groups": np.array([0, 1, 1, 1])},
    ]
    for n, m, k in ((5, 3, 3), (7, 4, 2)):
        table = rng.dirichlet(np.ones(n * m)).reshape(n, m)
        cases.append({"p_xy": table, "groups": np.append(np.arange(k), rng.integers(0, k, n - k))})
    return compare(
        answer,
        _kept,
        cases,
        hint="First I(T;X), which for groups is H(T), then I(T;Y), both in bits.",
        rtol=1e-4,
        atol=1e-6,
    )


@judge("a channel that loses")
def a_channel_that_loses(answer):
    return compare(
        answer,
        lambda e: 1 - e,
        [{"e": e} for e in (0.1, 0.25, 0.5, 0.9)],
        hint="Compare I(T;Y) with I(T;X) for any note: what does a lost message tell about it?",
        rtol=1e-4,
        atol=1e-6,
    )


def _kept(p_xy, groups):
    p_ty = np.stack([p_xy[groups == g].sum(0) for g in np.unique(groups)])
    weight, product = p_ty.sum(1), np.outer(p_ty.sum(1), p_ty.sum(0))
    some = p_ty > 0
    about_y = (p_ty[some] * np.log2(p_ty[some] / product[some])).sum()
    return -(weight * np.log2(weight)).sum(), about_y
