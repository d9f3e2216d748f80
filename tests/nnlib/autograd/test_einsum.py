"""Sums over named axes: against NumPy, gradients against finite differences, errors."""

import numpy as np
import pytest

import nnlib as nn
from nnlib import Tensor, gradcheck

RNG = np.random.default_rng(5)
FORMULAS = {
    "ij,jk->ik": ((3, 4), (4, 2)),
    "ij,jk": ((3, 4), (4, 2)),
    "bij,bjk->bik": ((2, 3, 4), (2, 4, 2)),
    "i,i": ((5,), (5,)),
    "i,j->ij": ((3,), (4,)),
    "ijk->j": ((2, 3, 4),),
    "ij->ji": ((3, 4),),
    "ab,bc,ca->": ((2, 3), (3, 4), (4, 2)),
    "ij,kl->j": ((2, 3), (4, 5)),
    "b i d, b j d -> b i j": ((2, 3, 4), (2, 5, 4)),
    "...ij,...jk->...ik": ((2, 1, 3, 4), (5, 4, 2)),
    "...i,i": ((2, 3), (3,)),
    "i...->...": ((3, 2, 4),),
    "ii->i": ((3, 3),),
    "ii": ((3, 3),),
    "iij,j->i": ((2, 2, 3), (3,)),
    "b...ii->b...i": ((2, 4, 3, 3),),
    "iii": ((2, 2, 2),),
    ",i->i": ((), (3,)),
}


@pytest.mark.parametrize("formula", FORMULAS)
def test_einsum(formula):
    arrays = [RNG.standard_normal(shape) for shape in FORMULAS[formula]]
    out = nn.einsum(formula, *map(Tensor, arrays))
    np.testing.assert_allclose(out.data, np.einsum(formula, *arrays), rtol=1e-12)
    gradcheck(lambda *tensors: nn.einsum(formula, *tensors), arrays)


@pytest.mark.parametrize("shapes", [((2, 1), (3, 4)), ((2, 3), (1, 4)), ((1, 3), (3, 1))])
@pytest.mark.parametrize("formula", ["ij,jk->ik", "ij,jk->", "ij,jk->ijk", "ij,jk->j"])
def test_axes_of_length_1_broadcast(formula, shapes):
    arrays = [RNG.standard_normal(shape) for shape in shapes]
    j = max(shapes[0][1], shapes[1][0])
    full = (
        np.broadcast_to(arrays[0], (2 if shapes[0][0] == 2 else 1, j)),
        np.broadcast_to(arrays[1], (j, shapes[1][1])),
    )
    out = nn.einsum(formula, *arrays)
    np.testing.assert_allclose(out.data, np.einsum(formula, *full), rtol=1e-12)
    gradcheck(lambda *tensors: nn.einsum(formula, *tensors), arrays)


def test_ellipses_that_are_summed():
    """NumPy refuses them, PyTorch sums."""
    x = RNG.standard_normal((2, 3, 4))
    np.testing.assert_allclose(nn.einsum("...i->i", x).data, x.sum((0, 1)), rtol=1e-12)


@pytest.mark.parametrize(
    "formula", ["ij,jk->ik", "iij->j", "ijk->z", "ijk->ii", "i,j", "i...j...", "i.j", "ijkl", "1jk"]
)
def test_refuses_a_formula_that_does_not_fit(formula):
    with pytest.raises(ValueError, match="does not fit tensors of shapes"):
        nn.einsum(formula, np.ones((2, 3, 4)))


def test_refuses_what_is_no_formula_and_types_that_meet():
    with pytest.raises(TypeError, match="needs a formula such as 'ij,jk->ik' first, got 3"):
        nn.einsum(3, np.ones(2))
    with pytest.raises(TypeError, match="never casts silently"):
        nn.einsum("i,i", np.ones(2), np.ones(2, np.float32))
