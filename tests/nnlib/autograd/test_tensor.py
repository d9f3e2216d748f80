"""The Tensor: every primitive against NumPy and finite differences, the graph, and the errors."""

import gc
import weakref

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as hnp

import nnlib as nn
from nnlib.autograd.gradcheck import gradcheck
from nnlib.autograd.tensor import (
    Tensor,
    as_tensor,
    backward_hook,
    cat,
    is_grad_enabled,
    maximum,
    minimum,
    no_grad,
    record,
    stack,
    where,
)

RNG = np.random.default_rng(11)
# Distinct numbers, none near 0 or near another: kinks and ties have tests of their own.
GRID = np.linspace(-2.1, 2.3, 24)
A = RNG.permutation(GRID).reshape(2, 3, 4)
B = RNG.permutation(GRID + 0.07).reshape(2, 3, 4)
ROW, COLUMN, SCALAR = B[0, 0] + 0.01, B[0, :, :1] + 0.02, np.array(0.63)
MASK = RNG.random((2, 3, 4)) > 0.5

ONE = {
    "neg": lambda x: -x,
    "pow 2": lambda x: x**2,
    "pow 3.0": lambda x: x**3.0,
    "pow -2": lambda x: x**-2,
    "pow 1": lambda x: x**1,
    "pow 0": lambda x: x**0 + x,
    "pow 0.5": lambda x: x.exp() ** 0.5,
    "exp": lambda x: x.exp(),
    "log": lambda x: (x * x).log(),
    "sqrt": lambda x: (x * x).sqrt(),
    "abs": lambda x: x.abs(),
    "tanh": lambda x: x.tanh(),
    "clip": lambda x: x.clip(-1.2, 1.2),
    "clip below": lambda x: x.clip(min=0.05),
    "clamp above": lambda x: x.clamp(max=0.05),
    "sum": lambda x: x.sum(),
    "sum 1": lambda x: x.sum(1),
    "sum -1 keepdims": lambda x: x.sum(-1, keepdims=True),
    "sum two": lambda x: x.sum((0, 2)),
    "sum dim": lambda x: x.sum(dim=0, keepdim=True),
    "mean": lambda x: x.mean(),
    "mean 0": lambda x: x.mean(0),
    "mean two": lambda x: x.mean(axis=(1, -1), keepdims=True),
    "max": lambda x: x.max(),
    "max 1": lambda x: x.max(1),
    "max two": lambda x: x.max((0, 2), keepdims=True),
    "min": lambda x: x.min(),
    "min -1": lambda x: x.min(dim=-1),
    "var": lambda x: x.var(),
    "var 2": lambda x: x.var(2),
    "var 0 biased": lambda x: x.var(0, correction=0, keepdims=True),
    "reshape": lambda x: x.reshape(4, 6),
    "reshape tuple": lambda x: x.reshape((3, -1)),
    "flatten": lambda x: x.flatten(),
    "flatten 1": lambda x: x.flatten(1),
    "transpose": lambda x: x.transpose(2, 0),
    "permute": lambda x: x.permute((1, 2, 0)),
    "permute negative": lambda x: x.permute(-1, 0, -2),
    "T": lambda x: x[0].T,
    "swapaxes": lambda x: x.swapaxes(0, -1),
    "squeeze": lambda x: x[:1].squeeze(),
    "squeeze 0": lambda x: x[:1].squeeze(0),
    "unsqueeze": lambda x: x.unsqueeze(1),
    "unsqueeze -1": lambda x: x.unsqueeze(-1),
    "broadcast_to": lambda x: x[:, :1].broadcast_to((5, 2, 3, 4)),
    "getitem": lambda x: x[1],
    "getitem slice": lambda x: x[:, ::-2, 1:3],
    "getitem new axis": lambda x: x[..., None, 0],
    "getitem list": lambda x: x[[1, 0, 1, 1]],
    "getitem arrays": lambda x: x[[0, 1, 0], [2, 2, 2]],
    "getitem array": lambda x: x[:, np.array([[0, 0], [2, 1]])],
    "getitem mask": lambda x: x[MASK],
    "getitem tensor": lambda x: x[Tensor([1, 1])],
    "iteration": lambda x: sum(part * (k + 1.0) for k, part in enumerate(x)),
    "scalar left": lambda x: 2 - x * 3 + 1.5,
    "scalar divided": lambda x: 2.0 / x / 3,
    "array left": lambda x: np.ones((2, 3, 4)) - np.full(4, 2.0) * x,
    "array divided": lambda x: np.ones(4) / x,
    "array matmul": lambda x: np.ones((5, 3)) @ x,
    "where number": lambda x: where(MASK, x, 0.5),
    "maximum number": lambda x: maximum(x, 0.05),
    "maximum number left": lambda x: maximum(0.05, x),
    "minimum number": lambda x: minimum(0.05, x),
    "with itself": lambda x: x * x + x / x - x,
}
TWO = {
    "add": lambda a, b: a + b,
    "sub": lambda a, b: a - b,
    "mul": lambda a, b: a * b,
    "div": lambda a, b: a / b,
    "maximum": maximum,
    "minimum": minimum,
    "where": lambda a, b: where(MASK, a, b),
}
SHAPES = {
    "same": (A, B),
    "row": (A, ROW),
    "column": (A, COLUMN),
    "row left": (ROW, A),
    "outer": (ROW, COLUMN),
    "scalar": (A, SCALAR),
    "scalar left": (SCALAR, A),
    "both scalar": (SCALAR, SCALAR + 0.4),
}
MATMUL = [
    ((3,), (3,)),
    ((3,), (3, 4)),
    ((2, 3), (3,)),
    ((2, 3), (3, 4)),
    ((5, 2, 3), (3, 4)),
    ((5, 2, 3), (5, 3, 4)),
    ((2, 3), (5, 3, 4)),
    ((5, 1, 2, 3), (6, 3, 4)),
    ((5, 2, 3), (3,)),
    ((3,), (5, 3, 4)),
    ((1, 2, 3), (5, 3, 1)),
    ((0, 3), (3, 2)),
]


