"""A NumPy array that remembers how it was computed, so that gradients can flow back through it.

Every operation is one function: it computes its output, then says in ``vjp`` how the gradient of
the output becomes the gradient of each input (a vector-Jacobian product). `Tensor.backward` does
nothing but call these functions in the reverse of the order in which the tensors were created.
"""

from __future__ import annotations

import contextlib
import functools
import itertools
import math
import threading

import numpy as np

from ..checks import (
    check_axes,
    check_axis,
    check_flag,
    check_lengths,
    check_number,
    number_type,
    one_of,
    reduced_axes,
)
from .dual import Dual
from .malloc import keep_freed_arrays
from .scatter import scatter

__all__ = [
    "GradientLost",
    "Tensor",
    "as_tensor",
    "backward_hook",
    "boolean",
    "cat",
    "enable_grad",
    "float_tensor",
    "increment_version",
    "is_grad_enabled",
    "masked",
    "maximum",
    "method",
    "minimum",
    "no_grad",
    "record",
    "stack",
    "tensor",
    "where",
]

keep_freed_arrays()

_counter = itertools.count()  # numbers all tensors in the order of their creation


class _Mode(threading.local):
    """Whether operations are recorded, and who watches; of every thread its own, as in PyTorch."""

    recording = True

    def __init__(self):  # called in each thread
        self.hooks = []  # of `backward_hook`


_mode = _Mode()

DIFFERENTIABLE = (np.dtype(np.float32), np.dtype(np.float64))

# Operations whose gradient needs no number of their inputs.
BLIND = frozenset(
    "add sub neg sum mean reshape transpose swapaxes squeeze unsqueeze broadcast_to getitem cat "
    "embedding pad flip cumsum tril triu astype repeat diagonal gather take_along_dim index_select "
    "masked_select scatter_add".split()
)


class _Recording:
    """Record operations or do not, while a ``with`` block or a decorated function runs."""

    on = None

    def __new__(cls, function=None):
        # ``@no_grad`` without parentheses decorates at once.
        self = super().__new__(cls)
        if function is None:
            return self
        if not callable(function):
            raise TypeError(f"{cls.__name__} decorates a function, got {function!r:.60}")
        return self(function)

    def __init__(self, function=None):
        self.before = []  # a stack, since one may stand in a ``with`` inside its own

    def __call__(self, function):
        """Return a function that runs with recording on or off."""

        @functools.wraps(function)
        def decorated(*args, **kwargs):
            with type(self)():  # one for each call: several threads may be in the function
                return function(*args, **kwargs)

        return decorated

    def __enter__(self):
        """Remember what was on before."""
        self.before.append(_mode.recording)
        _mode.recording = self.on

    def __exit__(self, *exception):
        """Restore what was on before, also after an error."""
        _mode.recording = self.before.pop()


class no_grad(_Recording):
    """Compute without recording: results inside ``with no_grad():`` require no gradient.

    Works as a context manager and as a decorator, ``@no_grad`` or ``@no_grad()``.
    """

    on = False


class enable_grad(_Recording):
    """Record again, inside of `no_grad`; used as that is."""

    on = True


class GradientLost(RuntimeError):
    """A tensor that requires a gradient was to become an array, which has none."""


def is_grad_enabled() -> bool:
    """Tell whether operations are being recorded."""
    return _mode.recording


def increment_version(tensor):
    """Note that the numbers of a tensor were changed in place, as by an optimizer's step.

    `Tensor.backward` then refuses to go through operations that read them before the change and
    need them again. Changes by hand, ``tensor.data[...] = ...``, are not seen, as in PyTorch.
    """
    if not isinstance(tensor, Tensor):
        raise TypeError(f"increment_version expects a Tensor, got {type(tensor).__name__}")
    tensor._changed = next(_counter)


@contextlib.contextmanager
def backward_hook(before=None, after=None):
    """Watch every `Tensor.backward` of this thread while a ``with`` block runs.

    Parameters
    ----------
    before : callable, optional
        ``before(tensor)`` is called when `Tensor.backward` begins at that tensor.
    after : callable, optional
        ``after(node, g, gradients)`` is called after every step: for a tensor that was computed,
        the gradient g that reached it, and the gradients that its vjp made of g, one for each
        of ``node.inputs`` (None where none is needed). It must not change them.
    """
    hooks, pair = _mode.hooks, (before, after)
    hooks.append(pair)
    try:
        yield
    finally:
        hooks.remove(pair)


def record(op, data, inputs, vjp):
    """Wrap the result of a primitive and, if a gradient may be asked for, how to get it.

    Parameters
    ----------
    op : str
        The name of the primitive, for messages and drawings of the graph.
    data : ndarray
        Its output.
    inputs : tuple of Tensor
        What it was computed from.
    vjp : callable
        ``vjp(g)`` takes the gradient of the output and returns one gradient per input, in order:
        `g` itself, a view, an array made for this input alone, or None where none is needed. It
        must not change `g`. A gradient may keep the axes that broadcasting added;
        `Tensor.backward` sums over them.

    Returns
    -------
    Tensor
    """
    out = Tensor.__new__(Tensor)
    # NumPy turns results without axes into scalars. What else comes is an array, or a `Dual`.
    out.data = np.asarray(data) if isinstance(data, np.generic) else data
    out.grad = None
    out.requires_grad = False
    out.inputs = ()
    out.vjp = None
    out.op = op
    out.order = next(_counter)
    out._retains = False
    out._changed = -1
    if _mode.recording:
        for x in inputs:
            if x.requires_grad:
                out.requires_grad, out.inputs, out.vjp = True, inputs, vjp
                break
    return out


