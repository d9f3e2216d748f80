"""The table of rows: the product of one-hot rows with it, its gradient, its refusals."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

import nnlib as nn
import nnlib.functional as F
from nnlib.autograd.tensor import Tensor


@given(st.lists(st.integers(0, 4), max_size=12), st.integers(1, 3))
def test_is_a_product_with_one_hot_rows(indices, columns):
    rng = np.random.default_rng(columns)
    table, v = rng.standard_normal((5, columns)), rng.standard_normal((len(indices), columns))
    index = np.array(indices, int)
    results = []
    for fused in (True, False):
        W = Tensor(table.copy(), requires_grad=True)
        out = F.embedding(index, W) if fused else Tensor(np.eye(5)[index].reshape(-1, 5)) @ W
        out.backward(v)
        results.append((out.data, W.grad))
    np.testing.assert_allclose(results[0][0], results[1][0])
    np.testing.assert_allclose(results[0][1], results[1][1], atol=1e-14)


def test_gradcheck_with_repeated_rows():
    table = np.random.default_rng(0).standard_normal((4, 3))
    nn.gradcheck(lambda W: F.embedding([[0, 3, 3], [3, 1, 0]], W.tanh()), [table])


def test_padding_row_is_zero_and_stays():
    layer = nn.Embedding(4, 3, padding_idx=-1, rng=0)
    assert layer.padding_idx == 3
    assert not layer.weight.data[3].any()
    layer(np.array([0, 3, 3])).sum().backward()
    assert layer.weight.grad.tolist() == [[1, 1, 1], [0, 0, 0], [0, 0, 0], [0, 0, 0]]


def test_shape_type_and_first_rows():
    layer = nn.Embedding(300, 200, rng=0)
    assert layer(np.zeros((2, 3, 4), np.uint8)).shape == (2, 3, 4, 200)
    assert layer(np.zeros((0,), int)).shape == (0, 200)
    assert layer(3).dtype == np.float32
    assert layer.weight.data.mean() == pytest.approx(0, abs=0.02)
    assert layer.weight.data.std() == pytest.approx(1, abs=0.02)
    assert repr(nn.Embedding(4, 3, 1)) == "Embedding(4, 3, padding_idx=1)"


def test_refuses():
    layer = nn.Embedding(4, 3)
    with pytest.raises(ValueError, match=r"indices must be 0..3, found 1 to 4"):
        layer([1, 4])
    with pytest.raises(ValueError, match=r"found -1 to 0"):
        layer([-1, 0])
    with pytest.raises(TypeError, match="whole numbers, got float64"):
        layer([0.0, 1.0])
    with pytest.raises(ValueError, match=r"table of shape \(rows, columns\), got \(3,\)"):
        F.embedding([0], np.ones(3))
    with pytest.raises(ValueError, match=r"padding_idx must be -4..3, got 4"):
        nn.Embedding(4, 3, padding_idx=4)
    with pytest.raises(ValueError, match="positive sizes, got 0 and 3"):
        nn.Embedding(0, 3)
