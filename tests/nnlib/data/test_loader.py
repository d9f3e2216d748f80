"""Data sets and the loader that draws batches from them."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from nnlib import data


@given(
    n=st.integers(1, 30),
    size=st.integers(1, 12),
    shuffle=st.booleans(),
    drop_last=st.booleans(),
)
def test_a_pass_shows_every_row_once(n, size, shuffle, drop_last):
    x, y = np.arange(n) * 10.0, np.arange(n)
    loader = data.DataLoader((x, y), size, shuffle, drop_last, rng=0)
    for _ in range(2):
        batches = list(loader)
        assert len(batches) == len(loader)
        rows = [row for _, yb in batches for row in yb]
        assert all(np.array_equal(xb, yb * 10.0) for xb, yb in batches)  # rows stay together
        assert len(set(rows)) == len(rows)
        assert len(rows) == (n // size * size if drop_last else n)
        assert all(len(xb) == size for xb, _ in batches[:-1])
        if not shuffle:
            assert rows == list(range(len(rows)))


def test_every_pass_has_an_order_of_its_own():
    def orders(rng):
        loader = data.DataLoader((np.arange(50),), 50, shuffle=True, rng=rng)
        return [next(iter(loader))[0].tolist() for _ in range(2)]

    first, second = orders(1)
    assert first != second
    assert orders(1) == [first, second]
    assert orders(2)[0] != first


def test_datasets():
    dataset = data.TensorDataset([1.0, 2.0, 3.0], [[1], [2], [3]])
    assert len(dataset) == 3
    assert [a.tolist() for a in dataset[1:]] == [[2, 3], [[2], [3]]]
    assert [len(batch) for batch in data.DataLoader(dataset, 2)] == [2, 2]


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: data.TensorDataset(), "at least one array"),
        (lambda: data.TensorDataset([1, 2], [1]), r"equal lengths, got \[2, 1\]"),
        (lambda: data.DataLoader(([1],), 0), "at least 1, got 0"),
        (lambda: data.DataLoader((np.zeros((0, 2)),)), "dataset is empty"),
    ],
)
def test_loader_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()