class Size(int):
    """How many elements a tensor has; called, its lengths: ``x.size(0)``, as in PyTorch."""

    def __call__(self, dim=None):
        """Return the lengths of all axes, or of one."""
        return self.shape if dim is None else self.shape[check_axes(self.shape, dim, "size")]


def method(function):
    """Make a function of a tensor its method too: ``x.sin()`` beside ``nn.sin(x)``."""
    setattr(Tensor, function.__name__, function)
    return function


class Tensor:
    """An n-dimensional array with a gradient.

    Parameters
    ----------
    data : array_like
        Numbers. An array keeps its dtype and is not copied; Python floats become float64, as in
        NumPy. Of a Tensor its numbers are taken, without history.
    requires_grad : bool
        Whether `backward` shall leave a gradient in ``grad``. Only for float32 and float64.
    dtype : dtype, optional
        Convert to this type first.

    Attributes
    ----------
    data : ndarray
        The numbers.
    grad : ndarray or None
        The gradient, of the same shape and dtype as `data`, summed over all calls of `backward`.
    requires_grad : bool
    op : str
        The operation that made it, "leaf" where the user did.
    inputs : tuple of Tensor
        What it was computed from, as far as gradients may flow there.
    vjp : callable or None
        ``vjp(g)`` turns the gradient of this tensor into one gradient for each of its inputs.
    order : int
        Its place in the order in which tensors were created.

    Examples
    --------
    >>> x = Tensor([1.0, 2.0], requires_grad=True)
    >>> (x * x).sum().backward()
    >>> x.grad
    array([2., 4.])
    """

    __slots__ = (
        "__weakref__",
        "_changed",
        "_retains",
        "data",
        "grad",
        "inputs",
        "op",
        "order",
        "requires_grad",
        "vjp",
    )
    __array_ufunc__ = None  # ndarray * Tensor is left to Tensor.__rmul__

    def __init__(self, data, requires_grad=False, dtype=None):
        self.data = _real(data.data if isinstance(data, Tensor) else data, dtype)
        if requires_grad is not False:
            requires_grad = check_flag("requires_grad", requires_grad)
        if requires_grad and self.data.dtype not in DIFFERENTIABLE:
            raise TypeError(
                f"only tensors of float32 and float64 can require a gradient, not {self.data.dtype}"
                "; write 1.0 instead of 1, or give dtype=np.float32"
            )
        self.grad = None
        self.requires_grad = requires_grad
        self.inputs = ()
        self.vjp = None
        self.op = "leaf"
        self.order = next(_counter)
        self._retains = False
        self._changed = -1  # when increment_version was last called, in the order of creation

    # -- what it is ---------------------------------------------------------------------------

    @property
    def shape(self):
        """Lengths of the axes, a tuple."""
        return self.data.shape

    @property
    def ndim(self):
        """Number of axes."""
        return self.data.ndim

    @property
    def size(self):
        """Number of elements; ``size()`` and ``size(0)`` give lengths, as in PyTorch."""
        size = Size(self.data.size)
        size.shape = self.data.shape
        return size

    def numel(self):
        """Return the number of elements."""
        return self.data.size

    @property
    def dtype(self):
        """NumPy's dtype of the numbers."""
        return self.data.dtype

    @property
    def is_leaf(self):
        """Whether it was made by the user and not by a recorded operation."""
        return self.vjp is None

    def item(self):
        """Return the only element as a Python number."""
        if self.data.size != 1:
            raise ValueError(f"item() needs one element, this tensor has shape {self.shape}")
        return self.data.item()

    def tolist(self):
        """Return the numbers as Python's, in nested lists."""
        return self.data.tolist()

    def numpy(self):
        """Return the array; `GradientLost` if a gradient is required: call `detach` first."""
        if self.requires_grad:
            raise GradientLost("this tensor requires a gradient: use .detach().numpy() or .data")
        return self.data

    def __array__(self, dtype=None, copy=None):
        return np.array(self.numpy(), dtype=dtype, copy=copy)

    def detach(self):
        """Return a tensor with the same numbers (shared, not copied) and no history."""
        return Tensor(self.data)

    def astype(self, dtype):
        """Return the tensor in another type; between floating-point types gradients flow back."""
        out = self.data.astype(number_type(dtype))
        if out.dtype.kind != "f":
            return Tensor(out)
        return record("astype", out, (self,), lambda g: (g.astype(self.dtype),))

    def float(self):
        """Return the tensor in float32."""
        return self.astype(np.float32)

    def double(self):
        """Return the tensor in float64."""
        return self.astype(np.float64)

    def long(self):
        """Return the numbers as whole ones, cut off, without gradient."""
        return self.astype(np.int64)

    def bool(self):
        """Tell which numbers are not 0, without gradient."""
        return self.astype(np.bool_)

    def __copy__(self):
        """Return a tensor that shares the numbers and the history, with a gradient of its own."""
        copy = type(self).__new__(type(self))
        Tensor.__init__(copy, self.data, self.requires_grad)
        copy.op, copy.inputs, copy.vjp = self.op, self.inputs, self.vjp
        return copy

    def __deepcopy__(self, memo):
        if not self.is_leaf:
            raise RuntimeError("only tensors without history can be copied: use detach() first")
        copy = type(self).__new__(type(self))  # with a place of its own in the order of creation
        Tensor.__init__(copy, self.data.copy(), self.requires_grad)
        copy.grad = None if self.grad is None else self.grad.copy()
        return copy

    def __reduce__(self):
        """Pickle numbers and gradient; history stays here, and a place in the order is new."""
        if not self.is_leaf:
            raise RuntimeError("only tensors without history can be pickled: use detach() first")
        return _unpickled, (type(self), self.data, self.requires_grad, self.grad)

    def __len__(self):
        if self.ndim == 0:
            raise TypeError("a tensor without axes has no length")
        return len(self.data)

    def __bool__(self):
        if self.data.size != 1:
            raise ValueError(
                f"a tensor of shape {self.shape} is neither true nor false: use (…).any() or .all()"
            )
        return bool(self.data)

    def __format__(self, spec):
        return format(self.item(), spec) if spec else repr(self)

    def __float__(self):
        return float(self.item())

    def __repr__(self):
        body = np.array2string(self.data, separator=", ", prefix="Tensor(")
        note = f", op={self.op}" if self.vjp else ", requires_grad=True" * self.requires_grad
        return f"Tensor({body}{note})"

    # -- gradients ----------------------------------------------------------------------------

    def retain_grad(self):
        """Keep the gradient of this intermediate result too; returns the tensor."""
        if not self.requires_grad:
            raise RuntimeError("retain_grad() on a tensor that does not require a gradient")
        self._retains = True
        return self

    def backward(self, gradient=None):
        """Add the gradient of this tensor to ``grad`` of every leaf it depends on.

        The chain rule, Guide Eq. (25), from the end to the beginning; Guide Eqs. (28)-(31) are
        the special case of a multilayer perceptron.

        Parameters
        ----------
        gradient : array_like, optional
            The gradient of some scalar with respect to this tensor, of its shape. May be left
            out only where this tensor is that scalar itself.

        Raises
        ------
        RuntimeError
            If this tensor depends on nothing that requires a gradient, or is not a scalar and
            no `gradient` is given.
        ValueError, TypeError
            If `gradient` has another shape or dtype than this tensor.
        """
        if not self.requires_grad:
            raise RuntimeError(
                "backward() on a tensor that does not require a gradient: none of its inputs has "
                "requires_grad=True, or it was computed under no_grad()"
            )
        if gradient is None:
            if self.data.size != 1:
                raise RuntimeError(
                    f"backward() starts from a scalar, this tensor has shape {self.shape}: reduce "
                    "it with .sum() or .mean(), or pass gradient= of that shape"
                )
            gradient = np.ones_like(self.data, order="C")
        else:
            gradient = as_tensor(gradient, like=self).data
            if gradient.shape != self.shape:
                raise ValueError(
                    f"gradient has shape {gradient.shape}, but the tensor has {self.shape}"
                )

        for before, _ in _mode.hooks:
            if before is not None:
                before(self)
        gradients = {self.order: gradient.copy()}
        # A slope may be infinite, as that of the root at 0, and meet a 0 later; `detect_anomaly`
        # finds where gradients break.
        with np.errstate(all="ignore"):
            self._flow(gradients)

    def _flow(self, gradients):
        """Hand gradients down the graph, from the newest tensor to the oldest."""
        hooks = _mode.hooks
        for node in self.graph():
            g = _array(gradients.pop(node.order))
            if node.vjp is None:
                node.grad = g if node.grad is None else _array(node.grad + g)
                continue
            for x in node.inputs:
                if x._changed > node.order and node.op not in BLIND:
                    raise RuntimeError(
                        f"a tensor of shape {x.shape} was changed in place (by optimizer.step() or "
                        f"load_state_dict()) after operation {node.op!r} had read it and before "
                        "backward() needed it: call backward() first, or compute the output again"
                    )
            if node._retains:
                node.grad = g.copy() if node.grad is None else _array(node.grad + g)
            of_inputs = node.vjp(g)
            for _, after in hooks:
                if after is not None:
                    after(node, g, of_inputs)
            for x, gx in zip(node.inputs, of_inputs, strict=True):
                if not x.requires_grad:
                    continue
                if gx.shape != x.data.shape:
                    gx = _sum_to_shape(gx, x.data.shape)
                before = gradients.get(x.order)
                if before is not None:
                    gx = before + gx
                elif x.vjp is None and (gx is g or gx.base is not None):
                    gx = gx.copy()  # a leaf keeps its gradient, so nobody else may hold it
                gradients[x.order] = gx

    def graph(self):
        """All tensors that this one depends on and that gradients flow to, newest first.

        A tensor is made after everything it is computed from, so the order of creation is a
        topological order, and no recursion is needed however deep the graph is.

        Returns
        -------
        list of Tensor
            This one first. Each has an `op`, `inputs`, a `vjp` and an `order`.
        """
        nodes, stack = {self.order: self}, [self]
        while stack:
            for x in stack.pop().inputs:
                if x.requires_grad and x.order not in nodes:
                    nodes[x.order] = x
                    stack.append(x)
        return [nodes[k] for k in sorted(nodes, reverse=True)]

    # -- arithmetic, with broadcasting --------------------------------------------------------

    def __add__(self, other):
        a, b = _pair(self, other)
        return record("add", _combined(np.add, a, b), (a, b), lambda g: (g, g))

    def __sub__(self, other):
        a, b = _pair(self, other)
        return record("sub", _combined(np.subtract, a, b), (a, b), lambda g: (g, -g))

    def __mul__(self, other):
        a, b = _pair(self, other)

        def vjp(g):
            da = g * b.data if a.requires_grad else None
            db = g * a.data if b.requires_grad else None
            return da, db

        return record("mul", _combined(np.multiply, a, b), (a, b), vjp)

    def __truediv__(self, other):
        a, b = _pair(self, other)
        out = _combined(np.divide, a, b)

        def vjp(g):
            da = g / b.data
            db = -da * out if b.requires_grad else None  # d(a/b)/db = -(a/b)/b
            return da, db

        return record("div", out, (a, b), vjp)

    def __pow__(self, exponent):
        if not isinstance(exponent, (int, float, np.integer, np.floating)):
            return _power(_floating(self, "**"), exponent)
        if isinstance(exponent, np.generic):
            exponent = exponent.item()  # a NumPy number would impose its own type
        x = self

        def vjp(g):
            if exponent == 0:
                return (np.zeros_like(x.data, order="C"),)
            return (g * (exponent * x.data ** (exponent - 1)),)

        return record("pow", _floating(x, "**").data ** exponent, (x,), vjp)

    def __neg__(self):
        if self.data.dtype.kind == "b":
            raise TypeError("- of booleans is not defined: use ~")
        return record("neg", -self.data, (self,), lambda g: (-g,))

    def __rpow__(self, base):
        return _power(as_tensor(base, like=_floating(self, "**")), self)

    def __radd__(self, other):
        return self + other

    def __rmul__(self, other):
        return self * other

    def __rsub__(self, other):
        return as_tensor(other, like=self) - self

    def __rtruediv__(self, other):
        return as_tensor(other, like=self) / self

    def __matmul__(self, other):
        a, b = _pair(self, other)
        if a.ndim == 0 or b.ndim == 0:
            raise ValueError(f"@ needs at least one axis on both sides, got {a.shape} @ {b.shape}")
        if a.shape[-1] != b.shape[-2 if b.ndim > 1 else 0]:
            raise ValueError(
                f"@ got shapes {a.shape} and {b.shape}: the last axis of the first and the "
                f"{'second to last' if b.ndim > 1 else 'only'} axis of the second must agree"
            )

        try:
            out = a.data @ b.data
        except ValueError:
            raise ValueError(
                f"@ got stacks of matrices of shapes {a.shape} and {b.shape}, which do not "
                "broadcast"
            ) from None

        def vjp(g):
            # Vectors become matrices for the moment: (n,) is a row on the left, a column on the
            # right; `backward` sums over broadcast stacks of matrices.
            left = a.data if a.ndim > 1 else a.data[None, :]
            right = b.data if b.ndim > 1 else b.data[:, None]
            G = g if a.ndim > 1 else np.expand_dims(g, -1 if b.ndim == 1 else -2)
            G = G if b.ndim > 1 else np.expand_dims(G, -1)
            da = db = None
            if a.requires_grad:
                da = G @ right.swapaxes(-1, -2)
                da = da if a.ndim > 1 else _sum_to_shape(da, (1, a.size))[0]
            if b.requires_grad:
                db = left.swapaxes(-1, -2) @ G
                db = db if b.ndim > 1 else _sum_to_shape(db, (b.size, 1))[:, 0]
            return da, db

        return record("matmul", out, (a, b), vjp)

    def __rmatmul__(self, other):
        return as_tensor(other, like=self) @ self

    # -- comparisons and logic give booleans: there is nothing to differentiate -----------------

    def __lt__(self, other):
        return _compared(np.less, self, other)

    def __le__(self, other):
        return _compared(np.less_equal, self, other)

    def __gt__(self, other):
        return _compared(np.greater, self, other)

    def __ge__(self, other):
        return _compared(np.greater_equal, self, other)

    def __eq__(self, other):
        return _compared(np.equal, self, other)

    def __ne__(self, other):
        return _compared(np.not_equal, self, other)

    def __and__(self, other):
        return _logical(np.logical_and, "&", self, other)

    def __or__(self, other):
        return _logical(np.logical_or, "|", self, other)

    def __xor__(self, other):
        return _logical(np.logical_xor, "^", self, other)

    __rand__, __ror__, __rxor__ = __and__, __or__, __xor__

    def __invert__(self):
        return _logical(lambda a, b: np.logical_not(a), "~", self, self)

    def any(self, axis=None, keepdims=False, *, dim=None, keepdim=False):
        """Whether some number is not 0, in all or along axes; without gradient."""
        axis = reduced_axes("any", self.shape, axis, dim)
        return _constant(np.any(self.data != 0, axis=axis, keepdims=kept(keepdims, keepdim)))

    def all(self, axis=None, keepdims=False, *, dim=None, keepdim=False):
        """Whether no number is 0, in all or along axes; without gradient."""
        axis = reduced_axes("all", self.shape, axis, dim)
        return _constant(np.all(self.data != 0, axis=axis, keepdims=kept(keepdims, keepdim)))

    __hash__ = object.__hash__  # a tensor is itself, whatever its numbers are

    # -- elementwise functions ----------------------------------------------------------------

    def exp(self):
        """Exponential, elementwise."""
        out = np.exp(_floating(self, "exp").data)
        return record("exp", out, (self,), lambda g: (g * out,))

    def log(self):
        """Natural logarithm, elementwise."""
        out = np.log(_floating(self, "log").data)
        return record("log", out, (self,), lambda g: (g / self.data,))

    def sqrt(self):
        """Square root, elementwise."""
        out = np.sqrt(_floating(self, "sqrt").data)
        return record("sqrt", out, (self,), lambda g: (g / (2 * out),))

    def abs(self):
        """Absolute value, elementwise; the gradient at 0 is 0."""
        return record("abs", np.abs(self.data), (self,), lambda g: (g * np.sign(self.data),))

    def tanh(self):
        """Hyperbolic tangent, elementwise. Guide Eq. (7)."""
        out = np.tanh(_floating(self, "tanh").data)
        return record("tanh", out, (self,), lambda g: (g * (1 - out * out),))

    def clip(self, min=None, max=None):
        """Limit to [min, max] (PyTorch's ``clamp``); outside, the gradient goes to the bound."""
        if min is None and max is None:
            raise ValueError("clip() needs min, max or both")
        low, high = (None if k is None else as_tensor(k, like=self) for k in (min, max))
        try:
            out = np.clip(self.data, *(None if k is None else k.data for k in (low, high)))
        except ValueError:
            raise ValueError(
                f"clip: bounds {min!r:.60} and {max!r:.60} do not fit shape {self.shape}"
            ) from None
        bounds = [bound for bound in (low, high) if bound is not None]

        def vjp(g):
            above = np.False_ if high is None else self.data > high.data
            if low is not None and high is not None:
                above = above | (high.data < low.data)  # high wins, as in NumPy and PyTorch
            below = np.False_ if low is None else (self.data < low.data) & ~above
            of_bounds = [
                masked(g, below if bound is low else above) if bound.requires_grad else None
                for bound in bounds
            ]
            return masked(g, out == self.data), *of_bounds

        return record("clip", out, (self, *bounds), vjp)

    clamp = clip

    # -- reductions; `dim` and `keepdim` are PyTorch's words for `axis` and `keepdims` ----------

    def sum(self, axis=None, keepdims=False, *, dim=None, keepdim=False):
        """Sum over all elements, or over the given axes."""
        axis, keepdims = reduced_axes("sum", self.shape, axis, dim), kept(keepdims, keepdim)
        out = self.data.sum(axis=axis, keepdims=keepdims)

        def vjp(g):
            return (np.broadcast_to(_restore(g, axis, keepdims), self.shape),)

        return record("sum", out, (self,), vjp)

    def mean(self, axis=None, keepdims=False, *, dim=None, keepdim=False):
        """Mean over all elements, or over the given axes."""
        axis, keepdims = reduced_axes("mean", self.shape, axis, dim), kept(keepdims, keepdim)
        count = _count(_floating(self, "mean"), "mean", axis)
        out = self.data.mean(axis=axis, keepdims=keepdims)

        def vjp(g):
            return (np.broadcast_to(_restore(g, axis, keepdims) / count, self.shape),)

        return record("mean", out, (self,), vjp)

    def max(self, axis=None, keepdims=False, *, dim=None, keepdim=False):
        """Largest element; ties share the gradient evenly, as in ``torch.amax``."""
        axis = reduced_axes("max", self.shape, axis, dim)
        return _extreme(self, "max", np.max, axis, kept(keepdims, keepdim))

    def min(self, axis=None, keepdims=False, *, dim=None, keepdim=False):
        """Smallest element; ties share the gradient evenly, as in ``torch.amin``."""
        axis = reduced_axes("min", self.shape, axis, dim)
        return _extreme(self, "min", np.min, axis, kept(keepdims, keepdim))

    def var(
        self, axis=None, *, keepdims=False, correction=None, unbiased=None, dim=None, keepdim=False
    ):
        """Variance: sum of squared deviations over (count - correction).

        Parameters
        ----------
        axis : int or tuple of int, optional
            PyTorch's `dim`.
        keepdims : bool
            PyTorch's `keepdim`.
        correction : int
            1 if left out.
        unbiased : bool, optional
            PyTorch's older word: True for a correction of 1, False for 0.
        """
        axis, keepdims = reduced_axes("var", self.shape, axis, dim), kept(keepdims, keepdim)
        if unbiased is not None and correction is not None:
            raise TypeError("var: give correction or unbiased, not both")
        if unbiased is not None:
            correction = 1 if check_flag("var: unbiased", unbiased) else 0
        correction = 1 if correction is None else check_number("var: correction", correction)
        count = _count(_floating(self, "var"), "var", axis)
        deviation = self - self.mean(axis=axis, keepdims=True)
        squares = (deviation * deviation).sum(axis=axis, keepdims=keepdims)
        if count <= correction:
            raise ValueError(
                f"var() of {count} element(s) with correction={correction} divides by "
                f"{count - correction}"
            )
        return squares / (count - correction)

    def argmax(self, axis=None, *, dim=None):
        """Places of the largest elements, an integer array without gradient."""
        axis = one_of("argmax", axis, dim)
        axis = None if axis is None else check_axis("argmax", self.shape, axis)
        _count(self, "argmax", axis)
        return self.data.argmax(axis=axis)

    # -- shapes and places --------------------------------------------------------------------

    def reshape(self, *shape):
        """Give the same elements another shape; one length may be -1."""
        shape = check_lengths("reshape", shape, least=-1)
        try:
            out = self.data.reshape(shape)
        except ValueError:
            raise ValueError(
                f"cannot reshape {self.shape}, {self.size} elements, into {shape}"
            ) from None
        return record("reshape", out, (self,), lambda g: (g.reshape(self.shape),))

    view = reshape

    def flatten(self, start_dim=0, end_dim=-1):
        """Join the axes from `start_dim` to `end_dim`, both included, into one."""
        shape = self.shape or (1,)
        start, end = (check_axis("flatten", shape, dim) for dim in (start_dim, end_dim))
        start, end = start % len(shape), end % len(shape)
        if start > end:
            raise ValueError(f"flatten from axis {start_dim} to {end_dim}: the first comes later")
        joined = math.prod(shape[start : end + 1])
        return self.reshape(*shape[:start], joined, *shape[end + 1 :])

    def permute(self, *axes):
        """Put all axes into another order."""
        axes = _listed(axes)
        check_axes(self.shape, axes, "permute")
        if len(axes) != self.ndim:
            raise ValueError(
                f"permute needs an order of all {self.ndim} axes of {self.shape}, got {axes}; "
                "transpose exchanges two"
            )
        out = self.data.transpose(axes)
        back = np.argsort([k % self.ndim for k in axes])
        return record("transpose", out, (self,), lambda g: (g.transpose(back),))

    def transpose(self, *axes):
        """Exchange two axes, ``x.transpose(0, 1)``; without arguments reverse all, as NumPy does.

        For an order of all axes see `permute`: NumPy's transpose with several axes is refused
        here, since for a matrix (0, 1) would mean nothing there and an exchange in PyTorch.
        """
        if not axes:
            return self.permute(*reversed(range(self.ndim)))
        if len(axes) != 2:
            raise ValueError(
                f"transpose exchanges two axes, got {axes}; permute puts all into another order"
            )
        axis1, axis2 = (check_axis("transpose", self.shape, axis) for axis in axes)
        if self.ndim == 0:
            return self
        out = self.data.swapaxes(axis1, axis2)
        return record("swapaxes", out, (self,), lambda g: (g.swapaxes(axis1, axis2),))

    swapaxes = transpose

    @property
    def T(self):
        """All axes reversed: the transpose of a matrix."""
        return self.transpose()

    @property
    def mT(self):
        """The last two axes exchanged: the transpose of every matrix of a stack."""
        if self.ndim < 2:
            raise ValueError(f"mT needs at least two axes, this tensor has shape {self.shape}")
        return self.transpose(-2, -1)

    def squeeze(self, axis=None, *, dim=None):
        """Drop axes of length 1: all, or those that are named; others stay, as in PyTorch."""
        axis = reduced_axes("squeeze", self.shape, axis, dim)
        if axis is not None:
            axes = axis if isinstance(axis, tuple) else (axis,)
            axis = tuple(k for k in axes if self.shape[k] == 1)
        out = self.data.squeeze(axis)
        return record("squeeze", out, (self,), lambda g: (g.reshape(self.shape),))

    def unsqueeze(self, axis=None, *, dim=None):
        """Insert an axis of length 1."""
        axis = check_axis("unsqueeze", (*self.shape, 1), axis, dim)
        out = np.expand_dims(self.data, axis)
        return record("unsqueeze", out, (self,), lambda g: (g.reshape(self.shape),))

    def broadcast_to(self, shape):
        """Repeat along axes of length 1, and along new axes before the first."""
        shape = check_lengths("broadcast_to", (shape,))
        try:
            out = np.broadcast_to(self.data, shape)
        except ValueError:
            raise ValueError(f"{self.shape} cannot be broadcast to {shape}") from None
        return record("broadcast_to", out, (self,), lambda g: (g,))

    def expand(self, *shape):
        """Do the same as `broadcast_to`; -1 keeps a length, as in PyTorch."""
        shape = check_lengths("expand", shape, least=-1)
        own = (-1,) * (len(shape) - self.ndim) + self.shape
        own = own if len(own) == len(shape) else shape
        return self.broadcast_to([m if n == -1 else n for n, m in zip(shape, own, strict=True)])

    def repeat(self, *counts):
        """Put copies side by side along every axis, so often each (NumPy's ``tile``)."""
        counts = check_lengths("repeat", counts)
        if len(counts) < self.ndim:
            raise ValueError(f"repeat needs a count for each axis of {self.shape}, got {counts}")
        own = (1,) * (len(counts) - self.ndim) + self.shape
        pairs = [n for both in zip(counts, own, strict=True) for n in both]

        def vjp(g):
            return (g.reshape(pairs).sum(tuple(range(0, len(pairs), 2))),)

        return record("repeat", np.tile(self.data, counts), (self,), vjp)

    def __getitem__(self, index):
        index = _raw_index(index)
        try:
            out = self.data[index]
        except (IndexError, TypeError, ValueError):
            raise IndexError(
                f"a tensor of shape {self.shape} has nothing at [{index!r:.60}]"
            ) from None

        def vjp(g):
            return (scatter(g, index, self.shape),)

        return record("getitem", out, (self,), vjp)

    def __iter__(self):
        return (self[i] for i in range(len(self)))


