"""The first artificial neurons, as their authors had them, in NumPy alone: no Tensor, no gradients.

One machine a file: the spiking cell of 1907, the threshold unit of 1943, the perceptron of 1958.
"""

from .perceptron import Perceptron, PerceptronRun, max_margin, perceptron_step
from .spiking import LeakyIntegrateAndFire, SpikeTrain
from .threshold import BooleanNetwork, mcculloch_pitts, mcculloch_pitts_1943

__all__ = [
    "BooleanNetwork",
    "LeakyIntegrateAndFire",
    "Perceptron",
    "PerceptronRun",
    "SpikeTrain",
    "max_margin",
    "mcculloch_pitts",
    "mcculloch_pitts_1943",
    "perceptron_step",
]