# -- gradients: float64, random cotangents, never the first operation in line -----------------


@pytest.mark.equation(25)
@pytest.mark.parametrize("name", ONE)
def test_gradient_of_one_input(name):
    gradcheck(lambda x: ONE[name](x * 1.1), [A])
    gradcheck(lambda x: ONE[name](x + 0.0).tanh(), [A])


@pytest.mark.equation(25)
@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("shapes", SHAPES)
def test_gradient_of_two_inputs(name, shapes):
    a, b = SHAPES[shapes]
    gradcheck(lambda a, b: TWO[name](a * 1.1, b * 0.9), [a, b])
    gradcheck(lambda a, b: TWO[name](a, b).tanh(), [a, b])


@pytest.mark.equation(25)
@pytest.mark.parametrize(("left", "right"), MATMUL)
def test_gradient_of_matmul(left, right):
    rng = np.random.default_rng(0)
    inputs = [rng.standard_normal(left), rng.standard_normal(right)]
    assert np.array_equal((Tensor(inputs[0]) @ Tensor(inputs[1])).data, inputs[0] @ inputs[1])
    gradcheck(lambda a, b: (a * 1.5) @ b.tanh(), inputs)
    gradcheck(lambda a, b: (a @ b).tanh(), inputs)


@pytest.mark.parametrize("axis", [0, 1, 2, -1])
def test_gradient_of_joining(axis):
    parts = [A, A.take([0], axis), B.take([0, 1], axis)]
    gradcheck(lambda *t: cat([x.tanh() for x in t], axis) * 2.0, parts)
    gradcheck(lambda a, b: stack([a * 2.0, b, a], axis).tanh(), [A, B])
    found = cat([Tensor(x) for x in parts], axis).data
    assert np.array_equal(found, np.concatenate(parts, axis))
    assert np.array_equal(stack([Tensor(A), Tensor(B)], axis).data, np.stack([A, B], axis))


