"""Explanations of one decision: which numbers of an input a score rests on."""

from .cam import class_activation_map, grad_cam
from .integrated_gradients import integrated_gradients
from .occlusion import occlusion
from .saliency import gradient_times_input, saliency, smoothgrad
from .score import score_gradients, scores
from .shapley import SampledShapley, present, shapley_sampled, shapley_values

__all__ = [
    "SampledShapley",
    "class_activation_map",
    "grad_cam",
    "gradient_times_input",
    "integrated_gradients",
    "occlusion",
    "present",
    "saliency",
    "score_gradients",
    "scores",
    "shapley_sampled",
    "shapley_values",
    "smoothgrad",
]
