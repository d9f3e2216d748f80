"""The search for good hyperparameters: what may be tried, what is tried next, and where it runs."""

from .acquisition import expected_improvement, lower_confidence_bound, probability_of_improvement
from .bayesian import Bayesian
from .digit_table import DigitTable, digit_table
from .distributions import Choice, Distribution, Integer, LogUniform, Uniform
from .gaussian_process import GaussianProcess
from .grid import Grid
from .halving import Hyperband, SuccessiveHalving
from .random import Random
from .result import Result
from .run import run
from .schedule import makespan
from .space import Space
from .strategy import Strategy
from .trial import Trial

__all__ = [
    "Bayesian",
    "Choice",
    "DigitTable",
    "Distribution",
    "GaussianProcess",
    "Grid",
    "Hyperband",
    "Integer",
    "LogUniform",
    "Random",
    "Result",
    "Space",
    "Strategy",
    "SuccessiveHalving",
    "Trial",
    "Uniform",
    "digit_table",
    "expected_improvement",
    "lower_confidence_bound",
    "makespan",
    "probability_of_improvement",
    "run",
]