def test_gradient_of_conversion():
    x = Tensor(np.array([1.5, 2.5], np.float32), requires_grad=True)
    y = (x * 2).astype(np.float64)
    (y * np.array([1.0, 3.0])).sum().backward()
    assert y.dtype == np.float64
    assert x.grad.tolist() == [2, 6]
    assert x.grad.dtype == np.float32


def test_conversion_to_whole_numbers_has_no_gradient():
    x = Tensor([1.5, 2.5], requires_grad=True)
    assert x.astype(np.int64).data.tolist() == [1, 2]
    assert not x.astype(np.int64).requires_grad


# -- Hypothesis: shapes, broadcasting and types against NumPy ---------------------------------

BINARY = {
    "add": (lambda a, b: a + b, np.add),
    "sub": (lambda a, b: a - b, np.subtract),
    "mul": (lambda a, b: a * b, np.multiply),
    "div": (lambda a, b: a / b, np.divide),
    "maximum": (maximum, np.maximum),
    "minimum": (minimum, np.minimum),
}
DTYPES = st.sampled_from([np.float32, np.float64])


@pytest.mark.parametrize("name", BINARY)
@given(
    shapes=hnp.mutually_broadcastable_shapes(num_shapes=2, min_side=0, max_side=3, max_dims=3),
    dtype=DTYPES,
    seed=st.integers(0, 99),
)
def test_broadcasting(name, shapes, dtype, seed):
    ours, numpys = BINARY[name]
    rng = np.random.default_rng(seed)
    # Multiples of different numbers: no ties, nothing near 0.
    a, b = (
        ((rng.integers(1, 20, s) * k) * rng.choice([-1, 1], s)).astype(dtype)
        for s, k in zip(shapes.input_shapes, (0.3, 0.37), strict=True)
    )
    ta, tb = Tensor(a.copy(), requires_grad=True), Tensor(b.copy(), requires_grad=True)
    out = ours(ta, tb)
    assert np.array_equal(out.data, numpys(a, b))
    assert out.dtype == dtype
    assert isinstance(out.data, np.ndarray)
    out.sum().backward()
    for t, x in ((ta, a), (tb, b)):
        assert t.grad.shape == x.shape
        assert t.grad.dtype == dtype
        assert isinstance(t.grad, np.ndarray)
    assert np.array_equal(ta.data, a)
    if dtype is np.float64 and out.size:
        gradcheck(lambda a, b: ours(a * 1.0, b * 1.0), [a, b], atol=1e-6)


@given(
    x=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=3, min_side=1, max_side=4),
        elements=st.integers(-9, 9).map(float),
    ),
    data=st.data(),
)
@pytest.mark.parametrize("name", ["sum", "mean", "max", "min", "var"])
def test_reductions(name, x, data):
    axis = data.draw(st.none() | st.integers(-x.ndim, x.ndim - 1) | st.just(tuple(range(x.ndim))))
    keep = data.draw(st.booleans())
    options = {"correction": 0} if name == "var" else {}
    out = getattr(Tensor(x), name)(axis, keepdims=keep, **options)
    expected = np.asarray(getattr(np, name)(x, axis=axis, keepdims=keep))
    assert out.shape == expected.shape
    np.testing.assert_allclose(out.data, expected, rtol=1e-13, atol=1e-14)
    by_pytorchs_names = getattr(Tensor(x), name)(dim=axis, keepdim=keep, **options)
    assert np.array_equal(by_pytorchs_names.data, out.data)
    t = Tensor(x, requires_grad=True)
    getattr(t, name)(axis, keepdims=keep, **options).sum().backward()
    if name in ("max", "min"):  # ties share: what flows in flows out
        assert t.grad.sum() == pytest.approx(expected.size)
    elif name == "mean":
        np.testing.assert_allclose(t.grad, expected.size / x.size)


