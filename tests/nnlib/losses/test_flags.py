"""An option that is on or off takes nothing else: a word would silently count as "on"."""

import numpy as np
import pytest

import nnlib as nn
import nnlib.functional as F

X, Y = np.ones((2, 3)), np.full((2, 3), 0.5)


@pytest.mark.parametrize("wrong", ["no", 2, None, np.array([True, False])])
def test_on_or_off(wrong):
    calls = {
        "swap": lambda: F.triplet_margin_loss(X, Y, Y, swap=wrong),
        "swap of the module": lambda: nn.TripletMarginLoss(swap=wrong),
        "log_target": lambda: F.kl_div(X, Y, log_target=wrong),
        "log_target of the module": lambda: nn.KLDivLoss(log_target=wrong),
        "full": lambda: F.gaussian_nll_loss(X, Y, Y, full=wrong),
        "full of the module": lambda: nn.GaussianNLLLoss(full=wrong),
        "strict": lambda: nn.Linear(1, 1).load_state_dict({}, strict=wrong),
        "need_weights": lambda: nn.MultiheadAttention(2, 1)(
            *[np.ones((1, 2, 2), np.float32)] * 3, need_weights=wrong
        ),
    }
    for name, call in calls.items():
        with pytest.raises(TypeError, match=f"{name.split()[0]} must be True or False"):
            call()
