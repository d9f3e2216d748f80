"""Collapsed cells are called what they hold."""

import pytest
from nnbook.fold_names import name_of
from nnbook.folds import prepares


@pytest.mark.parametrize(
    ("tags", "source", "name"),
    [
        (["solution", "hide-cell"], "answer = 3\nplt.plot(x)", "Solution"),
        (["check", "hide-input"], "assert ax.get_title()", "Check"),
        (["hide-input"], "fig, ax = plt.subplots()", "How this figure is drawn"),
        (["hide-input"], 'show(draw(), "a line")', "How this figure is drawn"),
        (["hide-input"], 'explore(draw, title="A", n=(1, 2, 1, 1))', "How this explorer is made"),
        (["hide-input"], "TABLE = {}", "Code"),
    ],
)
def test_names(tags, source, name):
    assert name_of(tags, source) == name


@pytest.mark.parametrize(
    ("source", "yes"),
    [
        ("import numpy as np\nfrom nnlib.viz import show, use_style\n\nuse_style()", True),
        ("import numpy as np\nrng = np.random.default_rng(0)", True),
        ("import nnlib as nn\nd = nn.data.mnist()\nX = (d.x - d.x.mean()) / d.x.std()", True),
        ("import nnlib as nn\nd = nn.data.mnist()\nX = (d.x > 0.5).astype(float)", True),
        ("import nnlib as nn\nd = nn.data.mnist()\nX = centred(d.x)", False),
        ("import numpy as np\nX = d.x.reshape(-1, 2).mean(1)[rng.permutation(9)]", True),
        ("from nnlib.models import pretrained\nnet = pretrained('digits_vae')[0]", True),
        ("import numpy as np\nCOLORS = (np.pi, 3)", True),
        ("import nnlib as nn\ntext = nn.data.shakespeare()", True),
        ("import numpy as np\nx = np.ones(3)", False),
        ("rng = np.random.default_rng(0)", False),
        ("import numpy as np\nprint(np.pi)", False),
        ("%matplotlib inline", False),
    ],
)
def test_imports(source, yes):
    assert prepares(source) is yes
