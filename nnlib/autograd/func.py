"""Derivatives of functions, under the names of ``torch.func``: Jacobians, Hessians, and products.

A function here takes tensors and returns one. What it takes may also be a dict, list or tuple of
tensors, such as the parameters of a network (`functional_call`); the derivative then has the same
structure. Reverse mode (`vjp`, `jacrev`, `grad`) is `Tensor.backward`, one row of the Jacobian at
a time; forward mode (`jvp`, `jacfwd`) sends a `Dual` through the same code, one column at a time.
Forward over reverse gives the Hessian, and its product with a vector for the price of two or three
gradients.
"""

import numpy as np

from ..checks import check_count
from .dual import Dual
from .tensor import GradientLost, Tensor, as_tensor, backward_hook, enable_grad, record

__all__ = [
    "functional_call",
    "grad",
    "grad_and_value",
    "hessian",
    "hvp",
    "jacfwd",
    "jacrev",
    "jvp",
    "per_example_grad",
    "vjp",
]


# -- structures of tensors -------------------------------------------------------------------


def _map(function, *trees):
    """Apply a function to the leaves of structures that are alike."""
    first = trees[0]
    if isinstance(first, dict):
        for tree in trees[1:]:
            if not isinstance(tree, dict) or tree.keys() != first.keys():
                raise ValueError(f"expected a dict with the names {list(first)}")
        return {name: _map(function, *(tree[name] for tree in trees)) for name in first}
    if isinstance(first, tuple) or (isinstance(first, list) and not _is_numbers(first)):
        for tree in trees[1:]:
            if not isinstance(tree, (list, tuple)) or len(tree) != len(first):
                raise ValueError(f"expected {len(first)} entries, as the primals have")
        return type(first)(_map(function, *parts) for parts in zip(*trees, strict=True))
    return function(*trees)


def _is_numbers(value):
    """Whether a list is an array written by hand, as [1.0, 2.0], and not a structure."""
    while isinstance(value, list) and value:
        value = value[0]
    return isinstance(value, (int, float, np.generic))


def _leaves(tree):
    leaves = []
    _map(leaves.append, tree)
    return leaves


def _check_callable(func):
    if not callable(func):
        raise TypeError(f"expected a function of tensors, got {func!r:.60}")


def _call(func, *inputs):
    """Call a function that is to be differentiated, and refuse it where it leaves the graph."""
    try:
        return func(*inputs)
    except GradientLost as error:  # its own advice, to detach, would make the derivative 0
        raise TypeError(
            "expected a function made of operations on tensors, got one that turns a tensor that "
            "requires a gradient into a NumPy array: use nnlib's operations in place of NumPy's"
        ) from error


def _wrapped(data):
    """Make a tensor without history of an array or a `Dual`."""
    return record("leaf", data, (), None)


def _numbers(value, who):
    """Return array or `Dual` of what a caller gave, of floating-point numbers."""
    data = as_tensor(value).data
    if data.dtype.kind != "f":
        raise TypeError(f"{who} differentiates float32 and float64, got {data.dtype}")
    return data


# -- forward mode ----------------------------------------------------------------------------


def jvp(func, primals, tangents):
    """Value and derivative along a direction, by forward mode: f(x) and J v.

    Parameters
    ----------
    func : callable
        Takes tensors, or structures of them; returns a tensor or a structure of them.
    primals : tuple
        The arguments of `func`.
    tangents : tuple
        The direction, of the same structure, shapes and dtypes.

    Returns
    -------
    output, tangent : Tensor

    Raises
    ------
    TypeError
        If numbers are not floating-point, dtypes differ, an operation in `func` has no rule or
        makes an array of a tensor, `func` returns no tensors, or `jvp` is called inside `jvp`.
    ValueError
        If structures or shapes differ.

    Notes
    -----
    Running statistics have no tangents, so a normalisation that follows them in training raises
    TypeError: put the model into `Module.eval` mode, or build it with
    ``track_running_stats=False``.
    """
    _check_callable(func)
    primals, tangents = _tuple(primals, "primals"), _tuple(tangents, "tangents")

    def lifted(x, v):
        x = _numbers(x, "jvp")
        if isinstance(x, Dual):
            raise TypeError("jvp inside jvp: forward mode is of first order here")
        v = as_tensor(v, like=_wrapped(x)).data
        return _wrapped(Dual(x, v))

    out = _call(func, *_map(lifted, primals, tangents))

    def value(t):
        if not isinstance(t, Tensor):
            raise TypeError(f"the function must return tensors, got {type(t).__name__}")
        return _wrapped(t.data.value if isinstance(t.data, Dual) else t.data)

    def tangent(t):
        return _wrapped(t.data.tangent if isinstance(t.data, Dual) else np.zeros_like(t.data))

    return _map(value, out), _map(tangent, out)


