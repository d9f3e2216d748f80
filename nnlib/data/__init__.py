"""Data for the chapters: bundled or generated, never downloaded."""

from .generators import blobs, circles, logic_gate, moons, sine, spirals, truth_table
from .loader import DataLoader, TensorDataset
from .mnist import Digits, mnist
from .text import shakespeare

__all__ = [
    "DataLoader",
    "Digits",
    "TensorDataset",
    "blobs",
    "circles",
    "logic_gate",
    "mnist",
    "moons",
    "shakespeare",
    "sine",
    "spirals",
    "truth_table",
]
