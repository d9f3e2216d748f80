"""What a discriminator and a generator minimise when they play against each other."""

from ..autograd.tensor import float_tensor
from ..checks import check_flag
from ..layers.activations import softplus

__all__ = ["discriminator_loss", "generator_loss"]


def _logits(op, name, value):
    value = float_tensor(value, op)
    if value.size == 0:
        raise ValueError(f"{op} got no logits of {name} examples: there is nothing to average")
    return value


def discriminator_loss(real, fake):
    """Cross-entropy of telling real examples from made ones. Guide Eq. (88), with its sign turned.

    The value of the game is -mean log(1 + exp(-real)) - mean log(1 + exp(fake)) with logits, which
    the discriminator maximises; this is minus that. Goodfellow et al., "Generative Adversarial
    Nets", 2014.

    Parameters
    ----------
    real : Tensor or array_like, any shape
        Logits of the discriminator on real examples: D(x) is their sigmoid.
    fake : Tensor or array_like, any shape
        Its logits on made ones. Detach the examples, or their maker gets a gradient too.

    Returns
    -------
    Tensor
        A scalar: 2 ln 2 for a discriminator that says ½ to all.

    Raises
    ------
    ValueError
        If there are no logits.
    TypeError
        If they are not floating-point numbers.

    Examples
    --------
    >>> round(discriminator_loss([0.0, 0.0], [0.0]).item(), 4)
    1.3863
    """
    real = _logits("discriminator_loss", "real", real)
    fake = _logits("discriminator_loss", "made", fake)
    return softplus(-real).mean() + softplus(fake).mean()


def generator_loss(fake, saturating=False):
    """What the generator minimises: -mean log D(G(z)), or mean log(1 - D(G(z))). Guide Eq. (88).

    Both have the same sign of the gradient for each example. Where the discriminator is sure that
    an example is made, the second, which stands in the equation, has hardly any gradient left (it
    saturates); the first, which is used, has its largest.

    Parameters
    ----------
    fake : Tensor or array_like, any shape
        Logits of the discriminator on made examples.
    saturating : bool
        Take the term of the equation.

    Returns
    -------
    Tensor
        A scalar.

    Raises
    ------
    ValueError
        If there are no logits.
    TypeError
        If they are not floating-point numbers, or `saturating` is no truth value.

    Examples
    --------
    >>> round(generator_loss([0.0]).item(), 4), round(generator_loss([0.0], True).item(), 4)
    (0.6931, -0.6931)
    """
    check_flag("generator_loss: saturating", saturating)
    fake = _logits("generator_loss", "made", fake)
    return -softplus(fake).mean() if saturating else softplus(-fake).mean()
