"""The neural tangent kernel: of a given network, of an infinitely wide one, and its training."""

import math
from typing import NamedTuple

import numpy as np

from ..autograd.func import per_example_grad
from ..checks import check_count, check_number, check_sizes, generator, real_array
from ..layers.activations import ReLU
from ..layers.module import Module, Parameter, Sequential

__all__ = ["NTKMLP", "NTKLinear", "WideKernels", "empirical_ntk", "infinite_ntk", "kernel_descent"]


class NTKLinear(Module):
    """A linear layer in the NTK parametrisation: gain / √n_in · x Wᵀ + bias · b.

    All numbers of W and b are drawn from N(0, 1). The factors that an initialisation would put
    into the weights stand in front of them, where they also scale the gradients. Guide Eq. (92).

    Parameters
    ----------
    in_features, out_features : int
    gain : float
        √2 behind a ReLU, as in Guide Eq. (71), and 1 for the inputs.
    bias : float
        The factor in front of b, at least 0; the layer has no b if it is 0.
    rng : int or numpy.random.Generator, optional
    """

    def __init__(self, in_features, out_features, gain=1.0, bias=0.0, *, rng=None):
        super().__init__()
        check_sizes("NTKLinear", in_features, out_features)
        check_number("NTKLinear's gain", gain, 0, above=True)
        check_number("NTKLinear's bias", bias, 0)
        rng = generator(rng)
        self.weight = Parameter(rng.standard_normal((out_features, in_features)))
        self.bias = Parameter(rng.standard_normal(out_features)) if bias else None
        self.gain, self.bias_factor = gain, bias

    def forward(self, x):
        """Map (N, n_in) to (N, n_out)."""
        out = x @ self.weight.T * (self.gain / math.sqrt(self.weight.shape[1]))
        return out if self.bias is None else out + self.bias_factor * self.bias


class NTKMLP(Sequential):
    """A multilayer perceptron in the NTK parametrisation, of float64. Guide Eq. (92).

    Parameters
    ----------
    sizes : sequence of int
        Units of every layer, from the inputs to the outputs: ``[2, 512, 1]``.
    bias : float
        The factor in front of all biases, 0 for none.
    rng : int or numpy.random.Generator, optional

    Notes
    -----
    Every layer but the last is followed by a ReLU, every layer but the first has the gain √2.
    """

    def __init__(self, sizes, *, bias=0.0, rng=None):
        if not isinstance(sizes, (tuple, list)) or len(sizes) < 2:
            raise ValueError(f"NTKMLP needs the sizes of inputs and outputs, got {sizes}")
        check_sizes("NTKMLP", *sizes)
        rng = generator(rng)
        layers = []
        for k in range(len(sizes) - 1):
            gain = math.sqrt(2) if k else 1.0
            layers += [ReLU()] if k else []
            layers += [NTKLinear(sizes[k], sizes[k + 1], gain, bias, rng=rng)]
        super().__init__(*layers)


def empirical_ntk(model, x1, x2=None):
    """Tangent kernel of a network as it is: products of its gradients. Guide Eq. (92), inside E.

    Parameters
    ----------
    model : Module
        Maps (N, ...) to (N, C), each example by itself: in `eval()` if it has dropout or batch
        normalisation.
    x1 : array_like, N1 examples
    x2 : array_like, N2 examples, optional
        x1 if not given.

    Returns
    -------
    ndarray, shape (N1, N2) for one output, (N1, N2, C, C) for more
        Entry ``[i, j, a, b]`` is the product of the gradients, by all parameters, of output a at
        ``x1[i]`` and of output b at ``x2[j]``.

    Raises
    ------
    ValueError
        If the outputs are not (N, C), or the model has no parameters.

    Examples
    --------
    >>> import nnlib as nn
    >>> line = nn.Linear(1, 1)  # w x + b: the gradients are (x, 1)
    >>> empirical_ntk(line, [[2.0], [3.0]]).tolist()
    [[5.0, 7.0], [7.0, 10.0]]
    """
    first = _output_gradients(model, x1)
    second = first if x2 is None else _output_gradients(model, x2)
    kernel = np.einsum("iap,jbp->ijab", first, second, optimize=True)
    return kernel[:, :, 0, 0] if kernel.shape[2:] == (1, 1) else kernel


