"""The network that adds modulo a number."""

import numpy as np
import pytest

from nnlib import models


def test_logits_are_what_the_matrices_say():
    model = models.ModularAdder(5, 3, 4, rng=0, dtype=np.float64)
    E, W, V = (part.weight.data for part in (model.embedding, model.hidden, model.head))
    hidden = np.maximum(W @ (E[2] + E[4]), 0)
    np.testing.assert_allclose(model([[2, 4]]).data[0], V @ hidden, atol=1e-14)


def test_the_order_of_the_numbers_does_not_matter():
    model = models.ModularAdder(5, 3, 4, rng=0)
    np.testing.assert_array_equal(model([[2, 4]]).data, model([[4, 2]]).data)


@pytest.mark.parametrize("pairs", [[1, 2], [[1, 2, 3]], [[0.5, 1.0]]])
def test_what_is_no_pair_is_named(pairs):
    with pytest.raises(ValueError, match="expects whole numbers"):
        models.ModularAdder(5, 3, 4)(pairs)


def test_a_number_that_is_too_large_is_named():
    with pytest.raises((ValueError, IndexError)):
        models.ModularAdder(5, 3, 4)([[1, 5]])
