"""The first artificial neurons, as their authors had them, in NumPy alone: no Tensor, no gradients.

One machine a file: the threshold unit of 1943, the perceptron of 1958.
"""

from .perceptron import Perceptron, PerceptronRun, max_margin, perceptron_step
from .threshold import BooleanNetwork, mcculloch_pitts, mcculloch_pitts_1943

__all__ = [
    "BooleanNetwork",
    "Perceptron",
    "PerceptronRun",
    "max_margin",
    "mcculloch_pitts",
    "mcculloch_pitts_1943",
    "perceptron_step",
]
