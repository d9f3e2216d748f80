"""The best matching of rows and columns, beside all matchings there are."""

from itertools import permutations

import numpy as np
import pytest

from nnlib.theory import assignment


def best_of_all(score):
    rows = np.arange(len(score))
    return max(score[rows, list(columns)].sum() for columns in permutations(rows))


@pytest.mark.parametrize("n", [1, 2, 3, 6])
@pytest.mark.parametrize("whole", [True, False], ids=["ties", "no ties"])
def test_no_other_assignment_scores_more(n, whole):
    rng = np.random.default_rng(n)
    for _ in range(20):
        score = rng.integers(-3, 4, (n, n)) if whole else rng.normal(size=(n, n))
        columns = assignment(score)
        assert sorted(columns) == list(range(n))
        assert score[np.arange(n), columns].sum() == pytest.approx(best_of_all(score))


def test_greedy_would_be_wrong():
    score = np.array([[9.0, 8.0], [8.0, 0.0]])  # the largest entry, 9, is not in the best one
    assert assignment(score).tolist() == [1, 0]
    assert assignment([[9, 8], [8, 0]]).tolist() == [1, 0]


def test_a_shuffle_is_found_and_the_input_is_kept():
    rng = np.random.default_rng(0)
    rows, order = rng.normal(size=(50, 80)), rng.permutation(50)
    score = rows @ rows[order].T
    before = score.copy()
    assert (order[assignment(score)] == np.arange(50)).all()
    assert (score == before).all()


@pytest.mark.parametrize("score", [np.zeros((2, 3)), np.zeros(4), np.zeros((0, 0)), [[np.nan]]])
def test_what_is_no_square_of_finite_numbers_is_refused(score):
    with pytest.raises(ValueError, match="score: expected"):
        assignment(score)


def test_complex_scores_are_refused():
    with pytest.raises(TypeError, match="score must be real numbers"):
        assignment([[1j, 2], [3, 4]])
