"""The first artificial neurons and what grew from them, in NumPy alone: no Tensor, no gradients.

One machine a file: the spiking cell of 1907, the threshold unit of 1943, Hebb's rule of 1949 with
those of Oja and Sanger, the perceptron of 1958, Hopfield's network of 1982, the restricted
Boltzmann machine of 1986.
"""

from .boltzmann import RBM, RBMGradient
from .hebbian import hebb, oja_step, sanger_step
from .hopfield import Hopfield, Recall
from .perceptron import Perceptron, PerceptronRun, max_margin, perceptron_step
from .spiking import LeakyIntegrateAndFire, SpikeTrain
from .threshold import BooleanNetwork, mcculloch_pitts, mcculloch_pitts_1943

__all__ = [
    "RBM",
    "BooleanNetwork",
    "Hopfield",
    "LeakyIntegrateAndFire",
    "Perceptron",
    "PerceptronRun",
    "RBMGradient",
    "Recall",
    "SpikeTrain",
    "hebb",
    "max_margin",
    "mcculloch_pitts",
    "mcculloch_pitts_1943",
    "oja_step",
    "perceptron_step",
    "sanger_step",
]