@given(
    x=hnp.arrays(
        np.float64,
        hnp.array_shapes(min_dims=1, max_dims=3, max_side=4),
        elements=st.integers(-9, 9).map(float),
    ),
    data=st.data(),
)
def test_indexing(x, data):
    index = data.draw(
        hnp.basic_indices(x.shape, allow_newaxis=True, allow_ellipsis=True)
        | hnp.integer_array_indices(x.shape)
        | hnp.arrays(bool, x.shape)
    )
    t = Tensor(x, requires_grad=True)
    out = t[index]
    assert np.array_equal(out.data, x[index])
    assert isinstance(out.data, np.ndarray)
    cotangent = np.arange(1.0, out.size + 1).reshape(out.shape)
    out.backward(cotangent)
    expected = np.zeros_like(x)
    np.add.at(expected, index, cotangent)
    assert np.array_equal(t.grad, expected)


@given(data=st.data())
def test_shapes(data):
    shape = data.draw(hnp.array_shapes(min_dims=1, max_dims=4, max_side=3))
    x = np.arange(np.prod(shape), dtype=np.float64).reshape(shape)
    axes = data.draw(st.permutations(range(x.ndim)))
    axes = tuple(a - x.ndim if data.draw(st.booleans()) else a for a in axes)
    t = Tensor(x, requires_grad=True)
    moved = t.permute(*axes)
    assert np.array_equal(moved.data, x.transpose(axes))
    moved.backward(np.ascontiguousarray(x.transpose(axes)))
    assert np.array_equal(t.grad, x)  # the numbers are back at their places
    flat = Tensor(x, requires_grad=True)
    flat.reshape(-1).backward(x.ravel())
    assert np.array_equal(flat.grad, x)


# -- types ------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", ONE)
@pytest.mark.parametrize("dtype", [np.float32, np.float64])
def test_type_of_one_input_stays(name, dtype):
    if name.startswith("array"):
        pytest.skip("holds float64 arrays")
    x = Tensor(A.astype(dtype), requires_grad=True)
    out = ONE[name](x)
    assert out.dtype == dtype
    assert isinstance(out.data, np.ndarray)
    (out * out).sum().backward()
    assert x.grad.dtype == dtype


@pytest.mark.parametrize("name", TWO)
@pytest.mark.parametrize("shapes", SHAPES)
def test_type_of_two_inputs_stays(name, shapes):
    a, b = (Tensor(x.astype(np.float32), requires_grad=True) for x in SHAPES[shapes])
    out = TWO[name](a, b)
    out.sum().backward()
    assert out.dtype == a.grad.dtype == b.grad.dtype == np.float32
    for t in (a, b):
        assert isinstance(t.grad, np.ndarray)
        assert t.grad.shape == t.shape


@pytest.mark.parametrize("name", [*TWO, "matmul", "cat"])
def test_float_types_do_not_mix(name):
    operations = TWO | {"matmul": lambda a, b: a @ b.T, "cat": lambda a, b: cat([a, b])}
    a, b = Tensor(A[0].astype(np.float32)), Tensor(B[0])
    mixed = "float32.*float64|float64.*float32"
    operation = (lambda a, b: where(MASK[0], a, b)) if name == "where" else operations[name]
    with pytest.raises(TypeError, match=mixed):
        operation(a, b)
    with pytest.raises(TypeError, match=mixed):
        operation(b, a)


def test_float_arrays_do_not_mix_either():
    x = Tensor(np.ones(3, np.float32))
    with pytest.raises(TypeError, match="float64 and float32 meet in one operation"):
        x + np.ones(3)
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        np.ones(3) / x
    with pytest.raises(TypeError, match="float64 and float32 meet"):
        maximum(np.ones(3), x)


