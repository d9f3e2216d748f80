"""Cross-validation: who is tested with whom, what is averaged, and what is refused."""

import numpy as np
import pytest

import nnlib as nn


def folds(splitter, n, **columns):
    """The splits of n examples, after a look whether each is a cut into two parts."""
    pairs = list(splitter.split(np.zeros((n, 2)), **columns))
    for train, test in pairs:
        assert not set(train) & set(test)
        assert len(test)
    return pairs


def mean(X, y):
    return y.mean()


def square(model, X, y):
    return (model - y) ** 2


@pytest.mark.equation(94)
def test_unequal_folds_by_hand():
    assert nn.cv_score([0.5, 0.25, 0.0]) == 0.25
    assert nn.cv_score([0.5, 0.25, 0.0], [2, 4, 4]) == pytest.approx(0.2)
    assert nn.cv_score([0.5, 0.25, 0.0], [3, 3, 3]) == pytest.approx(0.25)


@pytest.mark.equation(94)
def test_cross_validate_by_hand():
    y = np.array([0.0, 0, 6, 6, 3])  # folds (0, 0, 6) and (6, 3): means 4.5 and 2
    result = nn.cross_validate(mean, square, y, y, cv=2)
    np.testing.assert_allclose(result.losses, [20.25, 20.25, 2.25, 16, 1])
    np.testing.assert_allclose(result.fold_losses, [14.25, 8.5])
    assert result.fold_sizes.tolist() == [3, 2]
    assert result.score == pytest.approx(59.75 / 5)
    assert nn.cv_score(result.fold_losses) == pytest.approx(11.375)


def test_leaving_one_out_of_a_mean():
    y = np.random.default_rng(0).normal(size=12)
    result = nn.cross_validate(mean, square, y, y, cv=nn.KFold(12))
    assert result.score == pytest.approx(y.var() * (12 / 11) ** 2)


class TestKFold:
    @pytest.mark.parametrize("shuffle", [False, True])
    def test_tests_each_example_once(self, shuffle):
        pairs = folds(nn.KFold(4, shuffle=shuffle, rng=0), 11)
        assert [len(test) for _, test in pairs] == [3, 3, 3, 2]
        assert sorted(np.concatenate([test for _, test in pairs])) == list(range(11))
        assert all(len(train) + len(test) == 11 for train, test in pairs)

    def test_blocks_or_a_random_order(self):
        assert [test.tolist() for _, test in folds(nn.KFold(2), 5)] == [[0, 1, 2], [3, 4]]
        one, two = (folds(nn.KFold(2, shuffle=True, rng=s), 50)[0][1] for s in (0, 1))
        assert one.tolist() != two.tolist() != list(range(25))

    def test_a_seed_gives_the_same_folds(self):
        one, two = (folds(nn.KFold(5, shuffle=True, rng=3), 20) for _ in range(2))
        assert all(np.array_equal(a, b) for (_, a), (_, b) in zip(one, two, strict=True))

    @pytest.mark.parametrize("kind", [nn.KFold, nn.StratifiedKFold, nn.GroupKFold])
    def test_a_seed_repeats_its_folds_and_a_generator_goes_on(self, kind):
        column = np.arange(40) % 20  # twenty classes, or groups, of two
        for rng, again in ((3, True), (np.random.default_rng(3), False), (None, False)):
            splitter = kind(5, shuffle=True, rng=rng)
            one, two = (folds(splitter, 40, y=column, groups=column) for _ in range(2))
            same = all(np.array_equal(a, b) for (_, a), (_, b) in zip(one, two, strict=True))
            assert same is again

    def test_refuses_what_is_no_source_of_random_numbers(self):
        with pytest.raises(TypeError, match="rng must be"):
            nn.KFold(5, shuffle=True, rng="seed")

    @pytest.mark.parametrize("bad", [1, 0, 2.5, True, "3"])
    def test_refuses_other_numbers_of_folds(self, bad):
        with pytest.raises((TypeError, ValueError), match="KFold's n_splits"):
            nn.KFold(bad)

    def test_refuses_more_folds_than_examples(self):
        with pytest.raises(ValueError, match="5 folds need as many examples, got 4"):
            folds(nn.KFold(5), 4)


