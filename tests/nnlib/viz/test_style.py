"""The plot style of the book."""

import pytest

pytest.importorskip("matplotlib")
import matplotlib as mpl

mpl.use("Agg")
from nnlib import viz


def test_style():
    with mpl.rc_context():
        viz.use_style()
        assert mpl.rcParams["axes.prop_cycle"].by_key()["color"][0] == viz.BLUE
        assert mpl.rcParams["figure.facecolor"] == "white"