@pytest.mark.parametrize("number", [2, 2.5, True, np.float64(2.5), np.float32(2.5), np.int64(2)])
def test_numbers_take_the_type_of_the_tensor(number):
    x = Tensor(np.ones(3, np.float32), requires_grad=True)
    for out in (
        x + number,
        number + x,
        x - number,
        number - x,
        x * number,
        number * x,
        x / number,
        number / x,
        maximum(x, number),
        maximum(number, x),
        minimum(x, number),
        minimum(number, x),
        where([True, False, True], x, number),
        where([True, False, True], number, x),
        x.clip(-number, number) if number is not True else x,
        x**number if number is not True else x,
    ):
        assert out.dtype == np.float32
        x.grad = None
        out.sum().backward()
        assert x.grad.dtype == np.float32


def test_whole_numbers_take_the_floating_type():
    i, x = Tensor([1, 2]), Tensor(np.array([0.5, 0.25], np.float32), requires_grad=True)
    for out in (i * x, x * i, x * np.array([1, 2]), i * x.data, maximum(i, x), [1, 2] * x):
        assert out.dtype == np.float32
    assert (i + 1).dtype == i.dtype
    assert (i + 0.5).dtype == np.float64
    assert (i / 2).dtype == np.float64
    assert minimum(Tensor(np.array([1, 200], np.uint8)), 100).data.tolist() == [1, 100]


@pytest.mark.parametrize("name", ["exp", "log", "sqrt", "tanh", "mean", "var"])
def test_functions_of_real_numbers_refuse_whole_ones(name):
    with pytest.raises(TypeError, match=r"needs float32 or float64, this tensor is int(?:32|64)"):
        getattr(Tensor([1, 2]), name)()


def test_what_a_tensor_holds():
    data = np.ones(3, np.float32)
    assert Tensor(data).data is data
    assert Tensor([1.0]).dtype == np.float64
    assert Tensor([1.0], dtype=np.float32).dtype == np.float32
    with pytest.raises(TypeError, match="real numbers, but the data has dtype complex128"):
        Tensor([1j])
    with pytest.raises(TypeError, match="dtype <U1"):
        Tensor(["a"])
    with pytest.raises(TypeError, match=r"not int(?:32|64); write 1\.0 instead of 1"):
        Tensor([1], requires_grad=True)
    with pytest.raises(TypeError, match=r"rows of equal length, but got list \[\[1\], \[1, 2"):
        Tensor([[1], [1, 2]])
    with pytest.raises(TypeError, match="'number' names no type of numbers"):
        Tensor([1], dtype="number")


def test_a_tensor_of_a_tensor_has_its_numbers_and_no_history():
    x = Tensor([1.0, 2.0], requires_grad=True)
    for y in (Tensor(x * 1), nn.Parameter(x), nn.Buffer(x)):
        assert y.is_leaf
        np.testing.assert_array_equal(y.data, x.data)
    assert nn.Parameter(x).data is x.data
    copy = nn.tensor(x)
    assert not copy.requires_grad
    assert not np.shares_memory(copy.data, x.data)


# -- ties and borders -------------------------------------------------------------------------


def test_ties_share_the_gradient():
    for name in ("max", "min"):
        x = Tensor(np.array([[1.0, 1.0], [1.0, 0.0]]) * (1 if name == "max" else -1))
        x.requires_grad = True
        getattr(x, name)().backward()
        np.testing.assert_allclose(x.grad, [[1 / 3, 1 / 3], [1 / 3, 0]])
        x.grad = None
        getattr(x, name)(1).backward([4.0, 2.0])
        assert x.grad.tolist() == [[2, 2], [2, 0]]
    for function, wins in ((maximum, [0, 1]), (minimum, [1, 0])):
        a = Tensor([1.0, 2.0, 3.0], requires_grad=True)
        b = Tensor([1.0, 1.0, 5.0], requires_grad=True)
        function(a, b).backward([2.0, 2.0, 2.0])
        assert a.grad.tolist() == [1, 2 * wins[1], 2 * wins[0]]
        assert b.grad.tolist() == [1, 2 * wins[0], 2 * wins[1]]


