"""The schedule that waits for a plateau."""

import numpy as np
import pytest

from nnlib import optim
from nnlib.layers.module import Parameter

lr = optim.lr_scheduler


def optimizer(kind=optim.SGD, **options):
    return kind([Parameter(np.zeros(2))], **({"lr": 1.0} | options))


def test_plateau_waits_lowers_and_cools_down():
    opt = optimizer()
    plateau = lr.ReduceLROnPlateau(opt, factor=0.5, patience=1, cooldown=2, min_lr=0.2)
    measures = [1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 1.0, 0.5, 0.5, np.nan, 0.5, 0.5, 0.5, 0.5]
    found = []
    for measure in measures:
        plateau.step(measure)
        found.append(opt.lr)
    # 1 sets the best, 2 wait, the third lowers; two to cool down; and so on
    assert found == [1, 1, 0.5, 0.5, 0.5, 0.5, 0.25, 0.25, 0.25, 0.25, 0.2, 0.2, 0.2, 0.2]
    with pytest.raises(TypeError, match="needs the measure"):
        plateau.step()


@pytest.mark.parametrize("mode", ["min", "max"])
def test_plateau_compares_as_pytorch_does_on_negative_measures(mode):
    """best · (1 ∓ threshold): towards 0 for negative ones, so equal measures count as better."""
    opt = optimizer()
    plateau = lr.ReduceLROnPlateau(opt, mode, patience=0, threshold=0.1)
    plateau.step(-1.0)
    plateau.step(-1.0)
    assert plateau.best == -1.0
    assert opt.lr == 1.0
