"""DARTS: weights and architecture of a supernet are learned together, by two gradients."""

import numpy as np

from .. import functional as F
from ..autograd.tensor import Tensor
from ..checks import check_count, check_number, generator
from ..layers.module import Module
from ..optim.adam import Adam

__all__ = ["architecture_gradient", "darts"]


def architecture_gradient(train_loss, validation_loss, weights, alpha, xi=0.0, eps=0.01):
    """Gradient in α of the validation loss after one step of training, L_val(w - ξ ∇L_train, α).

    The step stands for training to the end. With ξ = 0 it is the plain gradient in α, the first
    order of DARTS. Otherwise the product of ∇² L_train with ∇L_val is a difference of two
    gradients, at w ± r ∇L_val.

    Parameters
    ----------
    train_loss, validation_loss : callable
        Without arguments; return tensors of one element that depend on `weights` and `alpha`.
    weights : list of Tensor
        Are the same afterwards.
    alpha : Tensor
    xi : float
    eps : float
        r ‖∇L_val‖, the distance of the difference.

    Returns
    -------
    ndarray
        Of the shape of alpha.

    References
    ----------
    H. Liu, K. Simonyan, Y. Yang (2019). DARTS: differentiable architecture search. ICLR, Eqs. 5-8.
    """
    xi, eps = check_number("xi", xi, 0), check_number("eps", eps, 0, above=True)
    if not (callable(train_loss) and callable(validation_loss)):
        raise TypeError("architecture_gradient needs two functions without arguments as losses")
    if not isinstance(weights, (list, tuple)):
        raise TypeError(f"weights are a list of tensors, got {weights!r:.60}")
    for tensor in (alpha, *weights):
        if not isinstance(tensor, Tensor) or not tensor.requires_grad:
            raise TypeError(f"weights and alpha are tensors with a gradient, got {tensor!r:.60}")
    if xi == 0:
        return _gradients(validation_loss, [alpha])[0]
    start = [w.data.copy() for w in weights]

    def move(directions, step):
        for w, origin, d in zip(weights, start, directions, strict=True):
            w.data[...] = origin + step * d

    move(_gradients(train_loss, weights), -xi)
    direct, *v = _gradients(validation_loss, [alpha, *weights])
    length = np.sqrt(sum(float((d * d).sum()) for d in v))
    mixed = 0.0
    if length > 0:
        r = eps / length
        for sign in (1, -1):
            move(v, sign * r)
            mixed = mixed + sign * _gradients(train_loss, [alpha])[0] / (2 * r)
    move(start, 0.0)
    return (direct - xi * mixed).astype(direct.dtype)


def _gradients(loss, tensors):
    for t in tensors:
        t.grad = None
    loss().backward()
    found = [np.zeros_like(t.data) if t.grad is None else t.grad for t in tensors]
    for t in tensors:
        t.grad = None
    return found


def darts(
    network, train, validation, *, epochs=9, batch=25, lr=0.02, alpha_lr=0.03, xi=0.0, rng=None
):
    """Train a supernet on one part of the data, and its mixture of operations on another.

    Parameters
    ----------
    network : Module
        Such as `nnlib.models.SuperNetwork`: maps images and a mixture to logits. Is trained.
    train, validation : tuple of ndarray
        Images and labels.
    epochs, batch : int
        Each epoch splits both parts into as many pieces as the training part holds batches.
    lr, alpha_lr : float
        Rates of Adam for the weights, falling linearly to zero, and for α.
    xi : float
        As in `architecture_gradient`, at the start; it falls with `lr`. 0 is the first order. The
        step that is looked through is one of plain gradient descent.
    rng : int or numpy.random.Generator, optional
        Of the order of the data.

    Returns
    -------
    ndarray, shape (epochs + 1, 3, 5)
        α at the start and after every epoch; the mixture is its softmax in the last axis.

    Raises
    ------
    ValueError
        If there are fewer images to learn from than a batch has, or too few to validate.
    """
    if not isinstance(network, Module):
        raise TypeError(f"darts needs a network such as models.SuperNetwork, got {network!r:.60}")
    for part in (train, validation):
        if not isinstance(part, (tuple, list)) or len(part) != 2:
            raise TypeError(f"darts needs pairs of images and labels, got {part!r:.60}")
    rng, epochs = generator(rng), check_count("epochs", epochs)
    weights = list(network.parameters())
    alpha = Tensor(np.zeros((3, 5), weights[0].dtype), requires_grad=True)
    inner = Adam(weights, lr=lr)
    outer = Adam([alpha], lr=alpha_lr, betas=(0.5, 0.999))
    (x, y), (x_val, y_val) = train, validation
    per_epoch = len(x) // check_count("batch", batch)
    if not 1 <= per_epoch <= len(x_val):
        raise ValueError(
            f"darts needs at least {batch} images to learn from, a batch, and {max(per_epoch, 1)} "
            f"to validate, got {len(x)} and {len(x_val)}"
        )
    path = [alpha.data.copy()]
    network.train()

    def loss(images, labels):
        return F.cross_entropy(network(images, F.softmax(alpha, 1)), labels)

    for epoch in range(epochs):
        order, order_val = rng.permutation(len(x)), rng.permutation(len(x_val))
        for k in range(per_epoch):
            of_train, of_val = order[k::per_epoch], order_val[k::per_epoch]
            inner.lr = lr * (1 - (epoch * per_epoch + k) / (epochs * per_epoch))
            alpha.grad = architecture_gradient(
                lambda i=of_train: loss(x[i], y[i]),
                lambda i=of_val: loss(x_val[i], y_val[i]),
                weights,
                alpha,
                xi * inner.lr / lr,
            )
            outer.step()
            inner.zero_grad()
            loss(x[of_train], y[of_train]).backward()
            inner.step()
        path.append(alpha.data.copy())
    return np.array(path)