def test_gradient_at_the_borders():
    x = Tensor([-2.0, -1.0, 0.0, 1.0, 2.0], requires_grad=True)
    x.clip(-1, 1).sum().backward()
    assert x.grad.tolist() == [0, 1, 1, 1, 0]
    x.grad = None
    x.abs().sum().backward()
    assert x.grad.tolist() == [-1, -1, 0, 1, 1]
    x.grad = None
    (x**2 + x**1 + x**0).sum().backward()
    assert x.grad.tolist() == [-3, -1, 1, 3, 5]


# -- the graph --------------------------------------------------------------------------------


@pytest.mark.parametrize("depth", [3_000, 50_000])
def test_a_deep_chain_does_not_recurse(depth):
    x = Tensor([1.0], requires_grad=True)
    y = x
    for _ in range(depth):
        y = y + 1.0
    y.backward()
    assert x.grad.tolist() == [1]
    del y  # nor does forgetting it


def test_backward_twice_accumulates():
    x = Tensor([2.0], requires_grad=True)
    y = x * x
    z = y * y  # x⁴, slope 32
    for times in (1, 2, 3):
        z.backward()
        assert x.grad.tolist() == [32 * times]
    y.backward()
    assert x.grad.tolist() == [100]


def test_shared_subexpressions_count_every_path():
    x = Tensor(1.0, requires_grad=True)
    y = x
    for _ in range(50):  # 2⁵⁰ paths, 50 nodes
        y = y + y
    y.backward()
    assert x.grad == 2.0**50


@pytest.mark.equation(25)
def test_chain_rule():
    """d f(g(x)) / dx = f'(g(x)) g'(x), the first slope taken at g(x)."""
    x = Tensor(0.7, requires_grad=True)
    ((x * x).exp() * 3.0).backward()
    assert x.grad == pytest.approx(3 * np.exp(0.49) * 2 * 0.7, rel=1e-15)


def test_retain_grad():
    x = Tensor([1.0, 2.0], requires_grad=True)
    y = x * 3.0
    assert y.retain_grad() is y
    other = x * 3.0
    (y * y + other).sum().backward()
    assert y.grad.tolist() == [6, 12]
    assert other.grad is None
    (y * 1.0).sum().backward()
    assert y.grad.tolist() == [7, 13]
    with pytest.raises(RuntimeError, match="does not require a gradient"):
        (x.detach() * 2.0).retain_grad()


def test_no_grad_nests_and_survives_errors():
    x = Tensor([1.0], requires_grad=True)
    with no_grad():
        assert not is_grad_enabled()
        with no_grad():
            assert not (x * 2.0).requires_grad
        assert not (x * 2.0).requires_grad
    assert (x * 2.0).requires_grad
    with pytest.raises(ZeroDivisionError), no_grad():
        _ = 1 / 0
    assert is_grad_enabled()


def test_no_grad_decorates_a_function_that_calls_itself():
    x = Tensor([1.0], requires_grad=True)

    @no_grad()
    def power(n):
        assert not is_grad_enabled()
        return x if n == 1 else power(n - 1) * x

    assert not power(4).requires_grad
    assert is_grad_enabled()
    same = no_grad()
    with same, same:
        assert not is_grad_enabled()
    assert is_grad_enabled()


def test_gradients_are_never_shared():
    """Not between leaves, not with the cotangent, not with the data."""
    cotangent = np.ones(3)
    makers = [
        lambda a, b: a + b,
        lambda a, b: a - b,
        lambda a, b: a * 1.0 + b * 1.0,
        lambda a, b: cat([a, b])[:3] + b,
        lambda a, b: stack([a, b]).sum(0),
        lambda a, b: a.reshape(3, 1).squeeze() + b.unsqueeze(0)[0],
        lambda a, b: a.broadcast_to((3,)) + b.T,
        lambda a, b: maximum(a, b),
        lambda a, b: where([True, False, True], a, b),
        lambda a, b: nn.functional.mse_loss(a, b, "none"),
    ]
    for maker in makers:
        a, b = Tensor(np.arange(3.0), requires_grad=True), Tensor(np.ones(3), requires_grad=True)
        maker(a, b).backward(cotangent)
        arrays = [a.grad, b.grad, a.data, b.data, cotangent]
        for i, one in enumerate(arrays):
            for other in arrays[i + 1 :]:
                assert not np.shares_memory(one, other)
        before = b.grad.copy()
        a.grad += 100  # a leaf's gradient may be changed at will
        assert np.array_equal(b.grad, before)
        assert cotangent.tolist() == [1, 1, 1]
    leaf = Tensor(np.ones(3), requires_grad=True)
    leaf.backward(cotangent)
    assert not np.shares_memory(leaf.grad, cotangent)
    scalar = Tensor(2.0, requires_grad=True)
    scalar.backward()
    scalar.grad *= 5.0
    scalar.backward()
    assert scalar.grad == 6


