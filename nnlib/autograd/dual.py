"""Numbers that carry their derivative: forward mode, for everything that is written in NumPy.

A dual number a + ε ȧ obeys ε² = 0, so that f(a + ε ȧ) = f(a) + ε f'(a) ȧ: computing with it gives
the value and, beside it, the derivative along ȧ. A `Dual` is an array of such numbers and takes
part in NumPy's functions by NumPy's own protocols. nnlib's forward code is plain NumPy, and its
backward code too; a `Tensor` whose data is a Dual goes through both. Backward then returns the
gradient and, in the tangent, its derivative along ȧ, which is the exact product of the Hessian and
ȧ (Pearlmutter 1994, "Fast exact multiplication by the Hessian").

What has no rule raises TypeError. No tangent is dropped silently.
"""

import numpy as np

__all__ = ["Dual", "like", "windows"]


class Dual(np.lib.mixins.NDArrayOperatorsMixin):
    """An array of values and, of the same shape, its derivative along one direction.

    Parameters
    ----------
    value, tangent : array_like of float32 or float64, of one shape and dtype

    Raises
    ------
    TypeError
        If the values are not floating-point numbers, dtypes differ, or a part is itself a Dual.
    ValueError
        If the shapes differ.

    Notes
    -----
    Where np.maximum or np.minimum meets two equal numbers each gets half, as in `nnlib.maximum`.
    So forward mode says ½ for the slope of ReLU at exactly 0, while backward it is 0.

    Examples
    --------
    >>> x = Dual([1.0, 2.0], [1.0, 0.0])
    >>> np.exp(x * x).tangent.round(2)
    array([5.44, 0.  ])
    """

    __slots__ = ("tangent", "value")

    def __init__(self, value, tangent):
        if isinstance(value, Dual) or isinstance(tangent, Dual):
            raise TypeError("a Dual cannot hold another: derivatives here are of first order")
        value, tangent = np.asarray(value), np.asarray(tangent)
        if value.dtype.kind != "f" or tangent.dtype != value.dtype:
            raise TypeError(
                f"value and tangent must be of one floating-point type, got {value.dtype} and "
                f"{tangent.dtype}"
            )
        if value.shape != tangent.shape:
            raise ValueError(f"value has shape {value.shape}, tangent {tangent.shape}")
        self.value, self.tangent = value, tangent

    # -- what it is ---------------------------------------------------------------------------

    shape = property(lambda self: self.value.shape, doc="Lengths of the axes.")
    ndim = property(lambda self: self.value.ndim, doc="Number of axes.")
    size = property(lambda self: self.value.size, doc="Number of elements.")
    dtype = property(lambda self: self.value.dtype, doc="NumPy's dtype of value and tangent.")
    base = property(lambda self: self.value.base, doc="The array of which the value is a view.")
    T = property(lambda self: np.transpose(self), doc="All axes reversed.")

    def __len__(self):
        return len(self.value)

    def __repr__(self):
        return f"Dual({self.value!r}, tangent={self.tangent!r})"

    def __array__(self, dtype=None, copy=None):
        raise TypeError(
            "a Dual cannot be stored in a plain array, its tangent would be lost: take .value or "
            ".tangent, or make room with np.empty_like(dual, shape=...)"
        )

    def item(self):
        """Refuse: a Python number has no place for the tangent."""
        raise TypeError("item() of a Dual would lose the tangent: take .value.item()")

    # -- parts: views of both, so that writing into a part writes into the whole ----------------

    def __getitem__(self, index):
        return _dual(self.value[index], self.tangent[index])

    def __setitem__(self, index, new):
        value, tangent = _value(new), _tangent(new)
        self.value[index] = value
        self.tangent[index] = tangent

    def __iter__(self):
        return (self[i] for i in range(len(self)))

    # -- methods of arrays --------------------------------------------------------------------

    def reshape(self, *shape, **options):
        """Give both another shape."""
        shape = shape[0] if len(shape) == 1 else shape
        return np.reshape(self, shape, **options)

    def transpose(self, *axes):
        """Reorder the axes of both."""
        axes = axes[0] if len(axes) == 1 else axes or None
        return np.transpose(self, axes)

    def astype(self, dtype):
        """Convert both to another floating-point type."""
        if np.dtype(dtype).kind != "f":
            raise TypeError(f"a Dual as {np.dtype(dtype)} would lose its tangent")
        return _dual(self.value.astype(dtype), self.tangent.astype(dtype))

    # -- NumPy's protocols --------------------------------------------------------------------

    def __array_ufunc__(self, ufunc, method, *inputs, out=None, **options):
        if method == "__call__":
            new = _call(ufunc, inputs, options)
        elif method == "at" and ufunc is np.add and isinstance(inputs[0], Dual):
            target, index, added = inputs
            np.add.at(target.value, index, _value(added))
            np.add.at(target.tangent, index, _tangent(added))
            return None
        elif (ufunc, method) in METHODS:
            new = METHODS[ufunc, method](*inputs, **options)
        else:
            raise TypeError(f"no rule for the derivative of np.{ufunc.__name__}.{method}")
        if out is None:
            return new
        if not isinstance(out[0], Dual) and isinstance(new, Dual):
            raise TypeError(
                f"np.{ufunc.__name__} with a Dual cannot write into a plain array: its tangent "
                "would be lost (give the array a tangent too, of zeros if it is a constant)"
            )
        out[0][...] = new
        return out[0]

    def __array_function__(self, function, types, arguments, options):
        if function in CONSTANT:
            return function(*map(_value, arguments), **options)
        if function in MULTILINEAR:
            return _multilinear(function, arguments, options)
        if function in FUNCTIONS:
            return FUNCTIONS[function](*arguments, **options)
        raise TypeError(f"no rule for the derivative of np.{function.__name__}")


