"""Losses of classes: yes or no, one of many, from probabilities or, better, from logits."""

import numpy as np

from ..autograd.tensor import as_tensor, is_grad_enabled, masked
from ..checks import check_number
from ..layers.activations import stable_sigmoid
from ..layers.module import Buffer, Module
from .reduction import check_reduction, constant, reduced, same_shape, whole_numbers

__all__ = [
    "BCELoss",
    "BCEWithLogitsLoss",
    "CrossEntropyLoss",
    "NLLLoss",
    "binary_cross_entropy",
    "binary_cross_entropy_with_logits",
    "cross_entropy",
    "nll_loss",
]

BLOCK = 1 << 18  # numbers in a group of rows: its temporaries stay in the cache


# -- yes or no -------------------------------------------------------------------------------


def _check_shares(y):
    if y.size and not (y.min() >= 0 and y.max() <= 1):
        raise ValueError(f"targets must lie in [0, 1], found {y.min():g} to {y.max():g}")


def _buffer(numbers):
    """Keep numbers in a module so that they are saved and converted with it; None stays None."""
    if numbers is None:
        return None
    return Buffer(as_tensor(numbers))


def binary_cross_entropy(input, target, weight=None, reduction="mean"):
    """Cross-entropy of yes-or-no targets, from probabilities. Guide Eq. (21).

    0 · log 0 is 0, and no logarithm is below -100, as PyTorch has it: a certain and wrong
    prediction costs 100. From logits, `binary_cross_entropy_with_logits` is exact.

    Parameters
    ----------
    input : Tensor or array_like
        Probabilities ŷ of "yes", any shape.
    target : Tensor or array_like of that shape
        Probabilities y, usually 0 or 1.
    weight : array_like, optional
        Factors of the losses; broadcasts to the shape of `input`.
    reduction : {"mean", "sum", "none"}
        "mean" divides by the number of losses, whatever their weights.

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of `input`.

    Raises
    ------
    ValueError
        If shapes do not fit, a number lies outside [0, 1], the batch is empty or the reduction
        is unknown.
    TypeError
        If the input does not hold floating-point numbers, or the types differ.
    """
    op = "binary_cross_entropy"
    check_reduction(reduction)
    input, target = same_shape(op, input, target)
    p, y = input.data, target.data
    if p.size and not (p.min() >= 0 and p.max() <= 1):
        raise ValueError(
            f"{op} needs probabilities in [0, 1], found {p.min():g} to {p.max():g}; "
            f"for logits use {op}_with_logits"
        )
    _check_shares(y)
    w = 1 if weight is None else constant(op, "weight", weight, input)
    with np.errstate(divide="ignore"):  # log 0 is wanted here: it is cut off in the same line
        log_yes, log_no = np.maximum(np.log(p), -100), np.maximum(np.log1p(-p), -100)
    losses = -w * (y * log_yes + (1 - y) * log_no)

    def vjp(g):
        g = g * w
        dy = g * (log_no - log_yes) if target.requires_grad else None
        return g * (p - y) / np.maximum(p * (1 - p), 1e-12), dy

    return reduced(op, losses, (input, target), vjp, reduction, losses.size)


class BCELoss(Module):
    """`binary_cross_entropy` as a module. Guide Eq. (21)."""

    def __init__(self, weight=None, reduction="mean"):
        check_reduction(reduction)
        self.weight, self.reduction = _buffer(weight), reduction

    def forward(self, input, target):
        """Return the loss."""
        return binary_cross_entropy(input, target, self.weight, self.reduction)