def test_a_kept_gradient_does_not_change_later():
    """What backward has handed out is not touched by the next call."""
    x = Tensor(np.ones(2), requires_grad=True)
    (x * 2.0).sum().backward()
    first = x.grad
    (x * 2.0).sum().backward()
    assert first.tolist() == [2, 2]
    assert x.grad.tolist() == [4, 4]


def test_constants_get_no_gradient():
    x, c = Tensor([1.0], requires_grad=True), Tensor([2.0])
    (x * c + c / x - c @ x + maximum(c, x) + where([True], x, c)).sum().backward()
    assert c.grad is None
    assert x.grad is not None


def test_the_graph_goes_when_its_end_goes():
    x = Tensor([1.0], requires_grad=True)
    y = x * 2.0
    middle = weakref.ref(y)
    z = y.tanh()
    z.backward()
    gc.disable()
    try:
        del y, z
        assert middle() is None  # no cycle keeps it
    finally:
        gc.enable()


def test_a_new_primitive_is_one_function():
    def cube(x):
        return record("cube", x.data**3, (x,), lambda g: (g * 3 * x.data**2,))

    gradcheck(lambda x: cube(x * 2.0), [A])


# -- what it is -------------------------------------------------------------------------------


def test_properties():
    x = Tensor(A, requires_grad=True)
    assert (x.shape, x.ndim, x.size, len(x), x.dtype) == ((2, 3, 4), 3, 24, 2, np.float64)
    assert x.is_leaf
    assert not (x * 2.0).is_leaf
    assert float(Tensor(2.5)) == Tensor([[2.5]]).item() == 2.5
    assert bool(Tensor(1.0))
    assert x.detach().data is x.data
    assert not x.detach().requires_grad
    assert np.array_equal(np.asarray(x.detach()), A)
    assert x.argmax(dim=1).tolist() == A.argmax(1).tolist()
    assert {x: 1}[x] == 1
    assert (x > 0).tolist() == (A > 0).tolist()
    assert [(x < y).all() for y in (A + 1, Tensor(A + 1))] == [True, True]
    assert (x == A).all()
    assert not (x != A).any()
    assert (x <= A).all()
    assert (x >= A).all()
    assert as_tensor(x) is x


def test_repr():
    assert repr(Tensor([1.0, 2.0])) == "Tensor([1., 2.])"
    x = Tensor([1.0], requires_grad=True)
    assert repr(x) == "Tensor([1.], requires_grad=True)"
    assert repr(x * 2.0) == "Tensor([2.], op=mul)"


X = Tensor(np.ones((2, 3)), requires_grad=True)