# -- functions of several tensors ------------------------------------------------------------


def as_tensor(value, like=None):
    """Turn a number, array or Tensor into a Tensor.

    With `like`, a Python number, and any array of integers or booleans, takes that tensor's
    floating-point type; an array of the other floating-point type is refused, since casting
    silently would hide where precision is lost.
    """
    if like is not None and not isinstance(like, Tensor):
        raise TypeError(f"as_tensor: like must be a Tensor, got {type(like).__name__}")
    if isinstance(value, Tensor):
        if like is None or value.data.dtype == like.data.dtype:  # by far the most frequent case
            return value
        tensor = value
    elif like is None or like.dtype.kind != "f":
        return Tensor(value)
    elif isinstance(value, (bool, int, float, np.generic)):
        return Tensor(np.asarray(value, like.dtype))
    else:
        tensor = Tensor(value)
    if like is None or tensor.dtype == like.dtype or like.dtype.kind != "f":
        return tensor
    if tensor.dtype.kind == "f":
        raise TypeError(
            f"{tensor.dtype} and {like.dtype} meet in one operation; nnlib never casts silently: "
            f"convert one of them with .astype(np.{like.dtype}) or .astype(np.{tensor.dtype})"
        )
    return Tensor(tensor.data.astype(like.dtype))


