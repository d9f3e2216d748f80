"""Exercises on cross-validation."""

import functools

import numpy as np

from ..core import compare, judge, numbers


@judge("unequal folds")
def unequal_folds(answer):
    score, plain, first, last = numbers(answer, 4)
    if np.isclose(score, 0.175, atol=1e-3) and np.isclose(plain, 0.22, atol=1e-3):
        return "the two means are exchanged: in Eq. (94) each of the 50 examples counts the same."
    if not np.isclose(score, 0.22, atol=1e-3):
        if np.isclose(score, 11, atol=1e-3) or np.isclose(score, 22, atol=1e-3):
            return "give the score as a share: errors divided by examples."
        return "the score is not right: how many of the 50 examples are wrong?"
    if not np.isclose(plain, 0.175, atol=1e-3):
        return (
            "the score is right; the plain mean adds the four shares of errors, and divides by 4."
        )
    if np.allclose((first, last), (10, 20)):
        return "the means are right; 10 and 20 are tested, and all others train."
    if not np.allclose((first, last), (40, 30)):
        return "the means are right; a network is trained on all examples outside its fold."
    return None


@judge("leave one out without training again")
def leave_one_out_without_training_again(answer):
    def reference(A, t, lam):
        found = []
        for i in range(len(A)):
            B, u = np.delete(A, i, 0), np.delete(t, i)
            found.append(A[i] @ B.T @ np.linalg.solve(B @ B.T + lam * np.eye(len(B)), u))
        return np.array(found)

    rng = np.random.default_rng(0)
    cases = [{"A": np.array([[1.0], [1.0]]), "t": np.array([0.0, 4.0]), "lam": 1.0}]
    for n, d, lam in ((5, 2, 0.5), (4, 7, 2.0), (12, 5, 0.1)):
        cases.append({"A": rng.normal(size=(n, d)), "t": rng.normal(size=n), "lam": lam})
    hint = "By hand for the first case: each example alone gives the weight t / 2."
    return compare(answer, reference, cases, hint=hint, rtol=1e-4, atol=1e-4)


@judge("labels that overlap")
def labels_that_overlap(answer):
    def reference(n, s, e, h):
        tested = set(range(s, e + h))
        return [i for i in range(n) if not tested & set(range(i, i + h + 1))]

    cases = [
        {"n": n, "s": s, "e": e, "h": h}
        for n, s, e, h in (
            (10, 4, 6, 1),
            (10, 4, 6, 0),
            (12, 0, 3, 2),
            (12, 9, 12, 2),
            (30, 11, 17, 4),
        )
    ]
    hint = "The labels of the block use the hours s to e - 1 + h; that of hour i uses i to i + h."
    if not callable(answer):
        return compare(answer, reference, cases)

    @functools.wraps(answer)  # its names are the reader's
    def in_order(*args, **kwargs):
        hours = answer(*args, **kwargs)
        return sorted(hours) if isinstance(hours, set | frozenset) else hours

    def without_the_end(n, s, e, h):
        """Where the series stops with hour n - 1, the last h hours have no label."""
        return [i for i in reference(n, s, e, h) if i + h < n]

    if compare(in_order, without_the_end, cases) is None:
        return None
    return compare(in_order, reference, cases, hint=hint)
