"""Draw the next symbol from the logits of a language model."""

import numpy as np

from ..autograd.tensor import as_tensor, no_grad
from ..checks import generator
from ..layers.module import evaluating

__all__ = ["generate", "sample"]


def sample(logits, temperature=1.0, top_k=None, top_p=None, *, rng=None):
    """Draw one symbol for each row of logits.

    Parameters
    ----------
    logits : ndarray, shape (N, vocabulary)
    temperature : float
        Divides the logits: below 1 the likely becomes likelier, above 1 all come closer.
    top_k : int, optional
        Draw from the k largest logits alone; 1 always takes the largest.
    top_p : float, optional
        Draw from the nucleus alone (Holtzman et al. 2020): the fewest symbols, the likeliest, that
        have at least this probability together, after the temperature and `top_k`.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    ndarray of int, shape (N,)

    Raises
    ------
    ValueError
        If the temperature is not positive, top_k not from 1 to the size of the vocabulary, or top_p
        not above 0 and up to 1.
    """
    check_sampling(logits.shape[1], temperature, top_k, top_p)
    if np.isnan(logits).any() or (logits == np.inf).any() or (logits == -np.inf).all(1).any():
        raise ValueError("sample needs logits that are numbers, at least one above -∞ in each row")
    z = logits.astype(np.float64) / temperature
    if top_k is not None and top_k < z.shape[1]:
        order = np.argsort(-z, axis=1, kind="stable")  # of equal logits the first ones
        np.put_along_axis(z, order[:, top_k:], -np.inf, axis=1)
    p = np.exp(z - z.max(1, keepdims=True))
    if top_p is not None:
        order = np.argsort(-p, axis=1, kind="stable")
        share = np.take_along_axis(p, order, axis=1) / p.sum(1, keepdims=True)
        before = np.cumsum(share, 1) - share  # what the likelier ones have together
        beyond = before >= top_p - 1e-12
        np.put_along_axis(p, order, np.where(beyond, 0, share), axis=1)
    below = np.cumsum(p, 1)  # the share of all symbols up to each
    u = generator(rng).random((len(z), 1)) * below[:, -1:]
    return (u >= below).sum(1)  # how many shares lie below u: the inverse of the distribution


def generate(
    model, tokens, count, last_logits, temperature=1.0, top_k=None, top_p=None, *, rng=None
):
    """Draw `count` tokens more, each from the logits after the last one.

    Parameters
    ----------
    model : Module
        Runs in evaluation mode, without gradients; then all its parts are as before.
    tokens : array_like of int, shape (N, T)
        Beginnings of at least one token.
    count : int
    last_logits : callable
        ``last_logits(tokens)`` takes all tokens so far and returns the logits (N, vocabulary) of
        the next.
    temperature, top_k, top_p, rng
        As in `sample`.

    Returns
    -------
    ndarray of int, shape (N, T + count)
    """
    tokens = check_tokens(tokens, model.vocab_size, "generate")
    check_sampling(model.vocab_size, temperature, top_k, top_p)
    if tokens.shape[1] == 0 or count < 0:
        raise ValueError(f"generate needs a beginning and a count, got {tokens.shape}, {count}")
    rng = generator(rng)
    with evaluating(model), no_grad():
        for _ in range(count):
            drawn = sample(last_logits(tokens), temperature, top_k, top_p, rng=rng)
            tokens = np.concatenate([tokens, drawn[:, None]], 1)
    return tokens


def check_sampling(vocabulary, temperature, top_k, top_p=None):
    """Raise ValueError where `sample` cannot draw."""
    if not temperature > 0:
        raise ValueError(f"temperature must be positive, got {temperature}; top_k=1 is greedy")
    if top_k is not None and not 1 <= top_k <= vocabulary:
        raise ValueError(f"top_k must be 1..{vocabulary}, got {top_k}")
    if top_p is not None and not 0 < top_p <= 1:
        raise ValueError(f"top_p must be above 0 and at most 1, got {top_p}")


def check_tokens(tokens, vocabulary, who):
    """Return tokens as an array of whole numbers (N, T), or raise."""
    tokens = as_tensor(tokens).data
    if tokens.ndim != 2 or tokens.dtype.kind not in "iu":
        raise ValueError(
            f"{who} expects whole numbers (N, T), got {tokens.dtype} of shape {tokens.shape}"
        )
    if tokens.size and (tokens.min() < 0 or tokens.max() >= vocabulary):
        raise ValueError(
            f"{who} knows tokens 0..{vocabulary - 1}, found {tokens.min()} to {tokens.max()}"
        )
    return tokens
