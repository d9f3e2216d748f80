"""What theory says about networks, as functions: expressivity, curvature, bounds, kernels, bits."""

from .expressivity import (
    breakpoints,
    count_linear_pieces,
    linear_regions,
    max_regions,
    relu_interpolant,
    sawtooth,
    staircase,
)
from .gaussian_mlp import GaussianMLP
from .hessian import hessian_product, lanczos, spectral_density
from .information import (
    Bottleneck,
    binned_information,
    critical_beta,
    entropy,
    gaussian_bottleneck,
    information_bottleneck,
    mutual_information,
    noisy_information,
)
from .jacobians import layer_jacobians
from .matching import assignment
from .pac import finite_class_gap, finite_class_sample_size
from .pac_bayes import bernoulli_kl, bernoulli_kl_inverse, pac_bayes_bound
from .rademacher import massart_bound, rademacher_bound, rademacher_complexity
from .shrinkage import (
    effective_parameters,
    ridge,
    ridge_filter,
    stopping_filter,
)
from .tangent_kernel import (
    NTKMLP,
    NTKLinear,
    WideKernels,
    empirical_ntk,
    infinite_ntk,
    kernel_descent,
)
from .vc import (
    box_labellings,
    half_plane_labellings,
    half_space_count,
    sauer_bound,
    shatters,
)

__all__ = [
    "NTKMLP",
    "Bottleneck",
    "GaussianMLP",
    "NTKLinear",
    "WideKernels",
    "assignment",
    "bernoulli_kl",
    "bernoulli_kl_inverse",
    "binned_information",
    "box_labellings",
    "breakpoints",
    "count_linear_pieces",
    "critical_beta",
    "effective_parameters",
    "empirical_ntk",
    "entropy",
    "finite_class_gap",
    "finite_class_sample_size",
    "gaussian_bottleneck",
    "half_plane_labellings",
    "half_space_count",
    "hessian_product",
    "infinite_ntk",
    "information_bottleneck",
    "kernel_descent",
    "lanczos",
    "layer_jacobians",
    "linear_regions",
    "massart_bound",
    "max_regions",
    "mutual_information",
    "noisy_information",
    "pac_bayes_bound",
    "rademacher_bound",
    "rademacher_complexity",
    "relu_interpolant",
    "ridge",
    "ridge_filter",
    "sauer_bound",
    "sawtooth",
    "shatters",
    "spectral_density",
    "staircase",
    "stopping_filter",
]