def masked(g, mask):
    """Return g where the mask is true and 0 elsewhere, also where g is infinite or NaN."""
    with np.errstate(invalid="ignore", over="ignore"):
        product = g * mask  # several times faster than where()
        if np.isfinite(product.sum()).all():
            return product
    return np.where(mask, g, np.zeros((), g.dtype))


def float_tensor(x, name):
    """Turn the input of the function called `name` into a tensor of real numbers."""
    x = as_tensor(x)
    if x.dtype.kind != "f":
        raise TypeError(f"{name} needs float32 or float64, got {x.dtype}")
    return x


def _unpickled(cls, data, requires_grad, grad):
    tensor = cls.__new__(cls)
    Tensor.__init__(tensor, data, requires_grad)
    tensor.grad = grad
    return tensor


def _real(data, dtype=None):
    """Return an array of real numbers in the machine's own order of bytes, or say what it is."""
    if isinstance(data, np.ndarray) and dtype is None:
        array = data
    else:
        dtype = None if dtype is None else number_type(dtype)
        try:
            array = np.asarray(data, dtype=dtype)
        except GradientLost:  # of a tensor among the numbers
            raise TypeError(
                f"Tensor holds numbers, got a {type(data).__name__} with tensors that require a "
                "gradient: nn.stack joins them"
            ) from None
        except (TypeError, ValueError, OverflowError):
            if isinstance(data, Dual):
                raise TypeError("a Dual cannot be stored in a plain array") from None
            raise TypeError(
                "Tensor holds real numbers in rows of equal length, but got "
                f"{type(data).__name__} {data!r:.60}"
            ) from None
    if array.dtype.kind not in "fiub":
        raise TypeError(f"Tensor holds real numbers, but the data has dtype {array.dtype}")
    return array if array.dtype.isnative else array.astype(array.dtype.newbyteorder("="))