def like(*arrays):
    """Return a Dual if there is one among the arrays, else the first of them; None is left out.

    A primitive that fills a buffer makes it by ``np.empty_like(like(x, w), shape=...)``: it then
    has room for the tangent of whatever is computed from x and w.
    """
    given = [a for a in arrays if a is not None]
    return next((a for a in given if isinstance(a, Dual)), given[0])


def windows(array, shape, steps):
    """View an array of one axis by `steps`, numbers from one entry to the next on each axis.

    The same number may be seen several times; nobody checks that all lie within the array.
    """
    if isinstance(array, Dual):
        return _dual(*(windows(part, shape, steps) for part in (array.value, array.tangent)))
    strides = [step * array.strides[0] for step in steps]
    return np.lib.stride_tricks.as_strided(array, shape, strides)


def _method(name):
    def method(self, *arguments, **options):
        return getattr(np, name)(self, *arguments, **options)

    method.__name__, method.__doc__ = name, f"Apply ``np.{name}``."
    return method


for _name in (
    "all any argmax argmin argsort clip copy cumsum max mean min ravel repeat squeeze sum swapaxes "
    "take trace"
).split():
    setattr(Dual, _name, _method(_name))


def _dual(value, tangent):
    """Make a Dual of what a rule computed, without checks."""
    new = Dual.__new__(Dual)
    new.value, new.tangent = np.asarray(value), np.asarray(tangent)
    return new


def _value(x):
    return x.value if isinstance(x, Dual) else x


def _tangent(x):
    """Return the tangent; that of a constant is 0."""
    return x.tangent if isinstance(x, Dual) else 0.0


# -- rules -----------------------------------------------------------------------------------


def _call(ufunc, inputs, options):
    """Apply an elementwise function, or a product of matrices."""
    values = [_value(x) for x in inputs]
    if ufunc in CONSTANT:
        return ufunc(*values, **options)
    if ufunc in MULTILINEAR:
        return _multilinear(ufunc, inputs, options)
    if ufunc not in PARTIALS or options:
        words = f" with {', '.join(options)}" if options else ""
        raise TypeError(f"no rule for the derivative of np.{ufunc.__name__}{words}")
    y = np.asarray(ufunc(*values))
    tangent = np.zeros_like(y)
    for x, partial in zip(inputs, PARTIALS[ufunc], strict=True):
        if isinstance(x, Dual):
            tangent += partial(y, *values) * x.tangent  # the chain rule
    return _dual(y, tangent)


def _multilinear(function, arguments, options):
    """The product rule: with every factor in turn replaced by its tangent, and their sum."""
    if options.pop("out", None) is not None:
        raise TypeError(f"np.{function.__name__} of a Dual has no rule for out=")
    values = [_value(x) for x in arguments]
    parts = [
        function(*values[:k], x.tangent, *values[k + 1 :], **options)
        for k, x in enumerate(arguments)
        if isinstance(x, Dual)
    ]
    if not parts:
        raise TypeError(f"no rule for the derivative of np.{function.__name__} in a keyword")
    value = function(*values, **options)
    if isinstance(value, (list, tuple)):  # the pieces of a split
        return [_dual(v, t) for v, t in zip(value, parts[0], strict=True)]
    return _dual(value, sum(parts[1:], np.asarray(parts[0])))


