"""The error function of arrays, which NumPy lacks: GELU needs it.

In float32 it is tanh of x times a polynomial in x²: the two S-curves are so alike that one short
polynomial bends one into the other along the whole line, and NumPy's tanh is fast.

In float64 that would take a long one. There erf(x) near 0 is x times a polynomial in x², and
farther out 1 - erf(x) is e^(-x²) times a polynomial in (x - 1) / (x + 3). This division of the
line is Cody's, "Rational Chebyshev Approximations for the Error Function", Mathematics of
Computation 23 (1969). All polynomials are the best ones of their degree;
tests/nnlib/golden/make_erf_coefficients.py computes them.
"""

import numpy as np

from .dual import Dual

__all__ = ["erf"]

BLOCK = 1 << 16  # numbers in a piece: its few temporaries stay in the cache

# Highest power first. The errors relative to erf: IN_TANH, for float32, 3e-8; for float64 NEAR
# 7e-18 and TAIL 4e-19.
IN_TANH = (
    -1.6403827257943098e-09,
    5.3905008198360744e-08,
    -5.149550746622647e-07,
    -1.8618894449847096e-06,
    7.649207404765248e-05,
    -0.0006036845474722206,
    -0.0002021499205702075,
    0.1027713148510544,
    0.12837920227781263,
)
NEAR = (
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
    0.12837916709551256,  # 2/√π - 1
)
TAIL = (
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
)
LIMIT = 6.0  # beyond it erf rounds to 1
END = 4.0  # of what IN_TANH was made for; its value there does for the rest


def erf(x):
    """Error function 2/√π ∫₀ˣ e^(-t²) dt of an array, elementwise; Guide Eq. (12) is made of it.

    Parameters
    ----------
    x : array_like of float32 or float64
        NaN stays NaN, ±inf gives ±1.

    Returns
    -------
    ndarray, of the shape and dtype of x
        Right to two units in the last place, float32 to four.

    Raises
    ------
    TypeError
        If x has another dtype.
    """
    x = x if isinstance(x, Dual) else np.asarray(x)
    if x.dtype not in (np.float32, np.float64):
        raise TypeError(f"erf needs float32 or float64, got {x.dtype}")
    flat = x.reshape(-1)
    out = np.empty_like(flat)
    for start in range(0, flat.size, BLOCK):
        piece = slice(start, start + BLOCK)
        _erf(flat[piece], out[piece])
    return out.reshape(x.shape)


def _erf(x, out):
    """Write erf of a piece of a line into `out`."""
    x = np.clip(x, -LIMIT, LIMIT)
    if x.dtype == np.float32:
        y = _polynomial(IN_TANH, np.minimum(x * x, END * END))
        y *= x
        y += x  # x + x (2/√π - 1 + ...) loses less than x (2/√π + ...)
        np.tanh(y, out=out)
        return
    np.multiply(x, _polynomial(NEAR, x * x), out=out)
    out += x  # as above
    far = np.flatnonzero(np.abs(x) > 1)
    if far.size:
        x = x[far]
        a = np.abs(x)
        rest = np.exp(-a * a)  # 1 - erf(a)
        rest *= _polynomial(TAIL, (a - 1) / (a + 3))
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
