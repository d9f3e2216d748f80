"""Learning to learn: episodes of few examples, prototypes, and the gradient through training."""

import numpy as np

from ..autograd import func
from ..autograd.tensor import Tensor, as_tensor
from ..checks import check_count, check_flag, check_number, generator, real_array

__all__ = ["adapt", "episode", "meta_gradient", "prototypes"]


def episode(labels, ways, shots, queries, *, rng=None):
    """Draw a small task: some classes, a few examples of each, and others to be asked about.

    Parameters
    ----------
    labels : array_like of int, shape (N,)
        Classes of all examples there are.
    ways : int
        Classes of the task, drawn without replacement.
    shots, queries : int
        Examples and questions of each class; no example is a question too.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    support : ndarray of int, shape (ways, shots)
        Places of the examples; row k holds those of the k-th class drawn.
    query : ndarray of int, shape (ways, queries)
        Places of the questions.

    Raises
    ------
    ValueError
        If there are too few classes, or too few examples of one.
    """
    labels = real_array("labels", labels)
    if labels.ndim != 1:
        raise ValueError(f"expected one label for each example, got shape {labels.shape}")
    ways = check_count("ways", ways, 1)
    shots, queries = check_count("shots", shots, 1), check_count("queries", queries, 0)
    rng = generator(rng)
    classes = np.unique(labels)
    if len(classes) < ways:
        raise ValueError(f"expected at least {ways} classes, got {len(classes)}")
    rows = []
    for k in rng.choice(classes, ways, replace=False):
        places = np.flatnonzero(labels == k)
        if len(places) < shots + queries:
            raise ValueError(
                f"class {k} has {len(places)} examples, the task needs {shots + queries}"
            )
        rows.append(rng.choice(places, shots + queries, replace=False))
    support, query = np.split(np.array(rows), [shots], axis=1)
    return support, query


def prototypes(embedded):
    """Return the mean of the embedded examples of each class.

    Parameters
    ----------
    embedded : array_like of float, shape (ways, shots, ...)

    Returns
    -------
    Tensor, shape (ways, ...)

    Notes
    -----
    Snell, Swersky, Zemel, "Prototypical networks for few-shot learning", NeurIPS 2017.
    """
    embedded = as_tensor(embedded)
    if embedded.ndim < 2:
        raise ValueError(f"expected (ways, shots, ...), got shape {embedded.shape}")
    return embedded.mean(1)


def _step(params, direction, rate):
    return {
        name: Tensor(as_tensor(p).data - rate * direction[name].data) for name, p in params.items()
    }


def adapt(loss, params, rate, steps=1):
    """Take some steps of gradient descent and return every point on the way.

    Parameters
    ----------
    loss : callable
        Takes the dict of parameters, returns a tensor of one element.
    params : dict of str to Tensor or array_like of float
    rate : float
    steps : int

    Returns
    -------
    list of dict
        steps + 1 of them: where it began, ..., where it ended.
    """
    if not isinstance(params, dict):
        raise TypeError(f"params must be a dict of arrays by name, got {params!r:.60}")
    rate = check_number("rate", rate, 0)
    path = [{name: Tensor(as_tensor(p).data) for name, p in params.items()}]
    gradient = func.grad(loss)
    for _ in range(check_count("steps", steps, 0)):
        path.append(_step(path[-1], gradient(path[-1]), rate))
    return path


def meta_gradient(support_loss, query_loss, params, rate, steps=1, first_order=False):
    """Gradient of the loss after some steps of training, with respect to where it began.

    One step leads from θ to θ' = θ - α ∇S(θ), so ∇_θ Q(θ') = (I - α H) ∇Q(θ') with the Hessian H of
    S at θ. Several steps give one such factor each, applied from the last to the first; each costs
    one product of the Hessian and a vector (`nnlib.func.hvp`). Without the factors it is the first
    order version, the gradient at the end of the path.

    Parameters
    ----------
    support_loss, query_loss : callable
        Take the dict of parameters, return a tensor of one element.
    params : dict of str to Tensor or array_like of float
        For many tasks at once, stack their parameters along a first axis and let the losses be
        sums over tasks; the result then has a row for each.
    rate : float
        Of the steps inside, α.
    steps : int
    first_order : bool
        Leave out the Hessians.

    Returns
    -------
    gradient : dict of str to Tensor
    value : float
        Of the query loss after the steps.

    Notes
    -----
    Finn, Abbeel, Levine, "Model-agnostic meta-learning for fast adaptation of deep networks",
    ICML 2017.
    """
    *before, last = adapt(support_loss, params, rate, steps)
    gradient, value = func.grad_and_value(query_loss)(last)
    if not check_flag("first_order", first_order):
        for point in reversed(before):
            product = func.hvp(support_loss, (point,), (gradient,))
            gradient = _step(gradient, product, rate)
    return gradient, value.item()