def binary_cross_entropy_with_logits(input, target, weight=None, reduction="mean", pos_weight=None):
    """Cross-entropy of yes-or-no targets, from logits. Guide Eqs. (6), (21).

    For one logit z and target y it is max(z, 0) - z·y + log(1 + e⁻|z|), which is Eq. (21) at
    ŷ = σ(z) without ever taking the logarithm of a rounded probability. Its gradient is ŷ - y.

    Parameters
    ----------
    input : Tensor or array_like
        Logits z, any shape.
    target : Tensor or array_like of that shape
        Probabilities of "yes", usually 0 or 1.
    weight : array_like, optional
        Factors of the losses; broadcasts to the shape of `input`.
    reduction : {"mean", "sum", "none"}
        "mean" divides by the number of losses, whatever their weights.
    pos_weight : array_like, optional
        Factor of the first term of Eq. (21), the one of "yes"; broadcasts likewise.

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of `input`.

    Raises
    ------
    ValueError
        If shapes do not fit, a target lies outside [0, 1], the batch is empty or the reduction
        is unknown.
    TypeError
        If logits are not floating-point numbers, or the types differ.
    """
    op = "binary_cross_entropy_with_logits"
    check_reduction(reduction)
    input, target = same_shape(op, input, target)
    z, y = input.data, target.data
    _check_shares(y)
    w = 1 if weight is None else constant(op, "weight", weight, input)
    q = 1 if pos_weight is None else constant(op, "pos_weight", pos_weight, input)
    bend = np.log1p(np.exp(-np.abs(z)))
    # max(z, 0) - z·y in two parts, each 0 for the right certain answer also at z = ±∞.
    wrong_yes = masked(np.maximum(z, 0), y != 1) * (1 - y)
    wrong_no = masked(np.maximum(-z, 0), y != 0) * y
    losses = wrong_yes + wrong_no + bend
    if pos_weight is not None:
        losses += (q - 1) * (wrong_no + y * bend)  # the rest of q times -y log ŷ
    losses = losses * w

    def vjp(g):
        g = g * w
        s = stable_sigmoid(z)
        dz = g * (s - y) if pos_weight is None else g * (s * (1 - y) - q * y * (1 - s))
        dy = None
        if target.requires_grad:
            dy = -g * z
            if pos_weight is not None:
                dy += g * (q - 1) * (np.maximum(-z, 0) + bend)
        return dz, dy

    return reduced(op, losses, (input, target), vjp, reduction, losses.size)


class BCEWithLogitsLoss(Module):
    """`binary_cross_entropy_with_logits` as a module. Guide Eq. (21)."""

    def __init__(self, weight=None, reduction="mean", pos_weight=None):
        check_reduction(reduction)
        self.weight, self.reduction = _buffer(weight), reduction
        self.pos_weight = _buffer(pos_weight)

    def forward(self, input, target):
        """Return the loss."""
        return binary_cross_entropy_with_logits(
            input, target, self.weight, self.reduction, self.pos_weight
        )


# -- one of many -----------------------------------------------------------------------------


def _checked(op, what, input, target, weight):
    """Return input and target after all checks, and the weights of the classes or None."""
    input = as_tensor(input)
    if input.dtype.kind != "f":
        raise TypeError(f"{op} needs float32 or float64 {what}, got {input.dtype}")
    if input.ndim < 2:
        raise ValueError(
            f"{op} expects {what} of shape (N, C) or (N, C, d1, ...), got {input.shape}"
        )
    if input.size == 0:
        raise ValueError(f"{op} of an empty batch is not defined: the shape is {input.shape}")
    if weight is not None:
        weight = constant(op, "weight", weight, input, shape=(input.shape[1],))
    return input, whole_numbers(target), weight


def _check_classes(y, shape, classes, ignore_index):
    """Check class numbers; return which are to be ignored, or None if none is."""
    if y.shape != shape:
        raise ValueError(f"the target must have shape {shape}, class numbers, got {y.shape}")
    if y.dtype.kind not in "iu":
        raise TypeError(f"class numbers must be integers, the target has dtype {y.dtype}")
    low, high = y.min(), y.max()
    ignored = None
    if not (low >= 0 and high < classes) or 0 <= ignore_index < classes:
        ignored = y == ignore_index
        kept = y[~ignored]
        if kept.size and (kept.min() < 0 or kept.max() >= classes):
            raise ValueError(
                f"class numbers must be 0..{classes - 1}, found {kept.min()} to {kept.max()}"
            )
    return ignored if ignored is not None and ignored.any() else None


def _rows(a):
    """Turn (N, C, d1, ...) into rows (N · d1 · ..., C); nothing is copied for (N, C)."""
    return a if a.ndim == 2 else np.moveaxis(a, 1, -1).reshape(-1, a.shape[1])


def _unrows(rows, shape):
    """Undo `_rows`."""
    if len(shape) == 2:
        return rows
    return np.moveaxis(rows.reshape(shape[0], *shape[2:], shape[1]), -1, 1)


def _divisor(op, reduction, weights):
    """Return what "mean" divides by: the weights of the targets that are not ignored."""
    total = weights.sum()
    if reduction == "mean" and not total > 0:
        raise ValueError(f"{op}: all targets are ignored or weigh nothing, there is no mean")
    return total


