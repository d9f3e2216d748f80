"""The search for good hyperparameters: what may be tried, what is tried next, and where it runs."""

from .distributions import Choice, Distribution, Integer, LogUniform, Uniform
from .grid import Grid
from .random import Random
from .result import Result
from .run import run
from .schedule import makespan
from .space import Space
from .strategy import Strategy
from .trial import Trial

__all__ = [
    "Choice",
    "Distribution",
    "Grid",
    "Integer",
    "LogUniform",
    "Random",
    "Result",
    "Space",
    "Strategy",
    "Trial",
    "Uniform",
    "makespan",
    "run",
]