def _output_gradients(model, x):
    """Gradients of every output at every example, shape (N, C, parameters)."""
    if not isinstance(model, Module):
        raise TypeError(f"empirical_ntk's model must be a Module, got {model!r:.60}")
    if not list(model.parameters()):
        raise ValueError(f"empirical_ntk needs parameters, {type(model).__name__} has none")
    shape = model(x).shape
    if len(shape) != 2:
        raise ValueError(f"empirical_ntk needs outputs of shape (N, C), got {shape}")
    n, outputs = shape
    columns = []
    for c in range(outputs):
        gradients = per_example_grad(model, lambda out, _, c=c: out[0, c], x, np.zeros(n))
        columns.append(np.concatenate([g.data.reshape(n, -1) for g in gradients.values()], axis=1))
    return np.stack(columns, axis=1)


class WideKernels(NamedTuple):
    """The two kernels of an infinitely wide network, each of shape (N1, N2)."""

    nngp: np.ndarray
    """Covariance of its output over random weights, before training."""
    ntk: np.ndarray
    """Its tangent kernel, before training and all through it."""


def infinite_ntk(x1, x2=None, *, layers=1, bias=0.0):
    """Kernels of an infinitely wide ReLU network in the NTK parametrisation. Guide Eq. (92).

    With γ the angle that the previous covariance Σ gives two inputs, and ‖x‖² = Σ(x, x)::

        Σ ← ‖x‖‖x'‖ (sin γ + (π - γ) cos γ) / π + bias²
        Θ ← Σ + Θ (π - γ) / π

    once per hidden layer, from Σ = Θ = x·x'/d + bias².

    Parameters
    ----------
    x1 : array_like, shape (N1, d)
    x2 : array_like, shape (N2, d), optional
        x1 if not given.
    layers : int
        Hidden layers, at least 0.
    bias : float
        The factor in front of all biases, as in `NTKMLP`.

    Returns
    -------
    WideKernels
        ``nngp`` (Σ) and ``ntk`` (Θ).

    References
    ----------
    Jacot, Gabriel and Hongler (2018); the expectations: Cho and Saul (2009).

    Examples
    --------
    >>> nngp, ntk = infinite_ntk([[1.0, 0], [0, 1]])  # at right angles: γ = π/2
    >>> ntk.round(4).tolist()
    [[1.0, 0.1592], [0.1592, 1.0]]
    """
    x1 = _rows("infinite_ntk's x1", x1)
    x2 = x1 if x2 is None else _rows("infinite_ntk's x2", x2)
    if x1.shape[1] != x2.shape[1]:
        raise ValueError(f"infinite_ntk got inputs of {x1.shape[1]} and {x2.shape[1]} numbers")
    check_count("infinite_ntk's layers", layers, 0)
    check_number("infinite_ntk's bias", bias, 0)
    d = x1.shape[1]
    squares1 = (x1**2).sum(1)[:, None] / d + bias**2
    squares2 = (x2**2).sum(1)[None, :] / d + bias**2
    nngp = x1 @ x2.T / d + bias**2
    ntk = nngp
    for _ in range(layers):
        lengths = np.sqrt(squares1 * squares2)
        cosine = np.divide(nngp, lengths, out=np.ones_like(nngp), where=lengths > 0)
        angle = np.arccos(np.clip(cosine, -1, 1))
        nngp = lengths * (np.sin(angle) + (np.pi - angle) * np.cos(angle)) / np.pi + bias**2
        ntk = nngp + ntk * (np.pi - angle) / np.pi
        squares1, squares2 = squares1 + bias**2, squares2 + bias**2
    return WideKernels(nngp, ntk)


