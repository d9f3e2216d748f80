"""The transpose of indexing equals NumPy's np.add.at for every kind of index."""

import numpy as np
import pytest

from nnlib import Tensor, func
from nnlib.autograd.dual import Dual
from nnlib.autograd.scatter import scatter

RNG = np.random.default_rng(0)
X = RNG.standard_normal((4, 5, 6))
INDICES = {
    "a number": 2,
    "slices": (slice(None, None, -2), slice(1, 4)),
    "a mask": X > 0,
    "a mask of rows": np.array([True, False, True, True]),
    "rows": np.array([0, 3, 0, 0, -1]),
    "a table of rows": RNG.integers(0, 4, (3, 2)),
    "no rows": np.zeros(0, int),
    "a list": [1, 1, 2],
    "columns": (slice(None), [4, 4, 0]),
    "places": (RNG.integers(0, 4, 50), RNG.integers(0, 5, 50), RNG.integers(-6, 6, 50)),
    "broadcast": (np.arange(4)[:, None], np.array([1, 1, 3]), slice(2)),
    "apart": ([0, 0, 1], slice(None), [2, 2, 2]),
    "new axes": (None, [3, 3], ..., None),
}


@pytest.mark.parametrize("name", INDICES)
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_equals_add_at(name, dtype):
    index = INDICES[name]
    g = RNG.standard_normal(X[index].shape).astype(dtype)
    expected = np.zeros(X.shape)
    np.add.at(expected, index, g)
    got = scatter(g, index, X.shape)
    assert got.dtype == dtype
    np.testing.assert_allclose(got, expected, rtol=1e-12 if dtype == np.float64 else 1e-5)
    for layout in (np.asfortranarray, lambda a: a[..., None][..., 0], lambda a: a.T.copy().T):
        np.testing.assert_array_equal(scatter(layout(g), index, X.shape), got)
    both = scatter(Dual(g, 2 * g), index, X.shape)
    np.testing.assert_array_equal(both.value, got)
    np.testing.assert_allclose(both.tangent, 2 * got, rtol=1e-6)


def test_infinite_gradients_stay_where_they_belong():
    g = np.array([1.0, np.inf, 2.0])
    np.testing.assert_array_equal(scatter(g, np.array([0, 2, 0]), (4,)), [3, 0, np.inf, 0])
    np.testing.assert_array_equal(scatter(g, ([0, 2, 0],), (4,)), [3, 0, np.inf, 0])


def test_second_derivatives():
    hessian = func.hessian(lambda x: (x[[0, 0, 1]] ** 3).sum())(Tensor([1.0, 2.0]))
    np.testing.assert_allclose(hessian.data, [[12, 0], [0, 12]])
