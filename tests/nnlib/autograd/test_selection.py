"""Choosing elements by order, index and mask: against NumPy, gradients, borders, errors."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import Tensor, gradcheck

RNG = np.random.default_rng(3)
X = RNG.permutation(np.linspace(-2.1, 2.3, 24)).reshape(2, 3, 4)
PLACES = RNG.integers(0, 3, (2, 5, 4))
SOURCE = RNG.standard_normal((2, 5, 4))
MASK = X > 0.3

# name: (operation on a Tensor, the same in NumPy)
CASES = {
    "sort": (lambda x: nn.sort(x, 1).values, lambda x: np.sort(x, 1)),
    "sort falling": (lambda x: nn.sort(x, descending=True).values, lambda x: -np.sort(-x)),
    "topk": (lambda x: nn.topk(x, 2, 1).values, lambda x: -np.sort(-x, 1)[:, :2]),
    "topk smallest": (
        lambda x: nn.topk(x, 3, largest=False).values,
        lambda x: np.sort(x)[..., :3],
    ),
    "gather": (lambda x: nn.gather(x, 1, PLACES), lambda x: np.take_along_axis(x, PLACES, 1)),
    "gather of a part": (
        lambda x: nn.gather(x, 1, PLACES[:1, :, :2]),
        lambda x: np.take_along_axis(x[:1, :, :2], PLACES[:1, :, :2], 1),
    ),
    "take_along_dim": (
        lambda x: nn.take_along_dim(x, PLACES[:, :, :1], 1),
        lambda x: np.take_along_axis(x, PLACES[:, :, :1], 1),
    ),
    "take_along_dim of all": (
        lambda x: nn.take_along_dim(x, PLACES),
        lambda x: x.ravel()[PLACES.ravel()],
    ),
    "index_select": (lambda x: nn.index_select(x, -1, [3, 0, 3]), lambda x: x[..., [3, 0, 3]]),
    "scatter_add": (lambda x: nn.scatter_add(x, 1, PLACES, SOURCE), None),
    "masked_select": (lambda x: nn.masked_select(x, MASK), lambda x: x[MASK]),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient(name):
    operation, expected = CASES[name]
    if expected is not None:
        np.testing.assert_array_equal(operation(Tensor(X)).data, expected(X))
    gradcheck(lambda x: operation(1.1 * x), [X])
    x = Tensor(X.astype(np.float32), requires_grad=True)
    if name != "scatter_add":
        operation(x).sum().backward()
        assert x.grad.dtype == np.float32


def test_scatter_add():
    expected = X.copy()
    for i, j, k in np.ndindex(PLACES.shape):
        expected[i, PLACES[i, j, k], k] += SOURCE[i, j, k]
    np.testing.assert_allclose(nn.scatter_add(X, 1, PLACES, SOURCE).data, expected, rtol=1e-12)
    gradcheck(lambda x, s: nn.scatter_add(x, 1, PLACES[:, :2], s), [X, SOURCE])


@pytest.mark.parametrize("descending", [False, True])
def test_equal_elements_keep_their_order(descending):
    x = np.array([1.0, 2.0, 1.0, 2.0, 2.0])
    places = nn.argsort(x, descending=descending)
    np.testing.assert_array_equal(places, [1, 3, 4, 0, 2] if descending else [0, 2, 1, 3, 4])
    values, indices = Tensor(x).sort(descending=descending)
    np.testing.assert_array_equal(indices, places)
    np.testing.assert_array_equal(values.data, x[places])


def test_a_number_is_sorted_already():
    for values, indices in (nn.sort(3.0), nn.sort(3.0, 0)):
        assert (values.item(), indices.item()) == (3.0, 0)
    assert nn.argmin(3.0).item() == 0
    assert nn.gather(3.0, 0, [0, 0]).tolist() == [3.0, 3.0]


def test_argmin():
    np.testing.assert_array_equal(nn.argmin(X, 1), X.argmin(1))
    np.testing.assert_array_equal(Tensor(X).argmin(dim=2), X.argmin(2))
    assert nn.argmin(X) == X.argmin()
    assert nn.argmin(np.ones((3, 0)), 0).shape == (0,)


@pytest.mark.parametrize(
    ("call", "message"),
    [
        (lambda: nn.topk(X, 5, 1), "there are 3 along axis 1 of .*, not 5"),
        (lambda: nn.topk(X, -1), "k must be a whole number of at least 0, got -1"),
        (lambda: nn.argmin(np.ones((3, 0)), 1), "empty tensor"),
        (lambda: nn.gather(X, 1, PLACES + 1), r"are 0\.\.2, found 1 to 3"),
        (lambda: nn.gather(X, 1, PLACES - 1), r"are 0\.\.2, found -1 to 1"),
        (lambda: nn.gather(X, 1, [0]), "must have 3 axes"),
        (lambda: nn.gather(X, 0, np.zeros((1, 9, 4), int)), "does not fit a tensor"),
        (lambda: nn.index_select(X, 0, [2]), r"are 0\.\.1, found 2 to 2"),
        (lambda: nn.index_select(X, 0, PLACES), "index of one axis"),
        (lambda: nn.take_along_dim(X, PLACES[0], 1), "does not fit a tensor"),
        (lambda: nn.scatter_add(X, 1, PLACES, X), "must hold a number for each"),
        (lambda: nn.masked_select(X, MASK[:, :2]), "does not fit a tensor"),
        (lambda: nn.sort(X, 3), "axis 3 does not exist"),
    ],
)
def test_refuses(call, message):
    with pytest.raises(ValueError, match=message):
        call()


def test_places_are_whole_numbers():
    for call in (nn.gather, nn.index_select):
        with pytest.raises(TypeError, match="index of whole numbers, got float64"):
            call(X, 1, X)