class TestStratifiedKFold:
    @pytest.mark.parametrize("shuffle", [False, True])
    def test_each_fold_has_its_share_of_each_class(self, shuffle):
        y = np.random.default_rng(1).choice(["a", "b", "c"], 100, p=(0.7, 0.2, 0.1))
        pairs = folds(nn.StratifiedKFold(8, shuffle=shuffle, rng=0), 100, y=y)
        assert {len(test) for _, test in pairs} == {12, 13}
        for kind in "abc":
            counts = [(y[test] == kind).sum() for _, test in pairs]
            assert max(counts) - min(counts) <= 1

    def test_needs_labels(self):
        with pytest.raises(ValueError, match="StratifiedKFold needs y"):
            folds(nn.StratifiedKFold(2), 4)
        with pytest.raises(ValueError, match="y must be one value for each of 4"):
            folds(nn.StratifiedKFold(2), 4, y=[0, 1])


class TestGroupKFold:
    @pytest.mark.parametrize("shuffle", [False, True])
    def test_no_group_is_torn(self, shuffle):
        groups = np.random.default_rng(2).integers(0, 20, 100)
        pairs = folds(nn.GroupKFold(5, shuffle=shuffle, rng=0), 100, groups=groups)
        for train, test in pairs:
            assert not set(groups[train]) & set(groups[test])
        assert sorted(np.concatenate([test for _, test in pairs])) == list(range(100))
        assert max(len(test) for _, test in pairs) <= 25

    def test_a_plain_k_fold_tears_them(self):
        groups = np.repeat(np.arange(20), 5)
        train, test = folds(nn.KFold(5, shuffle=True, rng=0), 100)[0]
        assert set(groups[train]) & set(groups[test])

    def test_needs_enough_groups(self):
        with pytest.raises(ValueError, match="3 folds need as many groups, got 2"):
            folds(nn.GroupKFold(3), 4, groups=[0, 0, 1, 1])
        with pytest.raises(ValueError, match="GroupKFold needs groups"):
            folds(nn.GroupKFold(2), 4)


class TestTimeSeriesSplit:
    def test_the_past_trains_and_what_follows_is_tested(self):
        pairs = folds(nn.TimeSeriesSplit(3), 9)
        assert [test.tolist() for _, test in pairs] == [[3, 4], [5, 6], [7, 8]]
        assert [train.tolist() for train, _ in pairs] == [list(range(n)) for n in (3, 5, 7)]

    def test_a_gap(self):
        pairs = folds(nn.TimeSeriesSplit(3, gap=2), 9)
        assert [len(train) for train, _ in pairs] == [1, 3, 5]
        with pytest.raises(ValueError, match="9 examples are too few for 3 blocks and a gap of 3"):
            folds(nn.TimeSeriesSplit(3, gap=3), 9)

    def test_what_is_never_tested_has_no_loss(self):
        y = np.arange(9.0)
        result = nn.cross_validate(mean, square, y, y, nn.TimeSeriesSplit(3))
        assert np.isnan(result.losses).tolist() == [True] * 3 + [False] * 6
        assert result.score == pytest.approx(np.nanmean(result.losses))


def test_groups_reach_the_splitter():
    y, groups = np.arange(6.0), [0, 1, 0, 1, 0, 1]
    result = nn.cross_validate(mean, square, y, y, nn.GroupKFold(2), groups=groups)
    assert result.fold_losses[0] == pytest.approx(((np.array([0, 2, 4]) - 3) ** 2).mean())


def test_refuses_what_does_not_fit():
    y = np.arange(6.0)
    with pytest.raises(ValueError, match="equally many rows"):
        nn.cross_validate(mean, square, y, y[:5])
    with pytest.raises(ValueError, match="one number for each of 2 examples"):
        nn.cross_validate(mean, lambda m, X, y: 1.0, y, y, cv=3)
    with pytest.raises(ValueError, match="one number for each fold"):
        nn.cv_score([])
    for bad in ([1, 2], [1, 0, 2]):
        with pytest.raises(ValueError, match="fold_sizes must be 3"):
            nn.cv_score([1, 2, 3], bad)


def test_examples_may_be_tensors_that_require_a_gradient():
    y = nn.Tensor([0.0, 0.0, 6.0, 6.0], requires_grad=True)
    found = nn.cross_validate(lambda X, y: y.mean(), lambda m, X, y: (m - y) ** 2, y, y, cv=2)
    assert found.score == 36.0
