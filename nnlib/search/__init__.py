"""The search for good hyperparameters: what may be tried, what is tried next, and where it runs."""

from .acquisition import expected_improvement, lower_confidence_bound, probability_of_improvement
from .bayesian import Bayesian
from .darts import architecture_gradient, darts
from .digit_cells import DigitCells, Supernets, digit_cells, digit_supernets
from .digit_table import DigitTable, digit_table
from .distributions import Choice, Distribution, Integer, LogUniform, Uniform
from .evolution import Evolution
from .gaussian_process import GaussianProcess
from .grid import Grid
from .halving import Hyperband, SuccessiveHalving
from .random import Random
from .reinforce import Reinforce, expected_score, policy_gradient
from .result import Result
from .run import run
from .schedule import makespan
from .space import Space
from .strategy import Strategy
from .trial import Trial

__all__ = [
    "Bayesian",
    "Choice",
    "DigitCells",
    "DigitTable",
    "Distribution",
    "Evolution",
    "GaussianProcess",
    "Grid",
    "Hyperband",
    "Integer",
    "LogUniform",
    "Random",
    "Reinforce",
    "Result",
    "Space",
    "Strategy",
    "SuccessiveHalving",
    "Supernets",
    "Trial",
    "Uniform",
    "architecture_gradient",
    "darts",
    "digit_cells",
    "digit_supernets",
    "digit_table",
    "expected_improvement",
    "expected_score",
    "lower_confidence_bound",
    "makespan",
    "policy_gradient",
    "probability_of_improvement",
    "run",
]