def tensor(data, dtype=None, requires_grad=False):
    """Make a tensor of a copy of numbers, as ``torch.tensor`` does."""
    return Tensor(
        _real(data.data if isinstance(data, Tensor) else data, dtype).copy(), requires_grad
    )


def boolean(mask, op):
    """Return a condition or mask as an array of booleans; a number counts as true if not 0."""
    data = as_tensor(mask).data
    return data if data.dtype == bool else np.asarray(data != 0)


def _constant(data):
    """Return a tensor to which no gradient flows."""
    return record("leaf", data, (), None)


def _combined(function, a, b):
    """Apply an operation of two operands that broadcast, or say that they do not."""
    try:
        return function(a.data, b.data)
    except ValueError:
        raise ValueError(
            f"{function.__name__} got shapes {a.shape} and {b.shape}, which do not broadcast"
        ) from None
    except TypeError:
        if a.data.dtype.kind != "b":
            raise
        raise TypeError(f"{function.__name__} of booleans is not defined") from None


def _compared(function, a, b):
    """Compare elementwise; what is no number is left to the other operand."""
    if b is None or isinstance(b, (str, bytes, dict, set)):
        return NotImplemented
    if type(b) in (int, float):
        return _constant(function(a.data, b))
    b = b if isinstance(b, Tensor) else Tensor(b)
    return _constant(_combined(function, a, b))


