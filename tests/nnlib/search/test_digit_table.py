"""The table of small digit networks: what it holds, and how it is looked up."""

import numpy as np
import pytest

from nnlib.search import Random, Trial, digit_table, run

TABLE = digit_table()
GOOD = {"rate": 0.3, "memory": 1.0, "decay": 1e-5, "dropout": 0.0, "width": 64}


def test_it_holds_every_combination():
    shape = tuple(len(levels) for levels in TABLE.levels.values())
    assert shape == (16, 5, 5, 4, 6)
    assert TABLE.validation.shape == (*shape, 3, 4)
    assert TABLE.test.shape == (*shape, 3)
    finite = TABLE.validation[np.isfinite(TABLE.validation)]
    assert ((finite > 0) & (finite < 1)).all()
    assert (np.isnan(TABLE.test) == np.isnan(TABLE.validation[..., -1])).all()


def test_the_nearest_setting_is_found_on_its_own_scale():
    assert TABLE.index(GOOD) == (10, 0, 0, 0, 4)
    near = {"rate": 0.2, "memory": 3.0, "decay": 2e-3, "dropout": 0.11, "width": 23}
    assert TABLE.index(near) == (9, 1, 2, 1, 3)
    for name, levels in TABLE.levels.items():
        for place, level in enumerate(levels):
            params = {**GOOD, name: level.item()}
            assert TABLE.index(params)[list(TABLE.levels).index(name)] == place


def test_the_objective_looks_up_budget_and_seed():
    values = TABLE.validation[10, 0, 0, 0, 4]
    for seed in range(4):
        for budget, column in ((1, 0), (9, 2), (27, 3), (None, 3)):
            found = TABLE.objective(Trial(0, GOOD, seed, budget))
            assert found == values[seed % 3, column]
    assert TABLE.truth(GOOD) == pytest.approx(TABLE.test[10, 0, 0, 0, 4].mean())


def test_a_training_that_diverged_is_a_failed_trial():
    bad = tuple(np.argwhere(np.isnan(TABLE.validation[..., 0, -1]))[0])
    names = list(TABLE.levels)
    params = {n: TABLE.levels[n][i].item() for n, i in zip(names, bad, strict=True)}
    with pytest.raises(FloatingPointError, match="not finite"):
        TABLE.objective(Trial(0, params | {"width": int(params["width"])}, 0))
    result = run(Random(TABLE.space, 60, seed=0), TABLE.objective)
    assert any(trial.failed for trial in result.trials)
    assert result.best.value < 0.3


def test_errors_say_what_was_given():
    with pytest.raises(ValueError, match="not after 5"):
        TABLE.objective(Trial(0, GOOD, 0, 5))
    with pytest.raises(ValueError, match="rate"):
        TABLE.index({"rate": 0.1})
