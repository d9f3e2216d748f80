"""What a new layer, loss or operation must be found under: nn.X, F.x, and the pages of the book."""

import importlib
import inspect
import pkgutil
import re
from pathlib import Path

import pytest

import nnlib as nn
import nnlib.functional as F

ROOT = Path(__file__).resolve().parents[2]
PAGES = "\n".join(path.read_text(encoding="utf-8") for path in ROOT.glob("book/api/*.md"))
PYTORCH = (ROOT / "book" / "pytorch.md").read_text(encoding="utf-8")


def modules(*rooms):
    """Return the modules of some rooms of nnlib."""
    packages = [importlib.import_module(f"nnlib.{room}") for room in rooms]
    return [
        importlib.import_module(f"{package.__name__}.{info.name}")
        for package in packages
        for info in pkgutil.iter_modules(package.__path__)
    ]


def public(kind, *rooms):
    """Return what the modules of some rooms name in ``__all__`` and is of a kind."""
    return [
        pytest.param(name, getattr(module, name), id=f"{module.__name__}.{name}")
        for module in modules(*rooms)
        for name in module.__all__
        if kind(getattr(module, name))
    ]


# What stays behind a module's own name: nn.init.xavier_normal, nn.func.jvp, nn.diagnostics.watch;
# diagnostics has the recorder, too.
NAMESPACES = (
    "nnlib.layers.init",
    "nnlib.autograd.func",
    "nnlib.training.diagnostics",
    "nnlib.training.privacy",
    "nnlib.training.meta",
    "nnlib.training.recorder",
)
# What nnlib's own modules need and a reader meets only as a result, or not at all.
INTERNAL = set(
    "Dual GradientLost Handle as_tensor attention_weights backward_hook boolean check_reduction "
    "constant erf float_tensor keep_freed_arrays like masked method progress_bar reduced "
    "same_shape scatter share_out tall_product threads whole_numbers windows".split()
)


@pytest.mark.parametrize(("name", "thing"), public(inspect.isclass, "layers", "losses", "training"))
def test_a_class_stands_in_nn(name, thing):
    if thing.__module__ not in NAMESPACES and name not in INTERNAL:
        assert getattr(nn, name, None) is thing, f"nnlib/__init__.py does not re-export {name}"


@pytest.mark.parametrize(("name", "thing"), public(inspect.isfunction, "layers", "losses"))
def test_a_function_stands_in_functional_or_in_nn(name, thing):
    if thing.__module__ not in NAMESPACES and name not in INTERNAL:
        places = (getattr(F, name, None), getattr(nn, name, None))
        assert thing in places, f"nnlib/functional.py does not re-export {name}"


@pytest.mark.parametrize(("name", "thing"), public(callable, "autograd", "training"))
def test_an_operation_stands_in_nn(name, thing):
    if thing.__module__ not in NAMESPACES and name not in INTERNAL:
        assert getattr(nn, name, None) is thing, f"nnlib/__init__.py does not re-export {name}"


@pytest.mark.parametrize("namespace", [nn, F], ids=["nn", "F"])
def test_all_names_all(namespace):
    assert namespace.__all__ == sorted(set(namespace.__all__), key=namespace.__all__.index)
    hidden = {
        name
        for name, value in vars(namespace).items()
        if not name.startswith("_")
        and name not in namespace.__all__
        and (inspect.isclass(value) or inspect.isfunction(value))
    }
    assert hidden == set()


ROOMS = ("autograd", "layers", "losses", "training")


@pytest.mark.parametrize("module", modules(*ROOMS), ids=lambda module: module.__name__)
def test_a_module_has_a_place_in_the_reference(module):
    if set(module.__all__) <= INTERNAL - {"Dual", "erf"} or not module.__all__:
        return
    room = module.__name__.rsplit(".", 1)[0]
    named = re.findall(r"automodule:: (\S+)", PAGES)
    assert module.__name__ in named or room in named, "no page of book/api/ documents it"


@pytest.mark.parametrize(("name", "thing"), public(inspect.isclass, "layers", "losses"))
def test_a_layer_stands_in_the_table_beside_pytorch(name, thing):
    if issubclass(thing, nn.Module) and thing is not nn.Module:
        assert f"nn.{name}`" in PYTORCH, f"book/pytorch.md does not say what nn.{name} is there"