def _logical(function, sign, a, b):
    b = as_tensor(b)
    for operand in (a, b):
        if operand.dtype != bool:
            raise TypeError(f"{sign} joins tensors of booleans, got {operand.dtype}")
    return _constant(_combined(function, a, b))


def _power(a, b):
    """Raise a to a tensor of exponents; where an exponent is 0 the base has no gradient."""
    a, b = _pair(a, b)
    out = _combined(np.power, a, b)

    def vjp(g):
        # At 0⁰ both limits are taken as PyTorch takes them: 0 for the base, 0 for the exponent.
        constant = b.data == 0
        slope = b.data * a.data ** np.where(constant, 1, b.data - 1).astype(g.dtype)
        da = masked(g * slope, ~constant)
        if not b.requires_grad:
            return da, None
        zero = (a.data == 0) & (b.data >= 0)
        return da, masked(g * out * np.log(np.where(zero, 1, a.data)), ~zero)

    return record("power", out, (a, b), vjp)


def _listed(arguments):
    """Return arguments that may have come as one list: ``f(1, 2)`` or ``f((1, 2))``."""
    one = len(arguments) == 1 and isinstance(arguments[0], (tuple, list))
    return tuple(arguments[0]) if one else arguments


def _pair(a, b):
    """The two operands as tensors of one floating-point type."""
    if not isinstance(a, Tensor):
        a = as_tensor(a, like=b if isinstance(b, Tensor) else None)
    if not isinstance(b, Tensor):
        b = as_tensor(b, like=a)
    if a.data.dtype != b.data.dtype:
        if a.data.dtype.kind == "f":
            b = as_tensor(b, like=a)
        else:
            a = as_tensor(a, like=b)
    return a, b


