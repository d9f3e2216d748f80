"""Compound scaling: how much deeper, wider and sharper a network gets for more computation."""

from typing import NamedTuple

from ..checks import check_number

__all__ = ["Scaling", "compound_scaling"]


class Scaling(NamedTuple):
    """By what the depth, the width and the resolution of a network are multiplied.

    Attributes
    ----------
    depth, width, resolution : float
    """

    depth: float
    width: float
    resolution: float

    @property
    def cost(self):
        """By what the multiplications of convolutions grow: depth · width² · resolution²."""
        return self.depth * self.width**2 * self.resolution**2


def compound_scaling(phi, alpha=1.2, beta=1.1, gamma=1.15):
    """Scale depth, width and resolution together by one exponent. Guide Eqs. (82), (83), (84).

    Parameters
    ----------
    phi : float
        The exponent: each 1 more multiplies the cost by alpha · beta² · gamma².
    alpha, beta, gamma : float
        Growth of depth, width and resolution for phi = 1, each at least 1. Tan & Le (2019) found
        these for EfficientNet-B0.

    Returns
    -------
    Scaling
        Factors, not sizes: a network has whole layers, channels and pixels, and rounds.

    Raises
    ------
    ValueError
        If phi is negative, or alpha, beta or gamma less than 1.

    Examples
    --------
    >>> round(compound_scaling(1).cost, 2)
    1.92
    """
    check_number("phi", phi, 0)
    for name, value in (("alpha", alpha), ("beta", beta), ("gamma", gamma)):
        check_number(name, value, 1)
    return Scaling(alpha**phi, beta**phi, gamma**phi)
