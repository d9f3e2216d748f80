"""Hide tokens of a text, so that a model can be asked for them."""

import numpy as np

from ..checks import check_count, check_number, generator, real_array

__all__ = ["mask_tokens"]

IGNORE = -100  # the label that `cross_entropy` leaves out


def mask_tokens(tokens, mask_token, probability=0.15, shares=(0.8, 0.1, 0.1), rng=None):
    """Choose tokens, hide them as BERT does, and return what is to be predicted. Guide Eq. (86).

    The loss of the equation, averaged over the chosen positions, is
    ``F.cross_entropy(logits.reshape(-1, vocabulary), labels.ravel())``, which leaves out the
    labels -100.

    Parameters
    ----------
    tokens : array_like of int
        Numbers in 0..mask_token - 1, of any shape; they are not changed.
    mask_token : int
        Stands for a hidden token. The vocabulary is 0..mask_token - 1.
    probability : float
        That a position is chosen.
    shares : three numbers
        Of the chosen positions: the share that becomes `mask_token`, the share that becomes a
        token drawn at random from the vocabulary, and the share that stays as it is.
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    inputs : ndarray of int64, of the shape of tokens
        What the model sees.
    labels : ndarray of int64, of the same shape
        The true token where the position was chosen, else -100.

    Raises
    ------
    ValueError
        If a token lies outside the vocabulary, or the shares do not sum to 1.
    TypeError
        If the tokens are not integers.

    Notes
    -----
    J. Devlin et al., "BERT: Pre-training of Deep Bidirectional Transformers for Language
    Understanding", 2019.
    """
    tokens = real_array("mask_tokens: tokens", tokens)
    mask_token = check_count("mask_tokens: mask_token", mask_token)
    if tokens.dtype.kind not in "iu":
        raise TypeError(f"mask_tokens expects integers, got {tokens.dtype}")
    if tokens.size and not (tokens.min() >= 0 and tokens.max() < mask_token):
        raise ValueError(
            f"mask_tokens expects tokens in 0..{mask_token - 1}, got {tokens.min()}..{tokens.max()}"
        )
    check_number("mask_tokens: probability", probability, 0, 1)
    shares = real_array("mask_tokens: shares", shares, np.float64)
    if shares.shape != (3,) or not (shares.min() >= 0 and abs(shares.sum() - 1) <= 1e-9):
        raise ValueError(f"mask_tokens expects three shares that sum to 1, got {shares}")
    rng = generator(rng)
    chosen = rng.random(tokens.shape) < probability
    kind = rng.random(tokens.shape)
    inputs = tokens.astype(np.int64)  # mask_token itself may not fit the type of the tokens
    inputs[chosen & (kind < shares[0])] = mask_token
    swapped = chosen & (kind >= shares[0]) & (kind < shares[0] + shares[1])
    inputs[swapped] = rng.integers(0, mask_token, int(swapped.sum()))
    return inputs, np.where(chosen, tokens, IGNORE).astype(np.int64)