def _array(value):
    """Turn NumPy's scalars back into arrays; a `Dual` stays what it is."""
    return np.asarray(value) if isinstance(value, np.generic) else value


def _raw(value):
    return value.data if isinstance(value, Tensor) else value


def _floating(x, operation):
    if x.data.dtype.kind != "f":
        raise TypeError(f"{operation} needs float32 or float64, this tensor is {x.dtype}")
    return x


def kept(keepdims, keepdim):
    """One meaning for NumPy's `keepdims` and PyTorch's `keepdim`."""
    if keepdims is False and keepdim is False:  # by far the most frequent case
        return False
    return check_flag("keepdims", keepdims) or check_flag("keepdim", keepdim)


def _restore(g, axis, keepdims):
    """Put back the axes that a reduction has dropped, with length 1."""
    return g if keepdims or axis is None else np.expand_dims(g, axis)


def _count(x, op, axis):
    """How many elements are reduced to one; refuses to reduce none."""
    axes = range(x.ndim) if axis is None else axis if isinstance(axis, tuple) else (axis,)
    count = math.prod(x.shape[k] for k in axes)
    if count == 0:
        raise ValueError(f"{op}() of an empty tensor of shape {x.shape} is not defined")
    return count


def _extreme(x, op, function, axis, keepdims):
    _count(x, op, axis)
    out = function(x.data, axis=axis, keepdims=keepdims)

    def vjp(g):
        hit = x.data == _restore(out, axis, keepdims)
        return (_restore(g, axis, keepdims) * hit / hit.sum(axis, x.dtype, keepdims=True),)

    return record(op, out, (x,), vjp)