def _joined(function):
    """Rule of a function that puts several arrays together."""

    def rule(arrays, *arguments, **options):
        values = [_value(x) for x in arrays]
        tangents = [x.tangent if isinstance(x, Dual) else np.zeros_like(x) for x in arrays]
        return _dual(
            function(values, *arguments, **options), function(tangents, *arguments, **options)
        )

    return rule


def _where(condition, a, b):
    return _dual(
        np.where(condition, _value(a), _value(b)), np.where(condition, _tangent(a), _tangent(b))
    )


def _pad(x, width, mode="constant", **options):
    value = np.pad(x.value, width, mode, **options)
    options.pop("constant_values", None)  # a constant has the derivative 0
    return _dual(value, np.pad(x.tangent, width, mode, **options))


def _clip(x, low=None, high=None, **options):
    if isinstance(low, Dual) or isinstance(high, Dual):
        raise TypeError("no rule for the derivative of np.clip in its bounds")
    value = np.clip(x.value, low, high, **options)
    return _dual(value, x.tangent * (value == x.value))


def _copyto(target, source, *, where=True):
    if not isinstance(target, Dual):
        raise TypeError("np.copyto of a Dual into a plain array would lose the tangent")
    np.copyto(target.value, _value(source), where=where)
    np.copyto(target.tangent, _tangent(source), where=where)


def _extreme(function):
    """Rule of the largest or smallest element; ties share evenly, as in `Tensor.max`."""

    def rule(x, axis=None, out=None, keepdims=False, **options):
        if out is not None:
            raise TypeError(f"np.{function.__name__} of a Dual has no rule for out=")
        value = function(x.value, axis=axis, keepdims=True, **options)
        hit = x.value == value
        count = np.maximum(hit.sum(axis, keepdims=True), 1)  # 0 where `initial` is the extreme
        share = hit / count.astype(x.dtype)
        tangent = (share * x.tangent).sum(axis, keepdims=keepdims)
        return _dual(np.reshape(value, np.shape(tangent)), tangent)

    return rule


def _products(x, axis):
    """Yield the product of the first k + 1 factors along an axis, for every k, as Duals."""
    x = np.moveaxis(x, axis, 0)
    value, tangent = np.ones_like(x.value[:1]).sum(0), np.zeros_like(x.value[:0]).sum(0)
    for factor in x:
        tangent = tangent * factor.value + value * factor.tangent
        value = value * factor.value
        yield _dual(value, tangent)


def _cumprod(x, axis):
    return np.stack(list(_products(x, axis)), axis) if x.shape[axis] else x


def _prod(x, axis=None, *, keepdims=False):
    if axis is None:
        product = _prod(x.reshape(-1), 0)
        return np.reshape(product, (1,) * x.ndim) if keepdims else product
    *_, product = _products(x, axis) if x.shape[axis] else [np.sum(x, axis) + 1]
    return np.expand_dims(product, axis) if keepdims else product


def _like(function):
    """Rule of np.zeros_like and its kin: a new array with a tangent of zeros to write into."""

    def rule(x, *arguments, **options):
        value = function(x.value, *arguments, **options)
        return _dual(value, np.zeros_like(value)) if value.dtype.kind == "f" else value

    return rule


def _power_slope(y, a, b):
    safe = np.where(np.equal(b, 0), 1, b)  # the derivative of a⁰ is 0, also at a = 0
    return np.where(np.equal(b, 0), 0.0, safe * a ** (safe - 1)).astype(y.dtype)


def _one(y, *inputs):
    return 1.0


def _first_wins(wins):
    """Slope in the first of two arguments of which one is taken; ½ at a tie, as `nn.maximum`."""
    return lambda y, a, b: (wins(a, b) + 0.5 * np.equal(a, b)).astype(y.dtype)


def _second_wins(wins):
    return lambda y, a, b: (wins(b, a) + 0.5 * np.equal(a, b)).astype(y.dtype)


