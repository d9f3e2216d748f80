"""Further operations: each against NumPy, its gradient against finite differences, its errors."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import Tensor, gradcheck

RNG = np.random.default_rng(5)
X = RNG.permutation(np.linspace(-2.1, 2.3, 24)).reshape(2, 3, 4)
MASK = RNG.random((2, 3, 4)) > 0.5

# name: (operation on a Tensor, the same in NumPy)
CASES = {
    "sin": (nn.sin, np.sin),
    "cos": (nn.cos, np.cos),
    "log1p": (lambda x: nn.log1p(x * x), lambda x: np.log1p(x * x)),
    "expm1": (nn.expm1, np.expm1),
    "std": (nn.std, lambda x: x.std(ddof=1)),
    "std 1": (lambda x: nn.std(x, 1, correction=0), lambda x: x.std(1)),
    "norm": (nn.norm, lambda x: np.sqrt((x * x).sum())),
    "norm 1": (lambda x: nn.norm(x, axis=1), lambda x: np.linalg.norm(x, axis=1)),
    "norm kept": (
        lambda x: nn.norm(x, axis=-1, keepdims=True),
        lambda x: np.linalg.norm(x, axis=-1, keepdims=True),
    ),
    "norm all kept": (
        lambda x: nn.norm(x, keepdims=True),
        lambda x: np.sqrt((x * x).sum()).reshape(1, 1, 1),
    ),
    "logsumexp": (lambda x: nn.logsumexp(x, 1), lambda x: np.log(np.exp(x).sum(1))),
    "logsumexp kept": (
        lambda x: nn.logsumexp(x, 2, keepdims=True),
        lambda x: np.log(np.exp(x).sum(2, keepdims=True)),
    ),
    "prod": (nn.prod, np.prod),
    "prod 1": (lambda x: nn.prod(x, 1), lambda x: x.prod(1)),
    "prod kept": (lambda x: nn.prod(x, keepdims=True), lambda x: x.prod(keepdims=True)),
    "cumsum": (lambda x: nn.cumsum(x, 1), lambda x: x.cumsum(1)),
    "flip": (lambda x: nn.flip(x, (0, 2)), lambda x: np.flip(x, (0, 2))),
    "tril": (nn.tril, np.tril),
    "triu": (lambda x: nn.triu(x, 1), lambda x: np.triu(x, 1)),
    "masked_fill": (
        lambda x: nn.masked_fill(x, MASK, 7.0),
        lambda x: np.where(MASK, 7.0, x),
    ),
    "pad": (
        lambda x: nn.pad(x, (1, 2, 0, 3), 9.0),
        lambda x: np.pad(x, ((0, 0), (0, 3), (1, 2)), constant_values=9.0),
    ),
    "split": (lambda x: nn.split(x, 3, -1)[0], lambda x: x[..., :3]),
    "split two": (lambda x: nn.split(x, (1, 2), 1)[1], lambda x: x[:, 1:]),
    "chunk": (lambda x: nn.chunk(x, 2, 2)[1], lambda x: x[..., 2:]),
    "norm of sizes": (lambda x: nn.norm(x, 1, dim=1), lambda x: np.abs(x).sum(1)),
    "norm 3": (lambda x: nn.norm(x, 3), lambda x: (np.abs(x) ** 3).sum() ** (1 / 3)),
    "norm inf": (lambda x: nn.norm(x, np.inf, 2), lambda x: np.abs(x).max(2)),
    "norm of matrices": (lambda x: nn.norm(x, dim=(1, 2)), lambda x: np.sqrt((x * x).sum((1, 2)))),
    "logsumexp of all": (lambda x: nn.logsumexp(x, (0, 1, 2)), lambda x: np.log(np.exp(x).sum())),
    "unbind": (lambda x: nn.unbind(x, -1)[2], lambda x: x[..., 2]),
    "repeat_interleave": (lambda x: nn.repeat_interleave(x, 2, 1), lambda x: x.repeat(2, 1)),
    "repeat_interleave of some": (
        lambda x: nn.repeat_interleave(x, [2, 0, 1], dim=1),
        lambda x: x.repeat([2, 0, 1], 1),
    ),
    "repeat_interleave of all": (lambda x: nn.repeat_interleave(x, 3), lambda x: x.repeat(3)),
    "outer": (
        lambda x: nn.outer(x[0, 0], x[1, 1]),
        lambda x: np.outer(x[0, 0], x[1, 1]),
    ),
}


@pytest.mark.parametrize("name", CASES)
def test_value_and_gradient(name):
    operation, expected = CASES[name]
    np.testing.assert_allclose(operation(Tensor(X)).data, expected(X), rtol=1e-12)
    assert operation(Tensor(X)).shape == np.shape(expected(X))
    gradcheck(lambda x: operation(1.1 * x), [X])


@pytest.mark.parametrize("name", CASES)
def test_type_stays(name):
    x = Tensor(X.astype(np.float32), requires_grad=True)
    out = CASES[name][0](x)
    assert out.dtype == np.float32
    out.sum().backward()
    assert x.grad.dtype == np.float32


def test_a_product_with_zeros():
    x = Tensor(np.array([[2.0, 0.0, 3.0], [0.0, 0.0, 5.0]]), requires_grad=True)
    nn.prod(x, 1).sum().backward()
    np.testing.assert_array_equal(x.grad, [[0, 6, 0], [0, 0, 0]])


def test_logsumexp_at_the_ends():
    x = Tensor(np.array([[1e4, 1e4], [-np.inf, -np.inf], [-np.inf, 2.0]]), requires_grad=True)
    out = nn.logsumexp(x, 1)
    np.testing.assert_allclose(out.data, [1e4 + np.log(2), -np.inf, 2.0])
    out.backward(np.ones(3))
    np.testing.assert_array_equal(x.grad, [[0.5, 0.5], [0, 0], [0, 1]])


def test_no_length_and_no_spread_have_gradient_zero():
    for operation in (nn.norm, nn.std):
        x = Tensor(np.zeros(3), requires_grad=True)
        operation(x).backward()
        np.testing.assert_array_equal(x.grad, np.zeros(3))


def test_parts_put_together_are_the_whole():
    x = Tensor(X)
    for parts in (nn.split(x, 2, 1), nn.split(x, [1, 0, 2], 1), nn.chunk(x, 3, 1)):
        np.testing.assert_array_equal(nn.cat(parts, 1).data, X)


def test_refuses():
    x = Tensor(X)
    with pytest.raises(ValueError, match=r"parts of \[1, 1\] do not make up axis 1 of \(2, 3, 4\)"):
        nn.split(x, [1, 1], 1)
    with pytest.raises(ValueError, match="size of a part must be a whole number of at least 1"):
        nn.split(x, 0)
    with pytest.raises(ValueError, match="parts must be a whole number of at least 1, got 0"):
        nn.chunk(x, 0)
    with pytest.raises(ValueError, match=r"each of up to 3 axes, got \(1,\)"):
        nn.pad(x, (1,))
    with pytest.raises(ValueError, match=r"two vectors, got \(2, 3, 4\)"):
        nn.outer(x, x)
    with pytest.raises(TypeError, match="sin needs float32 or float64"):
        nn.sin(np.arange(3))
