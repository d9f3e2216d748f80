"""Maps made of the gradient of a score: alone, times the input, and averaged over noise."""

from ..checks import check_count, check_number, generator
from .score import example, score_gradients

__all__ = ["gradient_times_input", "saliency", "smoothgrad"]


def saliency(model, x, target=None):
    """Return the gradient of a score by one input: how much the score changes with each number.

    Simonyan, Vedaldi & Zisserman, "Deep Inside Convolutional Networks", 2014; they draw its
    absolute value.

    Parameters
    ----------
    model : callable
        Maps a batch (N, ...) to scores (N, classes), or to (N,) if there is no target.
    x : array_like
        One input, without the axis of a batch.
    target : int, optional
        The class whose score is explained.

    Returns
    -------
    ndarray
        Of the shape of `x`.

    Examples
    --------
    >>> saliency(lambda x: x[:, 0] * x[:, 1], [2.0, 3.0]).tolist()
    [3.0, 2.0]
    """
    return score_gradients(model, example("x", x)[None], target)[0]


def gradient_times_input(model, x, target=None):
    """Return each number of an input times the derivative by it; arguments as for `saliency`.

    Of a linear model without bias these products sum to the score.
    """
    x = example("x", x)
    return x * saliency(model, x, target)


def smoothgrad(model, x, target=None, *, noise=0.15, samples=50, rng=None):
    """Return the mean of the gradients at noisy copies of an input.

    Smilkov, Thorat, Kim, Viégas & Wattenberg, "SmoothGrad: Removing Noise by Adding Noise", 2017.

    Parameters
    ----------
    model, x, target
        As for `saliency`.
    noise : float
        Standard deviation of the normal noise, in the units of `x`.
    samples : int
    rng : int or numpy.random.Generator, optional

    Returns
    -------
    ndarray
        Of the shape of `x`.
    """
    x = example("x", x)
    noise, samples = check_number("noise", noise, 0), check_count("samples", samples)
    shifts = noise * generator(rng).standard_normal((samples, *x.shape))
    return score_gradients(model, x + shifts.astype(x.dtype), target).mean(0)