def nll_loss(input, target, weight=None, ignore_index=-100, reduction="mean"):
    """Negative log-likelihood of class numbers: minus the entry of the class. Guide Eq. (24).

    After `log_softmax` it is `cross_entropy`.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C) or (N, C, d1, ...)
        Logarithms of the probabilities of the classes.
    target : array_like of int, shape (N,) or (N, d1, ...)
        Class numbers 0..C-1.
    weight : array_like, shape (C,), optional
        Factors of the classes.
    ignore_index : int
        Targets of this number count for nothing.
    reduction : {"mean", "sum", "none"}
        "mean" divides by the weights of the targets that count.

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of the shape of `target`.

    Raises
    ------
    ValueError
        If shapes do not fit, a class number is out of range, the batch is empty, every target is
        ignored, or the reduction is unknown.
    TypeError
        If the input does not hold floating-point numbers, or the target not integers.
    """
    check_reduction(reduction)
    input, y, weight = _checked("nll_loss", "log-probabilities", input, target, weight)
    n, classes, *others = input.shape
    shape = (n, *others)
    ignored = _check_classes(y, shape, classes, ignore_index)
    y, w = _weights_of_targets(y, ignored, weight, input.dtype)
    at = np.arange(y.size), y
    losses = -w * np.where(w == 0, 0, _rows(input.data)[at])  # 0 even where the entry is -inf

    def vjp(g):
        rows = np.zeros_like(g, shape=(y.size, classes), order="C")
        rows[at] = -w * g.ravel()
        return (_unrows(rows, input.shape),)

    count = _divisor("nll_loss", reduction, w)
    return reduced("nll_loss", losses.reshape(shape), (input,), vjp, reduction, count)


def _weights_of_targets(y, ignored, weight, dtype):
    """Return class numbers safe to index with, and the weight of each target, 0 if ignored."""
    w = np.ones(y.size, dtype)
    if ignored is not None:
        w[ignored.ravel()] = 0
        y = np.where(ignored, 0, y)
    y = y.ravel()
    return y, w if weight is None else w * weight[y]


class NLLLoss(Module):
    """`nll_loss` as a module. Guide Eq. (24)."""

    def __init__(self, weight=None, ignore_index=-100, reduction="mean"):
        check_reduction(reduction)
        self.weight, self.ignore_index = _buffer(weight), ignore_index
        self.reduction = reduction

    def forward(self, input, target):
        """Return the loss."""
        return nll_loss(input, target, self.weight, self.ignore_index, self.reduction)