def jacfwd(func, argnums=0):
    """Return the function that computes the Jacobian column by column, one `jvp` for each input.

    Parameters
    ----------
    func : callable
    argnums : int or tuple of int
        The arguments by which to differentiate.

    Returns
    -------
    callable
        Takes what `func` takes and returns a Tensor of shape ``(*output, *input)``; where one of
        them is a structure, a structure of outputs, each of inputs.
    """

    def jacobian(*primals):
        f, chosen, single = _chosen(func, primals, argnums)
        arrays = _map(lambda x: np.asarray(_numbers(x, "jacfwd")), chosen)
        zeros = _map(np.zeros_like, arrays)
        columns = {}  # id of the leaf of the input -> list of tangents of the output
        out = None
        for x, v in zip(_leaves(arrays), _leaves(zeros), strict=True):
            columns[id(x)] = []
            for i in np.ndindex(x.shape):
                v[i] = 1
                out, along = jvp(f, arrays, zeros)
                v[i] = 0
                columns[id(x)].append(_leaves(along))
        if out is None:
            raise ValueError("jacfwd needs an input with at least one element")
        places = iter(range(len(_leaves(out))))

        def of_output(y):
            k = next(places)

            def of_input(x):
                parts = [np.asarray(column[k].data) for column in columns[id(x)]]
                shape = (*y.shape, *x.shape)
                stacked = np.stack(parts, -1) if parts else np.zeros(shape, y.dtype)
                return Tensor(stacked.reshape(shape))

            jacobians = _map(of_input, arrays)
            return jacobians[0] if single else jacobians

        return _map(of_output, out)

    return jacobian


# -- reverse mode ----------------------------------------------------------------------------


def vjp(func, *primals):
    """Value, and the function that pulls a gradient of the output back to the inputs: vᵀ J.

    Parameters
    ----------
    func : callable
        Takes tensors, or structures of them; returns one tensor.
    *primals
        Its arguments.

    Returns
    -------
    output : Tensor
    pull : callable
        ``pull(v)``, with v of the shape of the output, returns the gradient by the argument; by
        all of them, in a tuple, if there are several. It may be called again and again.

    Raises
    ------
    TypeError
        If numbers are not floating-point, or `func` makes an array of a tensor or does not
        return one tensor.
    """
    _check_callable(func)

    def fresh(x):
        leaf = _wrapped(_numbers(x, "vjp"))
        leaf.requires_grad = True
        return leaf

    inputs = _map(fresh, primals)
    leaves = _leaves(inputs)
    with enable_grad():  # also inside of no_grad(), as torch.func does
        out = _call(func, *inputs)
    if not isinstance(out, Tensor):
        raise TypeError(f"the function must return one tensor, got {type(out).__name__}")

    def pull(cotangent):
        for x in leaves:
            x.grad = None
        if out.requires_grad:
            # Other tensors that require a gradient, as the weights of a model, are left alone.
            mine = {id(x) for x in leaves}
            others = [x for x in out.graph() if x.is_leaf and id(x) not in mine]
            for x in others:
                x.requires_grad = False
            try:
                out.backward(_lifted_like(cotangent, out))
            finally:
                for x in others:
                    x.requires_grad = True
        gradients = _map(
            lambda x: _wrapped(np.zeros_like(x.data) if x.grad is None else x.grad), inputs
        )
        return gradients[0] if len(gradients) == 1 else gradients

    return _wrapped(out.data), pull


def _lifted_like(cotangent, out):
    """Return the gradient as a tensor; with a tangent of zeros where `out` has one."""
    v = as_tensor(cotangent, like=out)
    if isinstance(out.data, Dual) and not isinstance(v.data, Dual):
        return _wrapped(Dual(v.data, np.zeros_like(v.data)))
    return v


