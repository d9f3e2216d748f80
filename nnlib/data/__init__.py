"""Data for the chapters: bundled or generated, never downloaded."""

from .generators import blobs, circles, logic_gate, moons, separable, sine, spirals, truth_table
from .loader import DataLoader, TensorDataset
from .masking import mask_tokens
from .mnist import Digits, mnist
from .text import shakespeare

__all__ = [
    "DataLoader",
    "Digits",
    "TensorDataset",
    "blobs",
    "circles",
    "logic_gate",
    "mask_tokens",
    "mnist",
    "moons",
    "separable",
    "shakespeare",
    "sine",
    "spirals",
    "truth_table",
]
