"""The error function of arrays, which NumPy lacks: GELU needs it.

Near 0 erf(x) is x times a polynomial in x²; farther out 1 - erf(x) is e^(-x²) times a polynomial
in (x - 1) / (x + 3). This division of the line is Cody's, "Rational Chebyshev Approximations for
the Error Function", Mathematics of Computation 23 (1969). The polynomials are the best ones of
their degree; tests/nnlib/golden/make_erf_coefficients.py computes them.
"""

import numpy as np

from .dual import Dual

__all__ = ["erf"]

BLOCK = 1 << 16  # numbers in a piece: its few temporaries stay in the cache

# Highest power first. The errors are relative to erf: 7e-18 and 4e-19, in float32 1e-9 and 1e-10.
NEAR = {
    np.float64: (
        -7.779462971761597e-10,
        1.3710988704190523e-08,
        -1.6206318752969208e-07,
        1.6447132699786621e-06,
        -1.4924712439534814e-05,
        0.0001205529358693695,
        -0.0008548325929766244,
        0.005223977606130842,
        -0.026866170643113415,
        0.112837916709442,
        -0.3761263890318352,
        0.1283791670955126,  # 2/√π - 1
    ),
    np.float32: (
        7.85384839886155e-05,
        -0.0008010189599338953,
        0.005188327210657882,
        -0.026853811673379135,
        0.11283585142055534,
        -0.3761262582368373,
        0.1283791657268292,
    ),
}
TAIL = {
    np.float64: (
        -0.0008503490801515354,
        0.0028513613108027453,
        -8.221906483945047e-05,
        -0.008287967598265927,
        -0.0022013739934944212,
        0.042644811136171905,
        -0.02237192042025756,
        -0.22394680486734278,
        0.723916680147685,
        -1.2234841074576615,
        1.3770969228146868,
        -1.0928480591355931,
        0.427583576155807,
    ),
    np.float32: (
        -0.22685790133514266,
        0.7236608153157701,
        -1.223405313753534,
        1.377091846299358,
        -1.0928479622541605,
        0.42758357589138196,
    ),
}
LIMIT = {np.float64: 6.0, np.float32: 4.0}  # beyond it erf rounds to 1


def erf(x):
    """Error function 2/√π ∫₀ˣ e^(-t²) dt of an array, elementwise; Guide Eq. (12) is made of it.

    Parameters
    ----------
    x : array_like of float32 or float64
        NaN stays NaN, ±inf gives ±1.

    Returns
    -------
    ndarray, of the shape and dtype of x
        Right to two units in the last place.

    Raises
    ------
    TypeError
        If x has another dtype.
    """
    x = x if isinstance(x, Dual) else np.asarray(x)
    if x.dtype.type not in NEAR:
        raise TypeError(f"erf needs float32 or float64, got {x.dtype}")
    flat = x.reshape(-1)
    out = np.empty_like(flat)
    for start in range(0, flat.size, BLOCK):
        piece = slice(start, start + BLOCK)
        _erf(flat[piece], out[piece])
    return out.reshape(x.shape)


def _erf(x, out):
    """Write erf of a piece of a line into `out`."""
    kind = x.dtype.type
    x = np.clip(x, -LIMIT[kind], LIMIT[kind])
    np.multiply(x, _polynomial(NEAR[kind], x * x), out=out)
    out += x  # x + x (2/√π - 1 + ...) loses less than x (2/√π + ...)
    far = np.flatnonzero(np.abs(x) > 1)
    if far.size:
        x = x[far]
        a = np.abs(x)
        rest = np.exp(-a * a)  # 1 - erf(a)
        rest *= _polynomial(TAIL[kind], (a - 1) / (a + 3))
        out[far] = np.copysign(1 - rest, x)


def _polynomial(coefficients, x):
    """Evaluate a polynomial at an array by Horner's rule, in place."""
    highest, second, *others = coefficients
    y = x * highest
    y += second
    for c in others:
        y *= x
        y += c
    return y
