"""Compound scaling."""

import numpy as np
import pytest

from nnlib import models


@pytest.mark.equation(82, 83, 84)
def test_compound_scaling():
    np.testing.assert_allclose(models.compound_scaling(0), (1, 1, 1))
    scaling = models.compound_scaling(2, 2, 1.5, 1.25)
    np.testing.assert_allclose(scaling, (4, 2.25, 1.5625))
    assert (scaling.depth, scaling.width, scaling.resolution) == tuple(scaling)
    np.testing.assert_allclose(scaling.cost, (2 * 1.5**2 * 1.25**2) ** 2)


def test_the_published_factors_do_not_quite_double_the_cost():
    np.testing.assert_allclose(models.compound_scaling(1).cost, 1.92027)


def test_factors_below_one_are_refused():
    with pytest.raises(ValueError, match="beta"):
        models.compound_scaling(1, beta=0.9)
    with pytest.raises(ValueError, match="phi"):
        models.compound_scaling(-1)