def grad_and_value(func, argnums=0):
    """Return the function that computes the gradient of a scalar function, and its value."""

    def both(*primals):
        f, chosen, single = _chosen(func, primals, argnums)
        value, pull = vjp(f, *chosen)
        if value.size != 1:
            raise ValueError(
                f"grad needs a function that returns one number, this one returned {value.shape}: "
                "use jacrev"
            )
        gradients = pull(np.ones(value.shape, value.dtype))
        gradients = (gradients,) if len(chosen) == 1 else gradients
        return (gradients[0] if single else gradients), value

    return both


def grad(func, argnums=0):
    """Return the function that computes the gradient of a scalar function.

    Parameters
    ----------
    func : callable
        Returns a tensor of one element.
    argnums : int or tuple of int
        The arguments by which to differentiate.
    """
    both = grad_and_value(func, argnums)
    return lambda *primals: both(*primals)[0]


def jacrev(func, argnums=0):
    """Return the function that computes the Jacobian row by row, one `vjp` for each output.

    Parameters and result are those of `jacfwd`; the output is one tensor.
    """

    def jacobian(*primals):
        f, chosen, single = _chosen(func, primals, argnums)
        value, pull = vjp(f, *chosen)
        unit = np.zeros(value.shape, value.dtype)
        rows = []
        for i in np.ndindex(value.shape):
            unit[i] = 1
            row = pull(unit)
            unit[i] = 0
            rows.append((row,) if len(chosen) == 1 else row)
        if not rows:
            raise ValueError("jacrev needs a function that returns at least one number")

        def stacked(*parts):
            return _wrapped(
                np.stack([p.data for p in parts]).reshape(*value.shape, *parts[0].shape)
            )

        jacobians = _map(stacked, *rows)
        return jacobians[0] if single else jacobians

    return jacobian


# -- second order ----------------------------------------------------------------------------


def hvp(func, primals, tangents):
    """Product of the Hessian and a vector, exact, without the Hessian: forward over reverse.

    Parameters
    ----------
    func : callable
        Returns a tensor of one element.
    primals, tangents : tuple
        Arguments of `func` and the vector, as in `jvp`.

    Returns
    -------
    Tensor, or a structure of the shape of the argument
        For several arguments a tuple.

    Notes
    -----
    Pearlmutter, "Fast exact multiplication by the Hessian", Neural Computation 6(1), 1994.
    """
    primals = _tuple(primals, "primals")
    argnums = 0 if len(primals) == 1 else tuple(range(len(primals)))
    return jvp(grad(func, argnums), primals, tangents)[1]


def hessian(func, argnums=0):
    """Return the function that computes the Hessian: ``jacfwd(jacrev(func))``."""
    return jacfwd(jacrev(func, argnums), argnums)


# -- modules as functions of their parameters --------------------------------------------------


def functional_call(module, state, args=(), kwargs=None):
    """Call a module with other numbers in place of its parameters and buffers.

    Parameters
    ----------
    module : Module
    state : dict of str to Tensor or array_like
        By the names of `Module.named_parameters` and `Module.named_buffers`; what is not named
        stays. Shared parameters have one name.
    args : tuple or a single argument
    kwargs : dict, optional

    Raises
    ------
    KeyError
        If a name is unknown.
    ValueError
        If a shape differs.
    """
    _check_module(module)
    if not isinstance(state, dict):
        raise TypeError(f"functional_call needs a dict of numbers by name, got {state!r:.60}")
    if kwargs is not None and not isinstance(kwargs, dict):
        raise TypeError(f"kwargs must be a dict, got {kwargs!r:.60}")
    own = dict([*module.named_parameters(), *module.named_buffers()])
    new = {}
    for name, value in state.items():
        if name not in own:
            raise KeyError(f"{type(module).__name__} has no parameter or buffer {name!r}")
        new[id(own[name])] = value = as_tensor(value, like=own[name])
        if value.shape != own[name].shape:
            raise ValueError(f"{name} has shape {own[name].shape}, got {value.shape}")
    places = [
        (vars(part), name, value)
        for _, part in module.named_modules()
        for name, value in vars(part).items()
        if id(value) in new
    ]
    for attributes, name, value in places:
        attributes[name] = new[id(value)]
    try:
        return module(*(args if isinstance(args, tuple) else (args,)), **(kwargs or {}))
    finally:
        for attributes, name, value in places:
            attributes[name] = value