# ∂y/∂(each input) of y = ufunc(a) or ufunc(a, b), from y and the inputs.
PARTIALS = {
    np.positive: (_one,),
    np.negative: (lambda y, a: -1.0,),
    np.absolute: (lambda y, a: np.sign(a),),
    np.square: (lambda y, a: 2.0 * a,),
    np.sqrt: (lambda y, a: 0.5 / y,),
    np.cbrt: (lambda y, a: 1 / (3 * y * y),),
    np.reciprocal: (lambda y, a: -y * y,),
    np.exp: (lambda y, a: y,),
    np.exp2: (lambda y, a: y * np.log(y.dtype.type(2)),),
    np.expm1: (lambda y, a: y + 1,),
    np.log: (lambda y, a: 1 / a,),
    np.log2: (lambda y, a: 1 / (a * np.log(y.dtype.type(2))),),
    np.log10: (lambda y, a: 1 / (a * np.log(y.dtype.type(10))),),
    np.log1p: (lambda y, a: 1 / (1 + a),),
    np.sin: (lambda y, a: np.cos(a),),
    np.cos: (lambda y, a: -np.sin(a),),
    np.tan: (lambda y, a: 1 + y * y,),
    np.arctan: (lambda y, a: 1 / (1 + a * a),),
    np.sinh: (lambda y, a: np.cosh(a),),
    np.cosh: (lambda y, a: np.sinh(a),),
    np.tanh: (lambda y, a: 1 - y * y,),
    np.add: (_one, _one),
    np.subtract: (_one, lambda y, a, b: -1.0),
    np.multiply: (lambda y, a, b: b, lambda y, a, b: a),
    np.divide: (lambda y, a, b: 1 / b, lambda y, a, b: -y / b),
    np.power: (_power_slope, lambda y, a, b: y * np.log(a)),
    np.maximum: (_first_wins(np.greater), _second_wins(np.greater)),
    np.minimum: (_first_wins(np.less), _second_wins(np.less)),
    np.logaddexp: (lambda y, a, b: np.exp(a - y), lambda y, a, b: np.exp(b - y)),
    np.copysign: (
        lambda y, a, b: np.copysign(1, a) * np.copysign(1, b),
        lambda y, a, b: 0.0,
    ),
}
# Constant between jumps, or no numbers at all: there is nothing to differentiate.
CONSTANT = {
    np.greater, np.greater_equal, np.less, np.less_equal, np.equal, np.not_equal,
    np.isfinite, np.isinf, np.isnan, np.signbit, np.sign, np.floor, np.ceil, np.rint, np.trunc,
    np.logical_and, np.logical_not, np.logical_or,
    np.all, np.any, np.argmax, np.argmin, np.argsort, np.count_nonzero, np.flatnonzero,
    np.ndim, np.nonzero, np.result_type, np.shape, np.size,
}  # fmt: skip
# Linear in every array alone: shapes, sums, products.
MULTILINEAR = {
    np.matmul, np.vecdot, np.dot, np.einsum, np.inner, np.kron, np.outer, np.tensordot,
    np.array_split, np.atleast_1d, np.atleast_2d, np.broadcast_to, np.copy, np.cumsum, np.diagonal,
    np.diff, np.expand_dims, np.flip, np.mean, np.moveaxis, np.ravel, np.repeat, np.reshape,
    np.roll, np.split, np.squeeze, np.sum, np.swapaxes, np.take, np.take_along_axis, np.tile,
    np.trace, np.transpose, np.tril, np.triu,
}  # fmt: skip
FUNCTIONS = {
    np.concatenate: _joined(np.concatenate),
    np.stack: _joined(np.stack),
    np.where: _where,
    np.pad: _pad,
    np.clip: _clip,
    np.copyto: _copyto,
    np.cumprod: _cumprod,
    np.prod: _prod,
    np.max: _extreme(np.max),
    np.amax: _extreme(np.max),
    np.min: _extreme(np.min),
    np.amin: _extreme(np.min),
    np.empty_like: _like(np.empty_like),
    np.full_like: _like(np.full_like),
    np.ones_like: _like(np.ones_like),
    np.zeros_like: _like(np.zeros_like),
}
METHODS = {
    (np.add, "reduce"): lambda x, axis=0, **options: np.sum(x, axis, **options),
    (np.add, "reduceat"): lambda *a, **o: _multilinear(np.add.reduceat, a, o),
    (np.maximum, "reduce"): lambda x, axis=0, **options: np.max(x, axis, **options),
    (np.minimum, "reduce"): lambda x, axis=0, **options: np.min(x, axis, **options),
}
