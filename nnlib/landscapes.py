"""The landscapes of `nnlib.theory` in one place: ``from nnlib.landscapes import Ravine, walk``."""

from .theory.landscapes import Quadratic, Ravine, walk

__all__ = ["Quadratic", "Ravine", "walk"]