def per_example_grad(model, loss, x, y):
    """Gradients of the loss of every single example, by every parameter.

    Parameters
    ----------
    model : Module
        What it computes for an example must not depend on the others: no batch normalisation in
        training.
    loss : callable
        ``loss(output, target)`` returns a tensor of one element, for a batch of one.
    x, y : array_like, N examples each

    Returns
    -------
    dict of str to Tensor
        By names of parameters; of shape ``(N, *parameter)``. Their mean over the examples is the
        gradient of the mean loss.
    """
    _check_module(model)
    _check_callable(loss)
    x, y = as_tensor(x), as_tensor(y)
    if x.ndim == 0 or y.ndim == 0:
        raise ValueError(f"per_example_grad needs rows, got shapes {x.shape} and {y.shape}")
    if len(x) != len(y) or len(x) == 0:
        raise ValueError(f"per_example_grad needs as many x as y, got {len(x)} and {len(y)}")
    parameters = dict(model.named_parameters())

    at_once = _per_example_of_linear(model, loss, x, y, parameters)
    if at_once is not None:
        return at_once

    def of_one(state, x, y):
        return loss(functional_call(model, state, (x,)), y)

    gradient = grad(of_one)
    rows = [gradient(parameters, x[k : k + 1], y[k : k + 1]) for k in range(len(x))]
    return _map(lambda *parts: Tensor(np.stack([p.data for p in parts])), *rows)


def _per_example_of_linear(model, loss, x, y, parameters):
    """Gradients of every example from one pass, where only linear layers have parameters.

    There the gradient of a weight is a sum over examples of δaᵀ, Guide Eq. (30), and what is asked
    for is its terms. Only the loss, which may be any function, is called for each example.

    Returns
    -------
    dict of str to Tensor, or None
        None where another operation reads a parameter, or the first axis is not the batch.
    """
    n, names = len(x), {id(p): name for name, p in parameters.items()}
    with enable_grad():
        out = _call(model, x)
    if not isinstance(out, Tensor) or not out.requires_grad or out.shape[:1] != (n,):
        return None
    for node in out.graph():
        first, *others = node.inputs or (None,)
        mine = [t for t in others if id(t) in names]
        if (mine and (node.op != "linear" or first.ndim < 2 or len(first) != n)) or (
            id(first) in names
        ):
            return None
    rows = [Tensor(out.data[k : k + 1], requires_grad=True) for k in range(n)]
    for k, row in enumerate(rows):
        _call(loss, row, y[k : k + 1]).backward()
    terms = {name: np.zeros((n, *p.shape), p.dtype) for name, p in parameters.items()}

    def collect(node, g, gradients):
        if node.op != "linear":
            return
        inputs, weight, *bias = node.inputs
        delta = g.reshape(n, -1, g.shape[-1])
        if id(weight) in names:
            a = inputs.data.reshape(n, -1, inputs.shape[-1])
            terms[names[id(weight)]] += delta.swapaxes(1, 2) @ a
        for b in bias:
            if id(b) in names:
                terms[names[id(b)]] += delta.sum(1)

    before = [(t, t.grad) for t in out.graph() if t.is_leaf]
    try:
        with backward_hook(after=collect):
            out.backward(np.concatenate([row.grad for row in rows]))
    finally:
        for t, gradient in before:
            t.grad = gradient
    return {name: Tensor(term) for name, term in terms.items()}


def _check_module(module):
    if not callable(module) or not hasattr(module, "named_parameters"):
        raise TypeError(f"expected a Module, got {module!r:.60}")


def _tuple(values, name):
    if not isinstance(values, tuple):
        raise TypeError(f"{name} must be a tuple, one entry for each argument of the function")
    return values


def _chosen(func, primals, argnums):
    """Return the function of some arguments alone, these arguments, and whether it is one."""
    _check_callable(func)
    single = not isinstance(argnums, (tuple, list))
    numbers = [check_count("an entry of argnums", k, 0) for k in ([argnums] if single else argnums)]
    for k in numbers:
        if k >= len(primals):
            raise ValueError(f"argnums names argument {k}, but there are {len(primals)}")

    def of_chosen(*values):
        arguments = list(primals)
        for k, value in zip(numbers, values, strict=True):
            arguments[k] = value
        return func(*arguments)

    return of_chosen, tuple(primals[k] for k in numbers), single
