"""Schedules: learning rates that change from step to step, under PyTorch's names.

A schedule writes ``group["lr"]`` of an optimizer. Call its ``step()`` after the optimizer's, once
per epoch or once per batch, as its lengths are meant.
"""

from .base import LambdaLR, LRScheduler
from .cosine import CosineAnnealingLR, CosineAnnealingWarmRestarts, OneCycleLR
from .factors import ExponentialLR, LinearLR, MultiStepLR, StepLR
from .plateau import ReduceLROnPlateau
from .sequence import SequentialLR

__all__ = [
    "CosineAnnealingLR",
    "CosineAnnealingWarmRestarts",
    "ExponentialLR",
    "LRScheduler",
    "LambdaLR",
    "LinearLR",
    "MultiStepLR",
    "OneCycleLR",
    "ReduceLROnPlateau",
    "SequentialLR",
    "StepLR",
]
