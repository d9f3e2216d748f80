"""Optimizers: what to do with a gradient. Signatures, defaults and formulas are PyTorch's."""

from .adam import Adam
from .optimizer import Optimizer
from .sgd import SGD

__all__ = ["SGD", "Adam", "Optimizer"]