@pytest.mark.parametrize(
    ("call", "error", "message"),
    [
        (lambda: (X * 2.0).backward(), RuntimeError, r"scalar, this tensor has shape \(2, 3\)"),
        (lambda: Tensor(1.0).backward(), RuntimeError, "does not require a gradient"),
        (lambda: (X * 2.0).backward(np.ones(3)), ValueError, r"\(3,\), but the tensor has \(2, 3"),
        (lambda: X.backward(np.ones((2, 3), np.float32)), TypeError, "float32 and float64 meet"),
        (lambda: X @ np.ones((2, 3)), ValueError, r"\(2, 3\) and \(2, 3\): the last axis"),
        (lambda: X @ np.ones(2), ValueError, r"\(2, 3\) and \(2,\).* only axis"),
        (lambda: X @ 2.0, ValueError, r"at least one axis on both sides, got \(2, 3\) @ \(\)"),
        (lambda: X.reshape(4, -1), ValueError, r"cannot reshape \(2, 3\), 6 elements, into \(4, -"),
        (lambda: X.sum(2), ValueError, r"axis 2 does not exist: the tensor has shape \(2, 3\)"),
        (lambda: X.mean((0, -3)), ValueError, "axis -3 does not exist"),
        (lambda: X.max(axis=0, dim=0), TypeError, "axis or dim, not both"),
        (lambda: X.clip(), ValueError, "needs min, max or both"),
        (lambda: X ** np.ones(7), ValueError, "power got shapes .*, which do not broadcast"),
        (lambda: X.var(0, correction=2), ValueError, r"var\(\) of 2 element.* divides by 0"),
        (lambda: Tensor(np.ones((0, 2))).mean(), ValueError, r"empty tensor of shape \(0, 2\)"),
        (lambda: Tensor(np.ones((0, 2))).max(0), ValueError, r"max\(\) of an empty tensor"),
        (lambda: cat([X, np.ones((2, 4))]), ValueError, r"shapes \[\(2, 3\), \(2, 4\)\]"),
        (lambda: cat([]), ValueError, "at least one tensor"),
        (lambda: cat([X, np.ones((1, 3), np.float32)]), TypeError, "'float64', 'float32'"),
        (lambda: X.item(), ValueError, r"one element, this tensor has shape \(2, 3\)"),
        (lambda: X.numpy(), RuntimeError, "detach"),
        (lambda: np.asarray(X), RuntimeError, "detach"),
        (lambda: len(Tensor(1.0)), TypeError, "without axes has no length"),
    ],
)
def test_says_what_came_and_what_was_expected(call, error, message):
    with pytest.raises(error, match=message):
        call()


@given(hnp.array_shapes(max_dims=3, max_side=3), hnp.array_shapes(max_dims=3, max_side=3))
def test_shapes_that_do_not_fit_change_nothing(one, other):
    try:
        np.broadcast_shapes(one, other)
    except ValueError:
        fit = False
    else:
        fit = True
    assume(not fit)
    a, b = Tensor(np.ones(one), requires_grad=True), Tensor(np.ones(other), requires_grad=True)
    with pytest.raises(ValueError, match="broadcast"):
        a + b
    assert a.grad is None


# -- what can be seen of the graph -----------------------------------------------------------


def test_the_graph_shows_operations_inputs_and_vjps():
    x, y = Tensor(2.0, requires_grad=True), Tensor(3.0)
    product = x * y
    out = product + x
    assert [node.op for node in out.graph()] == ["add", "mul", "leaf"]
    assert out.inputs == (product, x)
    assert [float(g) for g in product.vjp(np.array(1.0)) if g is not None] == [3.0]
    assert [node.order for node in out.graph()] == sorted(
        (node.order for node in out.graph()), reverse=True
    )


def test_a_hook_sees_every_step_of_backward_and_then_no_more():
    x = Tensor([1.0, 2.0], requires_grad=True)
    seen, started = [], []
    with backward_hook(started.append, lambda node, g, made: seen.append((node.op, g.tolist()))):
        out = (x * 3.0).sum()
        out.backward()
    assert started == [out]
    assert seen == [("sum", 1.0), ("mul", [1.0, 1.0])]
    (x * 3.0).sum().backward()
    assert len(seen) == 2


def test_a_hook_that_fails_is_taken_out():
    def refuse(tensor):
        raise FloatingPointError("stop")

    x = Tensor(1.0, requires_grad=True)
    with pytest.raises(FloatingPointError, match="stop"), backward_hook(refuse):
        (x * x).backward()
    (x * x).backward()
    assert x.grad == 2.0
