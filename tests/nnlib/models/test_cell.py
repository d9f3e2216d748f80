"""The networks of cells, and the supernet that holds them all."""

import numpy as np
import pytest

import nnlib as nn
from nnlib.models import CELL_OPERATIONS, CellNetwork, SuperNetwork, all_cells, cell_cost

IMAGES = np.random.default_rng(0).random((4, 14, 14))


def test_the_space_has_every_cell_once():
    assert len(all_cells()) == len(set(all_cells())) == 125
    assert all_cells()[7] == ("none", "skip", "conv1")


def test_skips_add_up():
    network = CellNetwork(("skip", "skip", "skip"), rng=0, dtype=np.float64)
    x = network.enter(IMAGES)
    np.testing.assert_allclose(network(IMAGES).data, network.leave(2 * x).data)


@pytest.mark.parametrize("cell", [("conv3", "none", "none"), ("none", "none", "conv3")])
def test_a_path_that_does_not_arrive_gives_nothing(cell):
    network = CellNetwork(cell, rng=0, dtype=np.float64)
    bias = network.head.bias.data
    np.testing.assert_allclose(network(IMAGES).data, np.tile(bias, (4, 1)), atol=1e-12)


@pytest.mark.parametrize("cell", [("conv3", "pool", "conv1"), ("skip", "conv3", "none")])
def test_the_supernet_holds_every_cell(cell):
    whole = SuperNetwork(channels=3, rng=0, dtype=np.float64)
    places = [CELL_OPERATIONS.index(name) for name in cell]
    part = CellNetwork(cell, channels=3, rng=1, dtype=np.float64)
    state = {}
    for key, value in whole.state_dict().items():
        name, *rest = key.split(".")
        if name != "edges":
            state[key] = value
        elif int(rest[1]) == places[int(rest[0])]:
            state[".".join(("edges", rest[0], *rest[2:]))] = value
    part.load_state_dict(state)
    np.testing.assert_allclose(whole(IMAGES, np.eye(5)[places]).data, part(IMAGES).data)


def test_the_mixture_has_a_gradient():
    whole = SuperNetwork(channels=2, rng=0, dtype=np.float64)
    nn.gradcheck(lambda m: (whole(IMAGES, m) ** 2).sum(), (np.full((3, 5), 0.2),))


def test_costs_by_hand():
    # stem 14*14*8*9 = 14,112, head 32*10 = 320; one pixel of 49: 64, 576, 72
    assert cell_cost(("skip", "skip", "skip")) == (14_432, 72 + 330)
    assert cell_cost(("conv3", "conv1", "pool")) == (14_432 + 49 * (576 + 64 + 72), 402 + 640)
    assert cell_cost(("conv3", "conv1", "none")) == (14_432 + 49 * 64, 402 + 64)
    network = CellNetwork(("conv3", "conv1", "pool"))
    assert sum(p.size for p in network.parameters()) == 402 + 640


def test_errors_name_what_came():
    with pytest.raises(ValueError, match="conv5"):
        CellNetwork(("conv5", "none", "none"))
    with pytest.raises(ValueError, match="each of its edges"):
        cell_cost(("skip",))
    with pytest.raises(ValueError, match=r"\(3, 5\)"):
        SuperNetwork(dtype=np.float64)(IMAGES, np.ones((3, 4)))