def _sum_to_shape(g, shape):
    """Undo broadcasting: an element that was used several times gets the sum of its gradients."""
    extra = g.ndim - len(shape)
    ones = tuple(k + extra for k, n in enumerate(shape) if n == 1 and g.shape[k + extra] != 1)
    return g.sum(axis=tuple(range(extra)) + ones).reshape(shape)


def _raw_index(index):
    if isinstance(index, tuple):
        return tuple(_raw(i) for i in index)
    return _raw(index)


def maximum(a, b):
    """Elementwise larger of two; ties share the gradient evenly, as in PyTorch."""
    return _one_of_two("maximum", np.maximum, np.greater, a, b)


def minimum(a, b):
    """Elementwise smaller of two; ties share the gradient evenly, as in PyTorch."""
    return _one_of_two("minimum", np.minimum, np.less, a, b)


def _one_of_two(op, function, wins, a, b):
    a, b = _pair(a, b)

    def vjp(g):
        ties = a.data == b.data
        da = masked(g, wins(a.data, b.data) | ties)
        db = masked(g, ~wins(a.data, b.data))
        if ties.any():
            half = np.where(ties, g.dtype.type(0.5), g.dtype.type(1))
            da, db = da * half, db * half
        return da, db

    return record(op, _combined(function, a, b), (a, b), vjp)


def where(condition, a, b):
    """Take from `a` where the condition holds, from `b` elsewhere."""
    condition = boolean(condition, "where")
    a, b = _pair(a, b)
    try:
        out = np.where(condition, a.data, b.data)
    except ValueError:
        raise ValueError(
            f"where got shapes {condition.shape}, {a.shape} and {b.shape}, which do not broadcast"
        ) from None

    def vjp(g):
        return masked(g, condition), masked(g, ~condition)

    return record("where", out, (a, b), vjp)


def _tensors(op, tensors):
    """Return the entries of a list as tensors, at least one, of one type."""
    if isinstance(tensors, Tensor) or not isinstance(tensors, (tuple, list)):
        raise TypeError(f"{op}() takes a list of tensors, got {type(tensors).__name__}")
    tensors = tuple(as_tensor(t) for t in tensors)
    if not tensors:
        raise ValueError(f"{op}() needs at least one tensor")
    if any(t.dtype != tensors[0].dtype for t in tensors):
        raise TypeError(f"{op}() got dtypes {[str(t.dtype) for t in tensors]}: convert them first")
    return tensors


def cat(tensors, axis=0, *, dim=None):
    """Join tensors along an existing axis."""
    tensors = _tensors("cat", tensors)
    shapes = [t.shape for t in tensors]
    if tensors[0].ndim == 0:
        raise ValueError("cat() joins tensors with axes, got numbers: stack() gives them one")
    axis = check_axis("cat", shapes[0], axis if dim is None else dim)
    try:
        out = np.concatenate([t.data for t in tensors], axis)
    except ValueError:
        raise ValueError(
            f"cat(axis={axis}) got shapes {shapes}: they may differ only along that axis"
        ) from None
    ends = np.cumsum([t.shape[axis] for t in tensors])[:-1]
    return record("cat", out, tensors, lambda g: tuple(np.split(g, ends, axis)))


def stack(tensors, axis=0, *, dim=None):
    """Join tensors of one shape along a new axis."""
    tensors = _tensors("stack", tensors)
    shapes = [t.shape for t in tensors]
    if len(set(shapes)) > 1:
        raise ValueError(f"stack() needs tensors of one shape, got {shapes}")
    axis = check_axis("stack", (*shapes[0], 1), axis if dim is None else dim)
    return cat([t.unsqueeze(axis) for t in tensors], axis)