def cross_entropy(
    input, target, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0
):
    """Cross-entropy of classes, from logits. Guide Eqs. (22)-(24), (28).

    Softmax and logarithm are one step here. Its gradient is ŷ - y, Eq. (28) with the full
    Jacobian of softmax in place of the elementwise derivative that the guide prints.

    Parameters
    ----------
    input : Tensor or array_like, shape (N, C) or (N, C, d1, ...)
        Logits.
    target : array_like of int, shape (N,) or (N, d1, ...), or of float, of the shape of input
        Class numbers 0..C-1 (Eq. 24), or probabilities of the classes (Eq. 22).
    weight : array_like, shape (C,), optional
        Factors of the classes.
    ignore_index : int
        Class numbers equal to it count for nothing.
    reduction : {"mean", "sum", "none"}
        "none" returns the losses of the examples. "mean" divides by their number; with class
        numbers by the weights of the targets that count.
    label_smoothing : float
        How much of each target is spread evenly over all classes (Szegedy et al. 2016).

    Returns
    -------
    Tensor
        A scalar, or for "none" an array of shape (N, d1, ...).

    Raises
    ------
    ValueError
        If shapes do not fit, a class number is out of range, the batch is empty, every target is
        ignored, or the reduction is unknown.
    TypeError
        If logits are not floating-point numbers, or class numbers no integers.
    """
    check_reduction(reduction)
    check_number("label_smoothing", label_smoothing, 0, 1)
    input, y, weight = _checked("cross_entropy", "logits", input, target, weight)
    n, classes, *others = input.shape
    shape = (n, *others)
    if y.shape not in (shape, input.shape):
        raise ValueError(
            f"for logits of shape {input.shape} the target must have shape {shape}, class "
            f"numbers, or {input.shape}, probabilities; got {y.shape}"
        )
    if y.shape == input.shape:
        target = as_tensor(target, like=input)
        return _soft_labels(input, target, weight, reduction, label_smoothing)
    ignored = _check_classes(y, shape, classes, ignore_index)
    if weight is not None or ignored is not None or label_smoothing:
        return _hard_labels(input, y, weight, ignored, reduction, label_smoothing)

    # The common case: class numbers, all of one weight. Groups of rows stay in the cache, and
    # what softmax divides by waits for the backward pass, where it is part of one factor a row.
    Z, y, rows = _rows(input.data), y.ravel(), np.arange(y.size)
    keep = input.requires_grad and is_grad_enabled()
    top, total = (np.empty_like(Z, shape=(len(Z), 1), order="C") for _ in range(2))
    ones, E = np.ones_like(Z, shape=classes), np.empty_like(Z, order="C") if keep else None
    step = max(1, BLOCK // classes)
    for start in range(0, len(Z), step):
        part = slice(start, start + step)
        # Without its maximum a row has the same softmax, and exp cannot overflow.
        z = Z[part]
        top[part] = z.max(1, keepdims=True)
        e = np.subtract(z, top[part], out=E[part] if keep else None)
        np.exp(e, out=e)
        total[part, 0] = e @ ones  # a product adds up rows faster than a sum
    losses = np.log(total[:, 0]) - (Z[rows, y] - top[:, 0])  # Eq. (24) of Eq. (23)

    def vjp(g):
        g = g.reshape(-1, 1)
        delta = E * (g / total)  # ŷ - y for the one-hot y: only the entry of the class differs
        delta[rows, y] -= g[:, 0]
        return (_unrows(delta, input.shape),)

    return reduced("cross_entropy", losses.reshape(shape), (input,), vjp, reduction, len(Z))


def _hard_labels(input, y, weight, ignored, reduction, label_smoothing):
    """Cross-entropy of class numbers that are weighted, smoothed or partly ignored.

    They become rows T, as if they were probabilities.
    """
    shape, classes = y.shape, input.shape[1]
    y, w = _weights_of_targets(y, ignored, weight, input.dtype)
    T = np.full((y.size, classes), label_smoothing / classes, input.dtype)
    T[np.arange(y.size), y] += 1 - label_smoothing
    if weight is not None:
        T *= weight
    if ignored is not None:
        T[ignored.ravel()] = 0
    count = _divisor("cross_entropy", reduction, w)
    losses, gradients = _of_rows(_rows(input.data), T)

    def vjp(g):
        return (_unrows(gradients(g)[0], input.shape),)

    return reduced("cross_entropy", losses.reshape(shape), (input,), vjp, reduction, count)


def _soft_labels(input, target, weight, reduction, label_smoothing):
    """Cross-entropy of probabilities of the classes, which may need a gradient too."""
    n, classes, *others = input.shape
    T = _rows(target.data)
    if label_smoothing:
        T = T * (1 - label_smoothing) + label_smoothing / classes
    if weight is not None:
        T = T * weight
    losses, gradients = _of_rows(_rows(input.data), T)

    def vjp(g):
        dz, dT = gradients(g)
        if weight is not None:
            dT = dT * weight
        if label_smoothing:
            dT = dT * (1 - label_smoothing)
        return _unrows(dz, input.shape), _unrows(dT, input.shape)

    losses = losses.reshape(n, *others)
    return reduced("cross_entropy", losses, (input, target), vjp, reduction, losses.size)


def _of_rows(z, T):
    """Return -Σ T log softmax(z) of every row, and what makes the gradients of z and T of g."""
    counted = T.any(1, keepdims=True)  # the other rows count for nothing, whatever stands in them
    with np.errstate(invalid="ignore"):
        shifted = z - z.max(1, keepdims=True)
    e = np.exp(shifted)
    total = e.sum(1, keepdims=True)
    log_total = np.log(total)
    mass = T.sum(1, keepdims=True)  # 1 for probabilities
    losses = masked(log_total, counted) * mass - _sum_of_products(T, shifted)  # Eq. (22)

    def gradients(g):
        g = g.reshape(-1, 1)
        return g * (masked(e / total, counted) * mass - T), g * (log_total - shifted)

    return losses[:, 0], gradients


def _sum_of_products(T, log_p):
    """Σ T log p of every row, where 0 · log 0 is 0."""
    return (T * masked(log_p, T != 0)).sum(1, keepdims=True)


class CrossEntropyLoss(Module):
    """`cross_entropy` as a module. Guide Eqs. (22)-(24)."""

    def __init__(self, weight=None, ignore_index=-100, reduction="mean", label_smoothing=0.0):
        check_reduction(reduction)
        check_number("label_smoothing", label_smoothing, 0, 1)
        self.weight, self.ignore_index = _buffer(weight), ignore_index
        self.reduction, self.label_smoothing = reduction, label_smoothing

    def forward(self, input, target):
        """Return the loss."""
        return cross_entropy(
            input, target, self.weight, self.ignore_index, self.reduction, self.label_smoothing
        )