def kernel_descent(kernel, targets, lr, steps, *, cross=None, start=0.0, cross_start=0.0):
    """Outputs after gradient descent of a model whose tangent kernel stays as it is, exactly.

    The loss is ``((f - targets)**2).sum() / 2`` over the training examples. Each step multiplies
    the errors by ``I - lr * kernel``; that many steps are one power of its eigenvalues.

    Parameters
    ----------
    kernel : array_like, shape (N, N)
        Tangent kernel between the training examples.
    targets : array_like, shape (N,) or (N, C)
        With C outputs, all share the kernel.
    lr : float
        Learning rate; beyond ``2 / (largest eigenvalue)`` errors grow.
    steps : float
        Steps taken, at least 0; ``np.inf`` for the end.
    cross : array_like, shape (M, N), optional
        Kernel between other inputs (rows) and the training examples.
    start, cross_start : array_like
        Outputs before training, at the training examples and at the other inputs.

    Returns
    -------
    ndarray, shape of targets, or (M,) or (M, C) if `cross` is given
        Outputs at the training examples, or at the other inputs.

    Raises
    ------
    ValueError
        If the kernel is not symmetric or has a negative eigenvalue, if shapes do not fit, if steps
        is infinite and errors grow, or if a part of a step is asked for where errors change sign.

    Examples
    --------
    >>> kernel_descent([[2.0]], [1.0], lr=0.25, steps=2)  # the error is halved twice
    array([0.75])
    """
    kernel = _rows("kernel_descent's kernel", kernel)
    targets = real_array("kernel_descent's targets", targets, np.float64)
    check_number("kernel_descent's lr", lr, 0, above=True)
    if not (np.isscalar(steps) and steps == np.inf):
        check_number("kernel_descent's steps", steps, 0)
    if kernel.shape[0] != kernel.shape[1] or not np.allclose(kernel, kernel.T):
        raise ValueError(f"kernel_descent needs a symmetric kernel, got shape {kernel.shape}")
    if targets.ndim not in (1, 2) or len(targets) != len(kernel):
        raise ValueError(f"kernel_descent got kernel {kernel.shape} and targets {targets.shape}")
    values, vectors = np.linalg.eigh(kernel)
    floor = len(values) * np.finfo(float).eps * max(values[-1], 0)  # rounding, and no slope
    if values[0] < -10 * floor - np.finfo(float).tiny:
        raise ValueError(f"a kernel has no negative eigenvalue, this one has {values[0]:g}")
    rates = lr * np.where(values > floor, values, 0)
    if steps != np.inf and steps != round(steps) and rates[-1] > 1:
        raise ValueError(f"a part of a step has no meaning beyond lr {1 / values[-1]:g}, got {lr}")
    if steps == np.inf and rates[-1] >= 2:
        raise ValueError(f"errors grow without end: lr must be below {2 / values[-1]:g}, got {lr}")
    left = np.power(1 - rates, steps) if steps != np.inf else (rates == 0) * 1.0
    error = vectors.T @ (targets - _outputs("start", start, targets.shape))
    column = (slice(None), *[None] * (targets.ndim - 1))
    if cross is None:
        return targets - vectors @ (left[column] * error)
    cross = _rows("kernel_descent's cross", cross)
    if cross.shape[1] != len(kernel):
        raise ValueError(f"kernel_descent got kernel {kernel.shape} and cross {cross.shape}")
    safe = np.where(rates > 0, rates, 1)
    no_slope = 0.0 if steps == np.inf else steps  # a direction that the kernel does not see
    learned = lr * np.where(rates > 0, (1 - left) / safe, no_slope)
    cross_start = _outputs("cross_start", cross_start, (len(cross), *targets.shape[1:]))
    return cross_start + cross @ (vectors @ (learned[column] * error))


def _outputs(name, value, shape):
    value = real_array(f"kernel_descent's {name}", value, np.float64)
    if value.ndim and value.shape != shape:
        raise ValueError(f"kernel_descent's {name} must have shape {shape}, got {value.shape}")
    return value


def _rows(name, x):
    x = real_array(name, x, np.float64)
    if x.ndim != 2 or not x.size:
        raise ValueError(f"{name} needs one example a row, got shape {x.shape}")
    if not np.isfinite(x).all():
        raise ValueError(f"{name} needs finite numbers, got {x[~np.isfinite(x)][0]}")
    return x
